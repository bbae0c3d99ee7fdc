/** What a person waits for: the first stop, and each step until its stack, scopes and locals are there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DapClient } from '../test/support/dapClient.js';
import { coroscope, debugpy, root, type Debugger } from './debuggers.js';
import { atStop, milliseconds } from './session.js';
import { figure, percentile, table, type Figure } from './statistics.js';

interface Budget {
  /** Milliseconds. */
  readonly most: number;
  readonly of: 'median' | 'p95';
}

export interface LatencyRow {
  readonly what: string;
  readonly debugger: string;
  readonly budget?: Budget | undefined;
  readonly milliseconds: Figure & { readonly p95: number };
}

export interface LatencyOptions {
  readonly python: string;
  readonly hasDebugpy: boolean;
  readonly starts: number;
  readonly steps: number;
  readonly tell: (text: string) => void;
}

export async function measureLatency(options: LatencyOptions): Promise<LatencyRow[]> {
  const { python, starts, steps, tell } = options;
  const process: Debugger = coroscope(python, 'auto');
  const embedded: Debugger = { ...coroscope('embedded', 'auto'), name: 'Coroscope, embedded' };
  const others = options.hasDebugpy ? [debugpy(python)] : [];
  const rows: LatencyRow[] = [];
  const add = (what: string, { name }: Pick<Debugger, 'name'>, values: readonly number[], budget?: Budget): void => {
    const row = { what, debugger: name, budget, milliseconds: { ...figure(values), p95: percentile(values, 0.95) } };
    rows.push(row);
    tell(
      `${what}, ${name}: ${row.milliseconds.median.toFixed(1)} ms, 95 % below ${row.milliseconds.p95.toFixed(1)} ms`,
    );
  };

  const contestants = [process, embedded, ...others];
  const startTimes = new Map(contestants.map((each) => [each, [] as number[]]));
  const pyodide: number[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'coroscope-bench-'));
  // The first start of each fills caches (bytecode, the memory snapshot of the embedded interpreter) and is not counted.
  for (let run = 0; run <= starts; run += 1) {
    const bare = await milliseconds(() => startPyodide(path.join(folder, 'snapshot')));
    if (run > 0) pyodide.push(bare);
    for (const each of contestants) {
      const time = await atStop(each, 'stepping', [], ({ started }) => Promise.resolve(started));
      if (run > 0) startTimes.get(each)?.push(time);
    }
  }
  rmSync(folder, { recursive: true });
  for (const [each, times] of startTimes) {
    const most = each === process ? 400 : each === embedded ? 700 : undefined;
    add('start to first stop', each, times, most === undefined ? undefined : { most, of: 'median' });
    if (each === embedded) add('of which nothing can be saved', { name: 'Node and Pyodide alone' }, pyodide);
  }

  for (const each of contestants) {
    const taken = await atStop(each, 'stepping', [], ({ client, threadId }) => stepThrough(client, threadId, steps));
    add('step, with stack, scopes and locals', each, taken.step, each.name === 'debugpy' ? undefined : STEP_BUDGET);
    add('of which until it stopped', each, taken.stopped);
    add('of which the stack', each, taken.stack);
    add('of which scopes and locals', each, taken.locals);
    add('the threads, after each step', each, taken.threads);
  }
  return rows;
}

/** A process with Pyodide and nothing else, from a snapshot, until it has run one expression. */
async function startPyodide(snapshot: string): Promise<void> {
  const script = path.join(root, 'bench/programs/bare_pyodide.mjs');
  const child = spawn(process.execPath, [script, snapshot], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = once(child, 'exit');
  const answered = await Promise.race([once(child.stdout, 'data').then(() => true), over.then(() => false)]);
  if (!answered) throw new Error('Pyodide by itself did not start.');
  // Only its first run has more to do then: it writes the snapshot.
  await over;
}

const STEP_BUDGET: Budget = { most: 15, of: 'p95' };

type Steps = Record<'step' | 'stopped' | 'stack' | 'locals' | 'threads', number[]>;

/** The breakpoint stays where it is: every pass of every task hits it, which is a stop like any other. */
async function stepThrough(client: DapClient, first: number, steps: number): Promise<Steps> {
  const taken: Steps = { step: [], stopped: [], stack: [], locals: [], threads: [] };
  let threadId = first;
  for (let step = 0; step < steps; step += 1) {
    const stopped = await milliseconds(async () => {
      const stop = client.waitFor('stopped');
      await client.request('next', { threadId });
      threadId = (await stop).threadId ?? threadId;
    });
    let frameId = 0;
    const stack = await milliseconds(async () => {
      const { stackFrames } = await client.request('stackTrace', { threadId, startFrame: 0, levels: 20 });
      frameId = stackFrames[0]?.id ?? 0;
    });
    const locals = await milliseconds(async () => {
      const { scopes } = await client.request('scopes', { frameId });
      const shown = scopes.find(({ name }) => name === 'Locals') ?? scopes[0];
      await client.request('variables', { variablesReference: shown?.variablesReference ?? 0 });
    });
    taken.threads.push(await milliseconds(() => client.request('threads')));
    taken.step.push(stopped + stack + locals);
    taken.stopped.push(stopped);
    taken.stack.push(stack);
    taken.locals.push(locals);
  }
  return taken;
}

const budgetText = ({ most, of }: Budget): string => `${most} ms${of === 'p95' ? ' (95 %)' : ''}`;

export const latencyTable = (rows: readonly LatencyRow[]): string =>
  table(
    ['what', 'debugger', 'median', '95 % below', 'from', 'to', 'times', 'budget'],
    rows.map(({ what, debugger: name, budget, milliseconds: each }) => [
      what,
      name,
      ...[each.median, each.p95, each.lowest, each.highest].map((value) => `${value.toFixed(1)} ms`),
      String(each.runs),
      budget === undefined ? '' : `${budgetText(budget)}: ${each[budget.of] <= budget.most ? 'met' : '**not met**'}`,
    ]),
  );
