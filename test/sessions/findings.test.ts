/** Findings as a user meets them: on request at a stop, and as one group in the debug console when the program is over. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hosts, like, Session, useSessions } from './session.js';

useSessions();

const CARELESS = `
  import asyncio
  async def fetch(): pass
  async def fail():
      raise ValueError("no")          # @raised
  async def numbers():
      try:
          yield 1                     # @open
          yield 2
      finally:
          await asyncio.sleep(0)
  async def wait():
      await asyncio.sleep(60)         # @waits
  kept = set()
  async def main():
      fetch()                         # @created
      async for _ in numbers(): break
      asyncio.create_task(wait(), name="lost")    # @lost
      kept.add(asyncio.create_task(fail(), name="job"))
      await asyncio.sleep(0)
      await asyncio.sleep(0)
      reached = True                  # @stop
  asyncio.run(main())
`;

const DEADLOCK = `
  import asyncio
  async def one(first, second):
      async with first:
          await asyncio.sleep(0)
          async with second: pass     # @waits
  async def main():
      a, b = asyncio.Lock(), asyncio.Lock()
      tasks = [asyncio.create_task(one(a, b), name="one"), asyncio.create_task(one(b, a), name="other")]
      for _ in range(4): await asyncio.sleep(0)
      reached = True                  # @stop
      for task in tasks: task.cancel()
      await asyncio.gather(*tasks, return_exceptions=True)
  asyncio.run(main())
`;

const BLOCKED = `
  import asyncio, time
  async def main():
      await asyncio.sleep(0)          # @resumed
      time.sleep(0.5)                 # @blocked
      await asyncio.sleep(0)
  asyncio.run(main())
`;

const HEALTHY = `
  import asyncio, contextlib
  async def numbers():
      try:
          yield 1
          yield 2
      finally:
          await asyncio.sleep(0)
  async def work(n):
      await asyncio.sleep(0)
      if n == 2: raise ValueError(n)
  async def main():
      soon = work(1)
      async with contextlib.aclosing(numbers()) as stream:
          async for _ in stream: break
      task = asyncio.create_task(work(3))
      reached = True                  # @stop
      await soon
      await asyncio.gather(task, work(2), return_exceptions=True)
      print("well")
  asyncio.run(main())
`;

// A machine that is busy with other things must not make a step look blocked.
const settings = { blockedLoopMs: 0 };

/** The output that came as a group: texts with the lines they link to. */
function group({ client }: Session): [string, number | undefined][] {
  const events = client.seen('output');
  const from = events.findIndex((event) => event.group === 'start');
  const to = events.findIndex((event) => event.group === 'end');
  return events.slice(from, to).map(({ output, line }) => [output.trimEnd(), line]);
}

