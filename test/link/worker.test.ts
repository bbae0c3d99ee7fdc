import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { Connection } from '../../src/link/connection.js';
import { WorkerTransport } from '../../src/link/transports/worker.js';

/** A runtime that blocks its thread between commands, as one does at a stop; it answers `pause` and dies at `terminate`. */
const BLOCKING_RUNTIME = `
  const { workerData: { port, wake }, receiveMessageOnPort } = require('node:worker_threads');
  const say = (frame) => port.postMessage(JSON.stringify(frame));
  say({ fact: 'continued', body: {} });
  for (;;) {
    const seen = Atomics.load(wake, 0);
    for (let item = receiveMessageOnPort(port); item; item = receiveMessageOnPort(port)) {
      const { id, command } = JSON.parse(item.message);
      if (command === 'terminate') process.exit(0);
      if (command === 'detach') { port.postMessage(17); continue; }
      say({ reply: id, result: {} });
    }
    Atomics.wait(wake, 0, seen);
  }
`;

/** One that says what it has to say and ends. */
const TALKATIVE_RUNTIME = `
  import { workerData } from 'node:worker_threads';
  import { awaitCredit } from './frameCredit.js';
  const { port, wake, posted } = workerData;
  for (let frame = 0; frame < 1000; frame += 1) {
    awaitCredit(wake);
    Atomics.add(posted, 0, 1);
    port.postMessage('{}');
  }
`;

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

async function start(onSend?: () => void): Promise<{ transport: WorkerTransport; wake: Int32Array }> {
  const wake = new Int32Array(new SharedArrayBuffer(8));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(BLOCKING_RUNTIME, {
    eval: true,
    workerData: { port: port2, wake },
    transferList: [port2],
  });
  workers.push(worker);
  await once(worker, 'online');
  return { transport: new WorkerTransport(port1, wake, { onSend }), wake };
}

describe('the worker transport', () => {
  it('wakes a worker that blocks, for every frame', async () => {
    let sent = 0;
    const { transport, wake } = await start(() => (sent += 1));
    const connection = new Connection(transport);
    const first = new Promise((resolve) => connection.on('continued', resolve));
    await first;
    for (let count = 1; count <= 50; count += 1) {
      expect(await connection.request('pause', {})).toEqual({});
      expect([sent, Atomics.load(wake, 0)]).toEqual([count, count]);
    }
    const many = Array.from({ length: 50 }, () => connection.request('pause', {}));
    expect(await Promise.all(many)).toHaveLength(50);
  });

  it('ends when the worker does', async () => {
    const { transport } = await start();
    const connection = new Connection(transport);
    const ended = new Promise((resolve) => connection.onEnd(resolve));
    await expect(connection.request('terminate', { kill: true })).rejects.toMatchObject({ code: 'ended' });
    expect(await ended).toBeUndefined();
  });

  it('ends with a sentence when a message is no text', async () => {
    const { transport } = await start();
    const connection = new Connection(transport);
    const ended = new Promise((resolve) => connection.onEnd(resolve));
    await expect(connection.request('detach', {})).rejects.toMatchObject({ code: 'ended' });
    expect(await ended).toContain('no text but number');
  });

  it('ends when it is closed, and sends nothing afterwards', async () => {
    let sent = 0;
    const { transport } = await start(() => (sent += 1));
    const ended = new Promise<string | undefined>((resolve) => {
      transport.onEnd(resolve);
    });
    transport.close();
    transport.send('{}');
    expect(await ended).toBeUndefined();
    expect(sent).toBe(0);
  });

  it('lets the worker wait while it is paused', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: TALKATIVE_RUNTIME,
        resolveDir: `${import.meta.dirname}/../../src/link/transports`,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      write: false,
    });
    const wake = new Int32Array(new SharedArrayBuffer(8));
    const posted = new Int32Array(new SharedArrayBuffer(4));
    const { port1, port2 } = new MessageChannel();
    const transport = new WorkerTransport(port1, wake);
    transport.pause();
    let taken = 0;
    transport.onFrame(() => (taken += 1));
    const ended = new Promise<void>((resolve) => {
      transport.onEnd(() => {
        resolve();
      });
    });
    const workerData = { port: port2, wake, posted };
    workers.push(new Worker(outputFiles[0]!.text, { eval: true, workerData, transferList: [port2] }));
    while (taken < 64) await new Promise(setImmediate);
    // It has its turn, and does not take it.
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    expect([taken, Atomics.load(posted, 0)]).toEqual([64, 64]);
    transport.resume();
    await ended;
    expect(taken).toBe(1_000);
  });

  it('wants a counter that both sides share', () => {
    const { port1 } = new MessageChannel();
    expect(() => new WorkerTransport(port1, new Int32Array(1))).toThrow(TypeError);
    port1.close();
  });
});
