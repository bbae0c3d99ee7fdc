/** What running under a debugger costs: the same program by itself and under each debugger, run in turn. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import {
  countEvents,
  coroscope,
  debugged,
  debugpy,
  bareCallbacks,
  lineOf,
  programPath,
  undebugged,
  type Clock,
  type Debugger,
} from './debuggers.js';
import { sampledIn } from './sampled.js';
import { figure, ratioOf, table, timesText, verdict, type Figure, type Ratio, type Verdict } from './statistics.js';

export interface OverheadOptions {
  readonly python: string;
  readonly hasDebugpy: boolean;
  readonly runs: number;
  /** How much of the programs' full work is done: 1 is all. */
  readonly scale: number;
  readonly programs: readonly string[];
  /** Names of the situations that are measured; all of them if undefined. */
  readonly situations: readonly string[] | undefined;
  /** Processor time is steadier on a machine that does something else too, but leaves waiting out. */
  readonly clock: Clock;
  /** Whether budgets are judged, which takes runs of a second and several of them. */
  readonly judge: boolean;
  readonly tell: (text: string) => void;
}

interface Measured {
  /** A condition that is evaluated, and false, every time. It begins with the name of a local. */
  readonly condition: string;
  /** How often the program's full work is done, so that a run takes about a second by itself. */
  readonly long: number;
  /** The same where each visit of a line costs much more than the line, so that debugpy takes a second or some. */
  readonly hot: number;
  /** The same under `record: all`, so that its ring is filled several times: filling it costs more, as its memory is new. */
  readonly all: number;
  /** Whether the hot line has a `yield`. */
  readonly yields: boolean;
}

const MEASURED: Readonly<Record<string, Measured>> = {
  ping_pong: { condition: 'i == -1', long: 45, hot: 0.3, all: 1, yields: true },
  pipeline: { condition: 'value == -1', long: 40, hot: 0.3, all: 1, yields: true },
  tree_walk: { condition: 'value == -1', long: 200, hot: 6, all: 2, yields: true },
  awaits: { condition: 'value == -1', long: 26, hot: 3, all: 5, yields: false },
  queues: { condition: 'item == -1', long: 26, hot: 3, all: 10, yields: false },
  echo: { condition: 'line == b""', long: 5, hot: 1.5, all: 5, yields: false },
  cpu: { condition: 'value == -1', long: 6, hot: 0.3, all: 1, yields: false },
  // The worst that we could think of against ourselves.
  short_lived: { condition: 'number == -1', long: 110, hot: 2, all: 5, yields: true },
  // Nobody stops there, and each exception has to be looked at all the same.
  raising: { condition: 'text == ""', long: 1, hot: 1, all: 1, yields: false },
  large_values: { condition: 'got == -1', long: 1000, hot: 10, all: 1, yields: true },
};
export const PROGRAMS = Object.keys(MEASURED);
const RAISING = 'raising';

const measuredOf = (program: string): Measured => {
  const found = MEASURED[program];
  if (!found) throw new Error(`There is no program '${program}' to measure; there are ${PROGRAMS.join(', ')}.`);
  return found;
};

interface Situation {
  readonly name: string;
  /** What is promised of each debugger, by its name, as a ratio to the undebugged run. */
  readonly budgets: Readonly<Record<string, number>>;
  /** How much faster than debugpy `record: off` is promised to be, on lines with a `yield`. */
  readonly fasterThanDebugpy?: number;
  readonly share: (program: Measured) => number;
  /** Callbacks beside which it is shown. */
  readonly baseline?: 'line' | 'exchanges' | 'raises';
  breakpoints(program: string): DAP.SourceBreakpoint[] | undefined;
  /** Situations that only some debuggers have. */
  fits?(debugger_: Debugger): boolean;
}