describe.each(hosts)('on $name', (host) => {
  test('those of a careless program are listed at a stop, with kind, lines, advice and coroutine', async () => {
    const session = await Session.stopped(host, CARELESS, { breakpoints: ['stop'], settings });
    await session.threads();
    const { findings, dropped, notes } = await session.client.request('coroscope/findings');
    expect({ dropped, notes }).toEqual({ dropped: 0, notes: [] });
    const source = like(/story\.py/);
    expect(findings.map(({ kind, severity, line, times }) => [kind, severity, line, times])).toEqual([
      ['neverAwaited', 'warning', session.line('created'), 1],
      ['generatorLeftOpen', 'warning', session.line('open'), 1],
      ['taskNotKept', 'warning', session.line('lost'), 1],
      ['exceptionNotRetrieved', 'hint', session.line('raised'), 1],
    ]);
    expect(findings[0]).toEqual({
      kind: 'neverAwaited',
      severity: 'warning',
      message: `The coroutine 'fetch' was created at story.py:${session.line('created')} and never awaited, so not a line of it ran.`,
      advice: like(/^Write 'await' before the call/),
      times: 1,
      source: { name: 'story.py', path: session.program },
      line: session.line('created'),
      places: [
        { label: 'where it was created', source: { name: 'story.py', path: source }, line: session.line('created') },
        { label: 'its function', source: { name: 'story.py', path: source }, line: 2 },
      ],
    });
    const lost = findings[2];
    expect(lost?.threadId).toBe(await session.logical('lost'));
    expect(lost?.coroutineId).toBe((lost?.threadId ?? 0) - 1_000_000);
    expect(lost?.places.map(({ line }) => line)).toContain(session.line('waits'));
    expect(await session.finish()).toBe(0);
  });

  test('at the end they come as one group in the console, each linked to its line', async () => {
    const session = await Session.launch(host, CARELESS, { settings });
    expect(await session.finish()).toBe(0);
    const shown = group(session);
    expect(shown[0]).toEqual(['3 findings about the coroutines of this run:', undefined]);
    expect(shown.filter(([text]) => !text.startsWith(' ')).slice(1)).toEqual([
      [like(/^Never awaited: The coroutine 'fetch' was created .*\. Write 'await'/), session.line('created')],
      [like(/^Left open: The async generator 'numbers' was dropped/), session.line('open')],
      [like(/^Exception not retrieved: The task 'job' \(fail\) failed/), session.line('raised')],
    ]);
    expect(session.stderr).toContain("RuntimeWarning: coroutine 'fetch' was never awaited");
  });

  test('a deadlock is told with the places where its tasks wait', async () => {
    const session = await Session.stopped(host, DEADLOCK, { breakpoints: ['stop'], settings });
    const { findings } = await session.client.request('coroscope/findings');
    expect(findings.map(({ kind, line }) => [kind, line])).toEqual([['deadlock', session.line('waits')]]);
    expect(findings[0]?.message).toMatch(/^Deadlock: .*Lock '/);
    expect(await session.finish()).toBe(0);
  });

  test('a step that blocked the loop is told with the line that did, or with the one where its task was resumed', async () => {
    const session = await Session.launch(host, BLOCKED, { settings: { blockedLoopMs: 100 } });
    expect(await session.finish()).toBe(0);
    // Without threads nobody can look while it lasts.
    const marker = host.python === 'embedded' ? 'resumed' : 'blocked';
    expect(group(session)).toContainEqual([like(/^Event loop blocked.*'Task-1' \(main\)/), session.line(marker)]);
  });

  test('of a healthy program nothing is said', async () => {
    const session = await Session.stopped(host, HEALTHY, { breakpoints: ['stop'], settings });
    expect(await session.client.request('coroscope/findings')).toEqual({ findings: [], dropped: 0, notes: [] });
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('well\n');
    expect(session.client.seen('output').filter((event) => event.group !== undefined)).toEqual([]);
  });

  test('a run without debugging says nothing', async () => {
    const session = await Session.launch(host, CARELESS, { settings: { ...settings, noDebug: true } });
    expect(await session.finish()).toBe(0);
    expect(session.client.seen('output').filter((event) => event.group !== undefined)).toEqual([]);
  });
});

const cli = path.resolve(import.meta.dirname, '../../dist/cli.js');

describe.each(hosts)('coroscope run on $name', (host) => {
  const run = async (code: string, ...options: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [cli, 'run', '--python', host.python, ...options, '-c', code]);

  const careless = 'async def fetch(): pass\nfetch()\n';

  test('prints them at the end on stderr', async () => {
    const { stderr } = await run(careless);
    expect(stderr).toMatch(/coroscope: 1 finding about the coroutines of this run:\n {2}Never awaited: .*'fetch'/);
    expect(stderr).toContain('where it was created: <string>:2');
  });

  test('prints them as JSON beside the JSON of the exchanges', async () => {
    const json = (await run(careless, '--json')).stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(json.map((line) => (JSON.parse(line) as { finding: object }).finding)).toMatchObject([
      { kind: 'neverAwaited', severity: 'warning', times: 1, places: [{ label: 'where it was created', line: 2 }, {}] },
    ]);
  });

  test('prints nothing where there are none', async () => {
    expect((await run('print(1)')).stderr).toBe('');
  });
});
