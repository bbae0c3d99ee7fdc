/** Words that all the messages use. */
import * as z from 'zod';
import { id } from './fields.js';

/** Where something is in a source text. `path` is absolute, as the debuggee knows the file; absent for generated code. */
export const Location = z.object({
  path: z.string().optional(),
  /** Id for the `source` command, for code that has no file. */
  sourceId: id.optional(),
  /** Short name for people: a file's base name or `<string>`. */
  name: z.string(),
  line: id,
  column: id.optional(),
  endLine: id.optional(),
  endColumn: id.optional(),
});
export type Location = z.infer<typeof Location>;

export const CoroutineKind = z.enum(['generator', 'coroutine', 'async generator']);
export type CoroutineKind = z.infer<typeof CoroutineKind>;

export const CoroutineState = z.enum(['created', 'running', 'suspended', 'closed']);
export type CoroutineState = z.infer<typeof CoroutineState>;

/** The kinds of suspension point that the source can hold. */
export const SuspensionKind = z.enum([
  'yield',
  'yield from',
  'await',
  'async for',
  'async with',
  'async comprehension',
]);
export type SuspensionKind = z.infer<typeof SuspensionKind>;

/** `line` stops before the line runs; the others at the suspension point itself. */
export const BreakpointMode = z.enum(['line', 'suspend', 'resume', 'throw', 'close']);
export type BreakpointMode = z.infer<typeof BreakpointMode>;

export const RecordMode = z.enum(['auto', 'all', 'off']);
export type RecordMode = z.infer<typeof RecordMode>;
