/** A picture of boxes and arrows, before it has places: what the views draw of the await graph and of parallel stacks. */
import type { AwaitGraph, AwaitNode } from './awaitGraph.js';
import { placeText, type Location } from './location.js';

export type Tone = 'normal' | 'stuck' | 'thing' | 'library';

export interface Box {
  readonly id: number;
  /** What is written in it, line by line. */
  readonly lines: readonly string[];
  readonly tone: Tone;
  /** For a screen reader, and as a tooltip: the whole of it in a sentence. */
  readonly label: string;
  /** Where a click goes. */
  readonly location?: Location | undefined;
}

export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly text?: string | undefined;
  readonly tone: 'normal' | 'stuck' | 'faint';
}

export interface Picture {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** Above the picture: the deadlocks, and what was left out. */
  readonly sentences: readonly string[];
}

/** The await graph: an arrow leads from who waits to what is waited for, and from a wanted lock to its holder. */
export function awaitPicture(
  graph: AwaitGraph & {
    readonly total: number;
    readonly nodes: readonly (AwaitNode & {
      readonly row?: { readonly location?: Location | undefined } | undefined;
    })[];
    readonly sentences: readonly string[];
  },
): Picture {
  const dead = new Set(
    graph.deadlocks.flatMap((cycle) => cycle.map((id, at) => `${id} ${cycle[(at + 1) % cycle.length]}`)),
  );
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  /** By who waits: the lock, which has a name of its own where the wait alone only says what it is. */
  const wants = new Map(
    graph.edges.flatMap(({ from, to, relation }) => (relation === 'wants' ? [[from, names.get(to)] as const] : [])),
  );
  const wanted = new Set(graph.edges.filter(({ relation }) => relation === 'wants').map(({ to }) => to));
  const boxes = graph.nodes.map((node): Box => {
    const { location } = node.row ?? {};
    const waits = wants.get(node.id) ?? node.waits;
    const lines = [node.name, ...(waits === undefined ? [] : [`waits for ${waits}`])];
    if (location !== undefined) lines.push(placeText(location));
    const thing = node.kind !== 'task' && node.kind !== 'coroutine';
    return {
      id: node.id,
      lines: lines.map(short),
      tone:
        node.stuck || graph.deadlocks.some((cycle) => cycle.includes(node.id)) ? 'stuck' : thing ? 'thing' : 'normal',
      label: [...lines, ...(node.stuck ? ['in a deadlock or waiting for one'] : [])].join(', '),
      location,
    };
  });
  const arrows = graph.edges.flatMap(({ from, to, relation, through }): Arrow[] => {
    // Who holds a lock that nobody wants keeps nobody waiting.
    if (relation === 'holds' && !wanted.has(to)) return [];
    const turned = relation === 'holds' || relation === 'awaitedBy';
    const [start, end] = turned ? [to, from] : [from, to];
    const text = relation === 'holds' ? 'held by' : relation === 'wants' ? 'wants' : through;
    return [{ from: start, to: end, text, tone: dead.has(`${start} ${end}`) ? 'stuck' : 'normal' }];
  });
  const parties = graph.nodes.filter(({ kind }) => kind === 'task' || kind === 'coroutine').length;
  const left = graph.total - parties;
  return { boxes, arrows, sentences: [...graph.sentences, ...(left > 0 ? [`${left} more are not drawn.`] : [])] };
}

/** A frame of the parallel stacks, as the debuggee tells it. */
export interface SharedFrame {
  readonly id: number;
  readonly parent?: number | undefined;
  readonly name: string;
  readonly location: Location;
  readonly user: boolean;
  readonly count: number;
  readonly ends: number;
}

/** Parallel stacks: one box for each stretch of frames that the same coroutines have; arrows lead towards the leaves. */
export function stacksPicture(stacks: {
  readonly nodes: readonly SharedFrame[];
  readonly total: number;
  readonly left: number;
}): Picture {
  const below = new Map<number, SharedFrame[]>();
  for (const node of stacks.nodes)
    if (node.parent !== undefined) below.set(node.parent, [...(below.get(node.parent) ?? []), node]);
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  const waiting = stacks.nodes.filter(({ parent }) => parent === undefined).map((frame) => ({ frame, above: -1 }));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const stretch = [next.frame];
    let last = next.frame;
    for (let only = onlyOne(below.get(last.id), last); only !== undefined; only = onlyOne(below.get(last.id), last)) {
      stretch.push(only);
      last = only;
    }
    const id = boxes.length;
    boxes.push(stackBox(id, stretch, last));
    if (next.above >= 0) arrows.push({ from: next.above, to: id, tone: 'normal' });
    for (const frame of below.get(last.id) ?? []) waiting.push({ frame, above: id });
  }
  const sentences = stacks.left > 0 ? [`${stacks.left} frames that few coroutines share are not drawn.`] : [];
  return { boxes, arrows, sentences };
}

/** The frame below, if all who have `above` in their chain go on to it. */
function onlyOne(below: readonly SharedFrame[] | undefined, above: SharedFrame): SharedFrame | undefined {
  const [first] = below ?? [];
  return below?.length === 1 && first?.count === above.count ? first : undefined;
}

const MOST_LINES = 8;

function stackBox(id: number, stretch: readonly SharedFrame[], last: SharedFrame): Box {
  const how = `${last.count} ${last.count === 1 ? 'coroutine' : 'coroutines'}`;
  // Leaf first, as in a call stack.
  const frames = [...stretch].reverse().map(({ name, location }) => `${name} · ${placeText(location)}`);
  const lines =
    frames.length <= MOST_LINES
      ? frames
      : [...frames.slice(0, 4), `… ${frames.length - 7} more …`, ...frames.slice(-3)];
  return {
    id,
    lines: [how, ...lines].map(short),
    tone: stretch.some(({ user }) => user) ? 'normal' : 'library',
    label: `${how}: ${lines.join(', ')}`,
    location: ([...stretch].reverse().find(({ user }) => user) ?? last).location,
  };
}

function short(line: string): string {
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
