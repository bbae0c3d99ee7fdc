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
import * as z from 'zod';
import { columnsFault, toEvents } from './exchangeColumns.js';

/** Raised by one whenever a field changes its meaning; the runtime refuses another version in `configure`. */
export const PROTOCOL_VERSION = 1;

/** A longer frame is a broken peer, not a large value: every text on the wire is bounded long before. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const id = z.number().int().nonnegative();

// --- words ---------------------------------------------------------------------------------------------------------

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

/** One coroutine as a row: enough for a thread's name and for a list. */
export const CoroutineRow = z.object({
  /** Stable for the session, never reused. */
  id,
  kind: CoroutineKind,
  state: CoroutineState,
  /** Qualified name of the function it came from. */
  name: z.string(),
  /** Name of the task that owns it, if a scheduler does. */
  task: z.string().optional(),
  /** Name of the coroutine the leaf of its delegation chain waits for, such as `asyncio.sleep` or `Future`. */
  waitsFor: z.string().optional(),
  /** What the suspension point is: `yield`, `await`, ... Absent while created, running or closed. */
  suspension: SuspensionKind.optional(),
  /** Where the innermost frame of the user's code in its delegation chain stands (or where its function begins). */
  location: Location.optional(),
});
export type CoroutineRow = z.infer<typeof CoroutineRow>;

export const Frame = z.object({
  /** Valid until the program runs on. */
  id,
  name: z.string(),
  location: Location,
  /** False for frames of the standard library, of installed packages and of the event loop: shown folded. */
  user: z.boolean(),
  /** The coroutine whose frame it is. */
  coroutine: id.optional(),
});
export type Frame = z.infer<typeof Frame>;

/** A stretch of the logical stack: the delegation chain of one root coroutine, leaf first, and how we came to it. */
export const Segment = z.object({
  /** `awaitedBy`: this one waits for the segment before it. */
  relation: z.enum(['awaitedBy']),
  coroutine: id,
  name: z.string(),
  task: z.string().optional(),
  /** True when this coroutine stands earlier in the same stack: the segment then has no frames and is the last. */
  cycle: z.boolean(),
  /** Where its task was created, if that was seen. */
  createdAt: Location.optional(),
  frames: z.array(Frame),
});
export type Segment = z.infer<typeof Segment>;

/** What drove a coroutine last, and from where; `loop` is set when an event loop did it. */
export const Resumer = z.object({
  how: z.enum(['next', 'send', 'throw', 'close']),
  value: z.string().optional(),
  location: Location.optional(),
  loop: z.string().optional(),
});
export type Resumer = z.infer<typeof Resumer>;

export const Variable = z.object({
  name: z.string(),
  value: z.string(),
  type: z.string().optional(),
  /** For `variables`; 0 when there is nothing inside. Valid until the program runs on. */
  ref: id,
  named: id.optional(),
  indexed: id.optional(),
  /** An expression that yields this value again in the frame it belongs to. */
  evaluateName: z.string().optional(),
  /** Where the value stands: the suspension point of a coroutine, the definition of a function. */
  valueLocation: Location.optional(),
  /** The coroutine that the value is, or (for a task, and in the `Coroutine` scope) belongs to. */
  coroutine: id.optional(),
  hints: z.array(z.enum(['readOnly', 'constant', 'rawString', 'lazy', 'internal', 'virtual'])).optional(),
});
export type Variable = z.infer<typeof Variable>;

/** What a well-known error about coroutines means; absent for every other exception. */
export const Explanation = z.object({
  /** One sentence: what happened. */
  what: z.string(),
  /** One sentence: what to do. */
  whatToDo: z.string(),
  /** The coroutine that the error is about, where the source names it. */
  coroutine: id.optional(),
  /** Locations worth a link, and what is there: `where it is suspended`. */
  places: z.array(z.object({ label: z.string(), location: Location })),
});
export type Explanation = z.infer<typeof Explanation>;

/** An exception, and those behind it and in it. Each is there once, where it is met first. */
export interface ExceptionDetails {
  /** What it is to the one that holds it; absent at the outermost. `context`: it was being handled at the raise. */
  readonly relation?: 'member' | 'cause' | 'context' | undefined;
  readonly typeName: string;
  readonly fullTypeName: string;
  /** Its arguments as text, and the notes added to it. */
  readonly message: string;
  /** Where it came through, as the language writes it; of inner ones the last frames. */
  readonly stackTrace: string;
  readonly inner: readonly ExceptionDetails[];
  /** How many inner ones are left out; absent for none. */
  readonly left?: number | undefined;
}
const exceptionDetails = {
  relation: z.enum(['member', 'cause', 'context']).optional(),
  typeName: z.string(),
  fullTypeName: z.string(),
  message: z.string(),
  stackTrace: z.string(),
  inner: z.lazy(() => z.array(ExceptionDetails)),
  left: z.int().positive().optional(),
};
export const ExceptionDetails: z.ZodType<ExceptionDetails> = z.object(exceptionDetails);

