import { Column } from './columns.js';
import { coroutineTitle } from './names.js';
import type { CoroutineIntroduction } from './coroutine.js';
import { ExchangeFold, type Exchange } from './exchange.js';
import { isIn, type ExchangeEvent, type In, type Out } from './exchangeEvent.js';
import { Lane, Mark, type LaneSink, type Span } from './lane.js';
import type { Location } from './location.js';

/** What was recorded, in the order of `seq`, and who is in it. */
export interface Recorded {
  readonly coroutines: readonly CoroutineIntroduction[];
  readonly events: readonly ExchangeEvent[];
  /** Events known to be lost before these. */
  readonly dropped?: number;
  /** Each is the `seq` of the last event before the program was paused by the debugger. */
  readonly pauses?: readonly number[] | undefined;
}

/** The program stood in the debugger between these two times: as long as somebody looked, not as long as it ran. */
export interface Pause {
  readonly after: number;
  readonly from: number;
  /** Infinity until the program runs on. */
  readonly to: number;
}

/** A place where events are missing. */
export interface Gap {
  readonly time: number;
  readonly count: number;
}

/** One end of an exchange as an arrow between two lanes; `peer` is absent when code outside any coroutine is the other end. */
export interface Arrow {
  readonly event: number;
  readonly time: number;
  readonly lane: Lane;
  readonly peer?: Lane;
  /** Towards `lane`. */
  readonly inward: boolean;
  readonly what: In | Out;
  readonly value?: string;
}

export interface TimelineSink {
  /** Called before the stretches of a lane that is seen. `row` counts from the first row asked for. */
  lane(lane: Lane, row: number): LaneSink;
}

/** What drawing a view came to. */
export interface Drawn {
  readonly lanes: number;
  /** Stretches and clusters handed over. */
  readonly items: number;
  /** Entries looked at to find them. */
  readonly probes: number;
}

const WHATS: readonly (In | Out)[] = ['next', 'send', 'throw', 'close', 'yield', 'return', 'raise'];

/** As `loop.slow_callback_duration` of asyncio: 100 ms, in microseconds. */
export const BLOCKED_AFTER = 100_000;
const MAX_GAPS = 1_000;

/**
 * What happened, as lanes: one for each coroutine, with its stretches of running, and arrows at their ends. Events are
 * appended as they come and never looked at again as a whole; a million exchanges take about a hundred bytes each.
 */
export class Timeline {
  readonly lanes: Lane[] = [];
  readonly pauses: Pause[] = [];
  readonly gaps: Gap[] = [];
  dropped = 0;

  readonly #known = new Map<number, CoroutineIntroduction>();
  readonly #byCoroutine = new Map<number, Lane>();
  readonly #fold = new ExchangeFold();
  readonly #seqs = Column.doubles();
  readonly #times = Column.doubles();
  readonly #threads = Column.doubles();
  readonly #lanes = Column.integers();
  readonly #peers = Column.integers();
  readonly #lines = Column.integers();
  readonly #whats = Column.bytes();
  /** By event: its place among the events of its lane. */
  readonly #places = Column.integers();
  readonly #values: (string | undefined)[] = [];
  readonly #drivers = new Map<number, Location>();
  readonly #locations = new Map<string, Location>();
  #rows: readonly Lane[] = [];
  #rowsOf = 0;

  /** @param blockedAfter microseconds; a longer step of a task blocked the loop */
  constructor(readonly blockedAfter = BLOCKED_AFTER) {}

  /** How many events there are; their positions count from 0. */
  get length(): number {
    return this.#seqs.length;
  }

  get from(): number {
    return this.length === 0 ? 0 : this.#times.at(0);
  }

  /** The latest time seen. */
  get to(): number {
    return this.#latest;
  }
  #latest = 0;

  get lastSeq(): number {
    return this.length === 0 ? 0 : this.#seqs.at(this.length - 1);
  }

  /** Events that are not newer than the last one are passed over, so that overlapping batches do no harm. */
  append({ coroutines, events, dropped = 0, pauses = [] }: Recorded): void {
    for (const introduction of coroutines) this.#known.set(introduction.id, introduction);
    this.dropped += dropped;
    let nextPause = 0;
    for (const event of events) {
      if (event.seq <= this.lastSeq) continue;
      for (; nextPause < pauses.length && (pauses[nextPause] ?? 0) < event.seq; nextPause += 1)
        this.#pause(pauses[nextPause] ?? 0);
      this.#take(event);
    }
    for (; nextPause < pauses.length; nextPause += 1) this.#pause(pauses[nextPause] ?? 0);
  }

