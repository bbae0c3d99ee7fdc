/** How what a client asks for at a stop grows with what there is in the program. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CoroutinesArguments } from '../src/dap/coroutineList.js';
import type { DapClient } from '../test/support/dapClient.js';
import { coroscope, programPath, type RecordMode } from './debuggers.js';
import { atStop, milliseconds } from './session.js';
import { figure, table } from './statistics.js';

const run = promisify(execFile);

export interface ScaleRow {
  readonly what: string;
  /** `100,000 suspended coroutines` */
  readonly size: string;
  /** Empty where nothing was promised. */
  readonly budget: string;
  readonly value: string;
}

export interface ScaleOptions {
  readonly python: string;
  readonly suspended: readonly number[];
  readonly depths: readonly number[];
  /** Which of `Kind`; all where there are none. */
  readonly kinds: readonly string[];
  readonly tell: (text: string) => void;
}

/** As `bench/programs/suspended.py` calls them. */
export const KINDS = ['generators', 'coroutines', 'asyncgens', 'tasks'] as const;
type Kind = (typeof KINDS)[number];
const WORDS: Readonly<Record<Kind, string>> = {
  generators: 'suspended generators',
  coroutines: 'suspended coroutines',
  asyncgens: 'suspended async generators',
  tasks: 'asyncio tasks, three coroutines each',
};
/** A million of the simplest kind only: of the others that many take the machine minutes to make. */
const kindsAt = (size: number): readonly Kind[] => (size > 100_000 ? ['generators'] : KINDS);

/** Each asked for at a stop of its own, for what was found at a stop is kept to its end. */
const FIRST_PAGES: readonly (readonly [string, CoroutinesArguments])[] = [
  ['', {}],
  [', by task', { group: 'task' }],
  [', by kind', { group: 'kind' }],
  [', by state', { group: 'state' }],
  [', by location', { group: 'location' }],
  [', by equal stack', { group: 'stack' }],
  [', filtered by text', { filter: 'suspended.py' }],
];
const pageOf = (client: DapClient, start: number): Promise<unknown> =>
  client.requestAny('coroscope/coroutines', { filter: 'suspended.py', start, count: 200 });

/** How many coroutines are suspended where there are so many of a kind. */
const coroutinesOf = (kind: Kind, many: number): number => (kind === 'tasks' ? 3 * many : many);

/** Milliseconds: 300 for a hundred thousand suspended coroutines, 3,000 for a million. */
const budgetFor = (coroutines: number): number | undefined => (coroutines < 100_000 ? undefined : coroutines * 0.003);

/** A single one is at the mercy of whatever else the machine does in that moment. */
const TIMES = 3;
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const count = (value: number): string => value.toLocaleString('en');

export async function measureScale({ python, suspended, depths, kinds, tell }: ScaleOptions): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = [];
  const add = (what: string, size: string, value: string, budget = ''): void => {
    rows.push({ what, size, value, budget });
    tell(`${what}, ${size}: ${value}`);
  };

  const asked = suspended.flatMap((size) => kindsAt(size).map((kind) => [kind, size] as const));
  for (const [kind, many] of asked.filter(([kind]) => kinds.length === 0 || kinds.includes(kind))) {
    const size = `${count(many)} ${WORDS[kind]}`;
    await atStop(
      coroscope(python, 'auto'),
      'suspended',
      [String(many), kind, 'pause'],
      async ({ client, threadId }) => {
        add('threads', size, ms(await milliseconds(() => client.request('threads'))));
        add('stackTrace', size, ms(await milliseconds(() => client.request('stackTrace', { threadId }))));
        for (const [what, query] of FIRST_PAGES) {
          const times: number[] = [];
          for (let time = 0; time < TIMES; time += 1) {
            await client.request('continue', { threadId });
            times.push(
              await milliseconds(async () => {
                const stopped = client.waitFor('stopped');
                await client.request('pause', { threadId });
                await stopped;
                await client.requestAny('coroscope/coroutines', { ...query, start: 0, count: 200 });
              }),
            );
          }
          const took = figure(times).median;
          const most = budgetFor(coroutinesOf(kind, many));
          const budget = most === undefined ? '' : `${count(most)} ms: ${took <= most ? 'met' : '**not met**'}`;
          add(`pause to first page${what}`, size, ms(took), budget);
        }
        add('first page again', size, ms(await milliseconds(() => pageOf(client, 0))));
        add('second page', size, ms(await milliseconds(() => pageOf(client, 200))));
        if (kind !== 'tasks') return;
        add(
          'await graph, 500 shown',
          size,
          ms(await milliseconds(() => client.request('coroscope/awaitGraph', { limit: 500 }))),
        );
        add('findings', size, ms(await milliseconds(() => client.request('coroscope/findings'))));
      },
    );
  }

  if (kinds.length > 0) return rows;
  const most = Math.min(100_000, Math.max(...suspended));
  const memory = async (record: RecordMode): Promise<number> =>
    atStop(coroscope(python, record), 'suspended', [String(most)], async ({ client, threadId }) => {
      const { stackFrames } = await client.request('stackTrace', { threadId, levels: 1 });
      const { result } = await client.request('evaluate', {
        expression: "__import__('resource').getrusage(0).ru_maxrss",
        frameId: stackFrames[0]?.id ?? 0,
        context: 'repl',
      });
      return Number(result) * 1024;
    });
  const [off, auto, all] = [await memory('off'), await memory('auto'), await memory('all')];
  const { stdout } = await run(python, [
    '-c',
    `import sys; sys.argv = ['', '${most}']; exec(open(${JSON.stringify(programPath('suspended'))}).read()); ` +
      `import resource; print(resource.getrusage(0).ru_maxrss)`,
  ]);
  const alone = Number(stdout.trim().split('\n').at(-1)) * 1024;
  const each = (bytes: number): string => `${Math.round(bytes / most)} bytes each`;
  add('memory of the generators themselves, with the interpreter', `${count(most)} coroutines`, each(alone));
  add('memory of an observed coroutine, record auto against off', `${count(most)} coroutines`, each(auto - off));
  add('the same with its two events in the ring of record all', `${count(most)} coroutines`, each(all - off));

  for (const depth of depths) {
    const size = `a chain ${count(depth)} deep`;
    await atStop(coroscope(python, 'auto'), 'deep', [String(depth)], async ({ client, threadId }) => {
      add(
        'stackTrace, all frames',
        size,
        ms(await milliseconds(() => client.request('stackTrace', { threadId, startFrame: 0, levels: depth }))),
      );
      add(
        'stackTrace, first 20',
        size,
        ms(await milliseconds(() => client.request('stackTrace', { threadId, startFrame: 0, levels: 20 }))),
      );
      if (depth !== depths[0]) return;
      const evaluated = await client.request('evaluate', {
        expression: 'million',
        frameId: (await client.request('stackTrace', { threadId, levels: 1 })).stackFrames[0]?.id ?? 0,
        context: 'watch',
      });
      const page = {
        variablesReference: evaluated.variablesReference,
        filter: 'indexed' as const,
        start: 500_000,
        count: 100,
      };
      add('a page of a list', 'a million items', ms(await milliseconds(() => client.request('variables', page))));
    });
  }
  return rows;
}

export const scaleTable = (rows: readonly ScaleRow[]): string =>
  table(
    ['what', 'size', 'measured', 'budget'],
    rows.map(({ what, size, value, budget }) => [what, size, value, budget]),
  );