export const Scope = z.object({
  /** `Coroutine`, `Locals`, `Closure`, `Globals`. */
  name: z.string(),
  hint: z.enum(['locals', 'arguments', 'globals', 'coroutine']).optional(),
  ref: id,
  expensive: z.boolean(),
  named: id.optional(),
});
export type Scope = z.infer<typeof Scope>;

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
/** A coroutine in the list of all of them. */
export const ListedCoroutine = CoroutineRow.extend({
  /** How many coroutines it delegates to, one below the other. */
  delegates: id,
  /** The last end of an exchange that was recorded of it. */
  last: z.lazy(() => ExchangeEvent).optional(),
});
export type ListedCoroutine = z.infer<typeof ListedCoroutine>;

/**
 * `task`: those a task owns, and the others by kind. `location`: by the line of `CoroutineRow.location`. `stack`: by the
 * whole delegation chain, line by line.
 */
export const CoroutineGrouping = z.enum(['task', 'kind', 'state', 'location', 'stack']);
export type CoroutineGrouping = z.infer<typeof CoroutineGrouping>;

/** A place in a delegation chain that coroutines have in common. */
export const ChainFrame = z.object({ name: z.string(), location: Location, user: z.boolean() });
export type ChainFrame = z.infer<typeof ChainFrame>;

export const CoroutineGroup = z.object({
  /** For the argument `path`; the same for the same group at every stop. */
  key: z.string(),
  /** For people: `generator`, `Tasks`, `main → fetch → sleep`. */
  name: z.string(),
  count: id,
  /** Of `location` and `stack`: where the innermost frame of the user's stands. */
  location: Location.optional(),
  /** Of `location` and `stack`: what the members have in common, leaf first, at most fifty of `depth` frames. */
  frames: z.array(ChainFrame).optional(),
  depth: id.optional(),
});
export type CoroutineGroup = z.infer<typeof CoroutineGroup>;

/** A frame of the parallel stacks. The frames below it, towards the leaf, name it as their `parent`. */
export const StackNode = ChainFrame.extend({
  /** Valid in this reply only; parents come before their children. */
  id,
  parent: id.optional(),
  /** How many coroutines have it in their chain, and of how many it is the leaf. */
  count: id,
  ends: id,
  /** One of them. */
  coroutine: id.optional(),
});
export type StackNode = z.infer<typeof StackNode>;

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

/** A batch of recorded events, in order, and the coroutines that appear in the stream for the first time. */
const exchangeBatch = z
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

// --- commands ------------------------------------------------------------------------------------------------------

const none = z.object({});

/**
 * Which coroutines of the list: every word of `filter` is in its task's name, or in a function or place of its chain. A word
 * such as `client.py:41` is that line of a file of that name; folders may come before it.
 */