const OFF = 'Coroscope, record off';
const AUTO = 'Coroscope, record auto';
const ALL = 'Coroscope, record all';
const RUN_BUDGETS = { [OFF]: 1.05, [AUTO]: 1.1 };
/** Microseconds. */
const EVENT_BUDGET = 0.4;

const notAll = ({ name }: Debugger): boolean => name !== ALL;

const SITUATIONS: readonly Situation[] = [
  {
    name: 'no breakpoint',
    budgets: RUN_BUDGETS,
    share: ({ long }) => long,
    breakpoints: () => [],
    fits: notAll,
  },
  {
    name: 'cold breakpoint',
    budgets: RUN_BUDGETS,
    share: ({ long }) => long,
    breakpoints: (program) => [{ line: lineOf(program, 'cold'), condition: 'total == -1' }],
    fits: notAll,
  },
  {
    name: 'record all',
    budgets: {},
    share: ({ all }) => all,
    baseline: 'exchanges',
    breakpoints: (program) => (program === 'cpu' ? undefined : []),
    fits: ({ name }) => name === ALL,
  },
  {
    name: 'hot condition, line',
    budgets: {},
    fasterThanDebugpy: 20,
    share: ({ hot }) => hot,
    baseline: 'line',
    breakpoints: (program) => [{ line: lineOf(program, 'hot'), condition: measuredOf(program).condition }],
    fits: notAll,
  },
  {
    name: 'hot condition, on suspend',
    budgets: {},
    share: ({ hot }) => hot,
    breakpoints: (program) =>
      measuredOf(program).yields
        ? [{ line: lineOf(program, 'hot'), condition: 'yielded == -1', mode: 'suspend' }]
        : undefined,
    fits: (each) => notAll(each) && each.hasModes,
  },
  {
    name: 'log on every thousandth visit',
    budgets: {},
    share: ({ hot }) => hot,
    breakpoints: (program) => [{ line: lineOf(program, 'hot'), hitCondition: '% 1000', logMessage: 'here' }],
    fits: notAll,
  },
  {
    name: 'exceptions that are caught',
    budgets: {},
    share: ({ long }) => long,
    baseline: 'raises',
    breakpoints: () => [],
    fits: notAll,
  },
];
export const SITUATION_NAMES = SITUATIONS.map(({ name }) => name);

/** Microseconds an event, by the medians and by the quickest runs. */
type Cost = Ratio;

export interface OverheadRow {
  readonly program: string;
  readonly situation: string;
  readonly undebugged: Figure;
  readonly debuggers: Readonly<Record<string, Figure>>;
  /** As `debuggers`, against the undebugged run. */
  readonly ratios: Readonly<Record<string, string>>;
  /** The program under callbacks that do nothing. */
  readonly emptyCallbacks?: Figure;
  /** The program under callbacks that do the least that could be of use. */
  readonly leastCallbacks?: Figure;
  readonly verdicts: readonly Verdict[];
  /**
   * Of `record: all`: how many events there were, and what each cost in microseconds; beside it an empty callback, and one
   * that keeps no more than whose exchange it is, when, and the object that passes.
   */
  readonly events?: { readonly count: number; readonly each: Cost; readonly empty: Cost; readonly least: Cost };
  /** Functions that `record: auto` let go, and so knows by samples only. */
  readonly sampled?: readonly string[];
}

export async function measureOverhead(options: OverheadOptions): Promise<OverheadRow[]> {
  const { python, programs, situations, tell } = options;
  const all: Debugger[] = [coroscope(python, 'off'), coroscope(python, 'auto'), coroscope(python, 'all')];
  if (options.hasDebugpy) all.push(debugpy(python));
  const rows: OverheadRow[] = [];
  for (const program of programs) {
    for (const situation of SITUATIONS) {
      if (situations && !situations.includes(situation.name)) continue;
      if ((program === RAISING) !== (situation.baseline === 'raises')) continue;
      const breakpoints = situation.breakpoints(program);
      if (breakpoints === undefined) continue;
      const chosen = all.filter((each) => situation.fits?.(each) ?? true);
      const row = await measure(options, program, situation, breakpoints, chosen);
      rows.push(row);
      tell(describe(row));
    }
  }
  return rows;
}

