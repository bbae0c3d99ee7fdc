/** Back in time over a record, and the requests and events that tell what is recorded. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RECORDED_THREAD } from '../../src/dap/recordedTime.js';
import { toColumns } from '../../src/link/exchangeColumns.js';
import type { FactBody } from '../../src/link/protocol.js';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, type FakeProgram } from './fakeBackend.js';

const FILE = '/work/talk.fake';
type Event = FactBody<'exchanges'>['events'][number];

let client: DapClient;
let program: FakeProgram;

/** outer resumes inner twice: lines 1x are of inner, 2x of outer. */
const events: Event[] = [
  {
    seq: 1,
    time: 10,
    coroutine: 1,
    thread: 5,
    what: 'next',
    line: 20,
    by: { path: FILE, name: 'talk.fake', line: 40 },
  },
  { seq: 2, time: 20, coroutine: 2, thread: 5, what: 'send', value: "'A'", line: 10 },
  { seq: 3, time: 30, coroutine: 2, thread: 5, what: 'yield', value: '7', line: 11 },
  { seq: 4, time: 40, coroutine: 1, thread: 5, what: 'yield', value: '8', line: 21 },
];
const location = { path: FILE, name: 'talk.fake', line: 1 };
const batch: FactBody<'exchanges'> = {
  coroutines: [
    { id: 1, kind: 'generator', name: 'outer', location },
    { id: 2, kind: 'generator', name: 'inner', location },
  ],
  events,
  dropped: 0,
};

async function begin(settings = {}, breakpoints: Record<string, number[]> = {}): Promise<void> {
  const backend = new FakeBackend();
  client = DapClient.inMemory(backend.backends);
  await client.start({ language: 'fake', program: FILE, record: 'all', ...settings }, { breakpoints });
  program = backend.program;
}

/** As it crosses the link. */
function record(fact: FactBody<'exchanges'>): void {
  program.fact('exchanges', { ...fact, ...toColumns(fact.events) });
}

async function recordedAndStopped(): Promise<number> {
  record(batch);
  program.stop();
  return (await client.waitFor('stopped')).threadId ?? 0;
}

/** Where it stands after a request of going through time. */
async function go(command: string, threadId = RECORDED_THREAD): Promise<string> {
  await client.requestAny(command, { threadId });
  const stopped = await client.waitFor('stopped');
  if (stopped.threadId !== RECORDED_THREAD) return `present: ${stopped.description ?? ''}`;
  return `${stopped.description ?? ''}: ${stopped.text ?? ''}`;
}

afterEach(async () => {
  await client.close();
});

describe('at a stop', () => {
  let main: number;
  beforeEach(async () => {
    await begin({}, { [FILE]: [20, 11] });
    main = await recordedAndStopped();
  });

  test('going back is offered once something is recorded', () => {
    expect(client.seen('capabilities')).toEqual([{ capabilities: { supportsStepBack: true } }]);
  });

  test('back and forth, one event at a time, and out of it into the present', async () => {
    expect(await go('stepBack', main)).toBe('Recorded, the last event: yield 8');
    expect(await go('stepBack')).toBe('Recorded, 2 events ago: yield 7');
    expect(await go('next')).toBe('Recorded, the last event: yield 8');
    expect(await go('stepIn')).toBe('present: Back in the present: the program stands where it stood.');
    expect(program.commands('resume')).toEqual([]);
  });

  test('reverse to a breakpoint, else to the oldest; forward to a breakpoint, else to the present', async () => {
    expect(await go('reverseContinue', main)).toBe('Recorded, 2 events ago: yield 7 · at a breakpoint');
    expect(await go('reverseContinue')).toBe('Recorded, 4 events ago: next() · at a breakpoint');
    expect(await go('stepBack')).toBe('Recorded, 4 events ago: next() · This is the oldest exchange kept.');
    expect(await go('continue')).toBe('Recorded, 2 events ago: yield 7 · at a breakpoint');
    expect(await go('continue')).toMatch(/^present/);
  });

  test('what breakpoints ask is respected as far as a record can tell', async () => {
    const breakpoints = [
      { line: 11, mode: 'resume' },
      { line: 11, logMessage: 'x' },
      { line: 10, condition: 'x > 1' },
    ];
    await client.request('setBreakpoints', { source: { path: FILE }, breakpoints });
    const remark = 'at a breakpoint, whose condition cannot be checked in the past';
    expect(await go('reverseContinue', main)).toBe(`Recorded, 3 events ago: send('A') · ${remark}`);
  });

  test('the moment is a thread of its own, with the stack of that time and only what was recorded', async () => {
    await go('stepBack', main);
    await go('stepBack');
    program.answers.threads = () => ({
      threads: [{ id: 140_000_000_001, name: 'Main', paused: true }],
      coroutines: [],
      totalCoroutines: 0,
    });
    expect((await client.request('threads')).threads).toEqual([
      { id: RECORDED_THREAD, name: 'recorded · 2 events ago · generator inner' },
      { id: main, name: 'Main' },
    ]);
    const { stackFrames } = await client.request('stackTrace', { threadId: RECORDED_THREAD });
    expect(stackFrames.map(({ name, line, source }) => [name, line, source?.path])).toEqual([
      ['inner (recorded: yield 7)', 11, FILE],
      ['outer (recorded: next())', 20, FILE],
    ]);
    const { Recorded } = await client.scopes(stackFrames[0]!.id);
    expect(Object.fromEntries(Object.values(Recorded!).map(({ name, value }) => [name, value]))).toEqual({
      exchange: 'yield',
      value: '7',
      coroutine: 'generator inner, id 2',
      state: 'suspended',
      yielded: '7',
      sent: "'A'",
      when: '2 events ago',
      time: '0.030 ms after the start of the recording',
      locals: 'not recorded: only the values that went into and came out of coroutines are kept',
    });
    const evaluate = (expression: string) => client.request('evaluate', { expression, frameId: stackFrames[0]!.id });
    expect((await evaluate('sent')).result).toBe("'A'");
    expect((await client.failure(evaluate('len(x)'))).message).toContain('This is a recorded moment');
    await go('stepBack');
    expect((await client.failure(evaluate('sent'))).message).toContain('belongs to an earlier stop');
  });

  test('what would run the program comes back to the present first, and says so', async () => {
    await go('stepBack', main);
    expect(await go('next', main)).toContain('this only came back to the present');
    expect(client.outputText('console')).toContain('this only came back to the present');
    expect(program.commands('resume')).toEqual([]);
    await client.request('next', { threadId: main });
    expect(program.commands('resume')).toHaveLength(1);
  });

  test('once the program runs on, the past is not shown any more', async () => {
    await go('stepBack', main);
    program.fact('continued', {});
    await client.waitFor('continued');
    const failure = await client.failure(client.request('stackTrace', { threadId: RECORDED_THREAD }));
    expect(failure.message).toContain('not shown any more');
    expect((await client.failure(client.requestAny('stepBack', { threadId: main }))).short).toBe('notStopped');
  });
});

