/** Takes a listener off again. Safe more than once. */
export type Remove = () => void;

/** Who is told of an error that a listener threw. */
export type ReportError = (error: unknown) => void;

/** As an event target does: the error is thrown again on its own, where the process reports what nobody caught. */
export const throwLater: ReportError = (error) => {
  queueMicrotask(() => {
    throw error;
  });
};

/** Listeners of one kind. One that throws keeps neither the others nor the frames that follow from being delivered. */
export class Listeners<A extends unknown[]> {
  readonly #listeners = new Set<{ readonly call: (...args: A) => void }>();

  constructor(private readonly report: ReportError) {}

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: (...args: A) => void): Remove {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  call(...args: A): void {
    for (const { call } of [...this.#listeners]) {
      try {
        call(...args);
      } catch (error) {
        this.report(error);
      }
    }
  }
}
