/**
 * `npm run bench`: Coroscope beside an undebugged run and beside debugpy, in turn, in one run, on one machine.
 *
 * `--short` does a fraction of the work; `--only overhead,latency,scale,throughput,growth` picks parts; `--programs`,
 * `--situations` and `--runs` what the first of them does (`--situations 'record all;cold breakpoint'`); `--sizes` and `--kinds` what `scale` looks at (`--sizes 100000 --kinds tasks`);
 * `--clock cpu` takes processor time; `--write` keeps the tables in `bench/RESULTS.md` and the figures in
 * `bench/results.json`, where parts that were not picked stay as they were.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, versions } from './debuggers.js';
import { growthTable, measureGrowth } from './growth.js';
import { latencyTable, measureLatency } from './latency.js';
import { measureOverhead, overheadTable, PROGRAMS } from './overhead.js';
import { measureScale, scaleTable } from './scale.js';
import { measureThroughput, throughputTable } from './throughput.js';

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    programs: { type: 'string' },
    situations: { type: 'string' },
    runs: { type: 'string' },
    sizes: { type: 'string' },
    kinds: { type: 'string' },
    clock: { type: 'string', default: 'wall' },
    write: { type: 'boolean', default: false },
  },
});

const { short } = values;
const python = values.python ?? process.env['COROSCOPE_BENCH_PYTHON'] ?? 'python3';
const clock = values.clock === 'cpu' ? 'cpu' : 'wall';
const only = values.only?.split(',');
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const found = await versions(python);
const hasDebugpy = found.debugpy !== undefined;
const machine = `${os.cpus().length} x ${os.cpus()[0]?.model.trim() ?? '?'}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.arch()}, Node ${process.version}, CPython ${found.python}, debugpy ${found.debugpy ?? 'not there'}`;
tell(machine);

interface Part {
  readonly name: string;
  readonly title: string;
  /** Figures as they are kept in `bench/results.json`. */
  readonly measure: () => Promise<unknown>;
  readonly table: (figures: unknown) => string;
}

/** Figures come from this run, or from the file that an earlier one wrote. */
function part<F>(name: string, title: string, measure: () => Promise<F>, table: (figures: F) => string): Part {
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
        runs: Number(values.runs ?? (short ? 1 : 5)),
        scale: short ? 0.02 : 1,
        situations: values.situations?.split(';'),
        programs: values.programs?.split(',') ?? (short ? ['ping_pong', 'awaits', 'short_lived'] : PROGRAMS),
      }),
    overheadTable,
  ),
  part(
    'latency',
    'What a person waits for',
    () => measureLatency({ python, hasDebugpy, tell, starts: short ? 1 : 7, steps: short ? 5 : 100 }),
    latencyTable,
  ),
  part(
    'scale',
    'What a stop costs in a large program',
    () =>
      measureScale({
        python,
        tell,
        suspended: values.sizes?.split(',').map(Number) ?? (short ? [1000] : [10_000, 100_000, 1_000_000]),
        kinds: values.kinds?.split(',') ?? [],
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
if (values.write && only) {
  // What is not measured now stays as it was, if it may stand beside the rest.
  const before = JSON.parse(readFileSync(kept, 'utf8')) as Record<string, unknown>;
  if (before['machine'] !== machine || before['clock'] !== clock)
    throw new Error(`${kept} is of another machine or clock: measure all, without --only.`);
  Object.assign(results, before);
}
for (const { name, measure } of parts) if (!only || only.includes(name)) results[name] = await measure();
const measured = parts.filter(({ name }) => name in results);
const page = [
  '# Results\n',
  `Made by \`npm run bench\`, ${clock === 'wall' ? 'wall clock' : 'processor time'}, medians with the lowest and highest of the runs; the contestants took turns.\n`,
  `${machine}\n`,
  ...measured.map(({ name, title, table }) => `## ${title}\n\n${table(results[name])}\n`),
].join('\n');
process.stdout.write(`${page}\n`);
if (values.write) {
  writeFileSync(path.join(root, 'bench/RESULTS.md'), page);
  writeFileSync(kept, `${JSON.stringify(results, undefined, 2)}\n`);
}
