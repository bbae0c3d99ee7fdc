/** What a run is like, and where it stops. */
import * as z from 'zod';
import { id } from './fields.js';
import { BreakpointMode, RecordMode } from './words.js';

export const BreakpointState = z.object({
  id,
  verified: z.boolean(),
  line: id.optional(),
  column: id.optional(),
  endLine: id.optional(),
  endColumn: id.optional(),
  /** Why it is not verified, or where it was moved and why. */
  message: z.string().optional(),
  /** `pending`: its code is not loaded yet and it may still be verified; `failed`: it can never be hit as it stands. */
  reason: z.enum(['pending', 'failed']).optional(),
});
export type BreakpointState = z.infer<typeof BreakpointState>;

export const StopReason = z.enum([
  'entry',
  'breakpoint',
  'function breakpoint',
  'step',
  'pause',
  'exception',
  'breakpoint call',
  'coroutine breakpoint',
]);
export type StopReason = z.infer<typeof StopReason>;

export const sourceBreakpoint = z.object({
  id,
  line: id,
  column: id.optional(),
  mode: BreakpointMode.optional(),
  condition: z.string().optional(),
  /** `5`, `>= 5`, `% 2`, ... */
  hitCondition: z.string().optional(),
  /** Text with `{expression}` in it: logged in place of a stop. */
  logMessage: z.string().optional(),
});

export const coroutineBreakpoint = z.object({
  on: z.array(z.enum(['resume', 'suspend', 'end'])),
  condition: z.string().optional(),
  hitCondition: z.string().optional(),
});

/** Settings the runtime needs before the program starts. */
export const Settings = z.object({
  justMyCode: z.boolean(),
  stopOnEntry: z.boolean(),
  record: RecordMode,
  /** How many events the ring of `record: all` holds. */
  recordLimit: z.number().int().positive(),
  /** How many events `history` keeps for each coroutine. */
  historyLength: z.number().int().positive(),
  /** Stream exchange facts to the adapter while the program runs (`coroscope run`, the timeline). */
  streamExchanges: z.boolean(),
  /** Send the program's standard output and error over the link (and answer its standard input) in place of its own descriptors. */
  redirectConsole: z.boolean(),
  /** Seconds before an evaluation is cut off; a watch or a hover gets less. */
  evaluateTimeout: z.number().positive(),
  /** Folders whose files are the user's code even where a rule would call them a library's. */
  userRoots: z.array(z.string()),
  /** Shift the loops' timers by the time spent paused. */
  freezeClocks: z.boolean(),
  /** Watch for findings. */
  findings: z.boolean(),
  /** Milliseconds that one step of a task or callback may take before it is a finding; 0: steps are not measured. */
  blockedLoopMs: z.number().nonnegative(),
});
export type Settings = z.infer<typeof Settings>;

/** Who the runtime is: the body of the fact `hello`. */
export const RuntimeInfo = z.object({
  protocol: z.number().int(),
  language: z.string(),
  /** `CPython 3.14.2`. */
  implementation: z.string(),
  executable: z.string(),
  pid: z.number().int(),
  /**
   * What the wall clock showed when the clock of `time` stood at 0: microseconds since 1970-01-01 UTC. Puts the recordings
   * of several processes on one clock.
   */
  clockZero: z.number().optional(),
  /** What the debuggee's interpreter cannot do, each in one line for a person. */
  limits: z.array(z.string()),
});
export type RuntimeInfo = z.infer<typeof RuntimeInfo>;
