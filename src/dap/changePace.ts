/**
 * When to tell a view that what it shows may be out of date. One that has never asked is told nothing. Others are told of
 * every stop and continue; while the program runs only if they have asked since they were told last, at most twice a
 * second, and so seldom that answering takes no more than a twentieth of the run however many coroutines there are.
 */
type Reason = 'stopped' | 'continued' | 'running';

export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls once after `milliseconds`; the returned function calls it off. */
  after(milliseconds: number, act: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds);
    // A view that might want to know keeps no adapter alive.
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

const SHORTEST_MS = 500;
const SHARE = 20;

export class ChangePace {
  private running = true;
  private asked = false;
  private cost = 0;
  private callOff: (() => void) | undefined;

  constructor(
    private readonly tell: (reason: Reason) => void,
    private readonly clock: Clock = CLOCK,
  ) {}

  /** Carries out what a view asks for. */
  async measured<T>(ask: () => Promise<T>): Promise<T> {
    this.asked = true;
    const begun = this.clock.now();
    try {
      return await ask();
    } finally {
      this.cost += this.clock.now() - begun;
      if (this.running) this.schedule();
    }
  }

  stopped(): void {
    this.running = false;
    this.forget();
    if (this.asked) this.tell('stopped');
  }

  continued(): void {
    if (this.running) return;
    this.running = true;
    if (this.asked) this.tell('continued');
  }

  ended(): void {
    this.running = true;
    this.forget();
  }

  /** Put off by every further question: the pages of one look belong together. */
  private schedule(): void {
    this.callOff?.();
    this.callOff = this.clock.after(Math.max(SHORTEST_MS, this.cost * SHARE), () => {
      this.forget();
      this.tell('running');
    });
  }

  private forget(): void {
    this.callOff?.();
    this.callOff = undefined;
    this.cost = 0;
  }
}
