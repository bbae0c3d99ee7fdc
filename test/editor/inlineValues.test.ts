import { expect, test } from 'vitest';
import { localValues, suspensionValues } from '../../src/editor/inlineValues.js';

type Event = Parameters<typeof suspensionValues>[0][number];
const event = (seq: number, what: Event['what'], line: number, value?: string, time = seq): Event => ({
  seq,
  time,
  what,
  line,
  value,
});

test('a suspension point shows what went out and what came in, of the last time through it', () => {
  const history = [
    event(1, 'next', 1),
    event(2, 'yield', 5, '3'),
    event(3, 'send', 5, "'A'"),
    event(4, 'yield', 7, '4'),
    event(5, 'next', 7),
    event(6, 'yield', 5, '5'),
    event(7, 'send', 5, "'B'"),
  ];
  const expected = [
    { line: 5, text: "yielded 5 · sent 'B'" },
    { line: 7, text: 'yielded 4 · resumed' },
  ];
  expect(suspensionValues(history, () => true)).toEqual(expected);
  expect(suspensionValues([...history].reverse(), () => true)).toEqual(expected);
});

test('where it still stands nothing has come in yet: the value sent before belongs to the trip before', () => {
  const history = [event(1, 'yield', 5, '3'), event(2, 'send', 5, "'A'"), event(3, 'yield', 5, '4')];
  expect(suspensionValues(history, () => true)).toEqual([{ line: 5, text: 'yielded 4' }]);
});

test('events that the ring has dropped have no number, and are told in the order of their times', () => {
  const history = [event(0, 'yield', 5, '4', 2), event(0, 'send', 5, "'A'", 1)];
  expect(suspensionValues(history, () => true)).toEqual([{ line: 5, text: 'yielded 4' }]);
});

test('an await tells only of what was thrown into it', () => {
  const history = [
    event(1, 'yield', 5, '<Future>'),
    event(2, 'next', 5),
    event(3, 'yield', 6, '<Future>'),
    event(4, 'throw', 6, 'CancelledError()'),
  ];
  expect(suspensionValues(history, () => false)).toEqual([{ line: 6, text: 'thrown CancelledError()' }]);
});

test('local variables stand beside the lines of their function that mention them, as far as the stop', () => {
  const lines = [
    'item = 0',
    'async def f(item):',
    '    total = item + 1  # item',
    '    items = [total]',
    '    return item',
  ];
  const locals = [
    { name: 'item', value: '7' },
    { name: 'total', value: 'x'.repeat(80) },
  ];
  expect(localValues(lines, 4, locals)).toEqual([
    { line: 2, text: 'item = 7' },
    { line: 3, text: 'item = 7' },
    { line: 3, text: `total = ${'x'.repeat(60)}…` },
    { line: 4, text: `total = ${'x'.repeat(60)}…` },
  ]);
  expect(localValues(lines, 1, locals)).toEqual([{ line: 1, text: 'item = 7' }]);
});
