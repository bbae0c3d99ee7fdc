import type { CoroutineIntroduction } from '../coroutine.js';
import type { ExchangeEvent } from '../exchangeEvent.js';

export interface TraceProcess {
  readonly pid: number;
  readonly name: string;
  /** Microseconds since 1970 (UTC) at time 0 of the events; absent when the runtime did not say. */
  readonly clockZero?: number | undefined;
}

/** Writes a trace while it happens: pieces of text which, one after the other, are the file. */
export interface TraceWriter {
  open(): string;
  nameThread(thread: number, name: string): string;
  batch(coroutines: readonly CoroutineIntroduction[], events: Iterable<ExchangeEvent>): Iterable<string>;
  close(): string;
}
