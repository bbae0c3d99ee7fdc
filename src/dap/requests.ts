/**
 * The arguments of every request, as they are checked when they enter. Only what the adapter reads is listed; DAP
 * allows clients to send more.
 */
import * as z from 'zod';

const text = z.string();
const flag = z.boolean().optional();
const number = z.int();
const condition = text.optional();

const source = z.object({ path: text.optional(), sourceReference: number.optional() });
const onThread = z.object({ threadId: number });

export const dataBreakpointInfo = z.object({ name: text, variablesReference: number.optional() });
export const setDataBreakpoints = z.object({
  breakpoints: z.array(
    z.object({
      dataId: text,
      accessType: z.enum(['read', 'write', 'readWrite']).optional(),
      condition,
      hitCondition: condition,
    }),
  ),
});

export const nothing = z.unknown();
/** Launch settings are read by `settings.ts`, which names them as settings. */
export const settings = z.unknown();

export const initialize = z.object({
  clientID: text.optional(),
  linesStartAt1: flag,
  columnsStartAt1: flag,
  pathFormat: text.optional(),
  supportsRunInTerminalRequest: flag,
  supportsProgressReporting: flag,
  supportsInvalidatedEvent: flag,
});
export const restart = z.object({ arguments: z.unknown() }).default({ arguments: undefined });
export const disconnect = z.object({ terminateDebuggee: flag }).default({});
export const cancel = z.object({ requestId: number.optional(), progressId: text.optional() }).default({});

export const setBreakpoints = z.object({
  source,
  breakpoints: z
    .array(
      z.object({
        line: number,
        column: number.optional(),
        condition,
        hitCondition: condition,
        logMessage: condition,
        mode: text.optional(),
      }),
    )
    .optional(),
  lines: z.array(number).optional(),
});
export const setFunctionBreakpoints = z.object({
  breakpoints: z.array(z.object({ name: text, condition, hitCondition: condition })),
});
export const setExceptionBreakpoints = z.object({
  filters: z.array(text),
  filterOptions: z.array(z.object({ filterId: text, condition })).optional(),
  exceptionOptions: z
    .array(
      z.object({
        path: z.array(z.object({ negate: flag, names: z.array(text) })).optional(),
        breakMode: z.enum(['never', 'always', 'unhandled', 'userUnhandled']),
      }),
    )
    .optional(),
});
export const breakpointLocations = z.object({
  source,
  line: number,
  column: number.optional(),
  endLine: number.optional(),
  endColumn: number.optional(),
});

export const resume = onThread;
export const stepIn = z.object({ threadId: number, targetId: number.min(0).optional() });
export const stepInTargets = z.object({ frameId: number });
/** `coroscope/runToSuspension`, `coroscope/runUntilResumed`: of the frame's coroutine, else of the thread's innermost. */
export const runCoroutine = z.object({ threadId: number, frameId: number.optional() });
export const pause = onThread;
export const exceptionInfo = onThread;
export const stackTrace = z.object({
  threadId: number,
  startFrame: number.min(0).optional(),
  levels: number.min(0).optional(),
});
export const scopes = z.object({ frameId: number });
export const variables = z.object({
  variablesReference: number,
  filter: z.enum(['named', 'indexed']).optional(),
  start: number.min(0).optional(),
  count: number.min(0).optional(),
});
export const setVariable = z.object({ variablesReference: number, name: text, value: text });
export const locations = z.object({ locationReference: number });

export const evaluate = z.object({ expression: text, frameId: number.optional(), context: text.optional() });
export const setExpression = z.object({ expression: text, value: text, frameId: number });
export const completions = z.object({ text, column: number, line: number.optional(), frameId: number.optional() });

export const sourceText = z.object({ sourceReference: number, source: source.optional() });
