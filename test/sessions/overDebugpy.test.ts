/**
 * The views on top of a real debugpy: the client that the editor uses, on a session of its own adapter. Needs a CPython that
 * has debugpy; where there is none this is skipped, and says so.
 */
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BorrowedClient } from '../../src/editor/borrowedClient.js';
import { BorrowedStops } from '../../src/editor/borrowedStops.js';
import type { RequestSender } from '../../src/editor/programClient.js';
import { cpythons } from '../support/interpreters.js';
import { DapClient, type Requests } from '../support/dapClient.js';

const PATIENCE = 120_000;
const run = promisify(execFile);
const runtime = path.resolve(import.meta.dirname, '../../src/debuggee/python/runtime');

const PROGRAM = `
import asyncio, gc, sys, threading, weakref

def leaf(n):
    yield n                                 # @leaf

def outer(n):
    yield from leaf(n)

def kept():
    try:
        yield "kept"
    finally:
        ended.append("kept")

async def first(a, b):
    async with a:
        await asyncio.sleep(0)
        async with b:                       # @first
            pass

async def second(a, b):
    async with b:
        await asyncio.sleep(0)
        async with a:                       # @second
            pass

async def fetch(future):
    return await future                     # @fetch

def traces():
    tools = [sys.monitoring.get_tool(each) for each in range(6)]
    return (list(sys.path), tools, threading.active_count(), sys.gettrace(), gc.isenabled(), sys.stdout, gc.callbacks[:],
            sys.meta_path[:], sys.path_hooks[:], sys.dont_write_bytecode, asyncio.all_tasks())

ended = []

async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    future = asyncio.get_running_loop().create_future()
    generators = [outer(n) for n in range(30)]
    for each in generators:
        next(each)
    held = kept()
    next(held)
    reference = weakref.ref(held)
    stuck = [asyncio.create_task(first(a, b), name="one"), asyncio.create_task(second(a, b), name="two")]
    tasks = [asyncio.create_task(fetch(future), name=f"fetcher-{n}") for n in range(3)]
    for _ in range(3):
        await asyncio.sleep(0)
    before = traces()
    stop = 1                                # @stop
    print("same" if traces() == before else "changed", flush=True)
    del held
    print(reference() is None, ended, flush=True)
    future.set_result("value")
    results = await asyncio.gather(*tasks)
    stop = 2                                # @again
    for each in stuck:
        each.cancel()
    print(results, sum(next(each, 1) for each in generators), gc.isenabled(), flush=True)

asyncio.run(main())
`;
const EXPECTED = "same\nTrue ['kept']\n['value', 'value', 'value'] 30 True\n";

const lineOf = (mark: string): number => PROGRAM.split('\n').findIndex((line) => line.endsWith(`# @${mark}`)) + 1;

/** Where an interpreter finds debugpy; undefined where it has none. */
async function debugpyOf(python: string): Promise<string | undefined> {
  const code = 'import debugpy, os; print(os.path.dirname(os.path.abspath(debugpy.__file__)))';
  return run(python, ['-c', code]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

const found = await Promise.all(cpythons.map(async (each) => ({ ...each, debugpy: await debugpyOf(each.path) })));
const withDebugpy = found.filter(({ debugpy }) => debugpy !== undefined);
if (withDebugpy.length === 0)
  process.stderr.write('No CPython here has debugpy: the views on top of debugpy are SKIPPED.\n');

interface Paused {
  readonly dap: DapClient;
  readonly client: BorrowedClient;
  /** Lets the client know what the adapter has said, as the editor's tracker does. */
  readonly hear: () => void;
}

class Sessions {
  readonly #open: DapClient[] = [];
  folder = '';

  async start(python: string, source: string, marks: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Paused> {
    const program = path.join(this.folder, 'program.py');
    await writeFile(program, source);
    const dap = DapClient.spawn(python, ['-m', 'debugpy.adapter'], { ...process.env, ...env });
    this.#open.push(dap);
    const settings = { program, python: [python], cwd: this.folder, console: 'internalConsole', justMyCode: true };
    await dap.start({ ...settings, env }, { breakpoints: { [program]: marks.map(lineOf) } });
    const stops = new BorrowedStops();
    const session: RequestSender = {
      customRequest: (command, args) => dap.request(command as keyof Requests, args as never),
    };
    let heard = 0;
    const hear = (): void => {
      for (; heard < dap.transcript.length; heard += 1) {
        const { from, message } = dap.transcript[heard]!;
        if (from === 'adapter') stops.take(message);
      }
    };
    return { dap, hear, client: new BorrowedClient(session, stops, runtime) };
  }

  async close(): Promise<void> {
    for (const dap of this.#open) {
      if (dap.seen('terminated').length === 0) await dap.request('disconnect', { terminateDebuggee: true });
      await dap.close();
    }
    this.#open.length = 0;
  }
}

async function stopped({ dap, hear }: Paused): Promise<void> {
  await dap.waitFor('stopped');
  hear();
}

const sessions = new Sessions();
beforeAll(async () => {
  sessions.folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'coroscope-')));
});
afterAll(async () => {
  await sessions.close();
  await rm(sessions.folder, { recursive: true, force: true });
});

