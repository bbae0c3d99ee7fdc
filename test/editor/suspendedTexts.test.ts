import { expect, test } from 'vitest';
import { placeFilter, suspendedLines, suspendedMarkdown } from '../../src/editor/suspendedTexts.js';
import type { CoroutineGroup, ListedCoroutine } from '../../src/link/protocol.js';

const group = (key: string, count: number, path: string | undefined, line: number): CoroutineGroup => ({
  key,
  name: key,
  count,
  location: { name: 'a.py', line, ...(path === undefined ? {} : { path }) },
});

test('groups in one line are counted together, and code without a file is left out', () => {
  const files = suspendedLines([
    group('a', 2, '/a.py', 5),
    group('b', 3, '/a.py', 5),
    group('c', 1, '/a.py', 9),
    group('d', 4, undefined, 5),
    { key: 'e', name: 'e', count: 1 },
  ]);
  expect([...files]).toEqual([
    [
      '/a.py',
      [
        { line: 5, count: 5, keys: ['a', 'b'] },
        { line: 9, count: 1, keys: ['c'] },
      ],
    ],
  ]);
});

test('the hover lists them, says how many are left, and is no markup of the program’s making', () => {
  const row: ListedCoroutine = {
    id: 1,
    kind: 'generator',
    state: 'suspended',
    name: '`g`',
    delegates: 0,
    suspension: 'yield',
    last: { seq: 1, time: 0, coroutine: 1, thread: 1, what: 'yield', value: '[x](command:evil)', line: 3 },
  };
  expect(suspendedMarkdown(12, [row], '[all]')).toBe(
    '**Coroscope** · 12 suspended here\n\n- `generator ’g’` · yield · yielded \\[x\\](command:evil)\n- … and 11 more\n\n[all]',
  );
});

test('a line is a word of a filter, with as much of its path as has no space in it', () => {
  expect(placeFilter('sources/client.py', 41)).toBe('sources/client.py:41');
  expect(placeFilter('my sources/client.py', 41)).toBe('sources/client.py:41');
});
