/**
 * A port between threads takes whatever is posted: a worker that is quicker than who listens would fill the memory. So
 * both count the frames under way, in `counter[UNDER_WAY]`, and the worker waits when there are {@link MAX_UNDER_WAY}.
 */
const UNDER_WAY = 1;
const MAX_UNDER_WAY = 64;

/** Nobody takes frames any more, and nobody shall wait for it. */
const NEVER_FULL = -(2 ** 30);

/** In the worker, before it posts a frame. */
export function awaitCredit(counter: Int32Array): void {
  let before = Atomics.add(counter, UNDER_WAY, 1);
  while (before >= MAX_UNDER_WAY) {
    Atomics.wait(counter, UNDER_WAY, before + 1);
    before = Atomics.load(counter, UNDER_WAY) - 1;
  }
}

/** On the other side: so many frames have been taken. */
export function giveCredit(counter: Int32Array, frames: number): void {
  Atomics.sub(counter, UNDER_WAY, frames);
  Atomics.notify(counter, UNDER_WAY);
}

export function endCredit(counter: Int32Array): void {
  Atomics.store(counter, UNDER_WAY, NEVER_FULL);
  Atomics.notify(counter, UNDER_WAY);
}
