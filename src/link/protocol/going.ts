/** Commands that let the program go on, stop and end, and say what is recorded meanwhile. */
import * as z from 'zod';
import { exchangeBatch } from './exchanges.js';
import { command, id, none } from './fields.js';
import { Location, RecordMode } from './words.js';

export const going = {
  /**
   * (P) Lets the program go on. Steps belong to the coroutine object or frame that `thread` stands in; with `coroutine`
   * to that suspended coroutine, which runs until it is resumed. `frame` is the frame to step out of or over; without
   * it, the innermost. `target` (with `stepIn`) is the id of one of the `stepInTargets` and stands for thread and frame.
   *
   * `runToSuspension` stops where this coroutine suspends next, with the value that goes out in view; `runUntilResumed`
   * where it is resumed next, with the value that comes in. The coroutine is that of `frame`, or the innermost one of
   * `thread`; if it ends before, both stop at the code that takes over.
   */
  resume: command(
    z.object({
      action: z.enum(['continue', 'next', 'stepIn', 'stepOut', 'runToSuspension', 'runUntilResumed']),
      thread: id.optional(),
      coroutine: id.optional(),
      frame: id.optional(),
      target: id.optional(),
    }),
    none,
  ),
  /** (P) The calls and the resumptions that the statement of a running frame can still come to, in the source's order. */
  stepInTargets: command(
    z.object({ frame: id }),
    z.object({
      /** Ids are valid until the program runs on. The location is that of the call, or of what is awaited or iterated. */
      targets: z.array(z.object({ id, label: z.string(), location: Location })),
    }),
  ),
  /** Asks the program to stop at its next line, whatever thread runs. */
  pause: command(none, none),
  /** Cuts off the command `command` if it is being worked on; it then answers with the error `cancelled`. */
  cancel: command(z.object({ command: id }), none),
  /** Answers the fact `inputRequested`; null is the end of the input. */
  input: command(z.object({ text: z.string().nullable() }), none),
  /**
   * What the ring of `record: all` holds from `from` on, oldest first, at most `limit` events. `since`: what was recorded
   * before that number was recorded in another way. `more`: there were more than `limit`.
   */
  exchanges: command(
    z.object({ from: id, limit: id }),
    z.object({ batch: exchangeBatch, since: id, more: z.boolean() }),
  ),
  /** The code that `record: auto` let go at least once because it was too hot, and so knows by samples only. */
  sampled: command(none, z.object({ codes: z.array(Location.extend({ function: z.string() })) })),
  setRecording: command(z.object({ record: RecordMode, streamExchanges: z.boolean() }), none),
  /** Ends the program as Ctrl+C would (`kill: false`) or at once. */
  terminate: command(z.object({ kill: z.boolean() }), none),
  /** Takes every instrument out and lets the program run on by itself. */
  detach: command(none, none),
} as const;