async function measure(
  { python, runs, scale, clock, judge }: OverheadOptions,
  program: string,
  situation: Situation,
  breakpoints: DAP.SourceBreakpoint[],
  contestants: readonly Debugger[],
): Promise<OverheadRow> {
  const file = programPath(program);
  const args = [String(scale * situation.share(measuredOf(program)))];
  const alone: number[] = [];
  const empty: number[] = [];
  const least: number[] = [];
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    alone.push(await undebugged(python, file, args, clock));
    if (situation.baseline) empty.push(await bareCallbacks(python, situation.baseline, file, args, clock));
    if (situation.baseline && situation.baseline !== 'raises') {
      const [local = ''] = measuredOf(program).condition.split(' ');
      const kind = situation.baseline === 'exchanges' ? 'least' : { local };
      least.push(await bareCallbacks(python, kind, file, args, clock));
    }
    for (const each of contestants) {
      // debugpy at a hot line is a hundred times slower: one run tells that.
      if (each.name === 'debugpy' && !Object.keys(situation.budgets).length && run > 0) continue;
      times.get(each.name)?.push(await debugged(each, file, args, clock, { breakpoints: { [file]: breakpoints } }));
    }
  }
  const own = figure(alone);
  const debuggers = Object.fromEntries([...times].map(([name, values]) => [name, figure(values)]));
  const ratios = Object.fromEntries(
    Object.entries(debuggers).map(([name, each]) => [name, timesText(ratioOf(each, own))]),
  );
  const [all, auto] = [debuggers[ALL], debuggers[AUTO]];
  const count = all && (await countEvents(python, file, args));
  const each = ({ median, lowest }: Figure): Cost => ({
    median: ((median - own.median) / (count ?? 1)) * 1e6,
    quickest: ((lowest - own.lowest) / (count ?? 1)) * 1e6,
  });
  return {
    program,
    situation: situation.name,
    undebugged: own,
    debuggers,
    ratios,
    ...(empty.length > 0 && { emptyCallbacks: figure(empty) }),
    ...(least.length > 0 && { leastCallbacks: figure(least) }),
    verdicts: judge ? verdictsOf(program, situation, own, debuggers) : [],
    ...(all &&
      count && {
        events: { count, each: each(all), empty: each(figure(empty)), least: each(figure(least)) },
      }),
    ...(auto && situation.name === 'no breakpoint' && { sampled: await sampledIn(python, program, args) }),
  };
}

function verdictsOf(
  program: string,
  situation: Situation,
  alone: Figure,
  debuggers: Readonly<Record<string, Figure>>,
): Verdict[] {
  const found = Object.entries(situation.budgets).flatMap(([name, most]) => {
    const each = debuggers[name];
    return each ? [verdict(`${name}: at most ${most} x`, ratioOf(each, alone), most)] : [];
  });
  const [ours, theirs] = [debuggers[OFF], debuggers['debugpy']];
  if (ours && theirs && situation.fasterThanDebugpy && measuredOf(program).yields) {
    const faster = ratioOf(theirs, ours);
    found.push({
      budget: `${situation.fasterThanDebugpy} times as fast as debugpy`,
      measured: timesText(faster),
      met: Math.max(faster.median, faster.quickest) >= situation.fasterThanDebugpy,
    });
  }
  return found;
}

const describe = ({ program, situation, undebugged: alone, ratios, events, verdicts }: OverheadRow): string =>
  [
    `${program}, ${situation}: undebugged ${seconds(alone)}`,
    ...Object.entries(ratios).map(([name, each]) => `${name} ${each}`),
    ...(events
      ? [
          `${costText(events.each)} an event, an empty callback ${costText(events.empty)}, the least ${costText(events.least)}`,
        ]
      : []),
    ...verdicts.map(({ budget, met }) => `${budget}: ${met ? 'met' : 'NOT MET'}`),
  ].join(' · ');

