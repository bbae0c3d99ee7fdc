/** What the timeline's page keeps, and what is in view: without a page. */
import { expect, test } from 'vitest';
import { State } from '../../media/timeline/state.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';

const ROWS = 10;
const next = (seq: number, coroutine: number): ExchangeEvent => ({
  ...{ seq, time: seq * 10, coroutine, thread: 1, line: 3 },
  ...(seq % 2 === 1 ? { what: 'next' } : { what: 'yield', value: String(seq) }),
});
/** Exchanges of one coroutine: two events each. */
const events = (from: number, to: number, coroutine = 1): ExchangeEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => next(from + index, coroutine));
const introduced = (id: number) => ({ id, kind: 'generator', name: `gen${id}` }) as const;
const batch = (of: readonly ExchangeEvent[], ...coroutines: number[]) => ({
  coroutines: coroutines.map(introduced),
  events: of,
});

test('the newest event of a coroutine that is followed is selected as it comes, until somebody moves', () => {
  const state = new State();
  state.followed = 2;
  state.append(batch(events(1, 2), 1));
  expect(state.selectFollowed(ROWS)).toBe(false);
  state.append(batch([next(3, 2), next(4, 2)], 2));
  expect(state.selectFollowed(ROWS)).toBe(true);
  expect(state.selected).toBe(3);
  // Another one's events move nothing; its own do, and the view goes along.
  state.append(batch(events(5, 6)));
  state.selectFollowed(ROWS);
  expect(state.selected).toBe(3);
  state.append(batch([next(1001, 2), next(1002, 2)]));
  state.selectFollowed(ROWS);
  expect(state.timeline.event(state.selected!).seq).toBe(1002);
  expect(state.view.from).toBeLessThan(10020);
  expect(state.view.to).toBeGreaterThan(10020);
  state.pan(-0.5);
  expect(state.followed).toBeUndefined();
  state.append(batch([next(1003, 2), next(1004, 2)]));
  expect(state.selectFollowed(ROWS)).toBe(false);
  expect(state.timeline.event(state.selected!).seq).toBe(1002);
});

test('following the newest events of all, or another session, follows no coroutine any more', () => {
  const state = new State();
  state.append(batch(events(1, 2), 1));
  state.followed = 1;
  state.follow();
  expect(state.followed).toBeUndefined();
  state.followed = 1;
  state.reset();
  expect(state.followed).toBeUndefined();
});

test('past its limit the older half is let go, counted, and never fed at once', () => {
  const state = new State(1000);
  let largest = 0;
  let fed = 0;
  for (let seq = 1; seq < 10_000; seq += 10) {
    const before = state.timeline;
    state.append(batch(events(seq, seq + 9), ...(seq === 1 ? [1] : [])));
    if (state.timeline !== before) {
      fed += 1;
      // What takes its place has been fed batch by batch, and is there already.
      expect(state.timeline.length).toBeGreaterThan(400);
    }
    largest = Math.max(largest, state.timeline.length);
  }
  expect(fed).toBeGreaterThan(10);
  expect(largest).toBeLessThanOrEqual(1010);
  const { timeline } = state;
  expect(timeline.event(timeline.length - 1).seq).toBe(10_000);
  expect(state.dropped + timeline.length).toBe(10_000);
  expect(timeline.title(timeline.lanes[0]!)).toBe('generator gen1');
});

test('what was selected stays selected, unless it was let go', () => {
  const state = new State(100);
  state.append(batch(events(1, 40), 1));
  state.append(batch(events(41, 60)));
  state.select(59, ROWS);
  for (let seq = 61; seq < 110; seq += 10) state.append(batch(events(seq, seq + 9)));
  expect(state.timeline.length).toBeLessThan(100);
  expect(state.timeline.event(state.selected!).seq).toBe(60);
  for (let seq = 111; seq < 300; seq += 10) state.append(batch(events(seq, seq + 9)));
  expect(state.selected).toBeUndefined();
});
