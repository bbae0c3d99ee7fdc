/** One piece of work; true when it settled a promise, so that somebody's `await` is about to go on. */
export type Job = () => boolean;

/**
 * Runs jobs in the order they came, and lets whoever awaits a job's outcome go on before the next job runs.
 *
 * A listener is called at once, but the code behind an `await` runs only in a later microtask. Two frames that arrive
 * in one chunk, a reply and then a fact, would therefore be seen in the wrong order: the fact first.
 */
export class InOrder {
  #jobs: Job[] = [];
  #next = 0;
  #busy = false;

  add(job: Job): void {
    this.#jobs.push(job);
    if (!this.#busy) this.#run();
  }

  #run(): void {
    this.#busy = true;
    for (let job = this.#jobs[this.#next]; job; job = this.#jobs[this.#next]) {
      this.#next += 1;
      if (job()) {
        // A tick that is asked for within a microtask comes when no microtask is left, however long the chain of
        // awaits, and still before any input or output is polled: the backlog stays as short as one chunk.
        queueMicrotask(() => {
          process.nextTick(() => {
            this.#run();
          });
        });
        return;
      }
    }
    this.#jobs = [];
    this.#next = 0;
    this.#busy = false;
  }
}
