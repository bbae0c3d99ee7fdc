/** What `npm run bench` is asked for on its command line. */
import { parseArgs } from 'node:util';
import { PROGRAMS, SITUATION_NAMES } from './overhead.js';
import { KINDS } from './scale.js';
import type { Clock } from './contestants.js';

export const PARTS = ['overhead', 'latency', 'scale', 'throughput', 'growth'] as const;
export type PartName = (typeof PARTS)[number];

const OPTIONS = {
  help: { type: 'boolean', default: false },
  python: { type: 'string' },
  short: { type: 'boolean', default: false },
  only: { type: 'string' },
  programs: { type: 'string' },
  situations: { type: 'string' },
  heats: { type: 'string' },
  turns: { type: 'string' },
  sizes: { type: 'string' },
  kinds: { type: 'string' },
  clock: { type: 'string', default: 'wall' },
  write: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run bench -- [options]

Measures Coroscope beside an undebugged run and beside debugpy, in turn, in one run, and prints tables.

  --short             a fraction of the work, and no budget is judged
  --only PARTS        of ${PARTS.join(', ')}
  --programs NAMES    of ${PROGRAMS.join(', ')} (overhead)
  --situations NAMES  separated by ';', of ${SITUATION_NAMES.map((name) => `'${name}'`).join(', ')} (overhead)
  --heats N           how often the contestants are started for each situation; 6 unless told (overhead)
  --turns N           of each contestant in each heat; 3 unless told (overhead)
  --sizes NUMBERS     how many coroutines are suspended (scale)
  --kinds NAMES       of ${KINDS.join(', ')} (scale)
  --clock wall|cpu    processor time is steadier where the machine does something else too; it leaves waiting out
  --python PATH       a CPython 3.14, with debugpy for the comparison; brought if not told
  --write             keeps the tables in bench/RESULTS.md and the figures in bench/results.json; with --only, beside
                      those that are there, of programs and situations that are not measured again

Names and numbers are separated by commas.
`;

export interface Options {
  readonly python: string;
  readonly short: boolean;
  readonly only: readonly PartName[] | undefined;
  readonly programs: readonly string[] | undefined;
  readonly situations: readonly string[] | undefined;
  readonly heats: number | undefined;
  readonly turns: number | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly kinds: readonly string[] | undefined;
  readonly clock: Clock;
  readonly write: boolean;
}

/** A command line that cannot be followed; the message says why and what there is. */
export class UsageError extends Error {}

/** The options of a command line; undefined if it asks for help. Throws `UsageError`. */
export function optionsOf(args: readonly string[]): Options | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const [clock] = oneOf('--clock', ['wall', 'cpu'] as const, [values.clock]);
  return {
    python: values.python ?? process.env['COROSCOPE_BENCH_PYTHON'] ?? 'python3',
    short: values.short,
    only: values.only === undefined ? undefined : oneOf('--only', PARTS, values.only.split(',')),
    programs: values.programs === undefined ? undefined : oneOf('--programs', PROGRAMS, values.programs.split(',')),
    situations:
      values.situations === undefined
        ? undefined
        : oneOf('--situations', SITUATION_NAMES, values.situations.split(';')),
    heats: values.heats === undefined ? undefined : counts('--heats', [values.heats])[0],
    turns: values.turns === undefined ? undefined : counts('--turns', [values.turns])[0],
    sizes: values.sizes === undefined ? undefined : counts('--sizes', values.sizes.split(',')),
    kinds: values.kinds === undefined ? undefined : oneOf('--kinds', KINDS, values.kinds.split(',')),
    clock: clock ?? 'wall',
    write: values.write,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(option: string, known: readonly T[], given: readonly string[]): T[] {
  return given.map((name) => {
    const found = known.find((each) => each === name.trim());
    if (found === undefined) throw new UsageError(`${option}: there is no '${name}'; there are ${known.join(', ')}.`);
    return found;
  });
}

function counts(option: string, given: readonly string[]): number[] {
  return given.map((text) => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < 1)
      throw new UsageError(`${option}: '${text}' is no whole number of 1 or more.`);
    return count;
  });
}
