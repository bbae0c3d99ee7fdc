/** Several traces of the Chrome trace event format as one, on one clock. */

interface TraceEvent {
  readonly ph: string;
  readonly ts?: number;
  readonly pid?: number;
  readonly id?: unknown;
}

interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly otherData?: { readonly clockZero?: number } & Readonly<Record<string, unknown>>;
}

export interface NamedTrace {
  /** What a person calls it: the file. */
  readonly name: string;
  /** What its JSON says; not checked yet. */
  readonly content: unknown;
}

/** A trace that cannot be merged, in words for a person. */
export class TraceError extends Error {}

/** Flow ids of one trace may be as high as this. */
const FLOWS = 2 ** 32;

/**
 * Shifts every trace by when its clock stood at 0, counted from the earliest of them. Processes that have the same id
 * (on several machines, or one after the other) get ids of their own, and so do arrows.
 * @throws TraceError for what is no trace, or one that does not say when its clock began
 */
export function mergeTraces(named: readonly NamedTrace[]): Trace {
  const traces = named.map(({ name, content }) => ({ name, ...checked(name, content) }));
  const origin = Math.min(...traces.map(({ clockZero }) => clockZero));
  const taken = new Set<number>();
  const traceEvents = traces.flatMap(({ clockZero, events }, index) => {
    const pids = new Map<number, number>();
    const shift = clockZero - origin;
    return events.map((event): TraceEvent => {
      const pid = event.pid ?? 0;
      const own = pids.get(pid) ?? free(pid, taken);
      pids.set(pid, own);
      return {
        ...event,
        pid: own,
        // Metadata has no place in time.
        ...(event.ph !== 'M' && event.ts !== undefined && { ts: event.ts + shift }),
        ...(typeof event.id === 'number' && { id: event.id + index * FLOWS }),
      };
    });
  });
  return { traceEvents, otherData: { source: 'coroscope', clockZero: origin } };
}

function checked(name: string, content: unknown): { clockZero: number; events: readonly TraceEvent[] } {
  const { traceEvents, otherData } = (typeof content === 'object' && content !== null ? content : {}) as Partial<Trace>;
  const isEvent = (event: unknown): boolean =>
    typeof event === 'object' && event !== null && typeof (event as TraceEvent).ph === 'string';
  if (!Array.isArray(traceEvents) || !traceEvents.every(isEvent))
    throw new TraceError(`${name} is no trace in the Chrome trace event format.`);
  const clockZero = otherData?.clockZero;
  if (typeof clockZero !== 'number' || !Number.isFinite(clockZero)) {
    throw new TraceError(
      `${name} does not say when its clock began, so it cannot be put beside others. Record it again with 'coroscope run --trace'.`,
    );
  }
  return { clockZero, events: traceEvents };
}

function free(pid: number, taken: Set<number>): number {
  let own = pid;
  while (taken.has(own)) own += 1;
  taken.add(own);
  return own;
}
