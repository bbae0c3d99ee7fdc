/** Exception filters: what each stops at, and what never stops anybody. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';
import { exceptionFilters } from '../../src/dap/exceptions.js';
import { backends } from '../../src/debuggee/registry.js';

useSessions();

type Wanted = string | { readonly filterId: string; readonly condition: string };

/** Runs a program to its end under some filters: where it stopped and at what, and its exit code. */
async function run(
  host: (typeof hosts)[number],
  source: string,
  ...wanted: readonly Wanted[]
): Promise<{ stops: string[]; code: number; session: Session }> {
  const session = await Session.stopped(host, source, { settings: { stopOnEntry: true } });
  const answer = await session.client.request('setExceptionBreakpoints', {
    filters: wanted.filter((each) => typeof each === 'string'),
    filterOptions: wanted.filter((each) => typeof each !== 'string'),
  });
  expect(answer.breakpoints?.map(({ verified }) => verified)).toEqual(wanted.map(() => true));
  const stops: string[] = [];
  const ended = session.client.waitFor('exited');
  for (;;) {
    const stopped = session.client.waitFor('stopped');
    await session.resume();
    const next = await Promise.race([stopped, ended]);
    if ('exitCode' in next) return { stops, code: next.exitCode, session };
    const { stackFrames } = await session.client.request('stackTrace', { threadId: next.threadId ?? 0 });
    session.frames = stackFrames;
    stops.push(`${session.where} · ${(next.text ?? '').replace(/ · .*/s, '')}`);
  }
}

/** What loops, `close()` and cancellation do, with nothing raised by the user. */
const CONTROL_FLOW = `
import asyncio, contextlib
def gen():
    try:
        yield 1
        yield 2
    finally:
        pass
def outer():
    got = yield from gen()
    return got
for each in gen(): pass
any(each for each in (0, 1, 2))
list(outer())
g = gen(); next(g); g.close()
g = outer(); next(g); del g
next(iter(()), None)
first, *rest = gen()
async def agen():
    try:
        yield 1
        yield 2
    finally:
        pass
async def long():
    await asyncio.sleep(3600)
async def main():
    async for each in agen(): pass
    async for each in agen(): break
    task = asyncio.create_task(long())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    waiting = asyncio.create_task(asyncio.wait_for(long(), 3600))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    async with asyncio.timeout(3600):
        await asyncio.sleep(0)
    gathered = asyncio.gather(long(), long())
    await asyncio.sleep(0)
    gathered.cancel()
    await asyncio.wait([gathered])
asyncio.run(main())
`;

test('every filter says in words what it stops at, takes a condition, and only uncaught is on by itself', () => {
  const filters = exceptionFilters(backends.values());
  expect(filters.map(({ filter }) => filter)).toEqual([
    'raised',
    'uncaught',
    'userUncaught',
    'unawaitedTask',
    'stopIterationLeaks',
    'generatorExit',
    'cancelled',
  ]);
  expect(filters.filter((each) => each.default === true).map(({ filter }) => filter)).toEqual(['uncaught']);
  for (const each of filters) {
    expect(each.description).toMatch(/^Stop where .*\.$/);
    expect(each.supportsCondition).toBe(true);
    expect(each.conditionDescription).toContain('ValueError, mylib.Error');
  }
});

