/**
 * What Pyodide reads signals from, all the time that Python runs: it reads the number, then writes 0 whatever it was. One
 * that the adapter raised in between would be gone, and a program that never rests would never look at its link again.
 * So reading takes the number away, in one step, and writing does nothing.
 */
export function interruptBuffer(shared: Int32Array): Int32Array {
  const buffer = {
    get 0(): number {
      return Atomics.load(shared, 0) === 0 ? 0 : Atomics.exchange(shared, 0, 0);
    },
    set 0(_cleared: number) {
      // It was taken away as it was read.
    },
  };
  return buffer as unknown as Int32Array;
}
