import { isIn } from '../../src/model/exchangeEvent.js';
import { Mark, type Cluster, type Lane, type LaneSink } from '../../src/model/lane.js';
import { messageText } from '../../src/model/sequence.js';
import type { Drawn } from '../../src/model/timeline.js';
import type { Painter } from './painter.js';
import type { State } from './state.js';
import type { Theme } from './theme.js';
import { duration, ticks } from './viewport.js';

export const ROW = 28;
export const AXIS = 22;
export const GUTTER = 220;
const BAR = 14;
const INDENT = 12;
const MOST_INDENT = 8;
const HEAD = 4;
/** A stretch narrower than this shows no arrows: they would hide it. */
const ARROW_PIXELS = 5;
/** A value is written where there is room for a word. */
const TEXT_PIXELS = 36;
const PADDING = 4;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How many rows fit. */
export function rowsSeen({ height }: Size): number {
  return Math.max(1, Math.floor((height - AXIS) / ROW));
}

/** Lanes beside a column of names, under an axis. Draws only rows and pixels that are seen; returns what that took. */
export function drawLanes(painter: Painter, state: State, theme: Theme, size: Size): Drawn {
  const { timeline, view } = state;
  const width = size.width - GUTTER;
  const rows = timeline.rows();
  const first = Math.floor(state.top);
  const seen = rows.slice(first, first + rowsSeen(size) + 2);
  const middle = (row: number): number => AXIS + (row - state.top + 0.5) * ROW;
  const x = (time: number): number => GUTTER + view.x(time, width);
  const chosen = state.selected === undefined ? undefined : timeline.arrow(state.selected);

  painter.rect(0, 0, size.width, size.height, theme.background);
  let drawn: Drawn = { lanes: 0, items: 0, probes: 0 };
  painter.clipped(0, AXIS, size.width, size.height - AXIS, () => {
    if (chosen) drawChosenRow(painter, theme, middle(state.rowOf(chosen.lane)), size);
    painter.clipped(GUTTER, AXIS, width, size.height - AXIS, () => {
      drawPauses(painter, state, theme, x, size);
      for (const { time } of marks(state, width)) painter.line(x(time), AXIS, x(time), size.height, theme.border, 0.5);
      const arrows: number[] = [];
      drawn = timeline.draw({ from: view.from, to: view.to, width }, seen, {
        lane: (lane, row) => {
          const y = middle(first + row);
          drawLife(painter, state, theme, lane, x, y);
          return new Row(painter, state, theme, lane, y, view.span / width, arrows);
        },
      });
      for (const event of arrows) drawArrow(painter, state, theme, event, x, middle);
      if (chosen) drawArrow(painter, state, theme, chosen.event, x, middle, true);
    });
    seen.forEach((lane, row) => {
      drawName(painter, state, theme, lane, middle(first + row), lane === chosen?.lane);
    });
  });
  drawAxis(painter, state, theme, x, size);
  drawScrollbar(painter, state, theme, rows.length, size);
  return drawn;
}

/** One lane's stretches. */
class Row implements LaneSink {
  private readonly fill: string;
  private last = -Infinity;

  constructor(
    private readonly painter: Painter,
    private readonly state: State,
    private readonly theme: Theme,
    private readonly lane: Lane,
    private readonly y: number,
    private readonly perPixel: number,
    /** Receives the events that want an arrow; those come over all bars. */
    private readonly arrows: number[],
  ) {
    this.fill = theme.running[lane.depth % theme.running.length] ?? theme.foreground;
  }

  stretch(index: number, left: number, right: number): void {
    const { painter, theme, lane, y } = this;
    const x0 = left + GUTTER;
    const width = Math.max(1, right - left);
    const marks = lane.marks.at(index);
    const blocked = (marks & Mark.blocked) !== 0;
    painter.rect(x0, y - BAR / 2, width, BAR, blocked ? theme.warning : this.fill);
    if (marks & Mark.exception)
      painter.rect(x0 + width - Math.min(3, width), y - BAR / 2, Math.min(3, width), BAR, theme.error);
    if (marks & Mark.torn && width > 3) painter.frame(x0, y - BAR / 2, width, BAR, theme.foreground);
    const into = lane.ins.at(index);
    const out = lane.outs.at(index);
    if (width >= ARROW_PIXELS || x0 - this.last >= ARROW_PIXELS) {
      if (into >= 0) this.arrows.push(into);
      if (out >= 0) this.arrows.push(out);
    }
    this.last = x0 + width;
    this.labels(index, x0, width, blocked);
  }

