/** The way of each arrow between boxes that have a place, and where what is written at it stands. */
import type { Layout } from './layeredLayout.js';

export interface Route {
  /** Data of an SVG path. */
  readonly path: string;
  /** Where a text at the arrow begins. */
  readonly label: { readonly x: number; readonly y: number };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Room for the head of the arrow. */
const HEAD = 2;
const LINE = 16;
/** How far to the right of what it goes around an arrow keeps. */
const CLEAR = 16;

/**
 * An arrow that leads down is nearly straight. One with a box in its way, behind which it could not be told from those of
 * that box, goes around, and so does one that leads back up past other boxes and closes a cycle: on the right, where the
 * layout leaves room. Of two texts that would stand in one place the second goes below. Undefined for an arrow without an
 * end.
 */
export function arrowRoutes(
  { boxes }: Layout,
  links: readonly { readonly from: number; readonly to: number; readonly text?: string | undefined }[],
): (Route | undefined)[] {
  const taken: { x: number; y: number }[] = [];
  return links.map(({ from, to, text }) => {
    const start = boxes.get(from);
    const end = boxes.get(to);
    if (start === undefined || end === undefined) return undefined;
    const route =
      from === to ? loop(start) : isDirect(start, end, boxes) ? direct(start, end) : around(start, end, boxes);
    if (text === undefined) return route;
    const { x } = route.label;
    let { y } = route.label;
    while (taken.some((other) => Math.abs(other.y - y) < LINE && Math.abs(other.x - x) < text.length * 8)) y += LINE;
    taken.push({ x, y });
    return { ...route, label: { x, y } };
  });
}

/** It leads down, with no box in its way or with boxes beside it that leave no way around; or up to what is next to it. */
function isDirect(start: Rectangle, end: Rectangle, boxes: Layout['boxes']): boolean {
  const past = between(start, end, boxes);
  if (start.y >= end.y) return past.length === 0;
  return !past.some((box) => isCrossed(box, start, end)) || hasNeighbour(start, boxes) || hasNeighbour(end, boxes);
}

/** Whether another box of its row is on its right. */
function hasNeighbour({ x, y, height }: Rectangle, boxes: Layout['boxes']): boolean {
  return [...boxes.values()].some((box) => box.x > x && box.y < y + height && y < box.y + box.height);
}

/** Whether the straight line from one box down to another leads through `box`. */
function isCrossed(box: Rectangle, start: Rectangle, end: Rectangle): boolean {
  const [x1, y1] = [start.x + start.width / 2, start.y + start.height];
  const [x2, y2] = [end.x + end.width / 2, end.y];
  const at = (y: number): number => x1 + ((x2 - x1) * (y - y1)) / (y2 - y1);
  const [above, below] = [at(box.y), at(box.y + box.height)];
  return Math.max(above, below) > box.x && Math.min(above, below) < box.x + box.width;
}

function between(start: Rectangle, end: Rectangle, boxes: Layout['boxes']): Rectangle[] {
  const [upper, lower] = start.y < end.y ? [start, end] : [end, start];
  const left = Math.min(start.x, end.x);
  const right = Math.max(start.x + start.width, end.x + end.width);
  return [...boxes.values()].filter(
    (box) =>
      box.y >= upper.y + upper.height && box.y + box.height <= lower.y && box.x < right && box.x + box.width > left,
  );
}

function direct(start: Rectangle, end: Rectangle): Route {
  const down = start.y < end.y;
  // Two that lead to and fro are beside each other.
  const aside = ({ width }: Rectangle): number => width / 2 + (down ? 0 : width / 5);
  const [x1, y1] = [start.x + aside(start), down ? start.y + start.height : start.y];
  const [x2, y2] = [end.x + aside(end), down ? end.y - HEAD : end.y + end.height + HEAD];
  const bend = Math.max(24, Math.abs(y2 - y1) / 2) * (down ? 1 : -1);
  return {
    path: `M ${x1} ${y1} C ${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`,
    label: { x: (x1 + x2) / 2 + 6, y: (y1 + y2) / 2 + 4 },
  };
}

function around(start: Rectangle, end: Rectangle, boxes: Layout['boxes']): Route {
  const edge = ({ x, width }: Rectangle): number => x + width;
  const middle = ({ y, height }: Rectangle): number => y + height / 2;
  const [x1, y1] = [edge(start), middle(start)];
  const [x2, y2] = [edge(end) + HEAD, middle(end)];
  const farthest = CLEAR + Math.max(x1, x2, ...between(start, end, boxes).map(edge));
  // The curve is at three quarters of the way to its control points where it is farthest.
  const bend = (8 * farthest - x1 - x2) / 6;
  return {
    path: `M ${x1} ${y1} C ${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`,
    label: { x: farthest + 6, y: (y1 + y2) / 2 + 4 },
  };
}

function loop({ x, y, width, height }: Rectangle): Route {
  const right = x + width;
  return {
    path: `M ${right} ${y + 8} c 36 0 36 ${height - 16} ${HEAD} ${height - 16}`,
    label: { x: right + 30, y: y + height / 2 + 4 },
  };
}
