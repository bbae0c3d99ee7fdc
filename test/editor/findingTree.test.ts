import { expect, test } from 'vitest';
import { findingEntries } from '../../src/editor/findingTree.js';
import type { FoundThing } from '../../src/editor/programClient.js';

const place = (label: string, line: number) => ({ label, location: { path: '/work/a.py', name: 'a.py', line } });
const NEVER: FoundThing = {
  ...{ kind: 'neverAwaited', severity: 'warning', times: 3 },
  message: 'The coroutine fetch was created and never awaited.',
  advice: 'Await it.',
  places: [place('where it was created', 4), place('where its function begins', 1)],
};

test('a finding has its line, below it what to do and all its places', () => {
  const [entry] = findingEntries({ findings: [NEVER], dropped: 0, notes: [] });
  expect(entry).toMatchObject({
    label: 'Never awaited (3 times)',
    description: 'a.py:4 · The coroutine fetch was created and never awaited.',
    location: { path: '/work/a.py', line: 4 },
    icon: 'warning',
  });
  expect(entry!.children.map(({ label, description, location }) => [label, description, location?.line])).toEqual([
    ['Await it.', '', undefined],
    ['a.py:4', 'where it was created', 4],
    ['a.py:1', 'where its function begins', 1],
  ]);
});

test('what was dropped and what cannot be known is said, and so is that nothing was found', () => {
  const labels = findingEntries({ findings: [NEVER], dropped: 2, notes: ['No history.'] }).map(({ label }) => label);
  expect(labels).toEqual(['Never awaited (3 times)', '2 more were not kept.', 'No history.']);
  expect(findingEntries({ findings: [], dropped: 0, notes: [] }).map(({ label }) => label)).toEqual([
    'Nothing was found to be wrong with the coroutines of this program.',
  ]);
});

test('two findings that read alike are two entries', () => {
  const ids = findingEntries({ findings: [NEVER, NEVER], dropped: 0, notes: [] }).map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
});