  /** Lanes in the order they are shown: each one's delegates below it, otherwise as they appeared. */
  rows(): readonly Lane[] {
    if (this.#rowsOf === this.lanes.length) return this.#rows;
    const children = new Map<Lane | undefined, Lane[]>();
    for (const lane of this.lanes) {
      const siblings = children.get(lane.parent);
      if (siblings) siblings.push(lane);
      else children.set(lane.parent, [lane]);
    }
    const rows: Lane[] = [];
    const waiting = [...(children.get(undefined) ?? [])].reverse();
    for (let lane = waiting.pop(); lane; lane = waiting.pop()) {
      rows.push(lane);
      const below = children.get(lane) ?? [];
      for (let index = below.length - 1; index >= 0; index -= 1) {
        const child = below[index];
        if (child) waiting.push(child);
      }
    }
    this.#rows = rows;
    this.#rowsOf = this.lanes.length;
    return rows;
  }

  /** Hands over what is seen of `rows` in a stretch of time: at most about two items for each pixel of each lane. */
  draw(span: Span, rows: readonly Lane[], sink: TimelineSink): Drawn {
    let items = 0;
    let probes = 0;
    rows.forEach((lane, row) => {
      const inner = sink.lane(lane, row);
      probes += lane.visit(span, this.to, {
        stretch: (...args) => {
          items += 1;
          inner.stretch(...args);
        },
        cluster: (...args) => {
          items += 1;
          inner.cluster(...args);
        },
      });
    });
    return { lanes: rows.length, items, probes };
  }

  lane(coroutine: number): Lane | undefined {
    return this.#byCoroutine.get(coroutine);
  }

  title(lane: Lane): string {
    return lane.introduction ? coroutineTitle(lane.introduction) : `coroutine ${lane.coroutine}`;
  }

  /** @throws RangeError for a position where no event is */
  event(position: number): ExchangeEvent {
    const lane = this.lanes[this.#lanes.at(position)];
    if (!lane) throw new RangeError(`There is no event at ${position}.`);
    const value = this.#values[position];
    const by = this.#drivers.get(position);
    return {
      seq: this.#seqs.at(position),
      time: this.#times.at(position),
      coroutine: lane.coroutine,
      thread: this.#threads.at(position),
      what: this.#what(position),
      line: this.#lines.at(position),
      ...(value !== undefined && { value }),
      ...(by && { by }),
    };
  }

  arrow(position: number): Arrow | undefined {
    const lane = this.lanes[this.#lanes.at(position)];
    if (!lane) return undefined;
    const peer = this.lanes[this.#peers.at(position)];
    const value = this.#values[position];
    const what = this.#what(position);
    return {
      event: position,
      time: this.#times.at(position),
      lane,
      inward: isIn(what),
      what,
      ...(peer && { peer }),
      ...(value !== undefined && { value }),
    };
  }

  /**
   * Whom an exception came through: `outer.throw(e)` goes straight into what `outer` delegates to, and `outer` itself has
   * no event. It is the one that had passed on what this coroutine yielded before, and was not heard of since.
   */
  through(position: number): Lane | undefined {
    const before = this.neighbour(position, -1);
    if (before === undefined || this.#what(position) !== 'throw' || this.#peers.at(position) >= 0) return undefined;
    const above = this.lanes[this.#peers.at(before)];
    const passed = before + 1;
    if (!above || this.#lanes.at(passed) !== above.index || this.#what(passed) !== 'yield') return undefined;
    return (this.neighbour(passed, 1) ?? Infinity) > position ? above : undefined;
  }

  /** The event before or after one, of the same lane; undefined at the ends. */
  neighbour(position: number, step: -1 | 1): number | undefined {
    const lane = this.lanes[this.#lanes.at(position)];
    const found = lane?.events.at(this.#places.at(position) + step);
    return found === undefined || Number.isNaN(found) ? undefined : found;
  }

  /** The event with that `seq`, or the first after it; undefined past the last. */
  positionOf(seq: number): number | undefined {
    return this.#search((position) => this.#seqs.at(position) >= seq);
  }

  /** The next event, from `after` on in the direction of `step`, whose value, kind or coroutine's name contains `text`. */
  find(text: string, after: number, step: -1 | 1): number | undefined {
    const wanted = text.toLowerCase();
    const named = new Set<number>();
    for (const lane of this.lanes) if (this.title(lane).toLowerCase().includes(wanted)) named.add(lane.index);
    for (let position = after + step; position >= 0 && position < this.length; position += step) {
      if (named.has(this.#lanes.at(position)) || this.#what(position) === wanted) return position;
      if (this.#values[position]?.toLowerCase().includes(wanted) === true) return position;
    }
    return undefined;
  }

  /** All events, oldest first, as they came. */
  *events(from = 0): Generator<ExchangeEvent, void, undefined> {
    for (let position = from; position < this.length; position += 1) yield this.event(position);
  }

  introductions(): CoroutineIntroduction[] {
    return this.lanes.flatMap(({ introduction }) => (introduction ? [introduction] : []));
  }

  #take(event: ExchangeEvent): void {
    const position = this.length;
    const { exchange, abandoned, gap } = this.#fold.take(event);
    if (gap > 0) {
      this.dropped += gap;
      if (this.gaps.length < MAX_GAPS) this.gaps.push({ time: event.time, count: gap });
    }
    this.#latest = Math.max(this.#latest, event.time);
    this.#goOn(event);
    for (const each of abandoned) this.#byCoroutine.get(each.coroutine)?.end(event.time, -1);
    const lane = this.#laneOf(exchange);
    this.#store(event, lane, exchange);
    if (isIn(event.what)) lane.begin(event.time, position);
    else {
      if (exchange.status === 'inMissing') lane.begin(event.time, -1);
      const stretch = lane.end(event.time, position);
      if (event.what !== 'yield') lane.closed = true;
      if (exchange.in && this.#blocked(exchange, lane.duration(stretch, this.to))) lane.mark(Mark.blocked);
    }
    if (event.what === 'throw' || event.what === 'raise') lane.mark(Mark.exception);
  }

  #store(event: ExchangeEvent, lane: Lane, exchange: Exchange): void {
    const parent = exchange.parent === undefined ? undefined : this.#byCoroutine.get(exchange.parent);
    if (event.by) this.#drivers.set(this.length, this.#interned(event.by));
    this.#seqs.push(event.seq);
    this.#times.push(event.time);
    this.#threads.push(event.thread);
    this.#lanes.push(lane.index);
    this.#peers.push(parent?.index ?? -1);
    this.#lines.push(event.line);
    this.#whats.push(WHATS.indexOf(event.what));
    this.#values.push(event.value);
    this.#places.push(lane.events.length);
    lane.events.push(this.#seqs.length - 1);
  }

  #laneOf({ coroutine, parent }: Exchange): Lane {
    const known = this.#byCoroutine.get(coroutine);
    if (known) return known;
    const above = parent === undefined ? undefined : this.#byCoroutine.get(parent);
    const lane = new Lane(this.lanes.length, coroutine, this.#known.get(coroutine), above);
    this.lanes.push(lane);
    this.#byCoroutine.set(coroutine, lane);
    this.#known.delete(coroutine);
    return lane;
  }

  /** Nobody else could run: it was driven by no coroutine, so by the loop, and not stopped in the debugger meanwhile. */
  #blocked({ depth, in: into, out, coroutine }: Exchange, duration: number): boolean {
    if (depth > 0 || duration < this.blockedAfter || !into || !out) return false;
    if (this.#byCoroutine.get(coroutine)?.introduction?.kind !== 'coroutine') return false;
    for (let index = this.pauses.length - 1; index >= 0; index -= 1) {
      const after = this.pauses[index]?.after ?? 0;
      if (after < into.seq) break;
      if (after < out.seq) return false;
    }
    return true;
  }

  #pause(after: number): void {
    const last = this.pauses.at(-1);
    if (!last || last.after < after) this.pauses.push({ after, from: this.to, to: Infinity });
  }

  #goOn({ time }: ExchangeEvent): void {
    const last = this.pauses.at(-1);
    if (last?.to === Infinity) this.pauses[this.pauses.length - 1] = { ...last, to: Math.max(time, last.from) };
  }

  #interned(by: Location): Location {
    const key = `${by.path ?? by.sourceId ?? by.name}:${by.line}`;
    const known = this.#locations.get(key) ?? by;
    this.#locations.set(key, known);
    return known;
  }

  #what(position: number): In | Out {
    return WHATS[this.#whats.at(position)] ?? 'next';
  }

  #search(holds: (position: number) => boolean): number | undefined {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    return low < this.length ? low : undefined;
  }
}
