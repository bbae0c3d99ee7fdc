/**
 * What is known of asyncio, trio, anyio and the built-in functions without reading them: which calls only pass on what
 * they are given, and what the waits at the end of a chain wait for.
 */

/** How a known call treats its arguments. */
export type Passing =
  /** The first argument is awaited (or run) in its stead. */
  | 'first'
  /** Every argument is. */
  | 'all'
  /** The first argument is a function, which is called. */
  | 'function'
  /** What comes back stands for an argument itself: for the function of a `partial`, for the second one of a `cast`. */
  | 'same';

const PASSING: Readonly<Record<string, Passing>> = {
  'asyncio.create_task': 'first',
  'asyncio.ensure_future': 'first',
  'asyncio.shield': 'first',
  'asyncio.wait_for': 'first',
  'asyncio.run': 'first',
  'asyncio.run_coroutine_threadsafe': 'first',
  'asyncio.Task': 'first',
  'asyncio.eager_task_factory': 'first',
  'asyncio.TaskGroup.create_task': 'first',
  'asyncio.AbstractEventLoop.create_task': 'first',
  'asyncio.AbstractEventLoop.run_until_complete': 'first',
  'asyncio.Runner.run': 'first',
  'asyncio.gather': 'all',
  'asyncio.wait': 'all',
  'asyncio.as_completed': 'all',
  'anyio.run': 'function',
  'anyio.from_thread.run': 'function',
  'anyio.create_task_group.start_soon': 'function',
  'anyio.create_task_group.start': 'function',
  'trio.run': 'function',
  'trio.open_nursery.start_soon': 'function',
  'trio.open_nursery.start': 'function',
  'trio.from_thread.run': 'function',
  'builtins.anext': 'first',
  'builtins.aiter': 'first',
  'builtins.iter': 'first',
  'builtins.list': 'first',
  'builtins.tuple': 'first',
  'builtins.set': 'first',
  'builtins.sorted': 'first',
  'builtins.reversed': 'first',
  'contextlib.aclosing': 'first',
  'contextlib.closing': 'first',
  'functools.partial': 'same',
  'typing.cast': 'same',
};

/** Those of them that make a coroutine run even if nobody awaits what they return. */
const STARTING = new Set(
  Object.keys(PASSING).filter((name) => /^(asyncio|anyio|trio)\./.test(name) && name !== 'asyncio.shield'),
);

const STARTER_NAMES = new Set([...STARTING].map((name) => name.slice(name.lastIndexOf('.') + 1)));

/** May a call by this name start a coroutine? Cheap, and never wrong with no. */
export function maybeStarter(name: string): boolean {
  return STARTER_NAMES.has(name);
}

/** What these make, or return, is of this class. */
const MADE: Readonly<Record<string, string>> = {
  'asyncio.get_running_loop': 'asyncio.AbstractEventLoop',
  'asyncio.get_event_loop': 'asyncio.AbstractEventLoop',
  'asyncio.new_event_loop': 'asyncio.AbstractEventLoop',
  'asyncio.Runner.get_loop': 'asyncio.AbstractEventLoop',
  'anyio.abc.TaskGroup': 'anyio.create_task_group',
  'trio.Nursery': 'trio.open_nursery',
};

const LEAVES: Readonly<Record<string, string>> = {
  'asyncio.sleep': 'a timer',
  'asyncio.to_thread': 'a thread of the pool',
  'asyncio.AbstractEventLoop.run_in_executor': 'an executor',
  'asyncio.AbstractEventLoop.create_future': 'a future that somebody completes',
  'asyncio.Future': 'a future that somebody completes',
  'asyncio.Event.wait': 'somebody to set the event',
  'asyncio.Lock.acquire': 'the lock',
  'asyncio.Lock': 'the lock',
  'asyncio.Semaphore.acquire': 'a free place',
  'asyncio.Semaphore': 'a free place',
  'asyncio.BoundedSemaphore': 'a free place',
  'asyncio.Condition': 'the lock of the condition',
  'asyncio.Condition.wait': 'a notification',
  'asyncio.Condition.wait_for': 'a notification',
  'asyncio.Barrier.wait': 'the others at the barrier',
  'asyncio.Queue.get': 'something in the queue',
  'asyncio.Queue.put': 'room in the queue',
  'asyncio.Queue.join': 'the queue to be worked off',
  'asyncio.TaskGroup': 'all tasks of the group, at its end',
  'asyncio.timeout': 'nothing; its block has a time limit',
  'asyncio.timeout_at': 'nothing; its block has a time limit',
  'asyncio.open_connection': 'the network',
  'asyncio.start_server': 'the network',
  'asyncio.StreamReader.read': 'the network',
  'asyncio.StreamReader.readline': 'the network',
  'asyncio.StreamWriter.drain': 'the network',
  'asyncio.create_subprocess_exec': 'a process to start',
  'asyncio.create_subprocess_shell': 'a process to start',
  'trio.sleep': 'a timer',
  'anyio.sleep': 'a timer',
  'trio.open_nursery': 'all tasks of the nursery, at its end',
  'anyio.create_task_group': 'all tasks of the group, at its end',
};

/** Classes that a subclass shares its waits with. */
const SUBCLASSES = /^asyncio\.(PriorityQueue|LifoQueue)\b/;

/** One name for what has several: `asyncio.tasks.sleep` is `asyncio.sleep`. */
export function canonical(name: string): string {
  return name
    .replace(
      /^asyncio\.(tasks|runners|locks|queues|taskgroups|timeouts|futures|events|streams|subprocess|threads)\./,
      'asyncio.',
    )
    .replace(SUBCLASSES, 'asyncio.Queue');
}

export function passing(name: string): Passing | undefined {
  return Object.hasOwn(PASSING, name) ? PASSING[name] : undefined;
}

/** An unknown object's method that is, by its name, one that passes its argument on. */
export function passingByName(method: string): Passing | undefined {
  switch (method) {
    case 'create_task':
    case 'run_until_complete':
      return 'first';
    case 'start_soon':
      return 'function';
    default:
      return undefined;
  }
}

export function isStarting(name: string): boolean {
  return STARTING.has(name);
}

export function made(name: string): string {
  return Object.hasOwn(MADE, name) ? (MADE[name] ?? name) : name;
}

/** What a wait at the end of a chain waits for, if that is known. */
export function leafMeaning(name: string): string | undefined {
  return Object.hasOwn(LEAVES, name) ? LEAVES[name] : undefined;
}

const BUILTINS = new Set([
  'anext',
  'aiter',
  'iter',
  'next',
  'list',
  'tuple',
  'set',
  'sorted',
  'reversed',
  'range',
  'map',
  'filter',
]);

export function isBuiltin(name: string): boolean {
  return BUILTINS.has(name) || BUILTINS.has(name.replace(/\(\)$/, ''));
}
