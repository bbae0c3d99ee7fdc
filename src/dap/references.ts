/**
 * Numbers for what the runtime shows only until the program runs on: frames, containers, places of values. The adapter
 * gives out its own, never one twice, so that a number of an earlier stop (or of the program before a restart) is told
 * from one that never was. See "Lifetime of Object References" in the overview of DAP.
 */
import { AdapterError } from './errors.js';

export class References<T> {
  private readonly targets = new Map<number, T>();
  private readonly numbers = new Map<string | number, number>();
  private last = 0;

  /** `what` names the thing for a person; targets with the same `key` share a number. */
  constructor(
    private readonly what: string,
    private readonly key: (target: T) => string | number,
  ) {}

  give(target: T): number {
    const key = this.key(target);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = ++this.last;
    this.targets.set(number, target);
    this.numbers.set(key, number);
    return number;
  }

  /** @throws AdapterError `staleReference`, `unknownReference` */
  resolve(number: number): T {
    const target = this.targets.get(number);
    if (target !== undefined) return target;
    const given = Number.isInteger(number) && number > 0 && number <= this.last;
    throw given
      ? new AdapterError('staleReference', { what: this.what })
      : new AdapterError('unknownReference', { what: this.what, id: number });
  }

  forget(): void {
    this.targets.clear();
    this.numbers.clear();
  }
}