const coroutineQuery = z.object({
  filter: z.string().optional(),
  kinds: z.array(CoroutineKind).optional(),
  /** Without it, all but the closed ones. */
  states: z.array(CoroutineState).optional(),
});
const sourceBreakpoint = z.object({
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

const coroutineBreakpoint = z.object({
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

const command = <A extends z.ZodType, R extends z.ZodType>(args: A, result: R) => ({ args, result });

/**
 * Every command: the shape of its arguments and of its result. Marks: (P) only while the addressed thread is paused,
 * otherwise the error `notPaused`; the rest is answered at any time.
 */
export const commands = {
  /**
   * What the ring of `record: all` holds from `from` on, oldest first, at most `limit` events. `since`: what was recorded
   * before that number was recorded in another way. `more`: there were more than `limit`.
   */
  exchanges: command(
    z.object({ from: id, limit: id }),
    z.object({ batch: exchangeBatch, since: id, more: z.boolean() }),
  ),

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

  /** Operating-system threads, and up to `limit` logical ones (suspended roots; those related to the stop first). */
  threads: command(
    z.object({ limit: id }),
    z.object({
      threads: z.array(z.object({ id, name: z.string(), paused: z.boolean() })),
      coroutines: z.array(CoroutineRow),
      /** How many suspended roots there are in all. */
      totalCoroutines: id,
    }),
  ),
  /**
   * The list of all root coroutines of the user's code, a page of it: rows; with `group`, groups, largest first; with
   * `path`, the key of a group, its rows. Near the stop first. At a stop, pages fit together until the program runs on or
   * something is evaluated; while it runs, each is a snapshot of its own.
   */
  coroutines: command(
    coroutineQuery.extend({
      group: CoroutineGrouping.optional(),
      path: z.string().optional(),
      start: id,
      count: id,
    }),
    z.object({
      /** How many coroutines the query matches. */
      total: id,
      /** How many rows or groups there are to page through. */
      length: id,
      rows: z.array(ListedCoroutine).optional(),
      groups: z.array(CoroutineGroup).optional(),
    }),
  ),
  /** One coroutine in full; `stale` when it is gone. */
  coroutine: command(
    z.object({ coroutine: id }),
    z.object({
      row: ListedCoroutine,
      /** What it delegates to, down to the leaf, each where it stands itself; at most two hundred of `row.delegates`. */
      delegates: z.array(ListedCoroutine),
      /** The coroutine that delegates to it, or the tasks that wait for its own. */
      awaitedBy: z.array(CoroutineRow),
      resumedBy: Resumer.optional(),
      /** Where its task was created, if that was seen. */
      createdAt: Location.optional(),
      /** Where its function begins. */
      definedAt: Location,
      /** Where it stands itself (`row.location` tells it of the innermost of the user's); absent once it is closed. */
      valueLocation: Location.optional(),
      /** The last events, newest first. */
      history: z.array(z.lazy(() => ExchangeEvent)),
      /** It was too hot to keep every event. */
      sampled: z.boolean(),
    }),
  ),
  /**
   * The delegation chains of all coroutines merged into trees where they begin alike at their roots: at most `limit`
   * frames, those that most share; `left` tells how many were left out.
   */
  parallelStacks: command(
    coroutineQuery.extend({ limit: id }),
    z.object({ total: id, nodes: z.array(StackNode), left: id }),
  ),
  /**
   * Who waits for whom and for what: all tasks of every loop and the other coroutines that wait, at most `limit` of them
   * (those in a deadlock first). While the program runs, a snapshot that may be torn except for its deadlocks.
   */
  awaitGraph: command(
    z.object({ limit: id }),
    z.object({
      nodes: z.array(AwaitNode),
      edges: z.array(AwaitEdge),
      /** Ids of nodes, each waiting for the next (a lock for its holder) and the last for the first. */
      deadlocks: z.array(z.array(id)),
      /** How many tasks and coroutines there are in all. */
      total: id,
    }),
  ),
  /**
   * What was found so far, in that order, and what is true right now: deadlocks at any time; tasks that nothing keeps and
   * exceptions not retrieved so far only while paused.
   */
  findings: command(
    none,
    z.object({
      findings: z.array(Finding),
      /** Different ones beyond the bound of what is kept. */
      dropped: id,
      /** What cannot be known here, each in one line for a person. */
      notes: z.array(z.string()),
    }),
  ),
  /**
   * (P) The stack of a thread or of a suspended coroutine. `frames` is a window of the physical stack (or of the
   * delegation chain), innermost first; `total` its whole length. `awaiters` goes on where it ends, and is empty unless
   * the window reaches the end.
   */
  stack: command(
    z.object({ thread: id.optional(), coroutine: id.optional(), start: id, count: id }),
    z.object({
      frames: z.array(Frame),
      total: id,
      awaiters: z.array(Segment),
      /** What drove the root coroutine of these frames last, in whatever window is asked for. */
      resumedBy: Resumer.optional(),
      /** Where the task of that coroutine was created. */
      createdAt: Location.optional(),
    }),
  ),
  /** (P) */
  scopes: command(z.object({ frame: id }), z.object({ scopes: z.array(Scope) })),
  /** (P) `start` and `count` page through the indexed (or named) children; without `filter`, both kinds. */
  variables: command(
    z.object({ ref: id, filter: z.enum(['named', 'indexed']).optional(), start: id, count: id }),
    z.object({ variables: z.array(Variable) }),
  ),
  /** (P) `value` is an expression, evaluated in the frame that the scope belongs to. */
  setVariable: command(z.object({ ref: id, name: z.string(), value: z.string() }), z.object({ variable: Variable })),
  /** (P) */
  setExpression: command(
    z.object({ frame: id, expression: z.string(), value: z.string() }),
    z.object({ variable: Variable }),
  ),
  /**
   * (P) Contexts `hover` and `variables` never run code of the program: names, attributes and items are looked up
   * statically, anything else is the error `wouldRun`. `repl` may also be statements. `clipboard` gives the whole text.
   */
  evaluate: command(
    z.object({
      expression: z.string(),
      frame: id.optional(),
      context: z.enum(['repl', 'watch', 'hover', 'clipboard', 'variables']),
    }),
    z.object({ variable: Variable }),
  ),
  /** (P) `column` is a 1-based position in `text`. */
  completions: command(
    z.object({ frame: id.optional(), text: z.string(), column: id }),
    z.object({
      items: z.array(
        z.object({
          label: z.string(),
          type: z.enum(['method', 'function', 'variable', 'class', 'module', 'keyword', 'property', 'value']),
          /** 0-based offset in `text` of what it replaces, and its length. */
          start: id,
          length: id,
        }),
      ),
    }),
  ),
  /** (P) The exception that `thread` stopped at, or last handled. */
  exceptionInfo: command(
    z.object({ thread: id }),
    z.object({
      ...exceptionDetails,
      breakMode: z.enum(['always', 'unhandled', 'userUnhandled']),
      explanation: Explanation.optional(),
    }),
  ),
  source: command(z.object({ sourceId: id }), z.object({ content: z.string() })),
  loadedSources: command(none, z.object({ sources: z.array(z.object({ path: z.string(), name: z.string() })) })),

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
  /** The code that `record: auto` let go at least once because it was too hot, and so knows by samples only. */
  sampled: command(none, z.object({ codes: z.array(Location.extend({ function: z.string() })) })),
  setRecording: command(z.object({ record: RecordMode, streamExchanges: z.boolean() }), none),
  /** Ends the program as Ctrl+C would (`kill: false`) or at once. */
  terminate: command(z.object({ kill: z.boolean() }), none),
  /** Takes every instrument out and lets the program run on by itself. */
  detach: command(none, none),
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandArgs<N extends CommandName> = z.infer<Commands[N]['args']>;
export type CommandResult<N extends CommandName> = z.infer<Commands[N]['result']>;

// --- facts ---------------------------------------------------------------------------------------------------------

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

export const facts = {
  /** First fact, once. */
  hello: RuntimeInfo,
  stopped: z.object({
    reason: StopReason,
    thread: id,
    /** The breakpoints hit. */
    breakpoints: z.array(id),
    /** One sentence for a person: `Paused on ...`, an exception's text. */
    text: z.string().optional(),
  }),
  /** The program runs on (also after `resume`, before any other fact of that run). */
  continued: none,
  thread: z.object({ id, name: z.string(), reason: z.enum(['started', 'exited']) }),
  output: z.object({
    category: z.enum(['stdout', 'stderr', 'console', 'important']),
    text: z.string(),
    location: Location.optional(),
  }),
  /** The program reads its standard input and waits for the command `input`. */
  inputRequested: z.object({ prompt: z.string().optional() }),
  /** A breakpoint's state changed. */
  breakpoint: BreakpointState,
  /**
   * A batch of recorded events, in order, and the coroutines that appear in the stream for the first time. It crosses the
   * link as columns (`exchangeColumns.ts`) and is events behind it.
   */
  exchanges: exchangeBatch,
  /** Once, at the end of a run that had any: what the program did wrong with its coroutines. Comes before `exiting`. */
  findings: z.object({ findings: z.array(Finding), dropped: id }),
  loadedSource: z.object({ path: z.string(), name: z.string() }),
  /** The program ended by itself; a process host knows the exit code better and waits for it. */
  exiting: z.object({ code: z.number().int().optional() }),
} as const;

export type Facts = typeof facts;
export type FactName = keyof Facts;
export type FactBody<N extends FactName> = z.infer<Facts[N]>;
/** A fact as it crosses the link. */
export type FactOnWire<N extends FactName> = z.input<Facts[N]>;

// --- envelopes -----------------------------------------------------------------------------------------------------

/** Codes a person never sees; `message` is a whole sentence, `hint` says what to do. */
export const WireError = z.object({
  code: z.enum([
    'notPaused',
    'stale',
    'badArgument',
    'unknownCommand',
    'program',
    'wouldRun',
    'timeout',
    'cancelled',
    'unsupported',
    'version',
    'internal',
  ]),
  message: z.string(),
  hint: z.string().optional(),
});
export type WireError = z.infer<typeof WireError>;

export const CommandFrame = z.object({ id, command: z.string(), args: z.unknown() });
export type CommandFrame = z.infer<typeof CommandFrame>;

export const RuntimeFrame = z.union([
  z.object({ reply: id, result: z.unknown(), error: z.undefined().optional() }),
  z.object({ reply: id, error: WireError }),
  z.object({ fact: z.string(), body: z.unknown() }),
]);
export type RuntimeFrame = z.infer<typeof RuntimeFrame>;