  cluster({ count, busy, marks }: Cluster, _first: number, left: number, right: number): void {
    const { painter, theme, y } = this;
    const width = Math.max(1, right - left);
    const time = width * this.perPixel;
    // Even the rarest must be seen; a solid bar is one that never suspends.
    const alpha = Math.min(1, Math.max(0.35, busy / time));
    painter.rect(left + GUTTER, y - BAR / 2, width, BAR, marks & Mark.blocked ? theme.warning : this.fill, alpha);
    if (marks & Mark.exception) painter.rect(left + GUTTER, y - BAR / 2, width, 3, theme.error);
    this.last = right + GUTTER;
    if (width >= TEXT_PIXELS)
      painter.text(left + GUTTER + PADDING, y, `${count} exchanges`, theme.onRunning, { width: width - 8 });
  }

  /** What came in, inside the bar; what went out, behind it, up to the next one. */
  private labels(index: number, x0: number, width: number, blocked: boolean): void {
    const { painter, theme, lane, y, state } = this;
    const { timeline } = state;
    const into = lane.ins.at(index);
    const left = Math.max(x0, GUTTER);
    const room = x0 + width - left - 2 * PADDING;
    if (room >= TEXT_PIXELS) {
      const parts: string[] = [];
      if (blocked)
        parts.push(`blocked the loop for ${duration(lane.duration(index, timeline.to), timeline.blockedAfter / 100)}`);
      if (into >= 0) parts.push(messageText(timeline.event(into)));
      painter.text(left + PADDING, y, parts.join(' · '), theme.onRunning, { width: room });
    }
    const out = lane.outs.at(index);
    if (out < 0) return;
    const next = lane.starts.at(index + 1);
    const free =
      (Number.isNaN(next) ? Infinity : (next - state.view.from) / this.perPixel + GUTTER) - (x0 + width) - 2 * PADDING;
    if (free < TEXT_PIXELS) return;
    const event = timeline.event(out);
    painter.text(x0 + width + PADDING, y - 8, messageText(event), theme.arrows[event.what], {
      width: Math.min(free, 260),
    });
  }
}

/** From its first event on, a line; dashed while it is suspended, and it ends where the coroutine does. */
function drawLife(
  painter: Painter,
  { timeline }: State,
  theme: Theme,
  lane: Lane,
  x: (time: number) => number,
  y: number,
): void {
  const last = lane.length - 1;
  const end = lane.closed ? Math.min(lane.ends.at(last), timeline.to) : timeline.to;
  painter.line(Math.max(GUTTER, x(lane.first)), y, Math.min(1e5, x(end)), y, theme.muted, 1, [2, 3]);
}

/** Between the lanes of who drove and who was driven. Code outside any coroutine has no lane: a short arrow from above. */
function drawArrow(
  painter: Painter,
  state: State,
  theme: Theme,
  event: number,
  x: (time: number) => number,
  middle: (row: number) => number,
  chosen = false,
): void {
  const arrow = state.timeline.arrow(event);
  if (!arrow) return;
  const { lane, peer, time, inward, what } = arrow;
  const own = middle(state.rowOf(lane));
  const other = peer ? middle(state.rowOf(peer)) : own - ROW / 2;
  const down = other < own ? 1 : -1;
  const near = own - (down * BAR) / 2;
  const far = peer ? other + (down * BAR) / 2 : other;
  const at = x(time);
  const colour = chosen ? theme.foreground : theme.arrows[what];
  painter.line(at, near, at, far, colour, chosen ? 2 : 1, isIn(what) ? [] : [3, 2]);
  const [tip, tail] = inward ? [near, near - down * HEAD] : [far, far + down * HEAD];
  painter.triangle([at, tip, at - HEAD + 1, tail, at + HEAD - 1, tail], colour);
  if (chosen) painter.frame(at - 4, own - BAR / 2 - 2, 8, BAR + 4, theme.focus);
}

