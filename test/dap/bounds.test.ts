/** What the adapter keeps is bounded, and what it let go is said. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, test } from 'vitest';
import { Client } from '../../src/dap/client.js';
import { Outbox } from '../../src/dap/outbox.js';
import type { Program } from '../../src/dap/program.js';
import { Recording } from '../../src/dap/recording.js';
import { Sources } from '../../src/dap/sources.js';
import { Threads } from '../../src/dap/threads.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';

const nobody: Program = { request: () => Promise.reject(new Error('nothing is asked')) };

describe('a client that does not read', () => {
  const event = (seq: number, coroutine: number): ExchangeEvent => ({
    ...{ seq, time: seq, coroutine, thread: 1, what: 'next' as const, line: 1 },
  });
  const introduced = (id: number) => ({ id, kind: 'generator' as const, name: `g${id}` });

  test('learns how much of the recording it missed, can ask for it, and still who is who', async () => {
    const sent: DebugProtocol.Event[] = [];
    let backlog = 0;
    const outbox = new Outbox(
      (each) => sent.push(each),
      () => backlog,
    );
    const recording = new Recording(nobody, new Sources(nobody, new Client(() => undefined), outbox), outbox);
    recording.configure({ streamExchanges: true, recordLimit: 100, record: 'all' });
    backlog = 65 * 1024 * 1024;
    recording.recorded({ coroutines: [introduced(1)], events: [event(1, 1), event(2, 1)], dropped: 0 });
    outbox.flush();
    recording.recorded({ coroutines: [introduced(2)], events: [event(3, 2)], dropped: 1 });
    outbox.flush();
    const recorded = () =>
      sent.filter((each) => each.event === 'coroscope/recorded').map(({ body }) => body as unknown);
    expect(recorded()).toEqual([]);
    backlog = 0;
    recording.recorded({ coroutines: [introduced(3)], events: [event(5, 3), event(6, 1)], dropped: 0 });
    outbox.flush();
    expect(recorded()).toEqual([
      { coroutines: [introduced(3), introduced(1)], events: [event(5, 3), event(6, 1)], dropped: 4 },
    ]);
    expect((await recording.exchanges({ fromSeq: 1, toSeq: 4 })).events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});

describe('threads', () => {
  const silent = new Outbox(
    () => undefined,
    () => 0,
  );

  test('that ended are forgotten, and their numbers are not given again', () => {
    const threads = new Threads(nobody, silent);
    const first = threads.number(7_000);
    threads.changed({ id: 7_000, name: 'a', reason: 'started' });
    threads.changed({ id: 7_000, name: 'a', reason: 'exited' });
    expect(() => threads.address(first)).toThrow(`There is no thread ${first}.`);
    // The system has given the same id to another one.
    const second = threads.number(7_000);
    expect(second).not.toBe(first);
    expect(threads.address(second)).toEqual({ thread: 7_000 });
  });

  test('of coroutines that were listed long ago are forgotten', async () => {
    let next = 1;
    const list = () => ({
      threads: [],
      coroutines: Array.from({ length: 2_000 }, () => ({ id: next++, kind: 'generator', name: 'g', state: 'created' })),
      totalCoroutines: 2_000,
    });
    const threads = new Threads({ request: () => Promise.resolve(list() as never) }, silent);
    threads.configure(2_000);
    const { signal } = new AbortController();
    const numbers: number[] = [];
    for (let stop = 0; stop < 6; stop += 1)
      numbers.push(...(await threads.threads(signal)).threads.map(({ id }) => id));
    expect(threads.ofCoroutine(2_001)).toBe(numbers[2_000]);
    expect(threads.ofCoroutine(2_000)).toBeUndefined();
    expect(() => threads.address(numbers[0]!)).toThrow('There is no thread');
    // The oldest that is left is listed again, and so it is not the next to go.
    next = 2_001;
    await threads.threads(signal);
    next = 12_001;
    await threads.threads(signal);
    expect(threads.ofCoroutine(2_001)).toBe(numbers[2_000]);
  });
});