const costText = ({ median, quickest }: Cost): string => `${median.toFixed(2)} µs (${quickest.toFixed(2)})`;

const seconds = ({ median, lowest, highest }: Figure): string => {
  const text = (value: number): string => (value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`);
  return `${text(median)} (${text(lowest)} to ${text(highest)})`;
};

const isRun = ({ situation }: OverheadRow): boolean =>
  situation === SITUATIONS[0]?.name || situation === SITUATIONS[1]?.name;
const withVerdict = (row: OverheadRow, name: string): string => {
  const each = row.debuggers[name];
  if (!each) return '';
  const judged = row.verdicts.find(({ budget }) => budget.startsWith(name));
  return `${row.ratios[name] ?? ''}, ${seconds(each)}${judged ? `, ${judged.met ? 'met' : '**not met**'}` : ''}`;
};

export function overheadTable(rows: readonly OverheadRow[]): string {
  const hot = rows.filter((row) => ['hot', 'log', 'exc'].some((start) => row.situation.startsWith(start)));
  return [
    'Ratios are those of the medians; in brackets those of the quickest runs, which other work disturbed least. A budget is',
    'met where either is within it.\n',
    table(
      ['program', 'situation', 'undebugged', 'record off (1.05 x)', 'record auto (1.10 x)', 'debugpy'],
      rows
        .filter(isRun)
        .map((row) => [
          row.program,
          row.situation,
          seconds(row.undebugged),
          ...[OFF, AUTO, 'debugpy'].map((name) => withVerdict(row, name)),
        ]),
    ),
    '\nWhat `record: auto` let go because it was too hot, and so knows by samples only:\n',
    table(
      ['program', 'functions'],
      rows.filter(({ sampled }) => sampled).map(({ program, sampled = [] }) => [program, sampled.join(', ') || 'none']),
    ),
    '\nBreakpoints on the hot line, and exceptions; debugpy is run once there. Nothing can be saved of an empty callback, and of the least',
    'condition (a comparison of one local, written into the callback) not much:\n',
    table(
      [
        'program',
        'situation',
        'undebugged',
        'empty callback',
        'least condition',
        'record off',
        'record auto',
        'debugpy',
        'budget',
      ],
      hot.map((row) => [
        row.program,
        row.situation,
        seconds(row.undebugged),
        row.emptyCallbacks ? seconds(row.emptyCallbacks) : '',
        row.leastCallbacks ? seconds(row.leastCallbacks) : '',
        ...[OFF, AUTO, 'debugpy'].map((name) => withVerdict(row, name)),
        row.verdicts
          .map(({ budget, measured, met }) => `${budget}: ${measured}, ${met ? 'met' : '**not met**'}`)
          .join('; '),
      ]),
    ),
    '\n`record: all`, each event, beside the limits of any debugger in Python: a callback that does nothing, and the least one,',
    'which keeps whose exchange it is, when, and the object that passes (no text of it, no thread, no history, no numbers):\n',
    table(
      [
        'program',
        'events',
        'undebugged',
        'an empty callback',
        'the least one',
        'an event',
        `record all (${EVENT_BUDGET} µs)`,
        'budget',
      ],
      rows.flatMap(({ program, events, undebugged: alone, debuggers: { [ALL]: all } }) =>
        events && all
          ? [
              [
                program,
                events.count.toLocaleString('en'),
                seconds(alone),
                costText(events.empty),
                costText(events.least),
                costText(events.each),
                seconds(all),
                Math.min(events.each.median, events.each.quickest) <= EVENT_BUDGET ? 'met' : '**not met**',
              ],
            ]
          : [],
      ),
    ),
  ].join('\n');
}