describe.each(hosts)('on $name', (host) => {
  test('what loops, close() and cancellation raise to do their work never stops anybody, with every usual filter on', async () => {
    const { stops, code } = await run(
      host,
      CONTROL_FLOW,
      'raised',
      'uncaught',
      'userUncaught',
      'unawaitedTask',
      'stopIterationLeaks',
    );
    expect(stops).toEqual([]);
    expect(code).toBe(0);
  });

  test('the abort of a task group and a timeout: only what reaches the user stops, never the cancellations', async () => {
    const { stops } = await run(
      host,
      `
      import asyncio
      async def long():
          await asyncio.sleep(3600)
      async def main():
          try:
              async with asyncio.timeout(0):
                  await long()
          except TimeoutError:
              pass
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(long())
                  await asyncio.sleep(0)
                  raise ValueError("mine")
          except* ValueError:
              pass
      asyncio.run(main())
      `,
      'raised',
    );
    expect(stops).toEqual([
      'main: async with asyncio.timeout(0): · TimeoutError()',
      'main: raise ValueError("mine") · ValueError(\'mine\')',
      expect.stringMatching(/^main: async with asyncio.TaskGroup\(\) as group: · ExceptionGroup\(/),
    ]);
  });

  test.each([
    ['next() of what has ended', 'next(iter(()))', '<module>: next(iter(())) · StopIteration()', ''],
    ['the same in a function', 'first([])', 'first: return next(iter(values)) · StopIteration()', ''],
    [
      'the same out of C code',
      'sorted([1], key=lambda one: first([]))',
      '<module>: sorted([1], key=lambda one: first([])) · StopIteration()',
      '',
    ],
    ['a task that was cancelled, awaited', 'asyncio.run(cancelled())', 'cancelled: await task · CancelledError()', ''],
    [
      'a future that was cancelled, asked',
      'future = concurrent.futures.Future(); future.cancel(); future.result()',
      expect.stringMatching(/^<module>: .* · CancelledError\(\)$/),
      '',
    ],
    [
      'the main task that cancels itself',
      'asyncio.run(cancels())',
      'cancels: await asyncio.sleep(0) · CancelledError()',
      '',
    ],
    [
      'the main task that is cancelled by another, at the innermost code of the user',
      'asyncio.run(is_cancelled())',
      'waits: await asyncio.sleep(3600) · CancelledError()',
      '',
    ],
    [
      'the main task that cancels itself in a task group',
      'asyncio.run(cancels_in_group())',
      'cancels_in_group: async with asyncio.TaskGroup(): · CancelledError()',
      '',
    ],
    [
      'a task group that cancels the main task: once, where its error is raised',
      'asyncio.run(aborted())',
      'fails: raise ValueError("one") · ValueError(\'one\')',
      '',
    ],
    ['a main task that Ctrl+C cancels', '', '', 'interrupt()'],
    ['anext() of what has ended', 'asyncio.run(ended())', 'ended: await anext(agen()) · StopAsyncIteration()', ''],
    ['C code that takes it', '', '', 'list(map(lambda _: next(one), range(5)))'],
    ['an iterator in Python', '', '', 'list(Wrapped())'],
    ['a timeout and a group', '', '', 'asyncio.run(stopped())'],
  ])('uncaught: also what usually does its work, where it ends the program · %s', async (_, last, stop, before) => {
    const { stops, code } = await run(
      host,
      `
      import asyncio, concurrent.futures, signal
      def first(values):
          return next(iter(values))
      one = iter([1])
      class Wrapped:
          def __iter__(self):
              self.inner = iter([1])
              return self
          def __next__(self):
              return next(self.inner)
      async def agen():
          if False: yield
      async def ended():
          async for each in agen(): pass
          await anext(agen())
      async def cancelled():
          task = asyncio.create_task(asyncio.sleep(3600))
          await asyncio.sleep(0)
          task.cancel()
          await task
      async def waits():
          await asyncio.sleep(3600)
      async def fails():
          raise ValueError("one")
      async def cancels():
          asyncio.current_task().cancel()
          await asyncio.sleep(0)
      async def is_cancelled():
          asyncio.get_running_loop().call_soon(asyncio.current_task().cancel)
          await waits()
      async def cancels_in_group():
          async with asyncio.TaskGroup():
              await cancels()
      async def aborted():
          async with asyncio.TaskGroup() as group:
              group.create_task(fails())
              await waits()
      async def interrupted():
          signal.raise_signal(signal.SIGINT)
          await waits()
      def interrupt():
          try:
              asyncio.run(interrupted())
          except KeyboardInterrupt: pass
      async def stopped():
          try:
              await asyncio.wait_for(waits(), 0.01)
          except TimeoutError: pass
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(fails())
                  await waits()
          except* ValueError: pass
      ${before}
      ${last}
      `,
      'uncaught',
      'userUncaught',
      'unawaitedTask',
    );
    expect(stops).toEqual(stop === '' ? [] : [stop]);
    expect(code).toBe(stop === '' ? 0 : 1);
  });

  test("raised: a user's own raise of StopIteration, GeneratorExit or CancelledError stops", async () => {
    const { stops } = await run(
      host,
      `
      import asyncio
      class Count:
          def __iter__(self): return self
          def __next__(self):
              raise StopIteration
      list(Count())
      try:
          raise GeneratorExit
      except GeneratorExit:
          pass
      try:
          raise asyncio.CancelledError
      except asyncio.CancelledError:
          pass
      `,
      'raised',
    );
    expect(stops).toEqual([
      'Count.__next__: raise StopIteration · StopIteration()',
      '<module>: raise GeneratorExit · GeneratorExit()',
      '<module>: raise asyncio.CancelledError · CancelledError()',
    ]);
  });

  test('raised: one raise is one stop, also if a handler raises the same again', async () => {
    const { stops } = await run(
      host,
      `
      def work():
          try:
              raise ValueError(1)
          except ValueError as error:
              raise error
      try:
          work()
      except ValueError:
          pass
      kept = ValueError(2)
      for _ in range(2):
          try:
              raise kept
          except ValueError:
              pass
      `,
      'raised',
    );
    expect(stops).toEqual(['work: raise ValueError(1) · ValueError(1)', '<module>: raise kept · ValueError(2)']);
  });

  test('unawaitedTask: fire and forget stops at its raise, before finally and __exit__, and tasks that are awaited do not', async () => {
    const session = await Session.stopped(
      host,
      `
      import asyncio
      cleaned = []
      class Cleans:
          def __enter__(self): pass
          def __exit__(self, *exception): cleaned.append("exit")
      async def lost(inside):
          try:
              with Cleans():
                  await asyncio.sleep(0)
                  raise ValueError(inside)
          finally:
              cleaned.append("finally")
      async def main():
          await asyncio.gather(lost("gathered"), return_exceptions=True)
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(lost("grouped"))
          except* ValueError:
              pass
          awaited = asyncio.create_task(lost("awaited"))
          try:
              await awaited
          except ValueError:
              pass
          cleaned.clear()
          background = set()
          task = asyncio.create_task(lost("forgotten"))
          background.add(task)
          task.add_done_callback(background.discard)
          await asyncio.sleep(0.01)
          await lost("main")
      asyncio.run(main())
      `,
      { exceptions: ['unawaitedTask'] },
    );
    expect(session.client.seen('stopped')).toMatchObject([{ reason: 'exception', text: "ValueError('forgotten')" }]);
    expect(session.where).toBe('lost: raise ValueError(inside)');
    expect(await session.scope('Locals')).toMatchObject({ inside: "'forgotten'" });
    expect((await session.evaluate('cleaned')).result).toBe('[]');
    expect(await session.finish()).toBe(1);
    expect(session.client.seen('stopped')).toHaveLength(1);
  });

  test('uncaught: what one that awaits the task catches is caught: await, gather, task group, the caller of asyncio.run', async () => {
    const { stops, code } = await run(
      host,
      `
      import asyncio
      async def fails(n):
          await asyncio.sleep(0)
          raise ValueError(n)
      async def main():
          try:
              await asyncio.create_task(fails(1))
          except ValueError:
              pass
          try:
              await asyncio.shield(asyncio.gather(fails(2), asyncio.sleep(0)))
          except ValueError:
              pass
          try:
              await asyncio.wait_for(fails(3), 3600)
          except ValueError:
              pass
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(fails(4))
          except ExceptionGroup:
              pass
          await asyncio.create_task(fails(5))
      try:
          asyncio.run(main())
      except ValueError:
          pass
      asyncio.run(main())
      `,
      'uncaught',
    );
    expect(stops).toEqual(['fails: raise ValueError(n) · ValueError(5)']);
    expect(code).toBe(1);
  });

  test('uncaught: an exception of a task group stops once, at its raise, and not again as a group', async () => {
    const { stops } = await run(
      host,
      `
      import asyncio
      async def fails():
          await asyncio.sleep(0)
          raise ValueError("inner")
      async def main():
          async with asyncio.TaskGroup() as group:
              group.create_task(fails())
      asyncio.run(main())
      `,
      'uncaught',
    );
    expect(stops).toEqual(['fails: raise ValueError("inner") · ValueError(\'inner\')']);
  });

  test('uncaught: each of several exceptions stops, though the interpreter uses the same memory for them', async () => {
    const { stops } = await run(
      host,
      `
      import asyncio
      async def fails():
          await asyncio.sleep(0)
          raise ValueError()
      async def main():
          for _ in range(3):
              task = asyncio.create_task(fails())
              await asyncio.wait([task])
              task.exception()
              del task
      asyncio.run(main())
      `,
      'uncaught',
    );
    expect(stops).toHaveLength(3);
  });

  test('uncaught: context managers that swallow are known, whether written as a generator or as a class', async () => {
    const { stops, code } = await run(
      host,
      `
      import contextlib
      @contextlib.contextmanager
      def swallowing():
          try:
              yield
          except ValueError:
              pass
      class Always:
          def __enter__(self): return self
          def __exit__(self, *exception): return True
      made = contextlib.suppress(KeyError)
      with swallowing():
          raise ValueError(1)
      with Always():
          raise ValueError(2)
      with made:
          raise KeyError(3)
      with swallowing():
          raise KeyError(4)
      `,
      'uncaught',
    );
    expect(stops).toEqual(['<module>: raise KeyError(4) · KeyError(4)']);
    expect(code).toBe(1);
  });

  test('stopIterationLeaks: next() at the end of an iterator inside a generator, a raise, and through a __next__ of the user', async () => {
    const source = `
      import asyncio
      class Two:
          def __next__(self):
              raise StopIteration
      def by_next(items):
          while True:
              yield next(items)
      def by_raise():
          yield 1
          raise StopIteration(5)
      def by_method():
          yield next(Two())
      async def in_coroutine():
          next(iter(()))
      def guarded(items):
          try:
              yield next(items)
          except StopIteration:
              return
      def plain(items):
          return next(items)
      for make in (by_next, guarded):
          try:
              list(make(iter("a")))
          except RuntimeError:
              pass
      for make in (by_raise, by_method):
          try:
              list(make())
          except RuntimeError:
              pass
      try:
          in_coroutine().send(None)
      except RuntimeError:
          pass
      try:
          plain(iter(()))
      except StopIteration:
          pass
    `;
    const { stops } = await run(host, source, 'stopIterationLeaks');
    expect(stops).toEqual([
      'by_next: yield next(items) · StopIteration()',
      'by_raise: raise StopIteration(5) · StopIteration(5)',
      'by_method: yield next(Two()) · StopIteration()',
      'in_coroutine: next(iter(())) · StopIteration()',
    ]);
  });

  test('uncaught: a StopIteration that leaks stops where it leaks, and not again as the RuntimeError it becomes', async () => {
    const source = `
      def leaks(items):
          inside = 1
          yield next(items)
      try:
          list(leaks(iter(())))
      except RuntimeError:
          pass
      list(leaks(iter(())))
    `;
    const { stops, code } = await run(host, source, 'uncaught');
    expect(stops).toEqual(['leaks: yield next(items) · StopIteration()']);
    expect(code).toBe(1);
  });

  test('generatorExit: where close() comes into a generator that still has something to do', async () => {
    const { stops } = await run(
      host,
      `
      def gen():
          try:
              yield 1
          finally:
              pass
      g = gen()
      next(g)
      g.close()
      gen().close()
      list(gen())
      `,
      'generatorExit',
    );
    expect(stops).toEqual(['gen: yield 1 · GeneratorExit()']);
  });

  test('cancelled: at the await that a cancellation interrupts, in the innermost code of the user', async () => {
    const { stops } = await run(
      host,
      `
      import asyncio
      async def inner():
          await asyncio.sleep(3600)
      async def outer():
          await inner()
      async def main():
          task = asyncio.create_task(outer())
          await asyncio.sleep(0)
          await asyncio.sleep(0)
          task.cancel()
          await asyncio.wait([task])
      asyncio.run(main())
      `,
      'cancelled',
    );
    expect(stops).toEqual(['inner: await asyncio.sleep(3600) · CancelledError()']);
  });

  test('a condition names classes, with or without their module, or is an expression', async () => {
    const source = `
      import json
      class Mine(KeyError): pass
      debug = False
      for make in (lambda: Mine(1), lambda: OSError(2), lambda: json.JSONDecodeError("m", "d", 0), lambda: ValueError(3)):
          try:
              raise make()
          except Exception:
              pass
    `;
    const told = async (condition: string): Promise<string[]> => {
      const { stops } = await run(host, source, { filterId: 'raised', condition });
      return stops.map((each) => each.replace(/.* · /, ''));
    };
    expect(await told('LookupError')).toEqual(['Mine(1)']);
    expect(await told('Mine, OSError')).toEqual(['Mine(1)', 'OSError(2)']);
    expect(await told('Mine or OSError')).toEqual(['Mine(1)', 'OSError(2)']);
    expect(await told('json.decoder.JSONDecodeError')).toHaveLength(1);
    expect(await told('json.JSONDecodeError')).toHaveLength(1);
    expect(await told('other.Mine')).toEqual([]);
    expect(await told('debug')).toEqual([]);
    expect(await told('not debug and exception.args[0] == 3')).toEqual(['ValueError(3)']);
  });

  test('a condition that is neither is refused with what can be written; one that raises is told once', async () => {
    const session = await Session.stopped(
      host,
      `
      for n in range(3):
          try:
              raise ValueError(n)
          except ValueError:
              pass
      `,
      { settings: { stopOnEntry: true } },
    );
    const { breakpoints } = await session.client.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: [
        { filterId: 'raised', condition: 'ValueError,, KeyError' },
        { filterId: 'raised', condition: 'exception.nothing' },
      ],
    });
    expect(breakpoints).toMatchObject([{ verified: false }, { verified: true }]);
    expect(breakpoints?.[0]?.message).toContain(
      "Write the names of exception classes, such as 'ValueError, mylib.Error'",
    );
    expect(await session.finish()).toBe(0);
    const said = session.client.seen('output').filter(({ output }) => output.includes('The condition of an exception'));
    expect(said).toHaveLength(1);
  });
});
