/** What running under a debugger costs: the same program by itself and under each debugger, in turns. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { bareCallbacks, debugged, undebugged, type Clock, type Start, type Work } from './contestants.js';
import { countEvents, coroscope, debugpy, lineOf, programPath, type Debugger } from './debuggers.js';
import { Heats } from './heats.js';
import { estimateText, figure, table, type Estimate, type Figure, type Verdict } from './statistics.js';

export interface OverheadOptions {
  readonly python: string;
  readonly hasDebugpy: boolean;
  /** How many times the contestants are started, and how many turns each has then. */
  readonly heats: number;
  readonly turns: number;
  /** How much of the programs' full work is done: 1 is all. */
  readonly scale: number;
  readonly programs: readonly string[];
  /** Names of the situations that are measured; all of them if undefined. */
  readonly situations: readonly string[] | undefined;
  /** Processor time is steadier on a machine that does something else too, but leaves waiting out. */
  readonly clock: Clock;
  /** Whether budgets are judged, which takes full turns and several heats. */
  readonly judge: boolean;
  readonly tell: (text: string) => void;
}

interface Measured {
  /** A condition that is evaluated, and false, every time. It begins with the name of a local. */
  readonly condition: string;
  /** How often the program's full work is done in a turn, so that it takes about a quarter of a second by itself. */
  readonly long: number;
  /** The same where each visit of a line costs much more than the line, so that debugpy takes a second or some. */
  readonly hot: number;
  /** The same under `record: all`, so that its ring is filled several times: filling it costs more, as its memory is new. */
  readonly all: number;
  /** Whether the hot line has a `yield`. */
  readonly yields: boolean;
}

const MEASURED: Readonly<Record<string, Measured>> = {
  ping_pong: { condition: 'i == -1', long: 11, hot: 0.3, all: 1, yields: true },
  pipeline: { condition: 'value == -1', long: 10, hot: 0.3, all: 1, yields: true },
  tree_walk: { condition: 'value == -1', long: 50, hot: 6, all: 2, yields: true },
  awaits: { condition: 'value == -1', long: 6.5, hot: 3, all: 5, yields: false },
  // Longer, as it begins with making a thousand tasks.
  queues: { condition: 'item == -1', long: 26, hot: 3, all: 10, yields: false },
  echo: { condition: 'line == b""', long: 1.3, hot: 1.5, all: 5, yields: false },
  cpu: { condition: 'value == -1', long: 1.5, hot: 0.3, all: 1, yields: false },
  // The worst that we could think of against ourselves.
  short_lived: { condition: 'number == -1', long: 28, hot: 2, all: 5, yields: true },
  creations: { condition: 'number == -1', long: 12, hot: 4, all: 20, yields: false },
  // Nobody stops there, and each exception has to be looked at all the same.
  raising: { condition: 'text == ""', long: 2, hot: 1, all: 1, yields: false },
  large_values: { condition: 'got == -1', long: 250, hot: 10, all: 1, yields: true },
};
export const PROGRAMS = Object.keys(MEASURED);
const RAISING = 'raising';
const CAUGHT = 'exceptions that are caught';

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
  /** How many heats tell enough where there is no budget of a few per cent. */
  readonly heats?: number;
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

const HOT_HEATS = 3;

const SITUATIONS: readonly Situation[] = [
  {
    name: 'no breakpoint',
    budgets: RUN_BUDGETS,
    share: ({ long }) => long,
    // An editor has the filter "uncaught" on, for which every exception has to be seen, a library's too.
    baseline: 'raises',
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
    heats: HOT_HEATS,
    baseline: 'line',
    breakpoints: (program) => [{ line: lineOf(program, 'hot'), condition: measuredOf(program).condition }],
    fits: notAll,
  },
  {
    name: 'hot condition, on suspend',
    budgets: {},
    share: ({ hot }) => hot,
    heats: HOT_HEATS,
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
    heats: HOT_HEATS,
    breakpoints: (program) => [{ line: lineOf(program, 'hot'), hitCondition: '% 1000', logMessage: 'here' }],
    fits: notAll,
  },
  {
    name: CAUGHT,
    budgets: {},
    share: ({ long }) => long,
    baseline: 'raises',
    breakpoints: () => [],
    fits: notAll,
  },
];
export const SITUATION_NAMES = SITUATIONS.map(({ name }) => name);