describe.each(withDebugpy)('on top of debugpy, CPython $version', ({ path: python, debugpy }) => {
  test(
    'the list, one coroutine, the graph with its deadlock and the findings; the program notices nothing',
    async () => {
      const paused = await sessions.start(python, PROGRAM, ['stop', 'again']);
      const { dap, client } = paused;
      await expect(client.coroutines({})).rejects.toThrow('The program runs.');
      await stopped(paused);

      const { total, rows = [] } = await client.coroutines({});
      const names = rows.map(({ name }) => name);
      expect(total).toBe(37);
      expect(
        Object.fromEntries([...new Set(names)].sort().map((n) => [n, names.filter((m) => m === n).length])),
      ).toEqual({ fetch: 3, first: 1, kept: 1, main: 1, outer: 30, second: 1 });
      expect(rows[0]).toMatchObject({ name: 'main', state: 'running', location: { line: lineOf('stop') } });
      const outer = rows.find(({ name }) => name === 'outer')!;
      expect(outer).toMatchObject({ state: 'suspended', delegates: 1, location: { line: lineOf('leaf') } });
      expect(rows.some(({ last }) => last !== undefined)).toBe(false);

      const pieces = await Promise.all([0, 20].map((start) => client.coroutines({ start, count: 20 })));
      expect(pieces.flatMap((page) => page.rows?.map(({ id }) => id) ?? [])).toEqual(rows.map(({ id }) => id));
      const { groups = [] } = await client.coroutines({ group: 'stack' });
      expect(groups[0]).toMatchObject({ name: 'outer → leaf', count: 30 });
      expect((await client.coroutines({ filter: 'fetcher-1' })).rows).toMatchObject([{ task: 'fetcher-1' }]);
      expect((await client.coroutines({ filter: 'ä@LINE@"\'\\' })).rows).toEqual([]);
      expect((await client.parallelStacks({})).nodes.find(({ name }) => name === 'leaf')).toMatchObject({ count: 30 });

      const details = await client.coroutine(outer.id);
      expect(details.delegates).toMatchObject([{ name: 'leaf', location: { line: lineOf('leaf') } }]);
      expect([details.history, details.resumedBy, details.createdAt]).toEqual([[], undefined, undefined]);
      expect((await client.coroutine(rows[0]!.id)).row).toMatchObject({ name: 'main', state: 'running' });
      await expect(client.coroutine(12345)).rejects.toThrow('There is no coroutine 12345.');
      await expect(client.breakOnCoroutine()).rejects.toThrow('debugpy cannot break on one coroutine.');

      const graph = await client.awaitGraph(100);
      expect(graph.deadlocks).toHaveLength(1);
      expect(graph.sentences[0]).toContain('one first');
      const stuck = graph.nodes.filter((node) => node.stuck === true && node.row !== undefined);
      expect(stuck.map(({ name }) => name).sort()).toEqual(['one first', 'two second']);
      const findings = await client.findings();
      const deadlock = findings.findings.find(({ kind }) => kind === 'deadlock')!;
      expect(deadlock.message).toMatch(/^Deadlock: /);
      expect(deadlock.advice).not.toBe('');
      expect(deadlock.places[0]!.location!.name).toMatch(/\.py$/);
      expect(findings.notes.join()).toContain('not recorded');

      await dap.request('continue', { threadId: 0 });
      await stopped(paused);
      // A coroutine keeps its number from stop to stop, and what is over is gone.
      const later = (await client.coroutines({})).rows ?? [];
      expect(later.filter(({ name }) => name === 'outer').map(({ id }) => id)).toEqual(
        rows.filter(({ name }) => name === 'outer').map(({ id }) => id),
      );
      expect(later.some(({ name }) => name === 'kept' || name === 'fetch')).toBe(false);

      const over = dap.waitFor('terminated');
      await dap.request('continue', { threadId: 0 });
      await over;
      expect(dap.outputText('stdout')).toBe(EXPECTED);
      expect(dap.outputText('stderr')).toBe('');
    },
    PATIENCE,
  );

  test(
    'what debugpy runs itself is not the user’s, wherever debugpy lies',
    async () => {
      const elsewhere = path.join(sessions.folder, 'extension', 'libs');
      await cp(debugpy!, path.join(elsewhere, 'debugpy'), { recursive: true });
      const paused = await sessions.start(python, PROGRAM, ['stop'], { PYTHONPATH: elsewhere });
      await stopped(paused);
      const { rows = [] } = await paused.client.coroutines({});
      const files = new Set(rows.map(({ location }) => location?.path));
      expect([...files]).toEqual([path.join(sessions.folder, 'program.py')]);
    },
    PATIENCE,
  );
});

test.skipIf(withDebugpy.length > 0)('on top of debugpy: SKIPPED, no CPython here has debugpy', () => {
  expect(
    process.env['COROSCOPE_REQUIRE_DEBUGPY'],
    'A CPython with debugpy is required, and none was found.',
  ).toBeFalsy();
});
