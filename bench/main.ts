/** `npm run bench`: Coroscope beside an undebugged run and beside debugpy, in turn, in one run, on one machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, versions } from './debuggers.js';
import { growthTable, measureGrowth } from './growth.js';
import { latencyTable, measureLatency } from './latency.js';
import { optionsOf, UsageError, USAGE, type Options, type PartName } from './options.js';
import { measureOverhead, overheadTable, PROGRAMS, type OverheadRow } from './overhead.js';
import { measureScale, scaleTable } from './scale.js';
import { measureThroughput, throughputTable } from './throughput.js';

function asked(): Options {
  try {
    const options = optionsOf(process.argv.slice(2));
    if (options) return options;
    process.stdout.write(USAGE);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { short, python, clock, only, programs, situations, heats, turns, sizes, kinds, write } = asked();
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const found = await versions(python);
const hasDebugpy = found.debugpy !== undefined;
const machine = `${os.cpus().length} x ${os.cpus()[0]?.model.trim() ?? '?'}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.arch()}, Node ${process.version}, CPython ${found.python}, debugpy ${found.debugpy ?? 'not there'}`;
tell(machine);

interface Part {
  readonly name: PartName;
  readonly title: string;
  /** Figures as they are kept in `bench/results.json`. */
  readonly measure: () => Promise<unknown>;
  readonly table: (figures: unknown) => string;
}

/** Figures come from this run, or from the file that an earlier one wrote. */
function part<F>(name: PartName, title: string, measure: () => Promise<F>, table: (figures: F) => string): Part {
  return { name, title, measure, table: (figures) => table(figures as F) };
}

const parts: readonly Part[] = [
  part(
    'overhead',
    'What a run costs',
    () =>
      measureOverhead({
        python,
        hasDebugpy,
        clock,
        tell,
        judge: !short,
        heats: heats ?? (short ? 1 : 6),
        turns: turns ?? (short ? 2 : 3),
        scale: short ? 0.02 : 1,
        situations,
        programs: programs ?? (short ? ['ping_pong', 'awaits', 'short_lived'] : PROGRAMS),
      }),
    overheadTable,
  ),
  part(
    'latency',
    'What a person waits for',
    () => measureLatency({ python, hasDebugpy, tell, starts: short ? 1 : 6, steps: short ? 5 : 100 }),
    latencyTable,
  ),
  part(
    'scale',
    'What a stop costs in a large program',
    () =>
      measureScale({
        python,
        tell,
        suspended: sizes ?? (short ? [1000] : [10_000, 100_000, 1_000_000]),
        kinds: kinds ?? [],
        depths: short ? [100] : [100, 1000, 5000],
      }),
    scaleTable,
  ),
  part(
    'throughput',
    'How many exchanges pass',
    () => measureThroughput(python, short ? 0.1 : 1, tell),
    throughputTable,
  ),
  part('growth', 'How the work grows', () => measureGrowth(python, short ? 1 : 3, clock, tell), growthTable),
];

const kept = path.join(root, 'bench/results.json');
const results: Record<string, unknown> = { machine, clock };
if (write && only) {
  // What is not measured now stays as it was, if it may stand beside the rest.
  const before = JSON.parse(readFileSync(kept, 'utf8')) as Record<string, unknown>;
  if (before['machine'] !== machine || before['clock'] !== clock)
    throw new Error(`${kept} is of another machine or clock: measure all, without --only.`);
  Object.assign(results, before);
}

/** Rows of an earlier run stay where they were, but for those that were measured again. */
function beside(before: unknown, measured: unknown): OverheadRow[] {
  const [old, now] = [(before ?? []) as OverheadRow[], measured as OverheadRow[]];
  const again = (row: OverheadRow): OverheadRow | undefined =>
    now.find(({ program, situation }) => program === row.program && situation === row.situation);
  const kept = old.map((row) => again(row) ?? row);
  return [...kept, ...now.filter((row) => !kept.includes(row))];
}

function pageOf(figures: Readonly<Record<string, unknown>>): string {
  return [
    '# Results\n',
    `Made by \`npm run bench\`, ${clock === 'wall' ? 'wall clock' : 'processor time'}, medians with the lowest and highest; the contestants took turns.\n`,
    `${machine}\n`,
    ...parts
      .filter(({ name }) => name in figures)
      .map(({ name, title, table }) => `## ${title}\n\n${table(figures[name])}\n`),
  ].join('\n');
}

for (const { name, measure } of parts) {
  if (only && !only.includes(name)) continue;
  const measured = await measure();
  results[name] = name === 'overhead' ? beside(results[name], measured) : measured;
  // After each part: a run of twenty minutes may be cut short.
  if (write) {
    writeFileSync(path.join(root, 'bench/RESULTS.md'), pageOf(results));
    writeFileSync(kept, `${JSON.stringify(results, undefined, 2)}\n`);
  }
}
process.stdout.write(`${pageOf(results)}\n`);
