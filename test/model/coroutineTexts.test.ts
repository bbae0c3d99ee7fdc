import { expect, test } from 'vitest';
import { exchangeText, rowDescription, stackText } from '../../src/model/coroutineTexts.js';

const row = {
  id: 3,
  kind: 'coroutine' as const,
  state: 'suspended' as const,
  name: 'fetch',
  task: 'Task-3',
  suspension: 'await' as const,
  waitsFor: 'asyncio.sleep',
  location: { name: 'client.py', path: '/w/client.py', line: 41 },
  delegates: 1,
  last: { what: 'send' as const, value: "'A'" },
};

test('a row says what it does, where, and what passed last', () => {
  expect(rowDescription(row)).toBe("await asyncio.sleep · client.py:41 · sent 'A'");
  expect(rowDescription({ ...row, state: 'created', last: undefined })).toBe('not started · client.py:41');
  expect(exchangeText({ what: 'next' })).toBe('resumed');
});

test('a copied stack is leaf first, with whole paths', () => {
  const text = stackText(row, [row, { name: 'sleep', location: { name: 'tasks.py', line: 700 } }]);
  expect(text.split('\n')).toEqual([
    'Task-3 fetch · await asyncio.sleep',
    '  sleep (tasks.py:700)',
    '  fetch (/w/client.py:41)',
  ]);
});
