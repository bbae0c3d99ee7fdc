import type { Location } from './location.js';

/** How control came into a coroutine. */
export type In = 'next' | 'send' | 'throw' | 'close';
/** How control left it again. */
export type Out = 'yield' | 'return' | 'raise';

/** One end of an exchange. */
export interface ExchangeEvent {
  /** Counts the events of a session; a gap says that some were dropped. */
  readonly seq: number;
  /** Microseconds on the debuggee's monotonic clock. */
  readonly time: number;
  readonly coroutine: number;
  readonly thread: number;
  readonly what: In | Out;
  /** Bounded text of the value that passed; absent for `next` and `close`. */
  readonly value?: string | undefined;
  /** The line of the coroutine's own code. */
  readonly line: number;
  /** In only: the code that drove it, if no other coroutine did. */
  readonly by?: Location | undefined;
}

export function isIn(what: In | Out): what is In {
  return what === 'next' || what === 'send' || what === 'throw' || what === 'close';
}
