/**
 * Contestants that are started several times. Some processes are a tenth slower than others for as long as they live,
 * whoever runs them (where their memory lies is luck), so one process of each tells as little as one turn.
 */
import { Contestant, type Start, type Work } from './contestants.js';
import { estimate, type Estimate } from './statistics.js';

/** Seconds of each turn, by contestant. */
type Times = ReadonlyMap<string, readonly number[]>;

export interface Rules {
  readonly heats: number;
  /** How many turns a contestant has in a heat; without any it is not started. */
  readonly turns: (name: string, heat: number) => number;
  /** Asks the contestants at the end of a heat, while they are there. */
  readonly atEnd?: (contestants: ReadonlyMap<string, Contestant>) => Promise<void>;
}

export class Heats {
  private constructor(private readonly heats: readonly Times[]) {}

  static async hold(starts: ReadonlyMap<string, Start>, work: Work, rules: Rules): Promise<Heats> {
    const heats: Times[] = [];
    for (let heat = 0; heat < rules.heats; heat += 1) heats.push(await hold(starts, work, rules, heat));
    return new Heats(heats);
  }

  times(name: string): readonly number[] {
    return this.heats.flatMap((times) => times.get(name) ?? []);
  }

  /**
   * What is computed from two contestants' turns of the same round: the median of each heat, and of those the median and
   * its bounds. Turns of one heat are of the same two processes and tell the same luck.
   */
  compared(one: string, other: string, compute: (one: number, other: number) => number): Estimate {
    return estimate(
      this.heats.flatMap((times) => {
        const [ones = [], others = []] = [times.get(one), times.get(other)];
        const rounds = Math.min(ones.length, others.length);
        const found = ones.slice(0, rounds).map((seconds, round) => compute(seconds, others[round] ?? NaN));
        return rounds > 0 ? [estimate(found).median] : [];
      }),
    );
  }
}

async function hold(
  starts: ReadonlyMap<string, Start>,
  work: Work,
  { turns, atEnd }: Rules,
  heat: number,
): Promise<Times> {
  const entered = new Map<string, Contestant>();
  const times = new Map<string, number[]>();
  try {
    for (const [name, start] of starts) {
      if (turns(name, heat) === 0) continue;
      entered.set(name, await Contestant.enter(start, work));
      times.set(name, []);
    }
    const rounds = Math.max(...[...entered.keys()].map((name) => turns(name, heat)));
    for (let round = 0; round < rounds; round += 1) {
      // Each begins a round as often as any other: a turn feels what the one before it has left in the caches.
      const order = [...entered];
      order.push(...order.splice(0, round % order.length));
      for (const [name, contestant] of order)
        if (round < turns(name, heat)) times.get(name)?.push(await contestant.turn());
    }
    await atEnd?.(entered);
    return times;
  } finally {
    await leave([...entered.values()]);
  }
}

/** All of them are ended, also where one of them has failed; its error is thrown then. */
async function leave(contestants: readonly Contestant[]): Promise<void> {
  for (const each of await Promise.allSettled(contestants.map((contestant) => contestant.leave())))
    if (each.status === 'rejected') throw each.reason;
}
