/** Run to the next suspension of this coroutine; run until it is resumed; steps of a logical thread. And justMyCode. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const PROGRAM = `
  import asyncio

  def numbers(name):
      start = 0                        # @start
      got = yield start                # @first
      again = yield got
      return again                     # @last

  async def work(name):
      before = name                    # @before
      await asyncio.sleep(0)
      after = name
      return after

  async def main():
      one, two = numbers("one"), numbers("two")
      next(one), next(two)
      two.send("B")
      one.send("A")                    # @send
      tasks = [asyncio.create_task(work(n)) for n in range(3)]  # @tasks
      await asyncio.sleep(0)           # @sleep
      await asyncio.gather(*tasks)
      two = None                       # @dropped
      return one                       # @end

  asyncio.run(main())
`;

type Run = 'runToSuspension' | 'runUntilResumed';

async function run(session: Session, how: Run, threadId = session.threadId, frameId?: number): Promise<string> {
  await session.client.request(`coroscope/${how}`, { threadId, ...(frameId === undefined ? {} : { frameId }) });
  const { reason } = await session.stop();
  expect(reason).toBe('step');
  return session.where;
}

describe.each(hosts)('on $name', (host) => {
  test('run to the next suspension of this coroutine: the value that goes out is in view', async () => {
    const session = await Session.stopped(host, PROGRAM, {
      breakpoints: [{ at: 'start', condition: 'name == "one"' }],
    });
    await session.setBreakpoints();
    expect(await run(session, 'runToSuspension')).toBe('numbers: got = yield start');
    expect(await session.scope('Coroutine')).toMatchObject({ yielded: '0' });
    // 'two' suspends twice before.
    expect(await run(session, 'runToSuspension')).toBe('numbers: again = yield got');
    expect(await session.scope('Coroutine')).toMatchObject({ yielded: "'A'" });
    expect(await session.scope('Locals')).toMatchObject({ name: "'one'" });
  });

  test('run until this coroutine is resumed: the value that comes in is in view', async () => {
    const session = await Session.stopped(host, PROGRAM, {
      breakpoints: [{ at: 'start', condition: 'name == "one"' }],
    });
    await session.setBreakpoints();
    expect(await run(session, 'runUntilResumed')).toBe('numbers: got = yield start');
    expect(await session.scope('Coroutine')).toMatchObject({ sent: "'A'" });
    expect(await session.scope('Locals')).toMatchObject({ name: "'one'" });
  });

  test('both of a task that awaits, among others of its function', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: [{ at: 'before', condition: 'name == 1' }] });
    await session.setBreakpoints();
    expect(await run(session, 'runToSuspension')).toBe('work: await asyncio.sleep(0)');
    expect(await run(session, 'runUntilResumed')).toBe('work: await asyncio.sleep(0)');
    expect(await session.scope('Locals')).toMatchObject({ name: '1' });
    expect(await session.step('next')).toBe('work: after = name');
  });

  test('both of a logical thread', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['send'] });
    await session.setBreakpoints();
    const threads = await session.logicalThreads();
    const locals = await Promise.all(
      threads.map(async ({ id }) => session.scope('Locals', (await session.framesOf(id))[0]?.id)),
    );
    const one = threads[locals.findIndex(({ name }) => name === "'one'")]?.id ?? 0;
    const frame = (await session.framesOf(one))[0]?.id;
    expect(await run(session, 'runUntilResumed', one, frame)).toBe('numbers: got = yield start');
    expect(await session.scope('Coroutine')).toMatchObject({ sent: "'A'" });
    expect(await run(session, 'runToSuspension')).toBe('numbers: again = yield got');
  });

  test('of a task that has not begun: its first line', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['sleep'] });
    await session.setBreakpoints();
    const created = await session.logicalThreads();
    const works = created.filter(({ name }) => name.includes(' work '));
    expect(works).toHaveLength(3);
    expect(await run(session, 'runUntilResumed', works[2]?.id)).toBe('work: before = name');
    expect(await session.scope('Locals')).toMatchObject({ name: '2' });
  });

  test('of a generator that is collected before: the line that runs then', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['tasks'] });
    await session.setBreakpoints();
    const threads = await session.logicalThreads();
    const locals = await Promise.all(
      threads.map(async ({ id }) => session.scope('Locals', (await session.framesOf(id))[0]?.id)),
    );
    const two = threads[locals.findIndex(({ name }) => name === "'two'")]?.id ?? 0;
    expect(await run(session, 'runUntilResumed', two)).toBe('main: return one');
  });

  test('of a thread without any coroutine: refused with the reason', async () => {
    const session = await Session.stopped(host, 'a = 1\nb = 2  # @here\n', { breakpoints: ['here'] });
    const refused = await session.client.failure(
      session.client.request('coroscope/runToSuspension', { threadId: session.threadId }),
    );
    expect(refused.message).toMatch(/runs no generator or coroutine/);
    // The session goes on.
    expect(await session.finish()).toBe(0);
  });

  describe('with justMyCode', () => {
    test.each(['next', 'stepIn', 'stepOut'] as const)('%s from line to line never stops in a library', async (how) => {
      const session = await Session.stopped(host, PROGRAM, { breakpoints: ['start'] });
      await session.setBreakpoints();
      let stops = 0;
      // To the program's end: the step out of the module is its last.
      const ended = session.client.waitFor('terminated').then(() => true);
      for (;;) {
        await session.client.request(how, { threadId: session.threadId });
        if (await Promise.race([session.stop().then(() => false), ended])) break;
        expect(session.top.source?.path).toBe(session.program);
        stops += 1;
      }
      expect(session.client.seen('exited').at(-1)?.exitCode).toBe(0);
      expect(stops).toBeGreaterThanOrEqual(2);
    });
  });

  describe('without justMyCode', () => {
    const settings = { justMyCode: false };

    test('into an await of asyncio goes there', async () => {
      const session = await Session.stopped(host, PROGRAM, { breakpoints: ['sleep'], settings });
      await session.setBreakpoints();
      await session.step('stepIn');
      expect(session.frames[0]?.name).toBe('sleep');
      expect(session.frames[0]?.source?.name).toBe('tasks.py');
    });

    test('over an await stays in the coroutine all the same', async () => {
      const session = await Session.stopped(host, PROGRAM, { breakpoints: ['sleep'], settings });
      await session.setBreakpoints();
      expect(await session.step('next')).toBe('main: await asyncio.gather(*tasks)');
    });

    test('out of a task that nobody awaits yet goes to the loop', async () => {
      const session = await Session.stopped(host, PROGRAM, {
        breakpoints: [{ at: 'before', condition: 'name == 2' }],
        settings,
      });
      await session.setBreakpoints();
      // Its awaiter is 'main', in the gather.
      expect(await session.step('stepOut')).toBe('main: two = None');
      await session.step('stepOut');
      expect(session.frames[0]?.source?.name).toBe('events.py');
    });
  });
});
