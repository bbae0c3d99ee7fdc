/**
 * What can become of a coroutine while a step of it is under way: each fate with its program, and where the steps over,
 * into and out end that begin at `# @here`. A step of several names is taken again from where it ended.
 */

import { like } from './session.js';

export type How = 'next' | 'stepIn' | 'stepOut';

export interface Fate extends Readonly<Record<How, readonly string[]>> {
  readonly name: string;
  readonly program: string;
  /** Of the breakpoint at `# @here`, if it is none of its line. */
  readonly mode?: 'throw';
  /** The beginning of the name of the suspended thread that is stepped, in place of the one that stopped. */
  readonly of?: string;
  /** Threads are what the embedded interpreter has not got. */
  readonly threads?: true;
}

export const fates: readonly Fate[] = [
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
    next: ['drive: after = 1'],
    stepIn: ['drive: for each in gen():'],
    stepOut: ['drive: for each in gen():'],
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
    next: ['drive: except StopIteration:'],
    stepIn: ['drive: next(g)'],
    stepOut: ['drive: next(g)'],
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
    next: ['main: value = await work()', 'main: return value', '<module>: asyncio.run(main())'],
    stepIn: ['main: value = await work()'],
    stepOut: ['main: return value'],
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
    next: ['main: await asyncio.sleep(0)'],
    stepIn: ['main: await asyncio.sleep(0)'],
    stepOut: ['main: await asyncio.sleep(0)'],
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
    next: ['main: end = True'],
    stepIn: ['main: end = True'],
    stepOut: ['main: end = True'],
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
    next: ['gen: raise ValueError("no")', 'drive: except ValueError:'],
    stepIn: ['gen: yield 1', 'gen: raise ValueError("no")', 'drive: except ValueError:'],
    stepOut: ['drive: except ValueError:'],
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
    next: ['main: except ValueError:'],
    stepIn: ['main: except ValueError:'],
    stepOut: ['main: except ValueError:'],
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
    next: ['drive: after = 1'],
    stepIn: ['drive: next(g)'],
    stepOut: ['drive: next(g)'],
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
    next: ['gen: cleaned = True', 'drive: after = 1'],
    stepIn: ['drive: next(g)'],
    stepOut: ['drive: next(g)'],
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
    next: ['drive: after = 1'],
    stepIn: ['drive: next(g)'],
    stepOut: ['drive: next(g)'],
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
    next: ['drive: after = 1'],
    stepIn: ['doubled: for each in values:'],
    stepOut: ['doubled: for each in values:'],
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
    next: ['gen: cleaned = True', 'drive: after = 1'],
    stepIn: ['inner: yield 1'],
    stepOut: ['drive: next(g)'],
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
    next: ['drive: after = 1'],
    stepIn: ['inner: yield 1'],
    stepOut: ['drive: next(g)'],
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
    next: ['drive: after = 1'],
    stepIn: ['Ready.__await__: yield'],
    stepOut: ['drive: c.send(None)'],
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
    next: ['drive: after = 1'],
    stepIn: ['Ready.__await__: yield'],
    stepOut: ['drive: step.send(None)'],
  },
  {
    name: 'the task is collected while it waits: the line that runs then',
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
    next: ['main: after = 1'],
    stepIn: ['inner: await asyncio.get_running_loop().create_future()', 'main: after = 1'],
    stepOut: ['main: after = 1'],
  },
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
    next: ['drive: value = take()'],
    stepIn: ['take: return next(g)'],
    stepOut: ['take: return next(g)'],
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
    next: ['main: after = value'],
    stepIn: ['take: value = next(g)'],
    stepOut: ['take: value = next(g)'],
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
    next: ['patient: except asyncio.CancelledError:', 'patient: print("cancelled")'],
    stepIn: ['patient: except asyncio.CancelledError:'],
    stepOut: ['<module>: asyncio.run(main())'],
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
    next: ['main: except asyncio.CancelledError:'],
    stepIn: ['main: except asyncio.CancelledError:'],
    stepOut: ['main: except asyncio.CancelledError:'],
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
    // Other code of the user's is none of the step's business; that the loop stops is.
    next: ['drive: loop.run_until_complete(short())'],
    stepIn: ['drive: loop.run_until_complete(short())'],
    stepOut: ['drive: loop.run_until_complete(short())'],
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
    next: ['gen: after = 1'],
    stepIn: ['drive: next(g)'],
    stepOut: ['drive: next(g)'],
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
    next: [like(/^drive: (thread\.join\(\)|after = 1)$/)],
    stepIn: ['take: next(g)'],
    stepOut: ['take: next(g)'],
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
    next: ['drive: after = found'],
    stepIn: ['drive: after = found'],
    stepOut: ['drive: after = found'],
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
    next: ['room: left = True'],
    stepIn: ['drive: with room() as inside:'],
    stepOut: ['drive: with room() as inside:'],
  },
  {
    name: 'the task group is left for good: the task that it cancels, where it catches that',
    program: `
      import asyncio
      async def patient():
          try:
              await asyncio.sleep(3600)  # @here
          finally:
              cleaned = True
      async def failing():
          await asyncio.sleep(0)
          raise ValueError("no")
      async def main():
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(patient())
                  group.create_task(failing())
          except* ValueError:
              seen = True
      asyncio.run(main())
    `,
    next: ['patient: cleaned = True', 'main: except* ValueError:'],
    stepIn: ['patient: cleaned = True', 'main: except* ValueError:'],
    stepOut: ['main: except* ValueError:'],
  },
  {
    name: "its task group cancels it and it does not catch that: the group's own code",
    program: `
      import asyncio
      async def patient():
          await asyncio.sleep(3600)    # @here
      async def failing():
          await asyncio.sleep(0)
          raise ValueError("no")
      async def main():
          try:
              async with asyncio.TaskGroup() as group:
                  group.create_task(patient())
                  group.create_task(failing())
          except* ValueError:
              seen = True
      asyncio.run(main())
    `,
    next: ['main: except* ValueError:'],
    stepIn: ['main: except* ValueError:'],
    stepOut: ['main: except* ValueError:'],
  },
  {
    name: 'asyncio.timeout cancels it: where the TimeoutError is caught',
    program: `
      import asyncio
      async def patient():
          await asyncio.sleep(3600)    # @here
      async def main():
          try:
              async with asyncio.timeout(0):
                  await patient()
          except TimeoutError:
              late = True
      asyncio.run(main())
    `,
    next: ['main: async with asyncio.timeout(0):', 'main: except TimeoutError:'],
    stepIn: ['main: async with asyncio.timeout(0):', 'main: except TimeoutError:'],
    stepOut: ['main: async with asyncio.timeout(0):', '<module>: asyncio.run(main())'],
  },
  {
    name: 'asyncio.run ends and cancels it: its own finally, then the code outside',
    program: `
      import asyncio
      async def forever():
          try:
              await asyncio.sleep(3600)  # @here
          finally:
              cleaned = True
      async def main():
          asyncio.create_task(forever()).add_done_callback(print)
          await asyncio.sleep(0)
      def drive():
          asyncio.run(main())
          after = 1
      drive()
    `,
    next: ['forever: cleaned = True', 'drive: asyncio.run(main())'],
    stepIn: ['forever: cleaned = True', 'drive: asyncio.run(main())'],
    stepOut: ['drive: asyncio.run(main())'],
  },
  {
    name: 'asyncio.run ends and cancels it, and it does not catch that: the code outside',
    program: `
      import asyncio
      async def forever():
          await asyncio.sleep(3600)    # @here
      async def main():
          asyncio.create_task(forever()).add_done_callback(print)
          await asyncio.sleep(0)
      def drive():
          asyncio.run(main())
          after = 1
      drive()
    `,
    next: ['drive: asyncio.run(main())'],
    stepIn: ['drive: asyncio.run(main())'],
    stepOut: ['drive: asyncio.run(main())'],
  },
  {
    name: 'the coroutine is closed by hand: the next line of who closed it',
    program: `
      class Ready:
          def __await__(self):
              yield
      async def work():
          await Ready()                # @here
      def drive():
          c = work()
          c.send(None)
          c.close()
          after = 1
          return c
      drive()
    `,
    next: ['drive: after = 1'],
    stepIn: ['Ready.__await__: yield', 'drive: c.send(None)'],
    stepOut: ['drive: c.send(None)'],
  },
  {
    name: 'the coroutine is closed by hand inside a try: its own finally',
    program: `
      class Ready:
          def __await__(self):
              yield
      async def work():
          try:
              await Ready()            # @here
          finally:
              cleaned = True
      def drive():
          c = work()
          c.send(None)
          c.close()
          after = 1
          return c
      drive()
    `,
    next: ['work: cleaned = True', 'drive: after = 1'],
    stepIn: ['Ready.__await__: yield', 'drive: c.send(None)'],
    stepOut: ['drive: c.send(None)'],
  },
  {
    name: 'the coroutine is never resumed: the caller of the code that took its value',
    program: `
      kept = []
      class Ready:
          def __await__(self):
              yield
      async def work():
          await Ready()                # @here
      def take():
          c = work()
          kept.append(c)
          return c.send(None)
      def drive():
          value = take()
          after = value
          kept.pop().close()
      drive()
    `,
    next: ['drive: value = take()'],
    stepIn: ['Ready.__await__: yield', 'take: return c.send(None)'],
    stepOut: ['take: return c.send(None)'],
  },
  {
    name: 'the async generator ends: behind the async for that drove it',
    program: `
      import asyncio
      async def agen():
          yield 1                      # @here
      async def main():
          async for each in agen():
              print(each)
          after = 1
      asyncio.run(main())
    `,
    next: ['main: after = 1'],
    stepIn: ['main: async for each in agen():', 'main: print(each)'],
    stepOut: ['main: async for each in agen():'],
  },
  {
    name: 'the async generator ends at another line than its yield: behind the async for that drove it',
    program: `
      import asyncio
      async def agen():
          yield 1
          last = True                  # @here
      async def main():
          async for each in agen():
              print(each)
          after = 1
      asyncio.run(main())
    `,
    next: ['main: after = 1'],
    stepIn: ['main: after = 1'],
    stepOut: ['main: after = 1'],
  },
  {
    name: 'the async generator raises: where the exception is caught',
    program: `
      import asyncio
      async def agen():
          await asyncio.sleep(0)       # @here
          raise ValueError("no")
          yield
      async def main():
          try:
              async for each in agen():
                  print(each)
          except ValueError:
              caught = True
      asyncio.run(main())
    `,
    next: ['agen: raise ValueError("no")', 'main: except ValueError:'],
    stepIn: ['agen: raise ValueError("no")', 'main: except ValueError:'],
    stepOut: ['main: except ValueError:'],
  },
  {
    name: 'aclose() ends the async generator: the next line of who called it',
    program: `
      import asyncio
      async def agen():
          yield 1                      # @here
      async def main():
          a = agen()
          await anext(a)
          await a.aclose()
          after = 1
      asyncio.run(main())
    `,
    next: ['main: after = 1'],
    stepIn: ['main: await anext(a)'],
    stepOut: ['main: await anext(a)'],
  },
  {
    name: 'aclose() ends the async generator inside a try: its own finally',
    program: `
      import asyncio
      async def agen():
          try:
              yield 1                  # @here
          finally:
              await asyncio.sleep(0)
      async def main():
          a = agen()
          await anext(a)
          await a.aclose()
          after = 1
      asyncio.run(main())
    `,
    next: ['agen: await asyncio.sleep(0)', 'main: after = 1'],
    stepIn: ['main: await anext(a)'],
    stepOut: ['main: await anext(a)'],
  },
  {
    name: 'athrow() is caught by the async generator: its handler',
    program: `
      import asyncio
      async def agen():
          try:
              yield 1                  # @here
          except ValueError:
              yield 2
      async def main():
          a = agen()
          await anext(a)
          two = await a.athrow(ValueError("no"))
          after = two
          await a.aclose()
          end = True
      asyncio.run(main())
    `,
    next: ['agen: except ValueError:', 'agen: yield 2', 'main: end = True'],
    stepIn: ['main: await anext(a)'],
    stepOut: ['main: await anext(a)'],
  },
  {
    name: 'athrow() is not caught by the async generator: where the exception is caught',
    program: `
      import asyncio
      async def agen():
          yield 1                      # @here
      async def main():
          a = agen()
          await anext(a)
          try:
              await a.athrow(ValueError("no"))
          except ValueError:
              caught = True
      asyncio.run(main())
    `,
    next: ['main: except ValueError:'],
    stepIn: ['main: await anext(a)'],
    stepOut: ['main: await anext(a)'],
  },
  {
    name: 'the async generator is collected at its yield, and the loop will close it: the line that runs then',
    program: `
      import asyncio
      async def agen():
          try:
              yield 1                  # @here
          finally:
              cleaned = True
      async def main():
          a = agen()
          await anext(a)
          a = None
          await asyncio.sleep(0)
          after = 1
      asyncio.run(main())
    `,
    next: ['main: await asyncio.sleep(0)'],
    stepIn: ['main: await anext(a)'],
    stepOut: ['main: await anext(a)'],
  },
  {
    name: 'the async generator is never resumed: who awaits the code that took its value',
    program: `
      import asyncio
      kept = []
      async def agen():
          yield 1                      # @here
      async def take():
          a = agen()
          kept.append(a)
          return await anext(a)
      async def main():
          value = await take()
          after = value
          await kept.pop().aclose()
      asyncio.run(main())
    `,
    next: ['main: value = await take()'],
    stepIn: ['take: return await anext(a)'],
    stepOut: ['take: return await anext(a)'],
  },
  {
    name: 'the generator ends at another line than its yield: behind the for loop that drove it',
    program: `
      def gen():
          yield 1
          last = True                  # @here
      def drive():
          for each in gen():
              print(each)
          after = 1
      drive()
    `,
    next: ['drive: after = 1'],
    stepIn: ['drive: after = 1'],
    stepOut: ['drive: after = 1'],
  },
  {
    name: 'its thread is stepped while it is suspended, and it is closed by hand: the next line of who closed it',
    of: 'generator gen',
    program: `
      def gen():
          yield 1
      def drive():
          g = gen()
          next(g)
          before = 1                   # @here
          g.close()
          after = 1
          return g
      drive()
    `,
    next: ['drive: after = 1'],
    stepIn: ['gen: yield 1', 'drive: after = 1'],
    stepOut: ['drive: after = 1'],
  },
  {
    name: 'its thread is stepped while it is suspended, and it is collected: the line that runs then',
    of: 'generator gen',
    program: `
      def gen():
          yield 1
      def drive():
          g = gen()
          next(g)
          before = 1                   # @here
          g = None
          after = 1
      drive()
    `,
    next: ['drive: after = 1'],
    stepIn: ['drive: after = 1'],
    stepOut: ['drive: after = 1'],
  },
  {
    name: 'its thread is stepped while it is suspended, and it raises: its handler, or where the exception is caught',
    of: 'generator gen',
    program: `
      def gen():
          yield 1
          raise ValueError("no")
      def drive():
          g = gen()
          next(g)
          try:
              before = 1               # @here
              next(g)
          except ValueError:
              caught = True
      drive()
    `,
    next: ['gen: raise ValueError("no")', 'drive: except ValueError:'],
    stepIn: ['gen: yield 1', 'gen: raise ValueError("no")', 'drive: except ValueError:'],
    stepOut: ['drive: except ValueError:'],
  },
  {
    name: 'its thread is stepped while it is suspended, and the task is cancelled: its finally, then its awaiter',
    of: 'Task-',
    program: `
      import asyncio
      async def patient():
          try:
              await asyncio.sleep(3600)
          finally:
              cleaned = True
      async def main():
          task = asyncio.create_task(patient())
          await asyncio.sleep(0)
          task.cancel()                # @here
          try:
              await task
          except asyncio.CancelledError:
              seen = True
      asyncio.run(main())
    `,
    next: ['patient: cleaned = True', 'main: except asyncio.CancelledError:'],
    stepIn: ['patient: await asyncio.sleep(3600)', 'patient: cleaned = True'],
    stepOut: ['main: except asyncio.CancelledError:'],
  },
  {
    name: 'its thread is stepped while it is suspended, and nothing resumes it before another run of the loop: the code outside of that one',
    of: 'Task-',
    program: `
      import asyncio
      kept = []
      async def forever():
          await asyncio.get_running_loop().create_future()
      async def main():
          kept.append(asyncio.create_task(forever()))
          await asyncio.sleep(0)
          before = 1                   # @here
      def drive():
          loop = asyncio.new_event_loop()
          loop.run_until_complete(main())
          after = 1
          kept[0].cancel()
          loop.run_until_complete(asyncio.gather(*kept, return_exceptions=True))
          loop.close()
      drive()
    `,
    next: ['drive: loop.run_until_complete(asyncio.gather(*kept, return_exceptions=True))'],
    stepIn: [
      'forever: await asyncio.get_running_loop().create_future()',
      'drive: loop.run_until_complete(asyncio.gather(*kept, return_exceptions=True))',
    ],
    stepOut: ['drive: loop.run_until_complete(asyncio.gather(*kept, return_exceptions=True))'],
  },
  {
    name: 'a cancellation is just thrown into it: its handler',
    mode: 'throw',
    program: `
      import asyncio
      async def patient():
          try:
              await asyncio.sleep(3600)  # @here
          except asyncio.CancelledError:
              caught = True
      async def main():
          task = asyncio.create_task(patient())
          await asyncio.sleep(0)
          task.cancel()
          await task
          end = True
      asyncio.run(main())
    `,
    next: ['patient: except asyncio.CancelledError:', 'patient: caught = True', 'main: end = True'],
    stepIn: ['patient: except asyncio.CancelledError:', 'patient: caught = True', 'main: end = True'],
    stepOut: ['main: end = True'],
  },
];
