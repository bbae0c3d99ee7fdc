/** How the cost of a run grows with breakpoints, threads and exchanges: nothing may be quadratic. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { debugged, onceAlone, type Clock } from './contestants.js';
import { coroscope, type Debugger } from './debuggers.js';
import { atStop, milliseconds } from './session.js';
import { percentile, table } from './statistics.js';

export interface GrowthRow {
  readonly what: string;
  readonly size: number;
  readonly seconds: number;
}

interface Family {
  readonly what: string;
  readonly sizes: readonly number[];
  readonly debugger_: (python: string) => Debugger;
  readonly source: (size: number) => string;
  /** Lines that get a breakpoint whose condition never holds. */
  readonly breakpoints?: (size: number) => number[];
}

const measured = (body: string): string =>
  ['import sys', 'from timing import measured', body, 'measured(main)', ''].join('\n');

const FAMILIES: readonly Family[] = [
  {
    what: 'exchanges, record all',
    sizes: [50_000, 200_000, 800_000],
    debugger_: (python) => coroscope(python, 'all'),
    source: (size) =>
      measured(
        `def talk():\n    heard = None\n    while True:\n        heard = yield heard\n\ndef main():\n    generator = talk()\n    next(generator)\n    for i in range(${size / 2}):\n        generator.send(i)`,
      ),
  },
  {
    what: 'coroutines begun and ended, record auto',
    sizes: [10_000, 40_000, 160_000],
    debugger_: (python) => coroscope(python, 'auto'),
    source: (size) =>
      measured(
        `def talk(number):\n    yield number\n\ndef main():\n    for i in range(${size}):\n        for number in talk(i):\n            pass`,
      ),
  },
  {
    what: 'depth of one chain of yield from, 20,000 values in all frames, record all',
    sizes: [10, 40, 160],
    debugger_: (python) => coroscope(python, 'all'),
    source: (size) =>
      measured(
        `def descend(depth, count):\n    if depth:\n        yield from descend(depth - 1, count)\n    else:\n        yield from range(count)\n\ndef main():\n    for value in descend(${size - 1}, ${Math.round(20_000 / size)}):\n        pass`,
      ),
  },
  {
    what: 'breakpoints whose condition never holds, each on a line of its own, 100,000 visits in all',
    sizes: [10, 100, 1000],
    debugger_: (python) => coroscope(python, 'auto'),
    source: (size) =>
      measured(
        `def visit(i):\n${Array.from({ length: size }, (_, line) => `    i = i + ${line % 3}`).join('\n')}\n    return i\n\ndef main():\n    for i in range(${100_000 / size}):\n        visit(i)`,
      ),
    breakpoints: (size) => Array.from({ length: size }, (_, line) => line + 4),
  },
  {
    what: 'threads, each with 20,000 exchanges between all of them, record all',
    sizes: [1, 8, 64],
    debugger_: (python) => coroscope(python, 'all'),
    source: (size) =>
      measured(
        `import threading\n\ndef talk(count):\n    for i in range(count):\n        yield i\n\ndef work():\n    for value in talk(${Math.round(10_000 / size)}):\n        pass\n\ndef main():\n    threads = [threading.Thread(target=work) for _ in range(${size})]\n    for thread in threads:\n        thread.start()\n    for thread in threads:\n        thread.join()`,
      ),
  },
];

const AMONG = [1000, 10_000, 100_000];
const HIT = 'suspended tasks elsewhere: a breakpoint hit in a task, with its whole stack';
const STEP = 'suspended tasks elsewhere: a step in a task, with its whole stack';
const order = ({ what }: GrowthRow): number => [HIT, STEP].indexOf(what);

/** What a stop costs that has nothing to do with the suspended tasks: milliseconds, medians. */
async function amongSuspended(python: string, size: number): Promise<Record<string, number>> {
  return atStop(coroscope(python, 'auto'), 'among', [String(size)], async ({ client, threadId }) => {
    const until = async (request: 'continue' | 'next'): Promise<void> => {
      const stopped = client.waitFor('stopped');
      await client.request(request, { threadId });
      await stopped;
      await client.request('stackTrace', { threadId });
    };
    const [hits, steps]: [number[], number[]] = [[], []];
    for (let run = 0; run < 20; run += 1) {
      steps.push(await milliseconds(() => until('next')));
      hits.push(await milliseconds(() => until('continue')));
    }
    return { [HIT]: percentile(hits, 0.5), [STEP]: percentile(steps, 0.5) };
  });
}

export async function measureGrowth(
  python: string,
  runs: number,
  clock: Clock,
  tell: (text: string) => void,
): Promise<GrowthRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'coroscope-bench-'));
  const rows: GrowthRow[] = [];
  try {
    for (const { what, sizes, debugger_, source, breakpoints } of FAMILIES) {
      for (const size of sizes) {
        const program = path.join(folder, `growth_${rows.length}.py`);
        writeFileSync(program, source(size));
        const start = debugged(debugger_(python), {
          [program]: (breakpoints?.(size) ?? []).map((line) => ({ line, condition: 'i == -1' })),
        });
        const times: number[] = [];
        for (let run = 0; run < runs; run += 1) times.push(await onceAlone(start, { program, args: [], clock }));
        const row = { what, size, seconds: Math.min(...times) };
        rows.push(row);
        tell(`${what}: ${size}: ${row.seconds.toFixed(4)} s`);
      }
    }
    for (const size of AMONG) {
      for (const [what, took] of Object.entries(await amongSuspended(python, size))) {
        const row = { what, size, seconds: took / 1000 };
        rows.push(row);
        tell(`${what}: ${size}: ${row.seconds.toFixed(4)} s`);
      }
    }
    rows.sort((one, other) => order(one) - order(other));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

export const growthTable = (rows: readonly GrowthRow[]): string =>
  table(
    ['grows', 'size', 'seconds', 'against the size before'],
    rows.map(({ what, size, seconds }, index) => {
      const before = rows[index - 1];
      const growth =
        before?.what === what
          ? `${(size / before.size).toFixed(0)} times the size, ${(seconds / before.seconds).toFixed(1)} times the time`
          : '';
      return [what, size.toLocaleString('en'), seconds.toFixed(4), growth];
    }),
  );
