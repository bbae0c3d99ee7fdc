import type { CoroutineIntroduction } from '../model/coroutine.js';

/** What is remembered of a coroutine while it lives. */
interface Known {
  readonly introduction: CoroutineIntroduction;
  /** Given with its first event, and kept. */
  label?: string;
}

/** Coroutines that were let go unfinished send no last event; more than these are not remembered. */
const MAX_KNOWN = 200_000;

/**
 * Short names that tell the coroutines alive at one time apart: the first of a function is `internal`, another one
 * that begins while it is alive is `internal#7`. A name never changes and depends only on the order of events, not on
 * how they were batched, so that the same run prints the same lines.
 */
export class LiveNames {
  readonly #known = new Map<number, Known>();
  /** How many living coroutines have a name on this base. */
  readonly #living = new Map<string, number>();

  introduce(introduction: CoroutineIntroduction): void {
    this.#known.set(introduction.id, { introduction });
    if (this.#known.size <= MAX_KNOWN) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.forget(oldest);
  }

  introduction(id: number): CoroutineIntroduction | undefined {
    return this.#known.get(id)?.introduction;
  }

  /** The name of a coroutine that has an event now. */
  label(id: number): string {
    const known = this.#known.get(id);
    if (!known) return `coroutine#${id}`;
    if (known.label === undefined) {
      const base = baseName(known.introduction);
      const living = this.#living.get(base) ?? 0;
      this.#living.set(base, living + 1);
      known.label = living > 0 ? `${base}#${id}` : base;
    }
    return known.label;
  }

  /** It has ended: its name is free again. */
  forget(id: number): void {
    const known = this.#known.get(id);
    this.#known.delete(id);
    if (known?.label === undefined) return;
    const base = baseName(known.introduction);
    const living = (this.#living.get(base) ?? 1) - 1;
    if (living > 0) this.#living.set(base, living);
    else this.#living.delete(base);
  }
}

function baseName({ name, task }: CoroutineIntroduction): string {
  return task === undefined ? name : `${task} ${name}`;
}
