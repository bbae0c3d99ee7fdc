/**
 * Places for boxes and arrows in layers from top to bottom, after Sugiyama, Tagawa and Toda (1981): arrows that close a
 * cycle are turned for the while, each box goes below all that lead to it, and a few sweeps put it near its neighbours.
 * What no arrow joins is laid out by itself. Linear in boxes and arrows but for sorting the layers.
 */
export interface Sized {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

interface Placed extends Sized {
  /** The upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly boxes: ReadonlyMap<number, Placed>;
  readonly width: number;
  readonly height: number;
}

interface Link {
  readonly from: number;
  readonly to: number;
}

const GAP_X = 28;
const GAP_Y = 64;
const SWEEPS = 4;
/** A layer wider than this goes on in a further row, and so do parts that no arrow joins. */
const WIDEST = 1200;
/** To the right of a part with arrows that go around its boxes, or back to where they come from. */
const ROOM_FOR_ARROWS = 96;

/** @param room how wide it may be, if that is less than usual; only a single box goes beyond it, with what is beside it */
export function layeredLayout(boxes: readonly Sized[], links: readonly Link[], room = WIDEST): Layout {
  const widest = Math.min(room, WIDEST);
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  const known = links.filter(({ from, to }) => from !== to && sizes.has(from) && sizes.has(to));
  const down = withoutCycles([...sizes.keys()], known);
  const out = neighbours(down, 'from', 'to');
  return sideBySide(
    components([...sizes.keys()], down).map((ids) => {
      const inside = ids.flatMap((from) => (out.get(from) ?? []).map((to) => ({ from, to })));
      const layers = ordered(layered(ids, inside), inside);
      const depth = new Map(layers.flatMap((layer, at) => layer.map((id) => [id, at])));
      const isLong = ({ from, to }: Link): boolean => (depth.get(to) ?? 0) - (depth.get(from) ?? 0) > 1;
      const isLoop = ({ from, to }: Link): boolean => from === to && depth.has(from);
      const sized = layers.map((layer) => layer.flatMap((id) => sizes.get(id) ?? []));
      const goesOn = sized.some((layer) => inRows(layer, widest).length > 1);
      const beside = goesOn || inside.some(isLong) || links.some(isLoop) ? ROOM_FOR_ARROWS : 0;
      const part = placed(sized, widest - beside);
      return { ...part, width: part.width + beside };
    }),
    widest,
  );
}

/** What hangs together, each in the order of `ids`; the first of them decide the order of the parts. */
function components(ids: readonly number[], links: readonly Link[]): number[][] {
  const out = neighbours(links, 'from', 'to');
  const into = neighbours(links, 'to', 'from');
  const part = new Map<number, number>();
  let parts = 0;
  for (const root of ids) {
    if (part.has(root)) continue;
    part.set(root, parts);
    const found = [root];
    for (const id of found)
      for (const near of [...(out.get(id) ?? []), ...(into.get(id) ?? [])])
        if (!part.has(near)) {
          part.set(near, parts);
          found.push(near);
        }
    parts += 1;
  }
  const grouped = Array.from({ length: parts }, (): number[] => []);
  for (const id of ids) grouped[part.get(id) ?? 0]?.push(id);
  return grouped;
}

/** Parts that no arrow joins, from left to right, and on in a further row where one is full. */
function sideBySide(parts: readonly Layout[], atLeast: number): Layout {
  const boxes = new Map<number, Placed>();
  const widest = Math.max(atLeast, ...parts.map(({ width }) => width));
  let [x, y, tall, wide] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > widest) [x, y, tall] = [0, y + tall + GAP_Y, 0];
    for (const [id, box] of part.boxes) boxes.set(id, { ...box, x: box.x + x, y: box.y + y });
    wide = Math.max(wide, x + part.width);
    tall = Math.max(tall, part.height);
    x += part.width + GAP_X;
  }
  return { boxes, width: wide, height: y + tall };
}

/** The links with those turned that close a cycle; found by a depth-first walk on a stack of its own. */
function withoutCycles(ids: readonly number[], links: readonly Link[]): Link[] {
  const out = neighbours(links, 'from', 'to');
  const state = new Map<number, 'open' | 'done'>();
  const turned = new Set<string>();
  for (const root of ids) {
    if (state.has(root)) continue;
    state.set(root, 'open');
    const path = [{ id: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = (out.get(top.id) ?? [])[top.next];
      top.next += 1;
      if (to === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (state.get(to) === 'open') turned.add(`${top.id} ${to}`);
      else if (!state.has(to)) {
        state.set(to, 'open');
        path.push({ id: to, next: 0 });
      }
    }
  }
  return links.map(({ from, to }) => (turned.has(`${from} ${to}`) ? { from: to, to: from } : { from, to }));
}

/** Each in the layer below the lowest that leads to it (Kahn's order, which an acyclic graph always completes). */
function layered(ids: readonly number[], links: readonly Link[]): number[][] {
  const out = neighbours(links, 'from', 'to');
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const { to } of links) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const depth = new Map<number, number>();
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (const id of ready) {
    const own = depth.get(id) ?? 0;
    depth.set(id, own);
    for (const to of out.get(id) ?? []) {
      depth.set(to, Math.max(depth.get(to) ?? 0, own + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  const layers: number[][] = [];
  for (const id of ids) (layers[depth.get(id) ?? 0] ??= []).push(id);
  return layers;
}

/** Each layer sorted by where its neighbours stand, down and up again. */
function ordered(layers: number[][], links: readonly Link[]): number[][] {
  const above = neighbours(links, 'to', 'from');
  const below = neighbours(links, 'from', 'to');
  const place = new Map<number, number>();
  const number = (layer: readonly number[]): void => {
    layer.forEach((id, index) => place.set(id, index / layer.length));
  };
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const near = sweep % 2 === 0 ? above : below;
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const wish = new Map(layer.map((id) => [id, mean(near.get(id), place) ?? place.get(id) ?? 0]));
      layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      number(layer);
    }
  }
  return layers;
}

function mean(ids: readonly number[] | undefined, place: ReadonlyMap<number, number>): number | undefined {
  if (ids === undefined || ids.length === 0) return undefined;
  return ids.reduce((sum, id) => sum + (place.get(id) ?? 0), 0) / ids.length;
}

function placed(layers: readonly (readonly Sized[])[], widest: number): Layout {
  const rows = layers.flatMap((layer) => inRows(layer, widest));
  const wide = (row: readonly Sized[]): number => row.reduce((sum, { width }) => sum + width + GAP_X, -GAP_X);
  const width = Math.max(0, ...rows.map(wide));
  const boxes = new Map<number, Placed>();
  let y = 0;
  for (const row of rows) {
    let x = (width - wide(row)) / 2;
    for (const box of row) {
      boxes.set(box.id, { ...box, x, y });
      x += box.width + GAP_X;
    }
    y += Math.max(...row.map(({ height }) => height)) + GAP_Y;
  }
  return { boxes, width, height: Math.max(0, y - GAP_Y) };
}

function inRows(layer: readonly Sized[], widest: number): Sized[][] {
  const rows: Sized[][] = [];
  let room = -1;
  for (const box of layer) {
    if (room < box.width) {
      rows.push([]);
      room = widest;
    }
    rows.at(-1)?.push(box);
    room -= box.width + GAP_X;
  }
  return rows;
}

function neighbours(links: readonly Link[], key: 'from' | 'to', value: 'from' | 'to'): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const link of links) {
    const list = found.get(link[key]);
    if (list === undefined) found.set(link[key], [link[value]]);
    else list.push(link[value]);
  }
  return found;
}
