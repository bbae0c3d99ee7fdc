/** What was recorded: one end of an exchange, and batches of them. */
import * as z from 'zod';
import { columnsFault, toEvents } from '../exchangeColumns.js';
import { id } from './fields.js';
import { CoroutineKind, Location } from './words.js';

/**
 * One end of an exchange. In: `next`, `send`, `throw`, `close`. Out: `yield`, `return`, `raise`.
 * `close` covers a GeneratorExit thrown in by hand, which no one can tell apart.
 */
export const ExchangeEvent = z.object({
  /**
   * Counts every event of the session from 1; a gap says that events were dropped. 0 in the history of a coroutine whose
   * last ones the ring had dropped before anybody read them.
   */
  seq: id,
  time: z.number().nonnegative(),
  coroutine: id,
  thread: id,
  what: z.enum(['next', 'send', 'throw', 'close', 'yield', 'return', 'raise']),
  /** Bounded, safe text of the value, taken when it passed; absent for `next` and `close`. */
  value: z.string().optional(),
  /** The line of the coroutine's own code; for the frame that drove it see `by`. */
  line: id,
  /** In only: the code that drove it, if no other coroutine did. */
  by: Location.optional(),
});
export type ExchangeEvent = z.infer<typeof ExchangeEvent>;

/** A batch of recorded events, in order, and the coroutines that appear in the stream for the first time. */
export const exchangeBatch = z
  .object({
    coroutines: z.array(
      z.object({
        id,
        kind: CoroutineKind,
        name: z.string(),
        location: Location.optional(),
        task: z.string().optional(),
      }),
    ),
    places: z.array(Location),
    events: z.object({
      seq: z.array(id),
      time: z.array(z.number().nonnegative()),
      coroutine: z.array(id),
      thread: z.array(id),
      what: z.string(),
      value: z.array(z.string().nullable()),
      line: z.array(id),
      by: z.array(z.number().int()),
    }),
    /** Events lost since the batch before because the ring was full. */
    dropped: id,
  })
  .superRefine(({ events, places }, context) => {
    const fault = columnsFault(events, places);
    if (fault) context.addIssue({ code: 'custom', path: ['events'], message: fault });
  })
  .transform(({ coroutines, places, events, dropped }) => ({
    coroutines,
    events: toEvents(events, places),
    dropped,
  }));
