import type { ExchangeEvent } from './exchangeEvent.js';

/**
 * The newest events of a session, in a ring of fixed capacity. Appending is O(1), finding a `seq` or a time is
 * O(log n).
 *
 * A position counts every event that was ever appended, so it stays valid when the ring turns; the event at position p
 * lies in slot p modulo the capacity as long as p is one of the last `capacity` positions.
 */
export class EventStore {
  readonly #events: ExchangeEvent[] = [];
  /** By slot: the latest time of it and all events before it. Threads read the clock before they come to write. */
  readonly #times: number[] = [];
  /** By coroutine: the position of its newest event. Only of those that still have one in the ring. */
  readonly #newest = new Map<number, number>();
  #appended = 0;
  #lost = 0;

  /** @throws RangeError unless `capacity` is a positive whole number. */
  constructor(readonly capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('The capacity must be positive.');
  }

  get size(): number {
    return Math.min(this.#appended, this.capacity);
  }

  /** Events that this ring has overwritten. */
  get evicted(): number {
    return this.#appended - this.size;
  }

  /** Everything that happened and is not here: overwritten here, or lost on the way as {@link addLost} was told. */
  get dropped(): number {
    return this.evicted + this.#lost;
  }

  get first(): ExchangeEvent | undefined {
    return this.#at(this.#oldest);
  }

  get last(): ExchangeEvent | undefined {
    return this.#at(this.#appended - 1);
  }

  /** Counts events that were lost before they came here. */
  addLost(count: number): void {
    this.#lost += count;
  }

  /** False, and nothing is kept, when the event is not newer than the last one. */
  append(event: ExchangeEvent): boolean {
    const last = this.last;
    if (last && event.seq <= last.seq) {
      this.#lost += 1;
      return false;
    }
    const position = this.#appended;
    const slot = position % this.capacity;
    const overwritten = this.#events[slot];
    if (overwritten && this.#newest.get(overwritten.coroutine) === position - this.capacity) {
      this.#newest.delete(overwritten.coroutine);
    }
    const latest = last ? (this.#times[(position - 1) % this.capacity] ?? 0) : 0;
    this.#events[slot] = event;
    this.#times[slot] = Math.max(event.time, latest);
    this.#newest.set(event.coroutine, position);
    this.#appended += 1;
    return true;
  }

  /** The event before the one of that `seq`, which need not be here itself. */
  before(seq: number): ExchangeEvent | undefined {
    return this.#at(this.#positionOf(seq) - 1);
  }

  /** The event after the one of that `seq`, which need not be here itself. */
  after(seq: number): ExchangeEvent | undefined {
    return this.#at(this.#positionOf(seq + 1));
  }

  /** How many events are here of that `seq` and newer. */
  countFrom(seq: number): number {
    return this.#appended - this.#positionOf(seq);
  }

  /** The event of that `seq` and the ones before it, at most `count` in all, oldest first. */
  upTo(seq: number, count: number): ExchangeEvent[] {
    const end = this.#positionOf(seq + 1);
    return this.#slice(Math.max(this.#oldest, end - count), end);
  }

  /** How many coroutines have an event here. */
  get coroutines(): number {
    return this.#newest.size;
  }

  hasEventsOf(coroutine: number): boolean {
    return this.#newest.has(coroutine);
  }

  /** The first `limit` of the events with `from <= seq < to` (and of one coroutine, if so asked), oldest first. */
  bySeqRange(from: number, to: number, limit = Infinity, coroutine?: number): ExchangeEvent[] {
    return this.#slice(this.#positionOf(from), this.#positionOf(to), limit, coroutine);
  }

  /**
   * The events with `from <= time < to`, oldest first. The order of events is that of `seq`; one whose clock was read
   * earlier than that of an event before it counts at the time of that one.
   */
  byTimeRange(from: number, to: number, limit = Infinity, coroutine?: number): ExchangeEvent[] {
    return this.#slice(
      this.#firstPosition((position) => this.#timeAt(position) >= from),
      this.#firstPosition((position) => this.#timeAt(position) >= to),
      limit,
      coroutine,
    );
  }

  get #oldest(): number {
    return this.#appended - this.size;
  }

  #at(position: number): ExchangeEvent | undefined {
    if (position < this.#oldest || position >= this.#appended) return undefined;
    return this.#events[position % this.capacity];
  }

  #seqAt(position: number): number {
    return this.#events[position % this.capacity]?.seq ?? Infinity;
  }

  #timeAt(position: number): number {
    return this.#times[position % this.capacity] ?? Infinity;
  }

  /** The first position in the ring from which on `holds` is true; one past the last if it never is. */
  #firstPosition(holds: (position: number) => boolean): number {
    let low = this.#oldest;
    let high = this.#appended;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #positionOf(seq: number): number {
    return this.#firstPosition((position) => this.#seqAt(position) >= seq);
  }

  #slice(from: number, to: number, limit = Infinity, coroutine?: number): ExchangeEvent[] {
    const events: ExchangeEvent[] = [];
    for (let position = from; position < to && events.length < limit; position += 1) {
      const event = this.#at(position);
      if (event && (coroutine === undefined || event.coroutine === coroutine)) events.push(event);
    }
    return events;
  }
}
