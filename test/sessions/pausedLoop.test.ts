/** The program's own event loop while the program is paused: its clocks, `await` in the debug console, context variables. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const TIMEOUT = `
  import asyncio, time
  async def main():
      try:
          async with asyncio.timeout(1) as limit:
              deadline = limit.when()
              reached = True          # @stop
              await asyncio.sleep(0)
              await asyncio.sleep(0)
              print("in time")
      except TimeoutError:
          print("too late")
  asyncio.run(main())
`;

const QUEUES = `
  import asyncio, contextvars
  who = contextvars.ContextVar("who")

  async def feeder(asked, queue):
      who.set("feeder")
      for number in range(3):
          await asked.get()
          await asyncio.sleep(0.001)
          queue.put_nowait(number)

  async def main():
      who.set("main")
      asked, queue = asyncio.Queue(), asyncio.Queue()
      task = asyncio.create_task(feeder(asked, queue), name="feeder")
      never = asyncio.create_task(asyncio.Event().wait())
      total = 0
      await asyncio.sleep(0)
      reached = True                  # @stop
      asked.put_nowait(None)
      total += await queue.get()      # @get
      print(total, who.get(), never.done())

  asyncio.run(main())
`;

describe.each(hosts)('on $name', (host) => {
  test.each([
    [true, 'in time\n'],
    [false, 'too late\n'],
  ])('with freezeClocks %s a deadline that goes by during a pause is met: %s', async (freezeClocks, said) => {
    const session = await Session.stopped(host, TIMEOUT, { breakpoints: ['stop'], settings: { freezeClocks } });
    await session.evaluate('while time.monotonic() < deadline + 0.05: pass');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe(said);
  });

  test('await in the debug console runs the other tasks, sets variables, and steps go on as before', async () => {
    const session = await Session.stopped(host, QUEUES, { breakpoints: ['stop'] });
    await session.evaluate('asked.put_nowait(None)');
    expect((await session.evaluate('await queue.get()')).result).toBe('0');
    await session.evaluate('asked.put_nowait(None)\ntotal = 10 * await asyncio.wait_for(queue.get(), 5)');
    expect((await session.scope('Locals'))['total']).toBe('10');
    await expect(session.evaluate('await missing')).rejects.toThrow(/NameError/);
    await expect(session.evaluate('await queue.get()', 'watch')).rejects.toThrow(/awaits/);
    expect(await session.step('next')).toBe('main: asked.put_nowait(None)');
    expect(await session.step('next')).toBe('main: total += await queue.get()');
    expect(await session.step('next')).toBe('main: print(total, who.get(), never.done())');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('12 main False\n');
    expect(session.stderr).toBe('');
  });

  test('what takes too long is cut off, and the task of the program that it waited for goes on', async () => {
    const session = await Session.stopped(host, QUEUES, { breakpoints: ['stop'], settings: { evaluateTimeout: 0.2 } });
    await expect(session.evaluate('await never')).rejects.toThrow(/cut off after 0.2 seconds/);
    expect(await session.step('next')).toBe('main: asked.put_nowait(None)');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('0 main False\n');
    expect(session.stderr).toBe('');
  });

  test('need 21 · the context variables are those of the task whose frame is selected (cpython#121468)', async () => {
    const session = await Session.stopped(host, QUEUES, { breakpoints: ['stop'] });
    const frames = await session.framesOf(await session.logical('feeder'));
    const frame = frames.find(({ name }) => name === 'feeder')?.id ?? 0;
    expect((await session.evaluate('who.get()')).result).toBe("'main'");
    expect((await session.evaluate('who.get()', 'watch', frame)).result).toBe("'feeder'");
    expect((await session.evaluate('await asyncio.sleep(0, who.get())', 'repl', frame)).result).toBe("'feeder'");
    expect(await session.finish()).toBe(0);
  });
});
