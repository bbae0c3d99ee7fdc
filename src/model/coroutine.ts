import { isIn, type ExchangeEvent } from './exchangeEvent.js';
import type { Location } from './location.js';

export type CoroutineKind = 'generator' | 'coroutine' | 'async generator';
export type CoroutineState = 'created' | 'running' | 'suspended' | 'closed';
export type SuspensionKind = 'yield' | 'yield from' | 'await' | 'async for' | 'async with' | 'async comprehension';

/** What is known of a coroutine when it is first heard of. */
export interface CoroutineIntroduction {
  /** Stable for the session, never reused. */
  readonly id: number;
  readonly kind: CoroutineKind;
  readonly name: string;
  /** Where its function begins, or where it stood when it was introduced. */
  readonly location?: Location | undefined;
  /** Name of the task that owns it, if a scheduler does. */
  readonly task?: string | undefined;
}

/** How a coroutine ended. */
export interface Ending {
  readonly how: 'return' | 'raise';
  /** Bounded text of the value or the exception. */
  readonly value?: string | undefined;
}

/** A coroutine as its events tell it: what was recorded, which may be less than what happened. */
export interface Coroutine extends CoroutineIntroduction {
  readonly state: CoroutineState;
  /** How many times control came in. */
  readonly exchanges: number;
  /** The line it was at last; absent before the first event. */
  readonly line?: number;
  /** The last value of each kind that passed. */
  readonly yielded?: string;
  readonly sent?: string;
  readonly thrown?: string;
  readonly ending?: Ending;
}

/** Nothing of it was seen yet, so it counts as not started; the first event corrects that. */
export function introduced(introduction: CoroutineIntroduction): Coroutine {
  return { ...introduction, state: 'created', exchanges: 0 };
}

/** The coroutine after one of its own events; the order of events is not questioned, so drops do no harm. */
export function afterEvent(coroutine: Coroutine, event: ExchangeEvent): Coroutine {
  const { line } = event;
  const exchanges = coroutine.exchanges + (isIn(event.what) ? 1 : 0);
  const value = event.value ?? '';
  switch (event.what) {
    case 'next':
    case 'close':
      return { ...coroutine, state: 'running', exchanges, line };
    case 'send':
      return { ...coroutine, state: 'running', exchanges, line, sent: value };
    case 'throw':
      return { ...coroutine, state: 'running', exchanges, line, thrown: value };
    case 'yield':
      return { ...coroutine, state: 'suspended', exchanges, line, yielded: value };
    case 'return':
    case 'raise':
      return { ...coroutine, state: 'closed', exchanges, line, ending: { how: event.what, value: event.value } };
  }
}
