/** Step into: what tasks do that are awaited, and the calls and resumptions of a line one by one (`stepInTargets`). */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const AWAITED = `
  import asyncio

  async def inner(name):
      await asyncio.sleep(0)           # @inner
      return name

  async def work(name):
      got = await inner(name)          # @got
      return got

  async def main():
      fresh = asyncio.create_task(work("fresh"))
      noise = asyncio.create_task(work("noise"))
      one = await fresh                # @fresh
      begun = asyncio.create_task(work("begun"))
      await asyncio.sleep(0)
      two = await begun                # @begun
      three = await asyncio.gather(work("g1"), work("g2"))  # @gather
      async with asyncio.TaskGroup() as group:  # @group
          group.create_task(work("in group"))
      four = await asyncio.wait_for(asyncio.shield(work("shielded")), 60)  # @shield
      timer = await asyncio.sleep(0)   # @timer
      end = (one, two, three, four, await noise)  # @end

  asyncio.run(main())
`;

const TARGETS = `
  import asyncio

  def numbers():
      got = yield 1                    # @numbers
      yield got

  def double(x):
      return 2 * x                     # @double

  class Room:
      async def __aenter__(self):
          return self                  # @enter
      async def __aexit__(self, *exc):
          pass

  async def fetch(x):
      return x                         # @fetch

  async def ticks():
      yield 1                          # @ticks

  def outer():
      result = yield from numbers()    # @from
      return result

  async def main():
      g = numbers()
      both = double(next(g)) + double(g.send("é" and 7))  # @calls
      value = double(await fetch(double(3)))  # @await
      for each in numbers():           # @for
          break
      async for tick in ticks():       # @async_for
          pass
      async with Room() as room:       # @with
          pass
      text = str(len([double(n) for n in range(2)]))  # @builtin
      list(outer())                    # @list
      end = text

  asyncio.run(main())
`;

async function targets(session: Session): Promise<{ id: number; label: string; range: string }[]> {
  const { targets: found } = await session.client.request('stepInTargets', { frameId: session.top.id });
  return found.map(({ id, label, line = 0, column = 0, endLine = 0, endColumn = 0 }) => {
    expect(endLine).toBe(line);
    return { id, label, range: session.source(line).slice(column - 1, endColumn - 1) };
  });
}

async function into(session: Session, label: string): Promise<string> {
  const target = (await targets(session)).find((each) => each.label === label);
  expect(target, label).toBeDefined();
  await session.client.request('stepIn', { threadId: session.threadId, targetId: target?.id ?? 0 });
  const stopped = await session.stop();
  expect(stopped.reason).toBe('step');
  return session.where;
}

