import { Column } from './columns.js';
import type { CoroutineIntroduction } from './coroutine.js';

/** What is worth a mark on a stretch, even where a thousand of them share a pixel. */
export const Mark = {
  /** An exception came in or went out. */
  exception: 1,
  /** It kept the event loop from everything else for longer than the threshold. */
  blocked: 2,
  /** One of its ends was not recorded. */
  torn: 4,
} as const;

/** What a group of stretches amounts to. */
export interface Cluster {
  readonly count: number;
  /** Microseconds of running in it. */
  readonly busy: number;
  /** Bits of {@link Mark}: those that any of them has. */
  readonly marks: number;
}

/** Receives what is to be drawn of one lane, from left to right; `x` in pixels from the left edge of the view. */
export interface LaneSink {
  stretch(index: number, x0: number, x1: number): void;
  cluster(cluster: Cluster, first: number, x0: number, x1: number): void;
}

/** A part of the time axis, in microseconds, that is `width` pixels wide. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** Narrower stretches are drawn together with their neighbours. */
const LEAST_PIXELS = 2;
const BITS = Object.values(Mark);

/**
 * One coroutine's stretches of running, in order and disjoint; between them it is suspended. Sums over any range of them
 * are differences of running totals, and places in time are found by search, so that what a view costs depends on its
 * pixels and not on what happened.
 */
export class Lane {
  readonly starts = Column.doubles();
  /** Infinity while it runs. */
  readonly ends = Column.doubles();
  /** Positions of the events at both ends, -1 where one is missing. */
  readonly ins = Column.integers();
  readonly outs = Column.integers();
  readonly marks = Column.bytes();
  /** Positions of all its events. */
  readonly events = Column.integers();
  /** It returned or raised. */
  closed = false;

  /** By stretch: totals of the ones before it. The last one is not in them yet, as it may be running. */
  readonly #busyBefore = Column.doubles();
  readonly #markedBefore = BITS.map(() => Column.integers());

  constructor(
    readonly index: number,
    readonly coroutine: number,
    /** Absent when its introduction was lost. */
    readonly introduction: CoroutineIntroduction | undefined,
    /** The lane of the coroutine that drove it first. */
    readonly parent: Lane | undefined,
  ) {}

  get depth(): number {
    let depth = 0;
    for (let lane = this.parent; lane; lane = lane.parent) depth += 1;
    return depth;
  }

  get length(): number {
    return this.starts.length;
  }

  /** Time of the first event; NaN before it. */
  get first(): number {
    return this.starts.at(0);
  }

  /** Control comes in. Clocks are read before events are put in order, so a time may lie before the one before it. */
  begin(time: number, event: number): number {
    const last = this.length - 1;
    const before = last < 0 ? -Infinity : this.#endOf(last, time);
    if (last >= 0 && this.ends.at(last) === Infinity) this.ends.set(last, before);
    this.#busyBefore.push(last < 0 ? 0 : this.#busyBefore.at(last) + before - this.starts.at(last));
    BITS.forEach((bit, row) => {
      const column = this.#markedBefore[row];
      column?.push(last < 0 ? 0 : column.at(last) + (this.marks.at(last) & bit ? 1 : 0));
    });
    this.starts.push(Math.max(time, before));
    this.ends.push(Infinity);
    this.ins.push(event);
    this.outs.push(-1);
    this.marks.push(event < 0 ? Mark.torn : 0);
    return last + 1;
  }

  /** Control goes out, with the event `event` or, when that was lost, -1. */
  end(time: number, event: number): number {
    const last = this.length - 1;
    this.ends.set(last, Math.max(time, this.starts.at(last)));
    this.outs.set(last, event);
    if (event < 0) this.mark(Mark.torn);
    return last;
  }

  /** Marks the last stretch. */
  mark(bit: number): void {
    const last = this.length - 1;
    this.marks.set(last, this.marks.at(last) | bit);
  }

  duration(stretch: number, now: number): number {
    return this.#endOf(stretch, now) - this.starts.at(stretch);
  }

  /** The stretches `from <= index < to` as one. */
  cluster(from: number, to: number, now: number): Cluster {
    const last = to - 1;
    let marks = 0;
    BITS.forEach((bit, row) => {
      const column = this.#markedBefore[row];
      const before = (column?.at(last) ?? 0) - (column?.at(from) ?? 0);
      if (before > 0 || this.marks.at(last) & bit) marks |= bit;
    });
    const busy = this.#busyBefore.at(last) - this.#busyBefore.at(from) + this.duration(last, now);
    return { count: to - from, busy, marks };
  }

  /**
   * Hands what is seen of the lane to `sink`: at most one cluster a pixel and the stretches that are wide enough.
   * Returns how many entries of the lane were looked at for it.
   */
  visit({ from, to, width }: Span, now: number, sink: LaneSink): number {
    const scale = width / (to - from);
    const probes = { count: 0 };
    let index = this.#search(0, probes, (at) => this.#endOf(at, now) >= from);
    while (index < this.length && this.starts.at(index) <= to) {
      probes.count += 1;
      const x0 = (this.starts.at(index) - from) * scale;
      const x1 = (this.#endOf(index, now) - from) * scale;
      const next = x1 - x0 < LEAST_PIXELS ? this.#narrow(index, x0, scale, from, now, probes) : index + 1;
      if (next === index + 1) sink.stretch(index, x0, x1);
      else {
        const right = (this.#endOf(next - 1, now) - from) * scale;
        sink.cluster(this.cluster(index, next, now), index, x0, Math.max(right, x0 + 1));
      }
      index = next;
    }
    return probes.count;
  }

  /** The stretch that runs at `time`, or the one that begins next, or the last; -1 without any. */
  nearest(time: number): number {
    const index = this.#search(0, { count: 0 }, (at) => this.ends.at(at) >= time);
    return Math.min(index, this.length - 1);
  }

  /** Where those end that share the pixels of `index`. One that is wide by itself is not among them. */
  #narrow(index: number, x0: number, scale: number, from: number, now: number, probes: { count: number }): number {
    const edge = from + (Math.floor(x0) + LEAST_PIXELS) / scale;
    const next = this.#search(index + 1, probes, (at) => this.starts.at(at) >= edge);
    const wide = next - 1 > index && this.duration(next - 1, now) * scale >= LEAST_PIXELS;
    return wide ? next - 1 : next;
  }

  #endOf(stretch: number, now: number): number {
    return Math.min(this.ends.at(stretch), Math.max(now, this.starts.at(stretch)));
  }

  /** The first stretch from `low` on for which `holds`, which stays true from there: by doubling steps, then halves. */
  #search(low: number, probes: { count: number }, holds: (index: number) => boolean): number {
    let step = 1;
    let high = low;
    while (high < this.length && !holds(high)) {
      probes.count += 1;
      low = high + 1;
      high += step;
      step *= 2;
    }
    high = Math.min(high, this.length);
    while (low < high) {
      probes.count += 1;
      const middle = (low + high) >>> 1;
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
