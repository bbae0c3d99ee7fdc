/** Commands that look at the program and at values, and change these. */
import * as z from 'zod';
import { AwaitEdge, AwaitNode, Finding } from './awaiting.js';
import {
  CoroutineGroup,
  CoroutineGrouping,
  CoroutineRow,
  Frame,
  ListedCoroutine,
  Resumer,
  Segment,
  StackNode,
  coroutineQuery,
} from './coroutines.js';
import { ExchangeEvent } from './exchanges.js';
import { command, id, none } from './fields.js';
import { Explanation, Scope, Variable, exceptionDetails } from './values.js';
import { Location } from './words.js';

export const looking = {
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
      history: z.array(ExchangeEvent),
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
} as const;
