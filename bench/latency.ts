/** What a person waits for: the first stop, and each step until its stack, scopes and locals are there. */
import { coroscope, debugpy, type Debugger } from './debuggers.js';
import { atStop, milliseconds } from './session.js';
import { figure, percentile, table, type Figure } from './statistics.js';

export interface LatencyRow {
  readonly what: string;
  readonly debugger: string;
  readonly budget: string;
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
  const add = (what: string, { name }: Debugger, budget: string, values: readonly number[]): void => {
    const row = { what, debugger: name, budget, milliseconds: { ...figure(values), p95: percentile(values, 0.95) } };
    rows.push(row);
    tell(
      `${what}, ${name}: ${row.milliseconds.median.toFixed(1)} ms, 95 % below ${row.milliseconds.p95.toFixed(1)} ms`,
    );
  };

  const contestants = [process, embedded, ...others];
  const startTimes = new Map(contestants.map((each) => [each, [] as number[]]));
  // The first start of each fills caches (bytecode, the memory snapshot of the embedded interpreter) and is not counted.
  for (let run = 0; run <= starts; run += 1) {
    for (const each of contestants) {
      const time = await atStop(each, 'stepping', [], ({ started }) => Promise.resolve(started));
      if (run > 0) startTimes.get(each)?.push(time);
    }
  }
  for (const [each, times] of startTimes)
    add('start to first stop', each, each === process ? '400 ms' : each === embedded ? '700 ms' : '', times);

  for (const each of contestants) {
    const times = await atStop(each, 'stepping', [], async ({ client, threadId }) => {
      // The breakpoint stays where it is: every pass of every task hits it, which is a stop like any other.
      const taken: number[] = [];
      for (let step = 0; step < steps; step += 1) {
        taken.push(
          await milliseconds(async () => {
            const stopped = client.waitFor('stopped');
            await client.request('next', { threadId });
            const { threadId: now = threadId } = await stopped;
            const { stackFrames } = await client.request('stackTrace', { threadId: now, startFrame: 0, levels: 20 });
            const { scopes } = await client.request('scopes', { frameId: stackFrames[0]?.id ?? 0 });
            const locals = scopes.find(({ name }) => name === 'Locals') ?? scopes[0];
            await client.request('variables', { variablesReference: locals?.variablesReference ?? 0 });
          }),
        );
      }
      return taken;
    });
    add('step, with stack, scopes and locals', each, each.name === 'debugpy' ? '' : '15 ms (95 %)', times);
  }
  return rows;
}

export const latencyTable = (rows: readonly LatencyRow[]): string =>
  table(
    ['what', 'debugger', 'budget', 'median', '95 % below', 'from', 'to', 'times'],
    rows.map(({ what, debugger: name, budget, milliseconds: each }) => [
      what,
      name,
      budget,
      ...[each.median, each.p95, each.lowest, each.highest].map((value) => `${value.toFixed(1)} ms`),
      String(each.runs),
    ]),
  );
