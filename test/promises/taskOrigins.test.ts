/** Tasks of a user's own making, and of loops that run at the same time. */
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const FACTORIES = `
import asyncio
class Mine(asyncio.Task):
    pass
def factory(loop, coroutine, **more):
    return Mine(coroutine, loop=loop, **more)
async def work(gate):
    await gate.wait()
async def main():
    loop, gate = asyncio.get_running_loop(), asyncio.Event()
    loop.set_task_factory(factory)
    own = asyncio.create_task(work(gate), name="own")       # @own
    kept = loop.get_task_factory() is factory
    loop.set_task_factory(asyncio.eager_task_factory)
    eager = asyncio.create_task(work(gate), name="eager")   # @eager
    async with asyncio.TaskGroup() as group:
        member = group.create_task(work(gate), name="member")   # @member
        await asyncio.sleep(0)
        reached = True                                      # @stop
        gate.set()
    print(type(own).__name__, kept, type(eager).__name__)
asyncio.run(main())
`;

const LOOPS = `
import asyncio, threading
both = threading.Barrier(2)
over = threading.Event()
async def waits():
    await asyncio.sleep(60)
async def main(name):
    asyncio.current_task().set_name(name)
    child = asyncio.create_task(waits(), name=f"child of {name}")
    await asyncio.sleep(0)
    both.wait()
    if name == "second":
        over.wait()
    else:
        while not over._cond._waiters:  # the other one is on its way
            pass
        reached = True                                      # @stop
        over.set()
    child.cancel()
other = threading.Thread(target=lambda: asyncio.run(main("second")), name="other")
other.start()
asyncio.run(main("first"))
other.join()
`;

describe.each(hosts)('on $name', (host) => {
  test("a user's task factory and eager tasks are kept, and say where they were created", async () => {
    const story = new Story(host, FACTORIES);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const created: Record<string, string | undefined> = {};
    for (const { id, name } of await story.logical()) {
      const { frames } = await story.stackOf(id);
      const root = frames.find((frame) => frame.name === 'work');
      const { Coroutine: view } = await story.client.scopes(root?.id ?? 0);
      created[name.split(' ')[0] ?? ''] = view?.['createdAt']?.value;
    }
    expect(created).toEqual(
      Object.fromEntries(['own', 'eager', 'member'].map((at) => [at, `program.py:${story.line(at)}`])),
    );
    await story.go();
    expect([await story.end(), story.output]).toEqual([0, 'Mine True Task\n']);
  });

  test.skipIf(host.embedded)(
    host.embedded ? 'loops in two threads: there are no threads' : 'loops in two threads: each has its current task',
    async () => {
      const story = new Story(host, LOOPS);
      await story.begin({ breakpoints: ['stop'] });
      const stopped = await story.stop();
      const { rows = [] } = await story.client.request('coroscope/coroutines', {});
      const running = rows.filter(({ state }) => state === 'running');
      expect(running.map(({ task, last }) => [task, last?.thread])).toEqual([
        ['first', 1],
        ['second', 2],
      ]);
      // And each in the stack of its own thread.
      for (const [threadId, what] of [
        [1, 'reached = True'],
        [2, 'over.wait()'],
      ] as const) {
        expect(story.where({ ...stopped, ...(await story.stackOf(threadId)) })).toBe(`main: ${what}`);
      }
      const children = (await story.logical()).map(({ name }) => name.replace(/ waits .*/, ''));
      expect(children.sort()).toEqual(['child of first', 'child of second']);
      await story.go();
      expect(await story.end()).toBe(0);
    },
  );
});
