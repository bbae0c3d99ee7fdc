/** Signals for the embedded interpreter, however its reading and the adapter's raising meet. */
import { expect, test } from 'vitest';
import { interruptBuffer } from '../../src/debuggee/python/hosts/interruptBuffer.js';

const SIGNAL = 64;

test('a signal is read once', () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const buffer = interruptBuffer(shared);
  Atomics.store(shared, 0, SIGNAL);
  expect(buffer[0]).toBe(SIGNAL);
  buffer[0] = 0;
  expect(buffer[0]).toBe(0);
});

test('one that is raised between the look for it and the clearing is not lost', () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const buffer = interruptBuffer(shared);
  expect(buffer[0]).toBe(0);
  Atomics.store(shared, 0, SIGNAL);
  buffer[0] = 0; // as Pyodide does, whatever it has read
  expect(buffer[0]).toBe(SIGNAL);
});