function drawChosenRow(painter: Painter, theme: Theme, y: number, { width }: Size): void {
  if (theme.highContrast) painter.frame(0, y - ROW / 2, width, ROW, theme.focus);
  else painter.rect(0, y - ROW / 2, width, ROW, theme.selection, 0.35);
}

function drawName(painter: Painter, { timeline }: State, theme: Theme, lane: Lane, y: number, chosen: boolean): void {
  const indent = 8 + Math.min(lane.depth, MOST_INDENT) * INDENT;
  if (lane.depth > 0) {
    painter.line(indent - 7, y - ROW / 2 + 2, indent - 7, y, theme.muted);
    painter.line(indent - 7, y, indent - 2, y, theme.muted);
  }
  const colour = lane.closed && !chosen ? theme.muted : theme.foreground;
  painter.text(indent, y, timeline.title(lane), colour, { width: GUTTER - indent - 8, bold: chosen });
}

/** Time in the debugger is no time of the program: hatched. */
function drawPauses(
  painter: Painter,
  { timeline, view }: State,
  theme: Theme,
  x: (time: number) => number,
  size: Size,
): void {
  for (const { from, to } of timeline.pauses) {
    if (to < view.from || from > view.to) continue;
    const x0 = Math.max(GUTTER, x(from));
    const x1 = Math.min(size.width, to === Infinity ? x(from) + 2 : x(to));
    if (x1 - x0 < 1) {
      painter.line(x0, AXIS, x0, size.height, theme.muted, 1, [1, 3]);
      continue;
    }
    painter.rect(x0, AXIS, x1 - x0, size.height, theme.muted, 0.12);
    painter.text(x0 + PADDING, size.height - 10, 'paused', theme.muted, { width: x1 - x0 - PADDING });
  }
  for (const { time } of timeline.gaps)
    if (time >= view.from && time <= view.to)
      painter.line(x(time), AXIS, x(time), size.height, theme.warning, 2, [4, 4]);
}

function drawAxis(painter: Painter, state: State, theme: Theme, x: (time: number) => number, size: Size): void {
  painter.rect(0, 0, size.width, AXIS, theme.background);
  painter.clipped(GUTTER, 0, size.width - GUTTER, AXIS, () => {
    for (const { time, label } of marks(state, size.width - GUTTER)) {
      painter.line(x(time), AXIS - 5, x(time), AXIS, theme.border);
      painter.text(x(time) + 3, AXIS / 2 - 1, label, theme.muted);
    }
  });
  painter.text(8, AXIS / 2, lanesText(state.timeline.lanes.length), theme.muted, { width: GUTTER - 12 });
  painter.line(0, AXIS - 0.5, size.width, AXIS - 0.5, theme.border);
  painter.line(GUTTER - 0.5, 0, GUTTER - 0.5, size.height, theme.border);
}

/** Round times, counted from the first event. */
function marks({ timeline, view }: State, width: number): { time: number; label: string }[] {
  const origin = timeline.from;
  return ticks(view.from - origin, view.to - origin, width).map(({ time, label }) => ({ time: time + origin, label }));
}

function lanesText(lanes: number): string {
  return lanes === 1 ? '1 coroutine' : `${lanes.toLocaleString('en')} coroutines`;
}

function drawScrollbar(painter: Painter, { top }: State, theme: Theme, rows: number, size: Size): void {
  const seen = rowsSeen(size);
  if (rows <= seen) return;
  const height = size.height - AXIS;
  const length = Math.max(20, (seen / rows) * height);
  const y = AXIS + (top / Math.max(1, rows - seen)) * (height - length);
  painter.rect(size.width - 6, Math.min(y, size.height - length), 5, length, theme.muted, 0.6);
}
