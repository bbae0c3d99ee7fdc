import { isIn, type ExchangeEvent } from './exchangeEvent.js';

/**
 * What is known of an exchange: `running` has no `out` yet, `complete` has both ends, `outMissing` is over although
 * nobody saw how, of `inMissing` only the end was seen.
 */
export type ExchangeStatus = 'running' | 'complete' | 'outMissing' | 'inMissing';

/** One trip into a coroutine and out of it. */
export interface Exchange {
  readonly coroutine: number;
  readonly thread: number;
  /** How many coroutines ran on that thread when control came in. */
  readonly depth: number;
  /** The coroutine that ran on that thread when control came in, and so drove this exchange or called what did. */
  readonly parent?: number;
  readonly in?: ExchangeEvent;
  readonly out?: ExchangeEvent;
  readonly status: ExchangeStatus;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What one event came to. */
export interface Folded {
  /** The exchange that it begins or ends. */
  readonly exchange: Exchange;
  /** Exchanges that this event proves to be over, though their `out` was not seen. */
  readonly abandoned: readonly Exchange[];
  /** How many events are missing between the one before and this one. */
  readonly gap: number;
}

/** A stack that is higher than any real one holds exchanges whose ends were lost; the lowest is then given up. */
const MAX_RUNNING = 20_000;

/**
 * Folds events, in the order of their `seq`, into exchanges: for each thread a stack of those that run. Nothing that
 * arrives makes it throw. Where events are missing it says so instead of guessing:
 *
 * - An `in` of a coroutine that already runs: its `out` is missing, and those of all above it.
 * - An `out` of a coroutine below the top: the ones above it are over, too.
 * - An `out` of a coroutine that does not run has no `in`. It stands at the depth of what runs.
 * - After a gap nobody knows what still runs: see {@link ExchangeFold.cut}.
 *
 * That an `out` may be the first that is heard of a coroutine is also CPython's doing: what `outer.throw(e)` throws
 * goes straight into the delegate of `outer`, and `outer` itself has no event unless the exception comes back to it.
 */
export class ExchangeFold {
  readonly #stacks = new Map<number, Mutable<Exchange>[]>();
  readonly #running = new Map<number, Mutable<Exchange>>();
  #lastSeq: number | undefined;

  take(event: ExchangeEvent): Folded {
    const gap = this.#lastSeq === undefined ? 0 : Math.max(0, event.seq - this.#lastSeq - 1);
    const cut = gap > 0 ? this.cut() : [];
    this.#lastSeq = Math.max(event.seq, this.#lastSeq ?? 0);
    const { exchange, abandoned } = isIn(event.what) ? this.#enter(event) : this.#leave(event);
    return { exchange, abandoned: [...cut, ...abandoned], gap };
  }

  /** What runs on a thread, outermost first, as far as the events tell. */
  running(thread: number): readonly Exchange[] {
    return this.#stacks.get(thread) ?? [];
  }

  /**
   * Events were lost, or recording paused. Whatever ran is let go as `outMissing`: to keep it would indent everything
   * that follows, perhaps for ever, where letting it go costs one `inMissing` if it did still run.
   */
  cut(): readonly Exchange[] {
    const abandoned = [...this.#running.values()];
    for (const exchange of abandoned) exchange.status = 'outMissing';
    this.#stacks.clear();
    this.#running.clear();
    return abandoned;
  }

  #enter(event: ExchangeEvent): Omit<Folded, 'gap'> {
    const { coroutine, thread } = event;
    const before = this.#running.get(coroutine);
    const abandoned = before ? this.#abandonFrom(before) : [];
    const stack = this.#stacks.get(thread) ?? [];
    this.#stacks.set(thread, stack);
    if (stack.length >= MAX_RUNNING) {
      const [lowest] = stack.splice(0, 1);
      if (lowest) abandoned.push(this.#abandon(lowest));
    }
    const parent = stack.at(-1);
    const exchange: Mutable<Exchange> = {
      coroutine,
      thread,
      depth: stack.length,
      ...(parent && { parent: parent.coroutine }),
      in: event,
      status: 'running',
    };
    stack.push(exchange);
    this.#running.set(coroutine, exchange);
    return { exchange, abandoned };
  }

  #leave(event: ExchangeEvent): Omit<Folded, 'gap'> {
    const { coroutine, thread } = event;
    const exchange = this.#running.get(coroutine);
    if (exchange?.thread === thread) {
      const abandoned = this.#abandonFrom(exchange).slice(1);
      exchange.out = event;
      exchange.status = 'complete';
      return { exchange, abandoned };
    }
    const abandoned = exchange ? this.#abandonFrom(exchange) : [];
    const stack = this.#stacks.get(thread) ?? [];
    const parent = stack.at(-1);
    return {
      exchange: {
        coroutine,
        thread,
        depth: stack.length,
        ...(parent && { parent: parent.coroutine }),
        out: event,
        status: 'inMissing',
      },
      abandoned,
    };
  }

  /** Takes `exchange` and all above it off its stack; returns them, `exchange` first. */
  #abandonFrom(exchange: Mutable<Exchange>): Exchange[] {
    const stack = this.#stacks.get(exchange.thread) ?? [];
    // From the top, where it nearly always is.
    const over = stack.splice(stack.lastIndexOf(exchange));
    if (stack.length === 0) this.#stacks.delete(exchange.thread);
    return over.map((each) => this.#abandon(each));
  }

  #abandon(exchange: Mutable<Exchange>): Exchange {
    exchange.status = 'outMissing';
    this.#running.delete(exchange.coroutine);
    return exchange;
  }
}

/** The exchanges of a stretch of events, in the order they began (or, without a beginning, were seen). */
export function foldExchanges(events: Iterable<ExchangeEvent>): Exchange[] {
  const fold = new ExchangeFold();
  const exchanges: Exchange[] = [];
  for (const event of events) {
    const { exchange } = fold.take(event);
    if (exchange.in === event || exchange.status === 'inMissing') exchanges.push(exchange);
  }
  return exchanges;
}
