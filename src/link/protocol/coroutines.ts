/** Coroutines: as rows, as frames of a stack, and as a list of all of them. */
import * as z from 'zod';
import { ExchangeEvent } from './exchanges.js';
import { id } from './fields.js';
import { CoroutineKind, CoroutineState, Location, SuspensionKind } from './words.js';

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

/** A coroutine in the list of all of them. */
export const ListedCoroutine = CoroutineRow.extend({
  /** How many coroutines it delegates to, one below the other. */
  delegates: id,
  /** The last end of an exchange that was recorded of it. */
  last: ExchangeEvent.optional(),
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

/**
 * Which coroutines of the list: every word of `filter` is in its task's name, or in a function or place of its chain. A word
 * such as `client.py:41` is that line of a file of that name; folders may come before it.
 */
export const coroutineQuery = z.object({
  filter: z.string().optional(),
  kinds: z.array(CoroutineKind).optional(),
  /** Without it, all but the closed ones. */
  states: z.array(CoroutineState).optional(),
});
