/** A step is never lost and never becomes Continue: whatever becomes of its coroutine, it ends at the code that takes over. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions, type Host, type Place } from './session.js';

useSessions();

type How = 'next' | 'stepIn' | 'stepOut';

interface Fate {
  readonly name: string;
  readonly program: string;
  readonly at?: Place;
  readonly how?: readonly How[];
  readonly ends: readonly (string | RegExp)[];
  /** Threads are what the embedded interpreter has not got. */
  readonly threads?: true;
}

const fates: readonly Fate[] = [
  {
    name: 'the generator ends: behind the for loop that drove it',
    program: `
      def gen():
          yield 1                      # @here
      def drive():
          for each in gen():
              print(each)
          after = 1                    # @after
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  {
    name: 'the generator ends inside a chain of callers that pass StopIteration on: where it is caught',
    program: `
      def gen():
          yield 1                      # @here
      def advance(g):
          return next(g)
      def drive():
          g = gen()
          next(g)
          try:
              advance(g)
          except StopIteration:
              ended = True
      drive()
    `,
    ends: ['drive: except StopIteration:'],
  },
  {
    name: 'the coroutine ends: where its value arrives',
    program: `
      import asyncio
      async def work():
          return 1                     # @here
      async def main():
          value = await work()
          return value
      asyncio.run(main())
    `,
    ends: ['main: value = await work()', 'main: return value', '<module>: asyncio.run(main())'],
  },
  {
    name: 'the task ends and nobody awaits it: the code that the loop runs next',
    program: `
      import asyncio
      async def alone():
          pass                         # @here
      async def main():
          task = asyncio.create_task(alone())
          await asyncio.sleep(0)
          await asyncio.sleep(0)
          end = task.done()
      asyncio.run(main())
    `,
    ends: ['main: await asyncio.sleep(0)'],
  },
  {
    name: 'a callback of the loop ends: the code that the loop runs next',
    program: `
      import asyncio
      def callback():
          pass                         # @here
      async def main():
          asyncio.get_running_loop().call_soon(callback)
          await asyncio.sleep(0)
          end = True
      asyncio.run(main())
    `,
    ends: ['main: end = True'],
  },
  {
    name: 'the generator raises: where the exception is caught',
    program: `
      def gen():
          yield 1                      # @here
          raise ValueError("no")
      def drive():
          try:
              list(gen())
          except ValueError:
              caught = True
      drive()
    `,
    ends: ['gen: raise ValueError("no")', 'drive: except ValueError:'],
  },
  {
    name: 'a task raises through its whole chain: where its awaiter catches it',
    program: `
      import asyncio
      async def inner():
          raise ValueError("no")       # @here
      async def middle():
          await inner()
      async def main():
          task = asyncio.create_task(middle())
          other = asyncio.create_task(asyncio.sleep(0))
          try:
              await task
          except ValueError:
              caught = True
          await other
      asyncio.run(main())
    `,
    ends: ['main: except ValueError:'],
  },
  {
    name: 'the generator is closed by hand: the next line of who closed it',
    program: `
      def gen():
          yield 1                      # @here
      def drive():
          g = gen()
          next(g)
          g.close()
          after = 1
          return g
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  {
    name: 'the generator is closed inside a try: its own finally',
    program: `
      def gen():
          try:
              yield 1                  # @here
          finally:
              cleaned = True
      def drive():
          g = gen()
          next(g)
          g.close()
          after = 1
          return g
      drive()
    `,
    ends: ['gen: cleaned = True', 'drive: after = 1'],
  },
  {
    name: 'the generator is garbage-collected: the line that runs then',
    program: `
      def gen():
          yield 1                      # @here
      def drive():
          g = gen()
          next(g)
          g = None
          after = 1
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  {
    name: 'the generator is collected with the pipeline that drove it: the line that runs then',
    program: `
      def source():
          yield 1                      # @here
      def doubled(values):
          for each in values:
              yield 2 * each
      def drive():
          pipeline = doubled(source())
          next(pipeline)
          del pipeline
          after = 1
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  {
    name: 'the generator is collected at a yield from inside a try: its own finally, then the line that runs then',
    program: `
      def inner():
          yield 1
      def gen():
          try:
              yield from inner()       # @here
          finally:
              cleaned = True
      def drive():
          g = gen()
          next(g)
          g = None
          after = 1
      drive()
    `,
    ends: ['gen: cleaned = True', 'drive: after = 1'],
  },
  {
    name: 'the generator is collected at a yield from: the line that runs then',
    program: `
      def inner():
          yield 1
      def gen():
          yield from inner()           # @here
      def drive():
          g = gen()
          next(g)
          g = None
          after = 1
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  {
    name: 'the coroutine is collected at an await: the line that runs then',
    program: `
      class Ready:
          def __await__(self):
              yield
      async def work():
          await Ready()                # @here
      def drive():
          c = work()
          c.send(None)
          c = None
          after = 1
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  {
    name: 'the async generator is collected at an await: the line that runs then',
    program: `
      class Ready:
          def __await__(self):
              yield
      async def agen():
          await Ready()                # @here
          yield 1
      def drive():
          step = agen().asend(None)
          step.send(None)
          step = None
          after = 1
      drive()
    `,
    ends: ['drive: after = 1'],
  },
  ...(['next', 'stepIn', 'stepOut'] as const).map((how): Fate => ({
    name: `the task is collected while it waits (${how}): the line that runs then`,
    program: `
      import asyncio, gc
      async def inner():
          await asyncio.get_running_loop().create_future()
      async def lost():
          await inner()                # @here
      async def main():
          asyncio.get_running_loop().set_exception_handler(print)
          asyncio.create_task(lost())
          await asyncio.sleep(0)
          gc.collect()
          after = 1
      asyncio.run(main())
    `,
    how: [how, how],
    ends: [...(how === 'stepIn' ? ['inner: await asyncio.get_running_loop().create_future()'] : []), 'main: after = 1'],
  })),
  {
    name: 'the generator is never resumed: the caller of the code that took the value',
    program: `
      kept = []
      def gen():
          yield 1                      # @here
      def take():
          g = gen()
          kept.append(g)
          return next(g)
      def drive():
          value = take()
          after = value
      drive()
    `,
    ends: ['drive: value = take()'],
  },
  {
    name: 'the task that took the value ends without resuming it: its awaiter',
    program: `
      import asyncio
      kept = []
      def gen():
          yield 1                      # @here
      async def take():
          g = gen()
          kept.append(g)
          value = next(g)
          await asyncio.sleep(0)
          return value
      async def main():
          value = await asyncio.create_task(take())
          after = value
      asyncio.run(main())
    `,
    ends: ['main: after = value'],
  },
  {
    name: 'the task is cancelled: where it catches the cancellation',
    program: `
      import asyncio
      async def patient():
          try:
              await asyncio.sleep(3600)  # @here
          except asyncio.CancelledError:
              print("cancelled")
              raise
      async def main():
          task = asyncio.create_task(patient())
          await asyncio.sleep(0)
          task.cancel()
          await asyncio.gather(task, return_exceptions=True)
      asyncio.run(main())
    `,
    ends: ['patient: except asyncio.CancelledError:', 'patient: print("cancelled")'],
  },
  {
    name: 'the task is cancelled and does not catch it: its awaiter',
    program: `
      import asyncio
      async def patient():
          await asyncio.sleep(3600)    # @here
      async def main():
          task = asyncio.create_task(patient())
          await asyncio.sleep(0)
          task.cancel()
          try:
              await task
          except asyncio.CancelledError:
              seen = True
      asyncio.run(main())
    `,
    ends: ['main: except asyncio.CancelledError:'],
  },
  {
    name: 'the loop stops and leaves the task suspended: the code outside the loop',
    program: `
      import asyncio
      async def forever():
          await asyncio.get_running_loop().create_future()  # @here
      async def short():
          await asyncio.sleep(0)
      def drive():
          loop = asyncio.EventLoop() if hasattr(asyncio, "EventLoop") else asyncio.new_event_loop()
          task = loop.create_task(forever())
          loop.run_until_complete(short())
          task.cancel()
          loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
          loop.close()
      drive()
    `,
    how: ['next'],
    // Other code of the user's is none of the step's business; that the loop stops is.
    ends: ['drive: loop.run_until_complete(short())'],
  },
  {
    name: 'it is resumed from another thread: its next line, there',
    threads: true,
    program: `
      import threading
      def gen():
          yield 1                      # @here
          after = 1
          yield 2
      def drive():
          g = gen()
          next(g)
          thread = threading.Thread(target=lambda: next(g))
          thread.start()
          thread.join()
      drive()
    `,
    ends: ['gen: after = 1'],
  },
  {
    name: 'the thread that took the value ends without resuming it: the code that runs then',
    threads: true,
    program: `
      import threading
      kept = []
      def gen():
          yield 1                      # @here
      def take():
          g = gen()
          kept.append(g)
          next(g)
      def drive():
          thread = threading.Thread(target=take)
          thread.start()
          thread.join()
          after = 1
      drive()
    `,
    ends: [/^drive: (thread\.join\(\)|after = 1)$/],
  },
  {
    name: 'an exception that C code swallows between it and its resumer: the next line there',
    program: `
      class Odd:
          def __getattr__(self, name):
              raise AttributeError(name)  # @here
      def drive():
          found = hasattr(Odd(), "x")
          after = found
      drive()
    `,
    ends: ['drive: after = found'],
  },
  {
    name: 'a context manager of contextlib: its code behind the yield, when the block is left',
    program: `
      import contextlib
      @contextlib.contextmanager
      def room():
          yield 1                      # @here
          left = True
      def drive():
          with room() as inside:
              body = inside
          after = body
      drive()
    `,
    ends: ['room: left = True'],
  },
];

async function follow(host: Host, { program, at = 'here', how = [], ends }: Fate): Promise<void> {
  const session = await Session.stopped(host, program, { breakpoints: [at] });
  await session.setBreakpoints();
  for (const [index, end] of ends.entries()) {
    const where = await session.step(how[index] ?? 'next');
    if (typeof end === 'string') expect(where).toBe(end);
    else expect(where).toMatch(end);
  }
  expect(await session.finish()).toBe(0);
}

describe.each(hosts)('on $name, a step over, when', (host) => {
  for (const fate of fates) {
    test.skipIf(fate.threads === true && host.embedded)(fate.name, () => follow(host, fate));
  }

  test('a breakpoint of another coroutine is hit in between: the breakpoint wins, and the step is over', async () => {
    const session = await Session.stopped(
      host,
      `
      import asyncio
      async def one():
          await asyncio.sleep(0)       # @here
          await asyncio.sleep(0)
          return 1
      async def two():
          await asyncio.sleep(0)
          hit = True                   # @other
          await asyncio.sleep(0)
          await asyncio.sleep(0)
          last = True                  # @last
      async def main():
          await asyncio.gather(two(), one())
      asyncio.run(main())
      `,
      { breakpoints: ['here', 'other', 'last'] },
    );
    await session.client.request('next', { threadId: session.threadId });
    expect((await session.stop()).reason).toBe('breakpoint');
    expect(session.where).toBe('two: hit = True');
    await session.setBreakpoints('last');
    // Nothing is left of the step: 'one' goes on to its end unnoticed.
    expect(await session.next()).toBe('two: last = True');
    expect(await session.finish()).toBe(0);
  });
});
