/** What running under a debugger costs: the same program by itself and under each debugger, run in turn. */
import { readFileSync } from 'node:fs';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { coroscope, debugged, debugpy, programPath, undebugged, type Clock, type Debugger } from './debuggers.js';
import { figure, ratio, seconds, table, type Figure } from './statistics.js';

export interface OverheadOptions {
  readonly python: string;
  readonly hasDebugpy: boolean;
  readonly runs: number;
  /** How much of the programs' full work is done: 1 is all. */
  readonly scale: number;
  readonly programs: readonly string[];
  /** Processor time is steadier on a machine that does something else too, but leaves waiting out. */
  readonly clock: Clock;
  readonly tell: (text: string) => void;
}

export const PROGRAMS = ['ping_pong', 'pipeline', 'tree_walk', 'awaits', 'queues', 'echo', 'cpu'] as const;

/** A name of each that is never as it says: the condition is evaluated and false every time. */
const CONDITIONS: Readonly<Record<string, string>> = {
  ping_pong: 'i == -1',
  pipeline: 'value == -1',
  tree_walk: 'value == -1',
  awaits: 'value == -1',
  queues: 'item == -1',
  echo: 'line == b""',
  cpu: 'value == -1',
};

interface Situation {
  readonly name: string;
  breakpoints(program: string): DAP.SourceBreakpoint[] | undefined;
  /** Situations that only some debuggers have. */
  fits?(debugger_: Debugger): boolean;
}

export function lineOf(program: string, marker: string): number {
  const lines = readFileSync(programPath(program), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(`# @${marker}`));
  if (index < 0) throw new Error(`${program} has no line marked @${marker}.`);
  return index + 1;
}

const yields = (program: string): boolean => ['ping_pong', 'pipeline', 'tree_walk'].includes(program);

const SITUATIONS: readonly Situation[] = [
  { name: 'no breakpoint', breakpoints: () => [] },
  {
    name: 'cold breakpoint',
    breakpoints: (program) => [{ line: lineOf(program, 'cold'), condition: 'total == -1' }],
  },
  {
    name: 'hot condition, line',
    breakpoints: (program) => [{ line: lineOf(program, 'hot'), condition: CONDITIONS[program] ?? 'False' }],
  },
  {
    name: 'hot condition, on suspend',
    breakpoints: (program) =>
      yields(program) ? [{ line: lineOf(program, 'hot'), condition: 'yielded == -1', mode: 'suspend' }] : undefined,
    fits: ({ hasModes }) => hasModes,
  },
  {
    name: 'log on every thousandth visit',
    breakpoints: (program) => [{ line: lineOf(program, 'hot'), hitCondition: '% 1000', logMessage: 'here' }],
  },
];

export interface OverheadRow {
  readonly program: string;
  readonly situation: string;
  readonly undebugged: Figure;
  readonly debuggers: Readonly<Record<string, Figure>>;
}

export async function measureOverhead(options: OverheadOptions): Promise<OverheadRow[]> {
  const { python, runs, scale, programs, clock, tell } = options;
  const all: Debugger[] = [coroscope(python, 'off'), coroscope(python, 'auto'), coroscope(python, 'all')];
  if (options.hasDebugpy) all.push(debugpy(python));
  const rows: OverheadRow[] = [];
  for (const program of programs) {
    for (const situation of SITUATIONS) {
      const breakpoints = situation.breakpoints(program);
      if (breakpoints === undefined) continue;
      // Beyond the first situation, only one of the recording modes: what is compared is the breakpoint.
      const chosen = all.filter(
        (each) => (situation.fits?.(each) ?? true) && (situation === SITUATIONS[0] || !each.name.endsWith('all')),
      );
      const alone: number[] = [];
      const times = new Map<string, number[]>(chosen.map(({ name }) => [name, []]));
      for (let run = 0; run < runs; run += 1) {
        alone.push(await undebugged(python, programPath(program), [String(scale)], clock));
        for (const each of chosen) {
          // debugpy at a hot condition is a hundred times slower: once is enough.
          if (each.name === 'debugpy' && situation.name.startsWith('hot') && run > 0) continue;
          const file = programPath(program);
          times
            .get(each.name)
            ?.push(await debugged(each, file, [String(scale)], clock, { breakpoints: { [file]: breakpoints } }));
        }
      }
      const row: OverheadRow = {
        program,
        situation: situation.name,
        undebugged: figure(alone),
        debuggers: Object.fromEntries([...times].map(([name, values]) => [name, figure(values)])),
      };
      rows.push(row);
      tell(describe(row));
    }
  }
  return rows;
}

const describe = ({ program, situation, undebugged: alone, debuggers }: OverheadRow): string =>
  [
    `${program}, ${situation}: undebugged ${seconds(alone.median)}`,
    ...Object.entries(debuggers).map(([name, each]) => `${name} ${seconds(each.median)} (${ratio(each, alone)})`),
  ].join(' · ');

export function overheadTable(rows: readonly OverheadRow[]): string {
  const names = [...new Set(rows.flatMap(({ debuggers }) => Object.keys(debuggers)))];
  return table(
    ['program', 'situation', 'undebugged', ...names],
    rows.map(({ program, situation, undebugged: alone, debuggers }) => [
      program,
      situation,
      `${seconds(alone.median)} (${seconds(alone.lowest)} to ${seconds(alone.highest)})`,
      ...names.map((name) => {
        const each = debuggers[name];
        return each
          ? `${ratio(each, alone)}, ${seconds(each.median)} (${seconds(each.lowest)} to ${seconds(each.highest)})`
          : '';
      }),
    ]),
  );
}
