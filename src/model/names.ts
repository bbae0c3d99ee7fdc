import type { CoroutineKind, CoroutineState, SuspensionKind } from './coroutine.js';
import { placeText, type Location } from './location.js';

/** What a name is made of: one row of the list of coroutines. */
export interface Named {
  readonly kind: CoroutineKind;
  readonly state: CoroutineState;
  readonly name: string;
  readonly task?: string | undefined;
  readonly waitsFor?: string | undefined;
  readonly suspension?: SuspensionKind | undefined;
  readonly location?: Location | undefined;
}

/** Who it is: `Task-3 fetch` if a scheduler owns it, else `generator general`. */
export function coroutineTitle(row: Pick<Named, 'kind' | 'name' | 'task'>): string {
  return row.task === undefined ? `${row.kind} ${row.name}` : taskTitle(row.task, row.name);
}

/** A task may be named after its function (trio and anyio do so: `__main__.fetch`), which need not be said twice. */
export function taskTitle(task: string, name: string): string {
  return task === name || task.endsWith(`.${name}`) ? task : `${task} ${name}`;
}

/**
 * The name of a logical thread, what and where: `Task-3 fetch · await asyncio.sleep · client.py:41`,
 * `generator general · yield · talk.py:12`, `generator general · not started · talk.py:10`.
 */
export function threadName(row: Named): string {
  return [coroutineTitle(row), doing(row), ...(row.location ? [placeText(row.location)] : [])].join(' · ');
}

/** What it does: `not started`, `running`, `await asyncio.sleep`. */
export function doing(row: Named): string {
  if (row.state === 'created') return 'not started';
  if (row.state !== 'suspended') return row.state;
  const suspension = row.suspension ?? 'suspended';
  // A `yield` waits for nobody: whoever holds the coroutine may resume it.
  return row.waitsFor === undefined || suspension === 'yield' ? suspension : `${suspension} ${row.waitsFor}`;
}
