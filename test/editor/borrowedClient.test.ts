/** What the client of a debugpy session makes of the answers it can get; `test/sessions/overDebugpy` asks a real one. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { BorrowedClient } from '../../src/editor/borrowedClient.js';
import { BorrowedStops } from '../../src/editor/borrowedStops.js';

const runtime = path.resolve(import.meta.dirname, '../../src/debuggee/python/runtime');
const encoded = (answer: object): string => `${Buffer.from(JSON.stringify(answer)).toString('base64')}.`;

interface Asked {
  readonly command: string;
  readonly args: Record<string, unknown>;
}

/** A client at a stop of thread 7, of a session whose `evaluate` shows `result`. */
function clientOf(result: string, frames: object[] = [{ id: 42 }]): { client: BorrowedClient; asked: Asked[] } {
  const asked: Asked[] = [];
  const session = {
    customRequest: (command: string, args?: unknown) => {
      asked.push({ command, args: args as Record<string, unknown> });
      return Promise.resolve(command === 'stackTrace' ? { stackFrames: frames } : { result, variablesReference: 0 });
    },
  };
  return { client: new BorrowedClient(session, { thread: 7, count: 1 }, runtime), asked };
}

test('asks the innermost frame of the thread that stopped, for the whole text', async () => {
  const { client, asked } = clientOf(encoded({ result: { total: 0, length: 0, rows: [] } }));
  expect(await client.coroutines({ filter: 'a@LINE@b' })).toEqual({ total: 0, length: 0, rows: [] });
  expect(asked).toMatchObject([
    { command: 'stackTrace', args: { threadId: 7, levels: 1 } },
    { command: 'evaluate', args: { frameId: 42, context: 'clipboard' } },
  ]);
  // debugpy would make a line break of it.
  expect(asked[1]!.args['expression']).not.toContain('@LINE@');
  expect(asked[1]!.args['expression']).not.toContain('\n');
});

test('reads the answer bare and as the literal of a string', async () => {
  const answer = encoded({ result: { total: 0, nodes: [], left: 0 } });
  for (const shown of [answer, `'${answer}'`])
    expect(await clientOf(shown).client.parallelStacks({})).toEqual({ total: 0, nodes: [], left: 0 });
});

test('ids of sources are not debugpy’s, so they are left out', async () => {
  const location = { name: '<string>', line: 1, sourceId: 3 };
  const row = { id: 1, kind: 'generator', state: 'suspended', name: 'g', delegates: 0, location };
  const { rows } = await clientOf(encoded({ result: { total: 1, length: 1, rows: [row] } })).client.coroutines({});
  expect(rows?.[0]?.location).toEqual({ name: '<string>', line: 1 });
});

test('a refusal is a sentence with what to do', async () => {
  const error = { code: 'version', message: 'This program runs on Python 3.11.', hint: 'Take a newer one.' };
  await expect(clientOf(encoded({ error })).client.awaitGraph(10)).rejects.toThrow(
    'This program runs on Python 3.11. Take a newer one.',
  );
});

test.each([
  ['an answer that was cut off', `'${encoded({ result: {} }).slice(0, 8)}...'`, 'did not give the whole answer'],
  ['something else', 'NameError: name', 'did not give the whole answer'],
  ['an answer of another shape', encoded({ result: { total: 'many' } }), "What the runtime answered to 'coroutines'"],
])('%s is named', async (_, result, message) => {
  await expect(clientOf(result).client.coroutines({})).rejects.toThrow(message);
});

test('without a stop or a frame nothing is evaluated', async () => {
  const { client, asked } = clientOf('', []);
  await expect(client.coroutines({})).rejects.toThrow('no frame');
  expect(asked.map(({ command }) => command)).toEqual(['stackTrace']);
  const running = new BorrowedClient(
    { customRequest: () => Promise.reject(new Error('asked')) },
    new BorrowedStops(),
    '',
  );
  await expect(running.coroutines({})).rejects.toThrow('The program runs.');
});

test('a program is paused from the event to what lets it run on', () => {
  const stops = new BorrowedStops();
  const stopped = { type: 'event', event: 'stopped', body: { reason: 'breakpoint', threadId: 3 } };
  const answered = (command: string, success = true): object => ({ type: 'response', command, success });
  expect(stops.take({ type: 'event', event: 'continued', body: { threadId: 3 } })).toBeUndefined();
  for (const resumes of [{ type: 'event', event: 'continued', body: { threadId: 3 } }, answered('next')]) {
    expect(stops.take(stopped)).toBe('stopped');
    for (const other of [answered('threads'), answered('next', false), { type: 'event', event: 'output' }, undefined])
      expect(stops.take(other)).toBeUndefined();
    expect(stops.thread).toBe(3);
    expect(stops.take(resumes)).toBe('continued');
    expect(stops.thread).toBeUndefined();
  }
  expect(stops.count).toBe(2);
});
