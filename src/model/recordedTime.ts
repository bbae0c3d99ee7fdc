import { afterEvent, introduced, type Coroutine, type CoroutineIntroduction } from './coroutine.js';
import type { EventStore } from './eventStore.js';
import { ExchangeFold, type Exchange } from './exchange.js';
import type { ExchangeEvent } from './exchangeEvent.js';

/** A moment of the record: its newest event is the last that had happened then. Undefined is the present. */
export type Moment = ExchangeEvent | undefined;

/** What stood on the thread of an event when it happened, as far as `WINDOW` events before it tell. */
export interface RecordedStack {
  /** Innermost first; the first one is the event's own. Never empty. */
  readonly frames: readonly RecordedFrame[];
}

export interface RecordedFrame {
  readonly coroutine: number;
  readonly line: number;
  readonly event: ExchangeEvent;
  /** What was known of it at that moment. */
  readonly state: Coroutine | undefined;
}

/** How far back a stack is looked for: deeper recursion than any that is read, in a time nobody notices. */
const WINDOW = 20_000;

/** One event back; undefined at the oldest one. */
export function earlier(store: EventStore, moment: Moment): ExchangeEvent | undefined {
  return moment === undefined ? store.last : store.before(moment.seq);
}

/** One event forward; undefined is the present. */
export function later(store: EventStore, moment: Moment): Moment {
  return moment === undefined ? undefined : store.after(moment.seq);
}

/** Back, or forward, to the next event for which `stops`; if there is none, to the oldest one, or to the present. */
export function travel(
  store: EventStore,
  moment: Moment,
  direction: 'back' | 'forward',
  stops: (event: ExchangeEvent) => boolean,
): Moment {
  let at = moment;
  for (;;) {
    const next = direction === 'back' ? earlier(store, at) : later(store, at);
    if (next === undefined) return direction === 'back' ? at : undefined;
    at = next;
    if (stops(next)) return next;
  }
}

/** How many events lie between a moment and the present, itself included. */
export function eventsAgo(store: EventStore, moment: ExchangeEvent): number {
  return store.countFrom(moment.seq);
}

export function stackAt(
  store: EventStore,
  moment: ExchangeEvent,
  introduction: (coroutine: number) => CoroutineIntroduction | undefined,
): RecordedStack {
  const fold = new ExchangeFold();
  const states = new Map<number, Coroutine>();
  let last: Exchange | undefined;
  for (const event of store.upTo(moment.seq, WINDOW)) {
    last = fold.take(event).exchange;
    const known = introduction(event.coroutine);
    const state = states.get(event.coroutine) ?? (known && introduced(known));
    if (state) states.set(event.coroutine, afterEvent(state, event));
  }
  const frame = (event: ExchangeEvent): RecordedFrame => ({
    coroutine: event.coroutine,
    line: event.line,
    event,
    state: states.get(event.coroutine),
  });
  // After an `out` its coroutine is no longer among those that run, but it is what the moment is about.
  const below = fold.running(moment.thread).filter((exchange) => exchange !== last);
  const others = below.flatMap((exchange) => (exchange.in ? [frame(exchange.in)] : [])).reverse();
  return { frames: [frame(moment), ...others] };
}
