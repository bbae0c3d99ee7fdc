import { toColumns } from '../../src/link/exchangeColumns.js';
import { describe, expect, it } from 'vitest';
import { Connection, LinkError } from '../../src/link/connection.js';
import { commands } from '../../src/link/protocol.js';
import { memoryPair } from '../../src/link/transports/memory.js';
import { runtimeDouble } from './runtimeDouble.js';

const lone = { coroutines: [], events: [], dropped: 0 };

describe('a request', () => {
  it('resolves with the typed result of its own reply, whatever the order of replies', async () => {
    const { connection, runtime } = runtimeDouble();
    const first = connection.request('source', { sourceId: 1 });
    const second = connection.request('source', { sourceId: 2 });
    const [one, two] = await runtime.commands(2);
    runtime.reply(two!.id, { content: 'two' });
    runtime.reply(one!.id, { content: 'one' });
    expect(await Promise.all([first, second])).toEqual([{ content: 'one' }, { content: 'two' }]);
    expect([one, two]).toMatchObject([
      { command: 'source', args: { sourceId: 1 } },
      { command: 'source', args: { sourceId: 2 } },
    ]);
  });

  it('rejects with what the runtime says', async () => {
    const { connection, runtime } = runtimeDouble();
    const request = connection.request('scopes', { frame: 7 });
    const [command] = await runtime.commands(1);
    runtime.send({
      reply: command!.id,
      error: { code: 'stale', message: 'Frame 7 is gone.', hint: 'Ask for the stack again.' },
    });
    const error: unknown = await request.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LinkError);
    expect(error).toMatchObject({ code: 'stale', message: 'Frame 7 is gone.', hint: 'Ask for the stack again.' });
  });

  it.each([
    ['a field of the wrong type', { result: { frames: [{ id: 'x' }], total: 1, awaiters: [] } }, 'frames.0.id'],
    ['a missing field', { result: { frames: [], awaiters: [] } }, 'total'],
    ['a result that is no object', { result: 5 }, 'the whole of it'],
  ])('rejects as internal, naming command and field, for %s', async (_, reply, field) => {
    const { connection, runtime } = runtimeDouble();
    const request = connection.request('stack', { thread: 1, start: 0, count: 1 });
    const [command] = await runtime.commands(1);
    runtime.send({ reply: command!.id, ...reply });
    await expect(request).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining(`"stack"`) as string,
    });
    await expect(request).rejects.toThrow(field);
  });

  it('rejects as internal when the reply is no envelope, and the connection goes on', async () => {
    const { connection, runtime, faults } = runtimeDouble();
    const request = connection.request('threads', { limit: 1 });
    const [command] = await runtime.commands(1);
    runtime.send({ reply: command!.id, error: { code: 'no such code', message: 'x' } });
    await expect(request).rejects.toMatchObject({ code: 'internal' });
    expect(faults).toHaveLength(1);
    const next = connection.request('pause', {});
    const [, again] = await runtime.commands(2);
    runtime.reply(again!.id, {});
    await expect(next).resolves.toEqual({});
  });

  it('asks the runtime to cancel when its signal aborts, and the runtime decides', async () => {
    const { connection, runtime } = runtimeDouble();
    const abort = new AbortController();
    const request = connection.request('evaluate', { expression: 'slow()', context: 'repl' }, { signal: abort.signal });
    abort.abort();
    const [evaluate, cancel] = await runtime.commands(2);
    expect(cancel).toMatchObject({ command: 'cancel', args: { command: evaluate!.id } });
    runtime.reply(cancel!.id, {});
    runtime.send({ reply: evaluate!.id, error: { code: 'cancelled', message: 'The evaluation was cancelled.' } });
    await expect(request).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is not sent when its signal has aborted before, and is not cancelled once it is answered', async () => {
    const { connection, runtime } = runtimeDouble();
    await expect(connection.request('pause', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const abort = new AbortController();
    const request = connection.request('run', {}, { signal: abort.signal });
    const [run] = await runtime.commands(1);
    runtime.reply(run!.id, {});
    await request;
    abort.abort();
    void connection.request('detach', {}).catch(() => undefined);
    expect((await runtime.commands(2)).map(({ command }) => command)).toEqual(['run', 'detach']);
  });

  it('carries every command there is', async () => {
    const { connection, runtime } = runtimeDouble();
    const names = Object.keys(commands) as (keyof typeof commands)[];
    for (const name of names) {
      connection.request(name, {}).catch(() => undefined);
    }
    expect((await runtime.commands(names.length)).map(({ command }) => command)).toEqual(names);
  });
});

