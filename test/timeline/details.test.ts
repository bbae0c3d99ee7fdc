/** What stands below the picture of an exchange that is selected. */
import { expect, test } from 'vitest';
import { emptyText, factsOf, localsText, mayStandThere, NOT_RECORDED } from '../../media/timeline/details.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';
import { Timeline } from '../../src/model/timeline.js';

const by = { path: '/work/a.py', name: 'a.py', line: 9 };
const event = (seq: number, coroutine: number, what: ExchangeEvent['what'], rest = {}): ExchangeEvent => ({
  ...{ seq, time: 1000 * seq, coroutine, thread: 1, what, line: 2 },
  ...rest,
});
const timeline = new Timeline();
timeline.append({
  coroutines: [
    { id: 1, kind: 'generator', name: 'outer' },
    { id: 2, kind: 'generator', name: 'inner' },
  ],
  events: [
    event(1, 1, 'send', { value: "'A'", by }),
    event(2, 2, 'next'),
    event(3, 2, 'yield', { value: '3' }),
    event(4, 1, 'yield', { value: '3' }),
    event(5, 2, 'throw', { value: 'KeyError()' }),
    event(6, 2, 'return'),
  ],
});

test('values, by whom and when', () => {
  expect([0, 1, 2, 4].map((position) => factsOf(timeline, position))).toEqual([
    "Into generator outer · from a.py:9 · value 'A' · the first event",
    'Into generator inner · from generator outer · no value · 1.00 ms after the first event',
    'Out of generator inner · to generator outer · value 3 · 2.00 ms after the first event',
    'Into generator inner · through generator outer · value KeyError() · 4.00 ms after the first event',
  ]);
});

test('only where a coroutine may still stand there is it asked for its locals', () => {
  expect([0, 1, 2, 3, 4, 5].map((position) => mayStandThere(timeline, position))).toEqual([
    ...[false, false, false],
    ...[true, false, false],
  ]);
});

test('the words for locals', () => {
  expect(
    localsText([
      { name: 'heard', value: '[]' },
      { name: 'name', value: "'Ann'" },
    ]),
  ).toBe("Locals, as it still stands there: heard = [] · name = 'Ann'");
  expect(localsText([])).toMatch(/none$/);
  expect(localsText(NOT_RECORDED)).toBe(`Locals: ${NOT_RECORDED}`);
});

test('an empty timeline says why it is empty, and what to do', () => {
  expect(emptyText('', false, false)).toMatch(/^No program is being debugged .* "record": "all"/);
  expect(emptyText('Tour', true, false)).toMatch(/^Nothing is recorded of “Tour” yet\. Press Record/);
  expect(emptyText('Tour', true, true)).toMatch(/^Everything is recorded from now on, but no generator/);
  expect(emptyText('Tour', false, false)).toMatch(/^“Tour” has ended, .* "record": "all" .* start it again\.$/);
});
