import { expect, test } from 'vitest';
import type { AwaitGraphBody } from '../../src/dap/customRequests.js';
import { awaitEntries, type AwaitEntry } from '../../src/editor/awaitTree.js';
import { awaitTrees, deadlockSentences } from '../../src/model/awaitGraph.js';
import { awaitPicture } from '../../src/model/picture.js';

const task = (id: number, line: number): AwaitGraphBody['nodes'][number] => ({
  id,
  kind: 'task',
  name: `Task-${id} work`,
  waits: `Lock '${id === 0 ? 'b' : 'a'}'`,
  stuck: true,
  row: {
    id: id + 10,
    kind: 'coroutine',
    state: 'suspended',
    name: 'work',
    location: { name: 'w.py', path: '/w.py', line },
  },
});

const raw = {
  nodes: [
    task(0, 5),
    task(1, 6),
    { id: 2, kind: 'lock' as const, name: "Lock 'a'" },
    { id: 3, kind: 'lock' as const, name: "Lock 'b'" },
  ],
  edges: [
    { from: 0, to: 3, relation: 'wants' as const },
    { from: 1, to: 3, relation: 'holds' as const },
    { from: 1, to: 2, relation: 'wants' as const },
    { from: 0, to: 2, relation: 'holds' as const },
  ],
  deadlocks: [[0, 3, 1, 2]],
  total: 5,
};
const graph: AwaitGraphBody = { ...raw, sentences: deadlockSentences(raw), roots: awaitTrees(raw) };

const labels = (entries: readonly AwaitEntry[]): unknown[] =>
  entries.map(({ label, children }) => (children.length === 0 ? label : [label, ...labels(children)]));

test('deadlocks come first, in red, with their locks and their sentence; what is left out is said', () => {
  const [deadlock, ...others] = awaitEntries(graph);
  expect(deadlock).toMatchObject({ icon: 'deadlock', expanded: true });
  expect(deadlock?.tooltip).toContain("Task-0 work waits for Lock 'b', which Task-1 work holds");
  expect(labels([deadlock!])).toEqual([['Deadlock', 'Task-0 work', "Lock 'b'", 'Task-1 work', "Lock 'a'"]]);
  expect(deadlock?.children[0]?.location).toMatchObject({ path: '/w.py', line: 5 });
  expect(labels(others)).toEqual([
    ['Task-0 work', ["Lock 'b'", ['Task-1 work', ["Lock 'a'", 'Task-0 work']]]],
    '… and 3 more tasks and coroutines',
  ]);
});

test('an entry says what it does itself, and not that the one above it waits for it', () => {
  const waits = {
    ...{ nodes: [task(0, 5), { ...task(1, 6), waits: "Lock 'a'" }], total: 2, deadlocks: [], sentences: [] },
    edges: [{ from: 0, to: 1, relation: 'waitsFor' as const }],
  };
  const [root] = awaitEntries({ ...waits, roots: awaitTrees(waits) });
  expect(root!.children.map(({ label, description }) => [label, description])).toEqual([
    ['Task-1 work', "waits for Lock 'a' · w.py:6"],
  ]);
});

test('every entry has an id of its own', () => {
  const all: string[] = [];
  const collect = (entries: readonly AwaitEntry[]): void => {
    for (const { id, children } of entries) {
      all.push(id);
      collect(children);
    }
  };
  collect(awaitEntries(graph));
  expect(new Set(all).size).toBe(all.length);
});

test('in the picture the arrows of the deadlock are red and go round', () => {
  const { arrows, boxes, sentences } = awaitPicture(graph);
  expect(boxes.map(({ tone }) => tone)).toEqual(['stuck', 'stuck', 'stuck', 'stuck']);
  expect(arrows.map(({ from, to, text, tone }) => [from, to, text, tone])).toEqual([
    [0, 3, 'wants', 'stuck'],
    [3, 1, 'held by', 'stuck'],
    [1, 2, 'wants', 'stuck'],
    [2, 0, 'held by', 'stuck'],
  ]);
  expect(boxes[0]).toMatchObject({ location: { line: 5 }, label: expect.stringContaining('deadlock') as string });
  expect(sentences).toHaveLength(2);
});
