/** Needs 1, 3, 5, 9, 10 and 20: tasks, each debugged for itself, and who waits for whom. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const SHARED = `
import asyncio

async def fetch(name, step):
    await asyncio.sleep(0)

async def download(name):
    for step in range(100):
        before = step
        await fetch(name, step)           # @await
        assert before == step             # @after

async def main():
    await asyncio.gather(*(download(name) for name in ("a", "b", "c")))

asyncio.run(main())
print("done")
`;

const THREADS = `
import asyncio

async def leaf(event):
    await event.wait()                    # @leaf

async def middle(event):
    await leaf(event)                     # @middle

async def main():
    event = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for name in ("first", "second"):
            group.create_task(middle(event), name=name)
        await asyncio.sleep(0)
        event.set()                       # @stop

asyncio.run(main())
`;

const RAISES = `
import asyncio

class Guard:
    def __exit__(self, *error): log.append("exit")
    def __enter__(self): return self

log = []

async def fails(number):
    with Guard():
        try:
            await asyncio.sleep(0)
            raise LookupError(number)     # @raise
        finally:
            log.append("finally")

async def main():
    task = asyncio.create_task(fails(1), name="forgotten")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await fails(2)

asyncio.run(main())
`;

const ONE_TASK = `
import asyncio

async def work(number):
    for turn in range(3):
        await asyncio.sleep(0)
        seen = number, turn               # @seen

async def main():
    tasks = [asyncio.create_task(work(n), name=f"worker-{n}") for n in range(10)]
    await asyncio.gather(*tasks)

asyncio.run(main())
`;

// As in the issue: a group within a group, and tasks that several groups wait for.
const TREE = `
import asyncio

async def sleep(name):
    await rest.wait()                     # @rest

async def sub(group_name):
    async with asyncio.TaskGroup() as inner:
        for number in range(2):
            inner.create_task(sleep(number), name=f"{group_name}.{number}")

async def main():
    global rest
    rest = asyncio.Event()
    async with asyncio.TaskGroup() as outer:
        outer.create_task(sub("one"), name="one")
        outer.create_task(sub("two"), name="two")
        while len(asyncio.all_tasks()) < 7:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        rest.set()                        # @stop

asyncio.run(main(), debug=False)
`;

const DEADLOCK = `
import asyncio

async def transfer(first, second, ready):
    async with first:
        ready.append(1)
        await asyncio.sleep(0)
        async with second:                # @wants
            pass

async def slow():
    await asyncio.Event().wait()

async def main():
    global left, right
    left, right, ready = asyncio.Lock(), asyncio.Lock(), []
    there = asyncio.create_task(transfer(left, right, ready), name="there")
    back = asyncio.create_task(transfer(DEADLY, left, ready), name="back")
    patient = asyncio.create_task(slow(), name="patient")
    for _ in range(5):
        await asyncio.sleep(0)
    reached = True                        # @stop
    for task in (there, back, patient):
        task.cancel()

asyncio.run(main())
`;

const THROWN_IN = `
import asyncio

async def pause(why):
    stopped = why                         # @stop
    await asyncio.sleep(0)                # @suspended

async def items():
    try:
        yield 1                           # @yield
    except KeyError:
        await pause("thrown")             # @thrown
        yield 2                           # @again
    finally:
        await pause("closed")             # @closed

async def drive():
    source = items()
    await anext(source)
    await source.athrow(KeyError("boo"))  # @athrow
    await source.aclose()                 # @aclose

async def main():
    task = asyncio.create_task(drive())
    while not task.done():
        await asyncio.sleep(0)            # @other
    await task

asyncio.run(main())
`;

describe.each(hosts)('on $name', (host) => {
  test('need 1 · stepping over await stays in the task: 100 of 100 (vscode-python#20272, debugpy#1134)', async () => {
    const story = new Story(host, SHARED);
    await story.begin({ breakpoints: [{ at: 'await', condition: 'name == "b"' }] });
    let stopped = await story.stop();
    await story.setBreakpoints();
    for (let step = 0; step < 100; step += 1) {
      const { name, before } = await story.values('Locals', stopped);
      expect([name, before]).toEqual(["'b'", String(step)]);
      await story.client.request('next', { threadId: 1 });
      stopped = await story.stop();
      expect(story.where(stopped)).toBe('download: assert before == step');
      expect(await story.values('Locals', stopped)).toMatchObject({ name: "'b'", step: String(step) });
      if (step === 99) break;
      expect(await story.step('next')).toBe('download: for step in range(100):');
      expect(await story.step('next')).toBe('download: before = step');
      await story.client.request('next', { threadId: 1 });
      stopped = await story.stop();
      expect(story.where(stopped)).toBe('download: await fetch(name, step)');
    }
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('done\n');
  }, 300_000);

  test('the logical stack goes on through athrow() and aclose() of an async generator, running and suspended', async () => {
    const story = new Story(host, THROWN_IN);
    const lines = (frames: readonly DAP.StackFrame[]): unknown[] =>
      frames
        .filter(({ source, presentationHint }) => source?.path === story.program && presentationHint !== 'label')
        .map(({ name, line }) => [name, line]);
    await story.begin({ breakpoints: ['stop'] });
    for (const [inside, by] of [
      ['thrown', 'athrow'],
      ['closed', 'aclose'],
    ] as const) {
      const chain = [
        ['items', story.line(inside)],
        ['drive', story.line(by)],
      ];
      const running = await story.stop();
      expect((await story.values('Locals', running))['why']).toBe(`'${inside}'`);
      expect(lines(running.frames).slice(0, 3)).toEqual([['pause', story.line('stop')], ...chain]);
      await story.setBreakpoints('other');
      await story.go();
      const stopped = await story.stop();
      const task = (await story.logical()).find(({ name }) => name.includes(' drive '));
      expect([story.where(stopped), task?.name]).toEqual(['main: await asyncio.sleep(0)', expect.anything()]);
      const { frames } = await story.stackOf(task?.id ?? 0);
      expect(lines(frames)).toEqual([['pause', story.line('suspended')], ...chain]);
      await story.setBreakpoints('stop');
      await story.go();
    }
    expect(await story.end()).toBe(0);
  });

  test('need 3 · suspended tasks are in the call stack, each with its chain of awaits (vscode-python#20159, debugpy#1114)', async () => {
    const story = new Story(host, THREADS);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const tasks = await story.logical();
    expect(tasks.map(({ name }) => name)).toEqual([
      `first middle · await asyncio.Event.wait · program.py:${story.line('leaf')}`,
      `second middle · await asyncio.Event.wait · program.py:${story.line('leaf')}`,
    ]);
    for (const { id } of tasks) {
      const { frames } = await story.stackOf(id);
      const own = frames.filter(({ presentationHint }) => presentationHint === undefined);
      expect(own.slice(0, 2).map(({ name, line }) => [name, line])).toEqual([
        ['leaf', story.line('leaf')],
        ['middle', story.line('middle')],
      ]);
      expect(frames.some(({ name }) => name.includes('awaited by Task-1 main'))).toBe(true);
    }
    await story.go();
    expect(await story.end()).toBe(0);
  });

  test('need 5 · an exception in a task stops where it is raised, before any clean-up, awaited or not (vscode-python#1309, debugpy#364, #1956)', async () => {
    const story = new Story(host, RAISES);
    await story.begin({ exceptions: ['uncaught'] });
    for (const number of ['1', '2']) {
      const stopped = await story.stop();
      expect(stopped.body.reason).toBe('exception');
      expect(story.where(stopped)).toBe('fails: raise LookupError(number)');
      expect(await story.values('Locals', stopped)).toMatchObject({ number });
      expect(await story.evaluate('len(log)', stopped)).toBe(number === '1' ? '0' : '2');
      await story.go();
    }
    expect(await story.end()).toBe(1);
  });

  test('need 9 · a breakpoint for this task only (debug-adapter-protocol#169, debugpy#1765)', async () => {
    const story = new Story(host, ONE_TASK);
    await story.begin({
      breakpoints: [{ at: 'seen', condition: 'asyncio.current_task().get_name() == "worker-7"' }],
    });
    for (let turn = 0; turn < 3; turn += 1) {
      const stopped = await story.stop();
      expect(await story.values('Locals', stopped)).toMatchObject({ number: '7', turn: String(turn) });
      if (turn === 0) {
        await story.setBreakpoints();
        // The task as an object: nothing in the source says which one.
        const coroutine = await story.scope('Coroutine', stopped);
        const id = Number(coroutine['id']?.value);
        await story.client.requestAny('coroscope/breakOnCoroutine', { coroutine: id, on: ['resume'] });
      }
      await story.go();
    }
    // Its last resumption ended it: nothing else stops.
    expect(await story.end()).toBe(0);
  });

  test('need 10 · who awaits whom, in nested task groups (cpython#135371)', async () => {
    const story = new Story(host, TREE);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const graph = await story.client.request('coroscope/awaitGraph', {});
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const edges = graph.edges
      .filter(({ to }) => nodes.get(to)?.kind === 'task')
      .map(({ from, to, relation }) => `${nodes.get(from)?.name} ${relation} ${nodes.get(to)?.name}`);
    // The running main stands inside its group and waits for nobody yet; its children know whose they are.
    expect(edges.sort()).toEqual([
      'one sub awaitedBy Task-1 main',
      'one sub waitsFor one.0 sleep',
      'one sub waitsFor one.1 sleep',
      'two sub awaitedBy Task-1 main',
      'two sub waitsFor two.0 sleep',
      'two sub waitsFor two.1 sleep',
    ]);
    expect(graph.sentences).toEqual([]);
    await story.go();
    expect(await story.end()).toBe(0);
  });

  test.each([
    ['right', true],
    ['asyncio.Lock()', false],
  ])('need 20 · a deadlock is found with its locks, and slow is none (trio#182): %s', async (lock, deadly) => {
    const story = new Story(host, DEADLOCK.replace('DEADLY', lock));
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const { sentences } = await story.client.request('coroscope/awaitGraph', {});
    expect(sentences).toHaveLength(deadly ? 1 : 0);
    if (deadly) {
      for (const said of ['there', 'back', 'left', 'right']) expect(sentences[0]).toContain(said);
      expect(sentences[0]).not.toContain('patient');
    }
    // What is waited for at 'async with' reads as the lock, not as a method of a base class.
    const names = (await story.logical()).map(({ name }) => name);
    const wants = names.filter((name) => name.includes('async with'));
    expect(wants).toHaveLength(deadly ? 2 : 0);
    for (const name of wants) expect(name).toContain('async with asyncio.Lock ·');
    await story.go();
    expect(await story.end()).toBe(0);
  });
});
