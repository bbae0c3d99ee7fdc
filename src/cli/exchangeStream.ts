import type { CoroutineIntroduction } from '../model/coroutine.js';
import { ExchangeFold } from '../model/exchange.js';
import type { ExchangeEvent } from '../model/exchangeEvent.js';
import { LiveNames } from './liveNames.js';

/** A batch as the fact `exchanges` brings it. */
export interface ExchangeBatch {
  readonly coroutines: readonly CoroutineIntroduction[];
  readonly events: readonly ExchangeEvent[];
  readonly dropped: number;
}

/** Turns batches, in the order they come, into whole lines without a line feed. */
export interface ExchangePrinter {
  lines(batch: ExchangeBatch): Iterable<string>;
}

export type StreamItem =
  | { readonly kind: 'event'; readonly event: ExchangeEvent; readonly depth: number }
  /** So many events were lost at this place. */
  | { readonly kind: 'dropped'; readonly count: number };

/** What every printer needs to know of each event as it passes: its depth, who it was, and what is missing before it. */
export class ExchangeStream {
  readonly names = new LiveNames();
  readonly #fold = new ExchangeFold();

  *items({ coroutines, events, dropped }: ExchangeBatch): Generator<StreamItem, void, undefined> {
    for (const introduction of coroutines) this.names.introduce(introduction);
    // The same loss may be told twice: by the batch, and by the gap in front of its first event.
    let lost = dropped;
    for (const event of events) {
      const { exchange, gap } = this.#fold.take(event);
      lost = Math.max(lost, gap);
      if (lost > 0) yield { kind: 'dropped', count: lost };
      lost = 0;
      yield { kind: 'event', event, depth: exchange.depth };
      if (event.what === 'return' || event.what === 'raise') this.names.forget(event.coroutine);
    }
    if (lost > 0) yield { kind: 'dropped', count: lost };
  }
}