describe.each(hosts)('on $name', (host) => {
  describe('step into an await of', () => {
    test.each([
      ['a task that has not begun: where it starts', 'fresh', 'work: got = await inner(name)', "'fresh'"],
      [
        'a task that stands somewhere: the innermost of its coroutines',
        'begun',
        'inner: await asyncio.sleep(0)',
        "'begun'",
      ],
      ['gather: the first of its tasks that runs', 'gather', 'work: got = await inner(name)', "'g1'"],
      ['wait_for and shield: the task behind them', 'shield', 'work: got = await inner(name)', "'shielded'"],
    ])('%s', async (_, at, where, name) => {
      const session = await Session.stopped(host, AWAITED, { breakpoints: [at] });
      await session.setBreakpoints();
      expect(await session.step('stepIn')).toBe(where);
      expect(await session.scope('Locals')).toMatchObject({ name });
      expect(await session.finish()).toBe(0);
    });

    test('the end of a task group: the first of its tasks that runs', async () => {
      const session = await Session.stopped(host, AWAITED, { breakpoints: ['group'] });
      await session.setBreakpoints();
      expect(await session.step('next')).toBe('main: group.create_task(work("in group"))');
      expect(await session.step('next')).toBe('main: async with asyncio.TaskGroup() as group:');
      expect(await session.step('stepIn')).toBe('work: got = await inner(name)');
      expect(await session.scope('Locals')).toMatchObject({ name: "'in group'" });
    });

    test('nobody, only a timer: the next line', async () => {
      const session = await Session.stopped(host, AWAITED, { breakpoints: ['timer'] });
      expect(await session.step('stepIn')).toBe('main: end = (one, two, three, four, await noise)');
    });
  });

  describe('the targets of a line', () => {
    test.each([
      [
        'calls, next and send',
        'calls',
        ['double(next(g))', 'next(g)', 'double(g.send("é" and 7))', 'g.send("é" and 7)'],
      ],
      [
        'await and what it is made of',
        'await',
        ['double(await fetch(double(3)))', 'await fetch(double(3))', 'fetch(double(3))', 'double(3)'],
      ],
      ['for', 'for', ['numbers()', 'next of numbers()']],
      ['async for', 'async_for', ['ticks()', 'async for ticks()']],
      ['async with', 'with', ['Room()', 'async with Room()']],
      ['yield from', 'from', ['yield from numbers()', 'numbers()']],
    ])('%s, each with its exact range', async (_, at, labels) => {
      const session = await Session.stopped(host, TARGETS, { breakpoints: [at] });
      const found = await targets(session);
      expect(found.map(({ label }) => label)).toEqual(labels);
      for (const { label, range } of found) expect(label.endsWith(range), `${label}: ${range}`).toBe(true);
    });

    test.each([
      ['the outer of two calls', 'calls', 'double(next(g))', 'double: return 2 * x', { x: '1' }],
      ['the later call of two', 'calls', 'double(g.send("é" and 7))', 'double: return 2 * x', { x: '7' }],
      ['next', 'calls', 'next(g)', 'numbers: got = yield 1', {}],
      ['send', 'calls', 'g.send("é" and 7)', 'numbers: got = yield 1', {}],
      ['the call around an await', 'await', 'double(await fetch(double(3)))', 'double: return 2 * x', { x: '6' }],
      ['the await', 'await', 'await fetch(double(3))', 'fetch: return x', { x: '6' }],
      ['the call inside an await', 'await', 'double(3)', 'double: return 2 * x', { x: '3' }],
      ['for', 'for', 'next of numbers()', 'numbers: got = yield 1', {}],
      ['async for', 'async_for', 'async for ticks()', 'ticks: yield 1', {}],
      ['async with', 'with', 'async with Room()', 'Room.__aenter__: return self', {}],
      ['yield from', 'from', 'yield from numbers()', 'numbers: got = yield 1', {}],
    ])('are gone into one by one: %s', async (_, at, label, where, locals) => {
      const session = await Session.stopped(host, TARGETS, { breakpoints: [at] });
      await session.setBreakpoints();
      expect(await into(session, label)).toBe(where);
      expect(await session.scope('Locals')).toMatchObject(locals);
      expect(await session.finish()).toBe(0);
    });

    test('that cannot be gone into say so, behind the line', async () => {
      const session = await Session.stopped(host, TARGETS, { breakpoints: ['builtin'] });
      await session.setBreakpoints();
      expect(await into(session, 'str(len([double(n) for n in range(2)]))')).toBe('main: list(outer())');
      expect(session.client.seen('stopped').at(-1)).toMatchObject({
        reason: 'step',
        description: "Paused behind 'str(len([double(n) for n in range(2)]))': there was no code of yours to step into",
      });
    });

    test('of an earlier stop are refused, those of a suspended frame too', async () => {
      const session = await Session.stopped(host, TARGETS, { breakpoints: ['calls'] });
      await session.setBreakpoints();
      const [first] = await targets(session);
      await session.step('next');
      const refused = await session.client.failure(
        session.client.request('stepIn', { threadId: session.threadId, targetId: first?.id ?? 0 }),
      );
      expect(refused.message).toMatch(/belongs to an earlier stop/);
      const generator = (await session.framesOf(await session.logical('generator numbers')))[0]?.id ?? 0;
      const suspended = await session.client.failure(session.client.request('stepInTargets', { frameId: generator }));
      expect(suspended.message).toMatch(/This frame is suspended/);
    });
  });
});
