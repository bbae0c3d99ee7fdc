/** A program is read no faster than what it tells can be written. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { BackPressure } from '../../src/cli/backPressure.js';
import { TraceFile } from '../../src/cli/traceFile.js';
import { ChromeTraceWriter } from '../../src/model/export/chromeTrace.js';
import { longTalk } from '../model/simulation.js';
import { runtimeDouble } from '../link/runtimeDouble.js';

/** A stream that takes one piece and is done with it when the test says so. */
function slowStream(): { stream: Writable; written: string[]; done: () => void } {
  const written: string[] = [];
  let done: () => void = () => undefined;
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, callback) {
      written.push(chunk.toString());
      done = callback;
    },
  });
  return {
    stream,
    written,
    done: () => {
      done();
    },
  };
}

function talking() {
  const { connection, runtime, settled } = runtimeDouble();
  const pressure = new BackPressure();
  pressure.slow(connection);
  const { stream, written, done } = slowStream();
  connection.on('output', ({ text }) => {
    pressure.write(stream, text);
  });
  return { runtime, settled, pressure, stream, written, done };
}

test('what is not written yet keeps the rest with the program', async () => {
  const { runtime, settled, stream, written, done } = talking();
  for (const text of ['a', 'b', 'c']) runtime.fact('output', { category: 'stdout', text });
  await settled();
  expect([written, stream.writableLength]).toEqual([['a'], 1]);
  const more = new Promise((resolve) => stream.once('drain', resolve));
  done();
  await more;
  await settled();
  expect([written, stream.writableLength]).toEqual([['a', 'b'], 1]);
});

test('of two streams the slower one counts, and one that broke does not', async () => {
  const { runtime, settled, pressure, stream, written, done } = talking();
  const other = slowStream();
  pressure.write(other.stream, 'x');
  runtime.fact('output', { category: 'stdout', text: 'a' });
  await settled();
  expect(written).toEqual([]);
  const closed = new Promise((resolve) => other.stream.once('close', resolve));
  other.stream.destroy();
  await closed;
  await settled();
  expect(written).toEqual(['a']);
  done();
  pressure.write(other.stream, 'lost');
  stream.once('drain', () => undefined);
  runtime.fact('output', { category: 'stdout', text: 'b' });
  await new Promise(setImmediate);
  await settled();
  expect(written).toEqual(['a', 'b']);
});

test('a trace is one of them', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'coroscope-slow-'));
  const file = path.join(folder, 'trace.json');
  const said: string[] = [];
  let resumed: () => void = () => undefined;
  const free = new Promise<void>((resolve) => {
    resumed = resolve;
  });
  const pressure = new BackPressure();
  pressure.slow({
    pause: () => said.push('pause'),
    resume: () => {
      said.push('resume');
      resumed();
    },
  });
  const trace = await TraceFile.create(file, pressure, ChromeTraceWriter);
  trace.begin({ pid: 1, name: 'slow', clockZero: 0 });
  expect(said).toEqual([]);
  trace.batch({
    coroutines: [{ id: 1, kind: 'generator', name: 'slow' }],
    events: longTalk(1_000),
    dropped: 0,
  });
  expect(said).toEqual(['pause']);
  await free;
  expect(said).toEqual(['pause', 'resume']);
  await trace.close();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('traceEvents');
  rmSync(folder, { recursive: true });
});
