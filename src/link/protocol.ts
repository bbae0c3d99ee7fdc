/**
 * The wire between the adapter and a debuggee's runtime, field by field. Language-neutral: nothing here is Python's.
 *
 * One frame is one JSON object. On a byte stream a frame ends with a line feed (JSON escapes the ones inside it) and is
 * at most {@link MAX_FRAME_BYTES} long. Three envelopes exist:
 *
 * - a **command** goes to the runtime: `{id, command, args}`,
 * - a **reply** comes back for every command: `{reply: id, result}` or `{reply: id, error}`,
 * - a **fact** comes unasked: `{fact, body}`.
 *
 * Lines and columns are 1-based; columns count UTF-16 code units, ends are exclusive (as in the Debug Adapter
 * Protocol). Times are microseconds on the debuggee's monotonic clock. A field that is absent does not apply; a field
 * that is not known says why in words. Both sides validate what enters: here with these schemas, in the runtime with
 * its own `protocol` module.
 */
import type * as z from 'zod';
import { going } from './protocol/going.js';
import { looking } from './protocol/looking.js';
import { preparing } from './protocol/preparing.js';

export * from './protocol/awaiting.js';
export * from './protocol/coroutines.js';
export * from './protocol/envelopes.js';
export * from './protocol/exchanges.js';
export * from './protocol/facts.js';
export * from './protocol/running.js';
export * from './protocol/values.js';
export * from './protocol/words.js';

/** Raised by one whenever a field changes its meaning; the runtime refuses another version in `configure`. */
export const PROTOCOL_VERSION = 1;

/** A longer frame is a broken peer, not a large value: every text on the wire is bounded long before. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/**
 * Every command: the shape of its arguments and of its result. Marks: (P) only while the addressed thread is paused,
 * otherwise the error `notPaused`; the rest is answered at any time.
 */
export const commands = { ...preparing, ...looking, ...going } as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandArgs<N extends CommandName> = z.infer<Commands[N]['args']>;
export type CommandResult<N extends CommandName> = z.infer<Commands[N]['result']>;
