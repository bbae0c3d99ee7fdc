/** Stops for some only: exceptions by a condition on each filter, and data breakpoints on coroutines of every kind. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const RAISES = `
import asyncio
def leaks(name, source):
    yield next(source)                                # @leaks
def closing(name):
    try:
        yield 1                                       # @closing
    finally:
        done = name
async def cancelled(name):
    await asyncio.sleep(60)                           # @cancelled
async def unawaited(name):
    await asyncio.sleep(0)
    raise ValueError(name)                            # @unawaited
async def main():
    names = ("other", "this", "other")                # @begin
    for name in names:
        try:
            next(leaks(name, iter(())))
        except RuntimeError:
            pass
        generator = closing(name)
        next(generator)
        generator.close()
        task = asyncio.create_task(cancelled(name))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        alone = asyncio.create_task(unawaited(name))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    del alone
    for name in names:
        asyncio.get_running_loop().call_soon(callback, name)
    await asyncio.sleep(0)
    name = "this"
    raise LookupError(name)                           # @uncaught
def callback(name):
    raise OSError(name)                               # @callback
asyncio.run(main())
`;

const OBJECTS = `
import asyncio
def numbers():
    yield 1                                           # @yield
    yield 2                                           # @last
async def ticks():
    yield 1                                           # @tick
    yield 2
async def work():
    await asyncio.sleep(0)                            # @work
    await asyncio.sleep(0)
async def main():
    generator, other, source = numbers(), numbers(), ticks()
    next(generator), next(other)
    await anext(source)
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    here = 1                                          # @stop
    next(other)
    next(generator)
    generator.close()
    await anext(source)
    await task
    print("end")                                      # @end
asyncio.run(main())
`;

describe.each(hosts)('on $name', (host) => {
  test('each exception filter takes a condition', async () => {
    const story = new Story(host, RAISES);
    await story.begin({ breakpoints: ['begin'] });
    await story.stop();
    const filters = ['stopIterationLeaks', 'generatorExit', 'cancelled', 'unawaitedTask', 'userUncaught', 'uncaught'];
    const answer = await story.client.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: filters.map((filterId) => ({ filterId, condition: 'name == "this"' })),
    });
    expect(answer.breakpoints?.map(({ verified }) => verified)).toEqual(filters.map(() => true));
    for (const at of ['leaks', 'closing', 'cancelled', 'unawaited', 'callback', 'uncaught']) {
      await story.go();
      const stopped = await story.stop();
      expect([stopped.body.reason, stopped.frames.find(own)?.line]).toEqual(['exception', story.line(at)]);
      expect((await story.values('Locals', stopped))['name']).toBe("'this'");
    }
    await story.go();
    expect(await story.end()).toBe(1);
  });

  test('data breakpoints of a generator, an async generator and a task: read, write, both, and taken away', async () => {
    const story = new Story(host, OBJECTS);
    await story.begin({ breakpoints: ['stop'] });
    const { frames } = await story.stop();
    const { scopes } = await story.client.request('scopes', { frameId: frames[0]?.id ?? 0 });
    const variablesReference = scopes.find(({ name }) => name === 'Locals')?.variablesReference ?? 0;
    await story.client.children(variablesReference);
    const ids = new Map<string, string>();
    for (const name of ['generator', 'source', 'task']) {
      const answer = await story.client.requestAny('dataBreakpointInfo', { name, variablesReference });
      expect(answer).toMatchObject({ accessTypes: ['read', 'write', 'readWrite'], canPersist: false });
      ids.set(name, (answer as { dataId: string }).dataId);
    }
    const set = (...breakpoints: DAP.DataBreakpoint[]): Promise<unknown> =>
      story.client.requestAny('setDataBreakpoints', { breakpoints });
    const answer = await set(
      { dataId: ids.get('generator') ?? '', accessType: 'readWrite' },
      { dataId: ids.get('source') ?? '', accessType: 'write' },
      { dataId: ids.get('task') ?? '', accessType: 'read' },
    );
    expect(answer).toMatchObject({ breakpoints: [{ verified: true }, { verified: true }, { verified: true }] });
    await story.setBreakpoints('end');
    const seen: string[] = [];
    for (let stop = 0; stop < 6; stop += 1) {
      await story.go();
      const { body } = await story.stop();
      seen.push(`${body.reason}: ${(body.description ?? '').replace(/ \(number \d+\)/, '')}`);
    }
    expect(seen).toEqual([
      'data breakpoint: Generator numbers resumes',
      'data breakpoint: Generator numbers suspends',
      'data breakpoint: Generator numbers resumes',
      'data breakpoint: Generator numbers ends',
      'data breakpoint: Async generator ticks suspends',
      'data breakpoint: Coroutine work resumes',
    ]);
    // It resumes once more.
    await set();
    await story.go();
    expect(story.where(await story.stop())).toBe('main: print("end")');
    await story.go();
    expect(await story.end()).toBe(0);
  });
});

/** Not one of the library's, which are folded. */
function own({ presentationHint }: DAP.StackFrame): boolean {
  return presentationHint === undefined;
}
