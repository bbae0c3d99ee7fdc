/** The requests `coroscope/coroutines`, `coroscope/coroutine`, `coroscope/parallelStacks` and the event `coroscope/changed`. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChangePace, type Clock } from '../../src/dap/changePace.js';
import type { ListedCoroutine } from '../../src/link/protocol.js';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, Refusal, type FakeProgram } from './fakeBackend.js';

let client: DapClient;
let program: FakeProgram;

beforeEach(async () => {
  const backend = new FakeBackend();
  client = DapClient.inMemory(backend.backends);
  await client.start({ language: 'fake', program: '/work/talk.fake' });
  program = backend.program;
});

afterEach(async () => {
  await client.close();
});

const row: ListedCoroutine = {
  id: 7,
  kind: 'generator',
  state: 'suspended',
  name: 'talk',
  delegates: 1,
  last: { seq: 3, time: 12, coroutine: 7, thread: 1, what: 'yield', value: '1', line: 4 },
};

test('pages have a default size, and what narrows the list is handed on', async () => {
  program.answers.coroutines = () => ({ total: 1, length: 1, rows: [row] });
  expect(await client.request('coroscope/coroutines', {})).toEqual({ total: 1, length: 1, rows: [row] });
  await client.request('coroscope/coroutines', {
    group: 'stack',
    path: 'k',
    filter: 'a',
    states: ['created'],
    start: 200,
  });
  expect(program.commands('coroutines')).toEqual([
    { start: 0, count: 200 },
    { start: 200, count: 200, group: 'stack', path: 'k', filter: 'a', states: ['created'] },
  ]);
});

test('the source of a row without a file can be asked for by the number in its location', async () => {
  const location = { name: '<string>', sourceId: 0, line: 3 };
  program.answers.coroutines = () => ({ total: 1, length: 1, rows: [{ ...row, location }] });
  program.answers.source = ({ sourceId }) => ({ content: `text ${sourceId}` });
  const { rows } = await client.request('coroscope/coroutines', {});
  const sourceReference = rows?.[0]?.location?.sourceId ?? 0;
  expect(await client.request('source', { sourceReference })).toEqual({ content: 'text 0' });
});

test.each([
  [{ group: 'colour' }, "the argument 'group'"],
  [{ count: 100_000 }, "the argument 'count'"],
  [{ kinds: ['frog'] }, "the argument 'kinds[0]'"],
])('%j is refused by name', async (args, named) => {
  const { message } = await client.failure(client.requestAny('coroscope/coroutines', args));
  expect(message).toContain(named);
});

test('one that is gone is refused in the words of the runtime', async () => {
  program.answers.coroutine = () => {
    throw new Refusal({ code: 'stale', message: 'Coroutine 7 does not exist any more.' });
  };
  const { message } = await client.failure(client.request('coroscope/coroutine', { coroutine: 7 }));
  expect(message).toContain('Coroutine 7 does not exist any more');
});

test('parallel stacks have a limit', async () => {
  program.answers.parallelStacks = () => ({ total: 0, nodes: [], left: 0 });
  await client.request('coroscope/parallelStacks', { filter: 'a' });
  expect(program.commands('parallelStacks')).toEqual([{ limit: 1000, filter: 'a' }]);
});

test('a stop and a continue change the list for whoever has asked for it', async () => {
  program.stop();
  await client.waitFor('stopped');
  program.answers.coroutines = () => ({ total: 0, length: 0, rows: [] });
  await client.request('coroscope/coroutines', {});
  await client.request('continue', { threadId: 1 });
  expect(await client.waitFor('coroscope/changed')).toEqual({ reason: 'continued' });
  program.stop();
  expect(await client.waitFor('coroscope/changed')).toEqual({ reason: 'stopped' });
});

describe('while the program runs', () => {
  /** A clock that a test moves. */
  class HandClock implements Clock {
    private time = 0;
    private readonly due = new Map<number, () => void>();
    now(): number {
      return this.time;
    }
    after(milliseconds: number, act: () => void): () => void {
      const at = this.time + milliseconds;
      this.due.set(at, act);
      return () => {
        this.due.delete(at);
      };
    }
    pass(milliseconds: number): void {
      this.time += milliseconds;
      for (const [at, act] of [...this.due])
        if (at <= this.time) {
          this.due.delete(at);
          act();
        }
    }
  }

  function pace(): { clock: HandClock; told: string[]; subject: ChangePace } {
    const clock = new HandClock();
    const told: string[] = [];
    return { clock, told, subject: new ChangePace((reason) => told.push(reason), clock) };
  }

  test('nobody is told who has not asked, and who has is told once', async () => {
    const { clock, told, subject } = pace();
    clock.pass(10_000);
    expect(told).toEqual([]);
    await subject.measured(() => Promise.resolve());
    clock.pass(499);
    expect(told).toEqual([]);
    clock.pass(1);
    expect(told).toEqual(['running']);
    clock.pass(10_000);
    expect(told).toEqual(['running']);
  });

  test('the longer an answer takes the longer the next look waits', async () => {
    const { clock, told, subject } = pace();
    await subject.measured(() => {
      clock.pass(1000);
      return Promise.resolve();
    });
    clock.pass(19_999);
    expect(told).toEqual([]);
    clock.pass(1);
    expect(told).toEqual(['running']);
  });

  test('a stop takes the place of what was to come, and while the program stands nothing comes', async () => {
    const { clock, told, subject } = pace();
    await subject.measured(() => Promise.resolve());
    subject.stopped();
    await subject.measured(() => Promise.resolve());
    clock.pass(60_000);
    subject.continued();
    subject.continued();
    expect(told).toEqual(['stopped', 'continued']);
  });
});
