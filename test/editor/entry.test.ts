import { expect, test } from 'vitest';
import { aboveRows, note, type Entry } from '../../src/editor/entry.js';

const row: Entry<'task'> = { id: 'a', label: 'a', description: '', tooltip: 'a', icon: 'task', children: [] };

test('sentences that are all there is stand above the rows, where they wrap', () => {
  const sentences = [note('none', 'Nothing waits.'), note('more', '2 were not kept.')];
  expect(aboveRows(sentences)).toEqual({ message: 'Nothing waits. 2 were not kept.', rows: [] });
  expect(aboveRows([])).toEqual({ message: '', rows: [] });
});

test('a sentence among rows is a row', () => {
  const entries = [row, note('more', '… and 3 more')];
  expect(aboveRows(entries)).toEqual({ message: '', rows: entries });
});