test('without a record there is nowhere to go, and the answer says how to get one', async () => {
  await begin({ record: 'auto' });
  program.stop();
  const { threadId } = await client.waitFor('stopped');
  const { message } = await client.failure(client.requestAny('stepBack', { threadId }));
  expect(message).toBe(
    'Nothing is recorded to go back to. Set "record": "all" in the launch configuration, or press the record button of the timeline.',
  );
  expect(client.seen('capabilities')).toEqual([]);
});

describe('coroscope/exchanges', () => {
  const seqs = async (args: object): Promise<number[]> => {
    const answer = await client.request('coroscope/exchanges', args);
    return answer.events.map(({ seq }) => seq);
  };

  test('ranges of number and time, of one coroutine, in pages', async () => {
    await begin();
    await recordedAndStopped();
    expect(await client.request('coroscope/exchanges', {})).toEqual({
      ...{ events, coroutines: batch.coroutines, dropped: 0, pauses: [4], first: 1, last: 4, processId: 4711 },
      ...{ record: 'all', streaming: false },
    });
    expect(await seqs({ fromSeq: 2, toSeq: 4 })).toEqual([2, 3]);
    expect(await seqs({ fromTime: 20, toTime: 31 })).toEqual([2, 3]);
    expect(await seqs({ coroutine: 1 })).toEqual([1, 4]);
    const page = await client.request('coroscope/exchanges', { limit: 1, coroutine: 2 });
    expect(page).toMatchObject({ events: [{ seq: 2 }], coroutines: [{ id: 2 }], nextSeq: 3 });
    const { message } = await client.failure(client.request('coroscope/exchanges', { limit: 0 }));
    expect(message).toContain("the argument 'limit'");
  });

  test('what the program keeps itself is fetched at a stop, page by page, and what its ring dropped is counted', async () => {
    await begin();
    const asked: number[] = [];
    program.answers.exchanges = ({ from }) => {
      asked.push(from);
      const page = from <= 2 ? events.slice(1, 3) : events.slice(3);
      return {
        batch: { coroutines: batch.coroutines, ...toColumns(page), dropped: 0 },
        since: 1,
        more: from <= 2,
      } as never;
    };
    expect(await seqs({})).toEqual([]);
    program.stop();
    await client.waitFor('stopped');
    const answer = await client.request('coroscope/exchanges', {});
    expect(answer.events).toEqual(events.slice(1));
    expect({ asked, dropped: answer.dropped, pauses: answer.pauses }).toEqual({
      asked: [1, 4],
      dropped: 1,
      pauses: [4],
    });
    expect(await go('stepBack', 1)).toContain('Recorded, the last event');
    expect(client.seen('coroscope/recorded')).toEqual([]);
  });

  test('as many as fit are kept, and what is not is counted', async () => {
    await begin({ recordLimit: 3 });
    record({ ...batch, dropped: 2 });
    program.stop();
    await client.waitFor('stopped');
    expect(await seqs({})).toEqual([2, 3, 4]);
    expect(await client.request('coroscope/exchanges', {})).toMatchObject({ first: 2, dropped: 3 });
  });
});

test('batches that come close together are one event, which comes before whatever happened after them', async () => {
  await begin({ streamExchanges: true });
  record({ ...batch, events: events.slice(0, 1) });
  record({ coroutines: [], events: events.slice(1, 3), dropped: 1 });
  record({ coroutines: [], events: events.slice(3), dropped: 0 });
  program.stop();
  await client.waitFor('stopped');
  expect(client.seen('coroscope/recorded')).toEqual([{ ...batch, dropped: 1, pauses: [4] }]);
  const order = client.transcript.flatMap(({ message }) =>
    message.type === 'event' ? [(message as { event?: string }).event] : [],
  );
  expect(order.indexOf('coroscope/recorded')).toBeLessThan(order.indexOf('stopped'));
});
