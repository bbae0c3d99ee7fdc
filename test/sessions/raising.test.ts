/** Exceptions that stop the program: which do, where they do, and what is known of one. */
import { describe, expect, test } from 'vitest';
import { hosts, like, Session, useSessions } from './session.js';

useSessions();

describe.each(hosts)('on $name', (host) => {
  test('an uncaught one stops at the raise, before any clean-up, and tells what it is', async () => {
    const session = await Session.stopped(
      host,
      `
      class Trouble(ValueError):
          pass
      def inner():
          inside = 42
          try:
              try:
                  {}["key"]
              except KeyError as error:
                  raise Trouble("boo") from error   # @raise
          finally:
              inside = None
      def gen():
          yield inner()
      for each in gen():
          pass
      `,
      { exceptions: ['uncaught'] },
    );
    expect(session.where).toBe('inner: raise Trouble("boo") from error');
    expect(session.client.seen('stopped')).toMatchObject([{ reason: 'exception', text: "Trouble('boo')" }]);
    expect(await session.scope('Locals')).toMatchObject({ inside: '42', error: "KeyError('key')" });
    const info = await session.client.request('exceptionInfo', { threadId: session.threadId });
    expect(info).toMatchObject({
      exceptionId: like(/Trouble$/),
      description: 'boo',
      breakMode: 'unhandled',
      details: { typeName: 'Trouble', message: 'boo', innerException: [{ typeName: 'KeyError' }] },
    });
    expect(info.details?.stackTrace).toContain('raise Trouble("boo") from error');
    expect(await session.finish()).toBe(1);
    // The program's own report is untouched by the stop.
    expect(session.stderr).toMatch(/^Traceback \(most recent call last\):\n/);
    expect(session.stderr).toMatch(/Trouble: boo\n$/);
    expect(session.stderr).not.toContain('coroscope');
  });

  test('in a library, at the line of the user that called it', async () => {
    const session = await Session.stopped(host, 'import json\njson.loads("{")\n', { exceptions: ['uncaught'] });
    expect(session.where).toBe('<module>: json.loads("{")');
    expect(session.client.seen('stopped')[0]?.text).toContain('JSONDecodeError');
  });

  test('in a task that nobody awaits, and in one that is awaited without a handler', async () => {
    const session = await Session.stopped(
      host,
      `
      import asyncio
      async def lost(n):
          await asyncio.sleep(0)
          raise ValueError(n)
      async def main():
          task = asyncio.create_task(lost(1))
          await asyncio.sleep(0.01)
          await lost(2)
      asyncio.run(main())
      `,
      { exceptions: ['uncaught'] },
    );
    expect(session.client.seen('stopped')[0]?.text).toBe('ValueError(1)');
    expect(await session.next()).toBe('lost: raise ValueError(n)');
    expect(await session.scope('Locals')).toMatchObject({ n: '2' });
    expect(await session.finish()).toBe(1);
  });

  test('caught ones, and those that do the work of loops and coroutines, never stop unasked', async () => {
    const source = `
      import asyncio, contextlib
      class Mine(KeyError):
          pass
      def gen():
          try:
              yield 1
              yield 2
          finally:
              pass
      def swallows():
          try:
              yield 1
          except GeneratorExit:
              return
      for each in gen(): pass
      any(each for each in (0, 1))
      g = gen(); next(g); g.close()
      s = swallows(); next(s); s.close()
      try:
          raise Mine("boo")
      except (TypeError, LookupError):
          pass
      with contextlib.suppress(Mine):
          raise Mine("boo")
      try:
          next(iter(()))
      except StopIteration:
          pass
      try:
          raise ExceptionGroup("many", [ValueError(1)])
      except* ValueError:
          pass
      async def agen():
          yield 1
          yield 2
      async def main():
          async for each in agen():
              break
          task = asyncio.ensure_future(asyncio.sleep(10))
          await asyncio.sleep(0)
          task.cancel()
          with contextlib.suppress(asyncio.CancelledError):
              await task
          try:
              await asyncio.wait_for(asyncio.sleep(10), 0.001)
          except TimeoutError:
              pass
          try:
              async with asyncio.timeout(0.001):
                  await asyncio.sleep(10)
          except TimeoutError:
              pass
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(asyncio.sleep(10))
                  raise Mine("group")
          except* Mine:
              pass
      asyncio.run(main())
      raise SystemExit(3)
    `;
    const session = await Session.launch(host, source, { exceptions: ['uncaught', 'userUncaught'] });
    expect(await session.ended()).toBe(3);
    expect(session.client.seen('stopped')).toEqual([]);
  });

  test('raised: all of them that mean something, with a condition only some; an unknown filter is refused', async () => {
    const session = await Session.stopped(
      host,
      `
      def gen():
          yield 1
      start = 1                        # @start
      for number in range(4):
          try:
              list(gen())
              raise ValueError(number) # @raise
          except ValueError:
              pass
      print("end")                     # @end
      `,
      { breakpoints: ['start', 'end'] },
    );
    const { client } = session;
    const answer = await client.request('setExceptionBreakpoints', {
      filters: ['sometimes'],
      filterOptions: [
        { filterId: 'raised', condition: 'exception.args[0] >= 2' },
        { filterId: 'raised', condition: 'exception.' },
      ],
    });
    expect(answer.breakpoints).toMatchObject([{ verified: false }, { verified: true }, { verified: false }]);
    expect(answer.breakpoints?.[0]?.message).toContain("no exception filter 'sometimes'");
    await session.resume();
    expect(await session.stop()).toMatchObject({ reason: 'exception', text: 'ValueError(2)' });
    const info = await client.request('exceptionInfo', { threadId: session.threadId });
    expect(info.breakMode).toBe('always');
    await session.resume();
    expect(await session.stop()).toMatchObject({ reason: 'exception', text: 'ValueError(3)' });
    await client.request('setExceptionBreakpoints', { filters: [] });
    expect(await session.next()).toBe('<module>: print("end")');
    expect((await client.failure(client.request('exceptionInfo', { threadId: session.threadId }))).message).toMatch(
      /did not stop at an exception/,
    );
  });

  test('what an explained error concerns is linked, at the stop and in the debug console', async () => {
    const session = await Session.stopped(
      host,
      `
      def walk():
          yield 1
      fresh = walk()
      fresh.send(3)
      `,
      { exceptions: ['uncaught'] },
    );
    const info = await session.client.request('exceptionInfo', { threadId: session.threadId });
    expect(info.details?.stackTrace).toMatch(/^coroutine \d+ · the one concerned\n\/.*story\.py:1(:\d+)? · /);
    const { message } = await session.client.failure(
      session.client.request('evaluate', {
        expression: 'fresh.send(3)',
        context: 'repl',
        frameId: session.frames[0]?.id ?? 0,
      }),
    );
    expect(message).toMatch(/\n\/.*story\.py:1(:\d+)? · its function/);
  });
});