export interface OverheadRow {
  readonly program: string;
  readonly situation: string;
  readonly undebugged: Figure;
  readonly debuggers: Readonly<Record<string, Figure>>;
  /** As `debuggers`, against the undebugged turn of the same round. */
  readonly ratios: Readonly<Record<string, Estimate>>;
  /** The program under callbacks that do nothing, and against the undebugged turn of the same round. */
  readonly emptyCallbacks?: Figure;
  readonly emptyRatio?: Estimate;
  /** The program under callbacks that do the least that could be of use. */
  readonly leastCallbacks?: Figure;
  readonly verdicts: readonly Verdict[];
  /**
   * Of `record: all`: how many events there were, and what each cost in microseconds; beside it an empty callback, one that
   * keeps no more than whose exchange it is, when, and the object that passes, and one that keeps all but makes no text.
   */
  readonly events?: {
    readonly count: number;
    readonly each: Estimate;
    readonly empty: Estimate;
    readonly least: Estimate;
    readonly needed: Estimate;
  };
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
      if ((program === RAISING) !== (situation.name === CAUGHT)) continue;
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

const ALONE = 'undebugged';
const EMPTY = 'empty callbacks';
const LEAST = 'least callbacks';
const NEEDED = 'callbacks that keep what is needed';

function startsOf(
  python: string,
  program: string,
  situation: Situation,
  breakpoints: DAP.SourceBreakpoint[],
  contestants: readonly Debugger[],
): Map<string, Start> {
  const starts = new Map<string, Start>([[ALONE, undebugged(python)]]);
  if (situation.baseline) starts.set(EMPTY, bareCallbacks(python, situation.baseline));
  if (situation.baseline && situation.baseline !== 'raises') {
    const [local = ''] = measuredOf(program).condition.split(' ');
    starts.set(LEAST, bareCallbacks(python, situation.baseline === 'exchanges' ? 'least' : { local }));
    if (situation.baseline === 'exchanges') starts.set(NEEDED, bareCallbacks(python, 'needed'));
  }
  for (const each of contestants) starts.set(each.name, debugged(each, { [programPath(program)]: breakpoints }));
  return starts;
}

/** debugpy at a hot line is a hundred times slower: a turn in each of two heats tells that. */
const DEBUGPY_HOT_HEATS = 2;

async function measure(
  { python, heats, turns, scale, clock, judge }: OverheadOptions,
  program: string,
  situation: Situation,
  breakpoints: DAP.SourceBreakpoint[],
  contestants: readonly Debugger[],
): Promise<OverheadRow> {
  const work: Work = {
    program: programPath(program),
    args: [String(scale * situation.share(measuredOf(program)))],
    clock,
  };
  const isSlow = (name: string): boolean => name === 'debugpy' && !Object.keys(situation.budgets).length;
  const sampled = new Set<string>();
  const held = await Heats.hold(startsOf(python, program, situation, breakpoints, contestants), work, {
    heats: Math.min(heats, situation.heats ?? heats),
    turns: (name, heat) => (!isSlow(name) ? turns : heat < DEBUGPY_HOT_HEATS ? 1 : 0),
    atEnd: async (contestants) => {
      const recording = await contestants.get(AUTO)?.client?.request('coroscope/recording');
      for (const { function: name } of recording?.sampled ?? []) sampled.add(name);
    },
  });
  const of = (name: string): Figure => figure(held.times(name));
  const ratioOf = (one: string, other: string): Estimate => held.compared(one, other, (taken, base) => taken / base);
  const names = contestants.map(({ name }) => name);
  const ratios = Object.fromEntries(names.map((name) => [name, ratioOf(name, ALONE)]));
  const count = names.includes(ALL) ? await countEvents(python, work.program, work.args) : 0;
  const cost = (name: string): Estimate =>
    held.compared(name, ALONE, (taken, alone) => ((taken - alone) / count) * 1e6);
  return {
    program,
    situation: situation.name,
    undebugged: of(ALONE),
    debuggers: Object.fromEntries(names.map((name) => [name, of(name)])),
    ratios,
    ...(situation.baseline && { emptyCallbacks: of(EMPTY), emptyRatio: ratioOf(EMPTY, ALONE) }),
    ...(held.times(LEAST).length > 0 && { leastCallbacks: of(LEAST) }),
    verdicts: judge
      ? verdictsOf(situation, ratios, measuredOf(program).yields ? ratioOf('debugpy', OFF) : undefined)
      : [],
    ...(count && { events: { count, each: cost(ALL), empty: cost(EMPTY), least: cost(LEAST), needed: cost(NEEDED) } }),
    ...(situation.name === 'no breakpoint' && { sampled: [...sampled] }),
  };
}

function verdictsOf(
  situation: Situation,
  ratios: Readonly<Record<string, Estimate>>,
  faster: Estimate | undefined,
): Verdict[] {
  const found = Object.entries(situation.budgets).flatMap(([name, most]) => {
    const measured = ratios[name];
    return measured ? [{ budget: `${name}: at most ${most} x`, measured, met: measured.median <= most }] : [];
  });
  const least = situation.fasterThanDebugpy;
  if (least && faster && 'debugpy' in ratios)
    found.push({ budget: `${least} times as fast as debugpy`, measured: faster, met: faster.median >= least });
  return found;
}

const timesText = (ratio: Estimate): string => estimateText(ratio, 'x');
const costText = (cost: Estimate): string => estimateText(cost, 'µs');

const describe = ({ program, situation, undebugged: alone, ratios, events, verdicts }: OverheadRow): string =>
  [
    `${program}, ${situation}: undebugged ${seconds(alone)}`,
    ...Object.entries(ratios).map(([name, each]) => `${name} ${timesText(each)}`),
    ...(events
      ? [
          `${costText(events.each)} an event, an empty callback ${costText(events.empty)}, the least ${costText(events.least)}, what is needed ${costText(events.needed)}`,
        ]
      : []),
    ...verdicts.map(({ budget, met }) => `${budget}: ${met ? 'met' : 'NOT MET'}`),
  ].join(' · ');

const seconds = ({ median, lowest, highest }: Figure): string => {
  const text = (value: number): string => (value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`);
  return `${text(median)} (${text(lowest)} to ${text(highest)})`;
};

const eventVerdict = ({ each, needed }: NonNullable<OverheadRow['events']>): string =>
  each.median <= EVENT_BUDGET ? 'met' : needed.median > EVENT_BUDGET ? '**not met**, nor can be' : '**not met**';

const isRun = ({ situation }: OverheadRow): boolean =>
  situation === SITUATIONS[0]?.name || situation === SITUATIONS[1]?.name;
const withVerdict = (row: OverheadRow, name: string): string => {
  const [each, ratio] = [row.debuggers[name], row.ratios[name]];
  if (!each || !ratio) return '';
  const judged = row.verdicts.find(({ budget }) => budget.startsWith(name));
  return `${timesText(ratio)}, ${seconds(each)}${judged ? `, ${judged.met ? 'met' : '**not met**'}` : ''}`;
};

export function overheadTable(rows: readonly OverheadRow[]): string {
  const hot = rows.filter((row) => ['hot', 'log', 'exc'].some((start) => row.situation.startsWith(start)));
  return [
    'All contestants are started anew for each heat, stand ready side by side, and take turns of a quarter of a second or more.',
    'The ratio of a heat is the median of those of its rounds, each to the undebugged turn of its round: some processes are a tenth',
    'slower than others for as long as they live, whoever runs them. Said is the median of the heats, and in brackets the bounds',
    'within which the true one lies in 95 of 100 cases (sign test). A budget is judged by the median. Times are medians, with the',
    'lowest and highest. Nothing can be saved of an empty callback for each exception that is raised anywhere, which the filter',
    '"uncaught" takes: editors have it on, and so it is on here.\n',
    table(
      [
        'program',
        'situation',
        'undebugged',
        'an empty callback for exceptions',
        'record off (1.05 x)',
        'record auto (1.10 x)',
        'debugpy',
      ],
      rows
        .filter(isRun)
        .map((row) => [
          row.program,
          row.situation,
          seconds(row.undebugged),
          row.emptyRatio ? timesText(row.emptyRatio) : '',
          ...[OFF, AUTO, 'debugpy'].map((name) => withVerdict(row, name)),
        ]),
    ),
    '\nWhat `record: auto` let go because it was too hot, and so knows by samples only:\n',
    table(
      ['program', 'functions'],
      rows.filter(({ sampled }) => sampled).map(({ program, sampled = [] }) => [program, sampled.join(', ') || 'none']),
    ),
    '\nBreakpoints on the hot line, and exceptions; three heats, so the brackets hold all of them, and debugpy has',
    'one turn in two of them. Nothing can be saved of an empty callback, and of the least condition (a comparison of one local, written into the callback) not much:\n',
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
          .map(({ budget, measured, met }) => `${budget}: ${timesText(measured)}, ${met ? 'met' : '**not met**'}`)
          .join('; '),
      ]),
    ),
    '\n`record: all`, each event, beside the limits of any debugger in Python: a callback that does nothing; the least one, which',
    'keeps whose exchange it is, when, and the object that passes; and one that keeps all that the views show (also the thread, by',
    'whom, where, and the last way in and out of each coroutine), but looks at no value and makes no text of it. Where that one',
    'alone takes more than the budget, nothing can meet it:\n',
    table(
      [
        'program',
        'events',
        'undebugged',
        'an empty callback',
        'the least one',
        'what is needed, without its text',
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
                costText(events.needed),
                costText(events.each),
                seconds(all),
                eventVerdict(events),
              ],
            ]
          : [],
      ),
    ),
  ].join('\n');
}