describe('facts', () => {
  it('reach the listeners of their name, until these are removed', async () => {
    const { connection, runtime, settled } = runtimeDouble();
    const seen: string[] = [];
    const remove = connection.on('thread', ({ name }) => seen.push(name));
    connection.on('loadedSource', ({ path }) => seen.push(path));
    runtime.fact('thread', { id: 1, name: 'main', reason: 'started' });
    runtime.fact('loadedSource', { path: '/a.py', name: 'a.py' });
    await settled();
    remove();
    runtime.fact('thread', { id: 1, name: 'gone', reason: 'exited' });
    await settled();
    expect(seen).toEqual(['main', '/a.py']);
  });

  it('arrive after the code that awaits an earlier reply, however deep that stands', async () => {
    const { connection, runtime, settled } = runtimeDouble();
    const order: string[] = [];
    connection.on('continued', () => order.push('continued'));
    connection.on('stopped', () => order.push('stopped'));
    const resume = async (): Promise<void> => {
      await connection.request('resume', { action: 'next' });
    };
    const outer = async (): Promise<void> => {
      await resume();
      await Promise.resolve();
      order.push('resumed');
    };
    const done = outer();
    const [command] = await runtime.commands(1);
    runtime.reply(command!.id, {});
    runtime.fact('continued', {});
    runtime.fact('stopped', { reason: 'step', thread: 1, breakpoints: [] });
    await done;
    await settled();
    expect(order).toEqual(['resumed', 'continued', 'stopped']);
  });

  it('are a fault when they do not fit or are unknown, and the next ones still arrive', async () => {
    const { connection, runtime, settled, faults } = runtimeDouble();
    const seen: unknown[] = [];
    connection.on('exchanges', (body) => seen.push(body));
    connection.on('exiting', (body) => seen.push(body));
    runtime.send({ fact: 'exiting', body: { code: 'one' } });
    runtime.send({ fact: 'exchanges', body: { ...lone, ...toColumns([]), events: { seq: [1] } } });
    runtime.send({ fact: 'tea', body: {} });
    runtime.send({ fact: 'toString', body: {} });
    runtime.send({ reply: 99, result: {} });
    runtime.send(['no envelope']);
    runtime.fact('exchanges', { ...lone, ...toColumns(lone.events) });
    await settled();
    expect(seen).toEqual([lone]);
    expect(faults).toEqual([
      expect.stringMatching(/"exiting".* at code: /),
      expect.stringMatching(/"exchanges".* at events\.time: /),
      expect.stringContaining('"tea"'),
      expect.stringContaining('"toString"'),
      expect.stringContaining('command 99'),
      expect.stringContaining('["no envelope"]'),
    ]);
  });

  it('are delivered to the other listeners when one throws, and the error is reported', async () => {
    const reported: unknown[] = [];
    const { connection, runtime, settled } = runtimeDouble((error) => reported.push(error));
    const seen: string[] = [];
    connection.on('continued', () => {
      throw new Error('a listener of the test');
    });
    connection.on('continued', () => seen.push('second'));
    runtime.fact('continued', {});
    await settled();
    expect(seen).toEqual(['second']);
    expect(reported).toMatchObject([{ message: 'a listener of the test' }]);
  });
});

describe('the end', () => {
  it('rejects what is pending and what comes after, then tells the reason once', async () => {
    const { connection, cut } = runtimeDouble();
    const order: string[] = [];
    const pending = connection.request('threads', { limit: 1 }).catch((error: unknown) => {
      order.push('rejected');
      return error;
    });
    const ended = new Promise<string | undefined>((resolve) => {
      connection.onEnd((reason) => {
        order.push('ended');
        resolve(reason);
      });
    });
    cut('The wire was cut.');
    expect(await ended).toBe('The wire was cut.');
    expect(await pending).toMatchObject({ code: 'ended', message: 'The wire was cut.' });
    expect(order).toEqual(['rejected', 'ended']);
    await expect(connection.request('pause', {})).rejects.toMatchObject({ code: 'ended' });
    expect(await new Promise((resolve) => connection.onEnd(resolve))).toBe('The wire was cut.');
  });

  it('comes after every frame before it, and is orderly when either side closes', async () => {
    for (const side of ['runtime', 'adapter'] as const) {
      const { connection, runtime, settled } = runtimeDouble();
      const order: unknown[] = [];
      connection.on('exiting', ({ code }) => order.push(code));
      connection.onEnd((...reason) => order.push(reason));
      runtime.fact('exiting', { code: 3 });
      await settled();
      if (side === 'runtime') runtime.close();
      else connection.close();
      await settled();
      expect(order).toEqual([3, []]);
    }
  });

  it('follows broken JSON: nothing behind it is believed', async () => {
    const { connection, runtime, faults } = runtimeDouble();
    const seen: unknown[] = [];
    connection.on('continued', () => seen.push('continued'));
    const pending = connection.request('pause', {});
    const ended = new Promise((resolve) => connection.onEnd(resolve));
    runtime.sendText('{"reply": 1, "result"');
    runtime.fact('continued', {});
    await expect(pending).rejects.toMatchObject({ code: 'protocol' });
    expect(await ended).toContain('not JSON');
    expect(faults).toEqual([expect.stringContaining('not JSON')]);
    expect(seen).toEqual([]);
    await expect(connection.request('pause', {})).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('a connection', () => {
  it('gets what arrived before it was made', async () => {
    const { adapter, runtime } = memoryPair();
    runtime.send(JSON.stringify({ fact: 'continued', body: {} }));
    runtime.close();
    await new Promise(setImmediate);
    const connection = new Connection(adapter);
    const order: string[] = [];
    connection.on('continued', () => order.push('continued'));
    await new Promise<void>((resolve) => {
      connection.onEnd(() => {
        order.push('end');
        resolve();
      });
    });
    expect(order).toEqual(['continued', 'end']);
  });
});
