/** Findings in words: the headings of their kinds, and what is said of many at once. */

export type FindingKind =
  'neverAwaited' | 'generatorLeftOpen' | 'exceptionNotRetrieved' | 'loopBlocked' | 'taskNotKept' | 'deadlock';

const TITLES: Readonly<Record<FindingKind, string>> = {
  neverAwaited: 'Never awaited',
  generatorLeftOpen: 'Left open',
  exceptionNotRetrieved: 'Exception not retrieved',
  loopBlocked: 'Event loop blocked',
  taskNotKept: 'Task not kept',
  deadlock: 'Deadlock',
};

/** `Never awaited (3 times)` */
export function findingTitle({ kind, times }: { readonly kind: FindingKind; readonly times: number }): string {
  return `${TITLES[kind]}${often(times)}`;
}

/** `Never awaited (3 times): The coroutine ...` */
export function findingHeadline({
  kind,
  what,
  times,
}: {
  readonly kind: FindingKind;
  readonly what: string;
  readonly times: number;
}): string {
  // The sentence of a deadlock begins with the word itself.
  return kind === 'deadlock' ? `${what}${often(times)}` : `${findingTitle({ kind, times })}: ${what}`;
}

function often(times: number): string {
  return times > 1 ? ` (${times} times)` : '';
}

/** `1 finding about coroutines:` */
export function findingsHeading(count: number): string {
  return `${count} finding${count === 1 ? '' : 's'} about the coroutines of this run:`;
}

/** What is said of findings that were not kept; undefined when there are none. */
export function droppedFindings(dropped: number): string | undefined {
  return dropped > 0 ? `${dropped} more were not kept.` : undefined;
}
