/** Figures of repeated runs, and tables of them. */

export interface Figure {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly runs: number;
}

export function figure(values: readonly number[]): Figure {
  const sorted = ascending(values);
  return { median: middleOf(sorted), lowest: sorted[0] ?? NaN, highest: sorted.at(-1) ?? NaN, runs: sorted.length };
}

/** The value below which the given share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function middleOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A median, and the bounds between which the true one lies in 95 of 100 cases or more. */
export interface Estimate {
  readonly median: number;
  readonly from: number;
  readonly to: number;
  /** What it is the median of, in ascending order. */
  readonly of: readonly number[];
}

/**
 * The median of independent measurements with its bounds, which are two of the measurements: the sign test's, which asks
 * nothing of how they are distributed. Fewer than six measurements are all within the bounds, which then say less.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = ascending(values);
  const count = sorted.length;
  // How many may be left out at either end: as many as lie on one side of the true median in 2.5 of 100 cases.
  let [outside, probability, below] = [0, 0.5 ** count, 0.5 ** count];
  while (below <= 0.025) {
    outside += 1;
    probability *= (count - outside + 1) / outside;
    below += probability;
  }
  const left = Math.max(0, outside - 1);
  return { median: middleOf(sorted), from: sorted[left] ?? NaN, to: sorted[count - 1 - left] ?? NaN, of: sorted };
}

export const estimateText = ({ median, from, to }: Estimate, unit: string): string =>
  `${median.toFixed(2)} ${unit} (${from.toFixed(2)} to ${to.toFixed(2)})`;

/** What was promised, and whether it was kept: by the median; the bounds tell how surely. */
export interface Verdict {
  readonly budget: string;
  readonly measured: Estimate;
  readonly met: boolean;
}
