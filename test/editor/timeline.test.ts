/** What the timeline's panel and the extension say to each other, without either of them. */
import { expect, test } from 'vitest';
import { recordedBatch, TimelineClient } from '../../src/editor/timelineClient.js';
import { TimelineFeed, type FedSession } from '../../src/editor/timelineFeed.js';
import { readFromPanel, type ToPanel } from '../../src/editor/timelineMessages.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';

const event = (seq: number): ExchangeEvent => ({ seq, time: seq, coroutine: 1, thread: 1, what: 'next', line: 1 });
const batch = (...seqs: number[]) => ({ coroutines: [], events: seqs.map(event), dropped: 0 });

/** A session that has kept `kept`, and whose answers wait until they are let go. */
function session(kept: number[]) {
  const asked: unknown[] = [];
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const customRequest = async (command: string, args: { fromSeq: number; limit: number }): Promise<unknown> => {
    asked.push([command, args]);
    if (command !== 'coroscope/exchanges') return undefined;
    await gate;
    const found = kept.filter((seq) => seq >= args.fromSeq);
    const page = found.slice(0, 2);
    return { ...batch(...page), ...(found.length > 2 && { nextSeq: found[2] }), processId: 9 };
  };
  const client = new TimelineClient({ customRequest: customRequest as never });
  return { asked, release, fed: { name: 'talk', client } satisfies FedSession };
}

function feed() {
  const posted: ToPanel[] = [];
  const logged: string[] = [];
  const made = new TimelineFeed(
    (message) => posted.push(message),
    (sentence) => logged.push(sentence),
  );
  const seqs = (): number[] =>
    posted.flatMap((message) => (message.type === 'recorded' ? message.events.map(({ seq }) => seq) : []));
  return { made, posted, logged, seqs };
}

test.each([
  [{ type: 'ready' }],
  [{ type: 'reveal', path: '/a.py', line: 3, focus: false }],
  [{ type: 'record', on: true }],
  [{ type: 'export', format: 'svg', part: '<svg/>', last: true }],
])('%j is a message of ours', (message) => {
  expect(readFromPanel(message)).toEqual(message);
});

test.each([
  [undefined, 'it is wrong'],
  ['ready', 'it is wrong'],
  [{ type: 'run', command: 'rm' }, "its 'type' is wrong"],
  [{ type: 'reveal', path: '/a.py', line: 0, focus: true }, "its 'line' is wrong"],
  [{ type: 'export', format: 'exe', part: '', last: true }, "its 'format' is wrong"],
])('%j is none of ours, and a sentence says why', (message, words) => {
  const read = readFromPanel(message);
  expect(read).toContain("A message of the timeline's page is none of ours and was passed over");
  expect(read).toContain(words);
});

test('a panel that opens late gets what was kept, then what comes, each event once and in order', async () => {
  const { made, seqs, posted } = feed();
  const { fed, release, asked } = session([1, 2, 3, 4, 5]);
  const shown = made.show(fed);
  made.recorded(batch(4, 5, 6));
  const ready = made.panelReady();
  made.recorded(batch(7));
  expect(seqs()).toEqual([]);
  release();
  await Promise.all([shown, ready]);
  expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  made.recorded(batch(8));
  expect(seqs().at(-1)).toBe(8);
  expect(asked).toHaveLength(3);
  expect(posted).toContainEqual({ type: 'session', name: 'talk', processId: 9, clockZero: undefined });
});

test('what was not sent to a window that read too slowly is fetched, each event once and in order', async () => {
  const { made, seqs } = feed();
  const kept = [1];
  const { fed, release } = session(kept);
  release();
  await made.show(fed);
  await made.panelReady();
  kept.push(2, 3, 4, 5);
  made.recorded({ ...batch(5), dropped: 3 });
  made.recorded(batch(6));
  await expect.poll(seqs).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a session that ends meanwhile loses nothing that had come', async () => {
  const { made, seqs, logged, posted } = feed();
  const fed: FedSession = {
    name: 'short',
    client: new TimelineClient({ customRequest: () => Promise.reject(new Error('the session is over')) }),
  };
  await made.show(fed);
  made.recorded(batch(1, 2));
  made.ended();
  await made.panelReady();
  made.recorded(batch(3));
  expect(seqs()).toEqual([1, 2, 3]);
  expect(posted).toContainEqual({ type: 'state', live: false, recording: false });
  expect(logged).toEqual([]);
  await made.show(fed);
  expect(logged).toEqual(['What was recorded before could not be read: the session is over']);
});

test('another session begins anew', async () => {
  const { made, seqs } = feed();
  await made.panelReady();
  const one = session([1, 2]);
  one.release();
  await made.show(one.fed);
  const two = session([1]);
  two.release();
  await made.show(two.fed);
  expect(seqs()).toEqual([1, 2, 1]);
});

test('the page may be shown only files of coroutines that it was told of, in this session', async () => {
  const { made } = feed();
  await made.panelReady();
  const location = { path: '/work/a.py', name: 'a.py', line: 1 };
  made.recorded({ ...batch(1), coroutines: [{ id: 1, kind: 'generator', name: 'g', location }] });
  expect([made.knows('/work/a.py'), made.knows('/etc/passwd')]).toEqual([true, false]);
  const other = session([]);
  other.release();
  await made.show(other.fed);
  expect(made.knows('/work/a.py')).toBe(false);
});

test('locals at an exchange come from the program, or why they do not', async () => {
  const { made, posted } = feed();
  await made.panelReady();
  const { fed, release } = session([]);
  release();
  await made.show(fed);
  fed.client.localsAt = (_coroutine, seq) =>
    seq === 3 ? Promise.resolve([{ name: 'n', value: '1' }]) : Promise.reject(new Error('The program runs.'));
  await made.locals(1, 3);
  await made.locals(1, 4);
  expect(posted.slice(-2)).toEqual([
    { type: 'locals', seq: 3, locals: [{ name: 'n', value: '1' }] },
    { type: 'locals', seq: 4, locals: 'The program runs.' },
  ]);
  made.stopped();
  expect(posted.at(-1)).toEqual({ type: 'stopped' });
});

test('the record button asks for everything, streamed', async () => {
  const { made, posted } = feed();
  await made.panelReady();
  const { fed, asked, release } = session([]);
  release();
  await made.show(fed);
  await made.record(true);
  expect(asked.at(-1)).toEqual(['coroscope/setRecording', { record: 'all', streamExchanges: true }]);
  expect(posted.at(-1)).toEqual({ type: 'state', live: true, recording: true });
});

test('an event of the adapter is checked before it is believed', () => {
  expect(recordedBatch({ event: 'coroscope/recorded', body: { ...batch(1), pauses: [1] } })).toEqual({
    ...batch(1),
    pauses: [1],
  });
  expect(recordedBatch({ event: 'coroscope/changed', body: {} })).toBeUndefined();
  expect(() => recordedBatch({ event: 'coroscope/recorded', body: { events: [{ seq: 'x' }] } })).toThrow();
});
