/** Steps at `await`, `async for` and `async with`: they belong to one coroutine, however many tasks run the same code. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const TEN = `
  import asyncio

  async def work(name):
      a = 1
      await asyncio.sleep(0)           # @sleep
      b = 2
      await asyncio.sleep(0)
      return name                      # @return

  async def main():
      results = await asyncio.gather(*(work(n) for n in range(10)))  # @gather
      value = await work("last")       # @await
      end = value                      # @end
      task = asyncio.create_task(work("task"))
      value = await task               # @task
      print(results[-1], end, value)   # @print

  asyncio.run(main())
`;

const ASYNC_FOR = `
  import asyncio

  class Room:
      async def __aenter__(self):
          await asyncio.sleep(0)       # @enter
          return self
      async def __aexit__(self, *exc):
          await asyncio.sleep(0)       # @exit

  async def ticks():
      for tick in range(2):
          await asyncio.sleep(0)
          yield tick                   # @yield

  async def other():
      async for tick in ticks():
          pass

  async def main():
      asyncio.create_task(other())
      async with Room() as room:       # @with
          inside = room
          async for tick in ticks():   # @for
              seen = tick              # @seen
      squares = [t async for t in ticks()]  # @comprehension
      print(squares)                   # @print

  asyncio.run(main())
`;

describe.each(hosts)('on $name', (host) => {
  test('over await stays in the same coroutine while nine others run the same lines', async () => {
    const session = await Session.stopped(host, TEN, { breakpoints: [{ at: 'sleep', condition: 'name == 4' }] });
    await session.setBreakpoints();
    for (const expected of ['b = 2', 'await asyncio.sleep(0)', 'return name']) {
      expect(await session.step('next')).toBe(`work: ${expected}`);
      expect(await session.scope('Locals')).toMatchObject({ name: '4' });
    }
    // Its end: whoever awaits it goes on, which is 'main' when all ten are done.
    expect(await session.step('next')).toBe('main: value = await work("last")');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('9 last task\n');
  });

  test('into await enters the coroutine, out comes back behind the await', async () => {
    const session = await Session.stopped(host, TEN, { breakpoints: ['await'] });
    expect(await session.step('stepIn')).toBe('work: a = 1');
    expect(await session.step('next')).toBe('work: await asyncio.sleep(0)');
    expect(await session.step('stepOut')).toBe('main: end = value');
    expect(await session.step('next')).toBe('main: task = asyncio.create_task(work("task"))');
    expect(await session.step('next')).toBe('main: value = await task');
    expect(await session.step('next')).toBe('main: print(results[-1], end, value)');
  });

  test('out of a task comes to its awaiter', async () => {
    const session = await Session.stopped(host, TEN, { breakpoints: [{ at: 'sleep', condition: "name == 'task'" }] });
    expect(await session.step('stepOut')).toBe('main: print(results[-1], end, value)');
  });

  test('over async with, async for and an async comprehension, while another task runs them too', async () => {
    const session = await Session.stopped(host, ASYNC_FOR, { breakpoints: ['with'] });
    await session.setBreakpoints();
    expect(await session.step('next')).toBe('main: inside = room');
    expect(await session.step('next')).toBe('main: async for tick in ticks():');
    expect(await session.step('next')).toBe('main: seen = tick');
    expect(await session.step('next')).toBe('main: async for tick in ticks():');
    expect(await session.step('next')).toBe('main: seen = tick');
    expect(await session.scope('Locals')).toMatchObject({ seen: '0', tick: '1' });
    expect(await session.step('next')).toBe('main: async for tick in ticks():');
    // The block is left, which awaits '__aexit__'.
    expect(await session.step('next')).toBe('main: async with Room() as room:');
    expect(await session.step('next')).toBe('main: squares = [t async for t in ticks()]');
    expect(await session.step('next')).toBe('main: print(squares)');
  });

  test('into async with and async for, and out of both', async () => {
    const session = await Session.stopped(host, ASYNC_FOR, { breakpoints: ['with', 'for'] });
    expect(await session.step('stepIn')).toBe('Room.__aenter__: await asyncio.sleep(0)');
    expect(await session.step('stepOut')).toMatch(/^main: (async with Room|inside)/);
    expect(await session.next()).toBe('main: async for tick in ticks():');
    await session.setBreakpoints();
    expect(await session.step('stepIn')).toBe('ticks: for tick in range(2):');
    while (session.where !== 'ticks: yield tick') await session.step('next');
    expect(await session.step('next')).toBe('ticks: for tick in range(2):');
  });

  test('of a suspended task: runs until that one is resumed', async () => {
    const session = await Session.stopped(host, TEN, { breakpoints: [{ at: 'sleep', condition: 'name == 9' }] });
    await session.setBreakpoints();
    const tasks = (await session.logicalThreads()).filter(({ name }) => name.includes(' work · '));
    expect(tasks).toHaveLength(9);
    const names = await Promise.all(
      tasks.map(async ({ id }) => {
        const frames = await session.framesOf(id);
        return (await session.scope('Locals', frames.find(({ name }) => name === 'work')?.id))['name'];
      }),
    );
    const seventh = tasks[names.indexOf('7')]?.id ?? 0;
    expect(await session.step('next', seventh)).toBe('work: b = 2');
    expect(await session.scope('Locals')).toMatchObject({ name: '7' });
    const main = await session.logical('Task-1 main');
    expect(await session.step('next', main)).toBe('main: value = await work("last")');
  });

  test('over an await that is cancelled: where the cancellation is caught', async () => {
    const session = await Session.stopped(
      host,
      `
      import asyncio
      async def patient():
          try:
              await asyncio.sleep(3600)   # @sleep
          except asyncio.CancelledError:
              print("cancelled")
              raise
      async def main():
          task = asyncio.create_task(patient())
          await asyncio.sleep(0)
          task.cancel()
          await asyncio.gather(task, return_exceptions=True)
          print("end")
      asyncio.run(main())
      `,
      { breakpoints: ['sleep'] },
    );
    expect(await session.step('next')).toBe('patient: except asyncio.CancelledError:');
    expect(await session.step('next')).toBe('patient: print("cancelled")');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('cancelled\nend\n');
  });
});
