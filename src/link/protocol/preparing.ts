/** Commands that say how the program is to run, and where it is to stop. */
import * as z from 'zod';
import { command, id, none } from './fields.js';
import { BreakpointState, Settings, coroutineBreakpoint, sourceBreakpoint } from './running.js';
import { SuspensionKind } from './words.js';

export const preparing = {
  /** First command, once; the program waits for `run`. */
  configure: command(z.object({ protocol: z.number().int(), settings: Settings }), none),
  /** All breakpoints are set: let the program begin. */
  run: command(none, none),

  /** Replaces all breakpoints of a file. */
  setBreakpoints: command(
    z.object({ path: z.string(), breakpoints: z.array(sourceBreakpoint) }),
    z.object({ breakpoints: z.array(BreakpointState) }),
  ),
  setFunctionBreakpoints: command(
    z.object({
      breakpoints: z.array(
        z.object({ id, name: z.string(), condition: z.string().optional(), hitCondition: z.string().optional() }),
      ),
    }),
    z.object({ breakpoints: z.array(BreakpointState) }),
  ),
  /**
   * Which filters there are is the language's (`Backend.exceptionFilters`). A condition is a list of class names, separated
   * by commas, or an expression that sees `exception`. Answers in the order asked.
   */
  setExceptionBreakpoints: command(
    z.object({ filters: z.array(z.object({ filter: z.string(), condition: z.string().optional() })) }),
    z.object({ filters: z.array(z.object({ verified: z.boolean(), message: z.string().optional() })) }),
  ),
  /**
   * Stops when one coroutine object resumes, suspends or ends, wherever it stands. Replaces what was set for it; an empty
   * list takes it away. Ends with the coroutine. Answers in the order asked. The stop's reason is `coroutine breakpoint`.
   */
  breakOnCoroutine: command(
    z.object({ coroutine: id, breakpoints: z.array(coroutineBreakpoint) }),
    z.object({ breakpoints: z.array(z.object({ verified: z.boolean(), message: z.string().optional() })) }),
  ),
  /** Lines that can be hit (a location without kind) and suspension points (with kind) in a range of lines. */
  breakpointLocations: command(
    z.object({ path: z.string(), line: id, endLine: id.optional() }),
    z.object({
      locations: z.array(
        z.object({
          line: id,
          column: id.optional(),
          endLine: id.optional(),
          endColumn: id.optional(),
          kind: SuspensionKind.optional(),
        }),
      ),
    }),
  ),
} as const;
