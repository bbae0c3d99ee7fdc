/** Figures of repeated runs, and tables of them. */

export interface Figure {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly runs: number;
}

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
  return { median, lowest: sorted[0] ?? NaN, highest: sorted.at(-1) ?? NaN, runs: sorted.length };
}

/** The value below which the given share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** How much longer one took than another, by their medians and by their quickest runs. */
export interface Ratio {
  readonly median: number;
  readonly quickest: number;
}

export const ratioOf = (one: Figure, other: Figure): Ratio => ({
  median: one.median / other.median,
  quickest: one.lowest / other.lowest,
});

export const timesText = ({ median, quickest }: Ratio): string => `${median.toFixed(2)} x (${quickest.toFixed(2)})`;

/** What was promised, and whether it was kept. */
export interface Verdict {
  readonly budget: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Kept where the medians or the quickest runs keep it: other work on the machine makes a run longer, never shorter. */
export const verdict = (budget: string, measured: Ratio, most: number): Verdict => ({
  budget,
  measured: timesText(measured),
  met: Math.min(measured.median, measured.quickest) <= most,
});
