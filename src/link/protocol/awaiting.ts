/** Who waits for what, and what is wrong with that. */
import * as z from 'zod';
import { CoroutineRow } from './coroutines.js';
import { id } from './fields.js';
import { Location } from './words.js';

/** Something that waits or is waited for. */
export const AwaitNode = z.object({
  /** Valid in this reply only. */
  id,
  kind: z.enum([
    'task',
    /** A coroutine that is no task's: whoever drives it may resume it. */
    'coroutine',
    /** A future that no task stands behind. */
    'future',
    'lock',
    'semaphore',
    'condition',
    'event',
    'queue',
    'barrier',
    'timer',
    /** Sockets and streams. */
    'io',
    /** A call in another thread. */
    'thread',
    /** A child process. */
    'process',
    'other',
  ]),
  /** For people: `Task-3 fetch`, `Lock 'db'`, `Queue 'jobs' (0 of 10)`, `sleep, due in 3.2 s`. */
  name: z.string(),
  /** Of tasks and coroutines. */
  row: CoroutineRow.optional(),
  /** What a task or coroutine waits for, down to the thing itself. Absent while it does not wait. */
  waits: z.string().optional(),
  /** It is in a deadlock or waits for one: nothing but a cancellation lets it go on. */
  stuck: z.boolean().optional(),
});
export type AwaitNode = z.infer<typeof AwaitNode>;

export const AwaitEdge = z.object({
  /** A task or a coroutine. */
  from: id,
  to: id,
  /**
   * `wants`: waits for a lock or semaphore. `holds`: has one, by an open `with` block or because the lock says so. `awaitedBy`: will be waited for by
   * the task `to` at the end of the task group or nursery that this one stands inside of. `waitsFor`: everything else.
   */
  relation: z.enum(['waitsFor', 'wants', 'holds', 'awaitedBy']),
  /**
   * What leads there: `gather`, `wait`, `shield`, `TaskGroup`, `nursery`, `as_completed`; of a queue `get`, `put`, `join`,
   * of a channel `send`, `receive`.
   */
  through: z.string().optional(),
  /** Any one of the edges of `from` is enough for it to go on. */
  any: z.boolean().optional(),
  /** A timeout ends the wait after so many seconds. */
  timeout: z.number().nonnegative().optional(),
});
export type AwaitEdge = z.infer<typeof AwaitEdge>;

/** Something that is wrong with the use of coroutines although no line fails. Equal ones are told once and counted. */
export const Finding = z.object({
  kind: z.enum([
    /** A coroutine was created and is gone, or the program over, without anybody having awaited it. */
    'neverAwaited',
    /** An async generator was dropped, or its loop closed, while it was suspended at a `yield`. */
    'generatorLeftOpen',
    /** A task failed and nobody asked for its exception. */
    'exceptionNotRetrieved',
    /** One step of a task or callback took longer than `blockedLoopMs`. */
    'loopBlocked',
    /** A task that nothing refers to, was destroyed while pending, or was still pending at the end. */
    'taskNotKept',
    'deadlock',
  ]),
  /** `hint`: harmless so far, or the program may still put it right. */
  severity: z.enum(['warning', 'hint']),
  /** One sentence: what was found. */
  what: z.string(),
  /** One sentence: what to do. */
  whatToDo: z.string(),
  /** Locations worth a link, the one to show first at the head, and what is there. Empty when none is known. */
  places: z.array(z.object({ label: z.string(), location: Location })),
  /** The coroutine concerned; absent when it was never seen or was being destroyed. It may be gone by now. */
  coroutine: id.optional(),
  /** How often the same was found at the same place. */
  times: z.number().int().positive(),
});
export type Finding = z.infer<typeof Finding>;
