import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awaitTrees,
  deadlockSentences,
  type AwaitEdge,
  type AwaitGraph,
  type AwaitKind,
  type AwaitNode,
  type AwaitTree,
} from '../../src/model/awaitGraph.js';

const task = (id: number): AwaitNode => ({ id, kind: 'task', name: `Task-${id}` });
const thing = (id: number, kind: AwaitKind, name: string): AwaitNode => ({ id, kind, name });
const edge = (from: number, relation: AwaitEdge['relation'], to: number, through?: string): AwaitEdge => ({
  from,
  to,
  relation,
  through,
});

/** A tree as indented lines; without recursion, as trees may be deep. */
function lines(graph: AwaitGraph): string[] {
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const pending = awaitTrees(graph)
    .map((tree) => ({ tree, depth: 0 }))
    .reverse();
  const found: string[] = [];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { tree, depth } = at;
    const how = tree.relation === undefined ? '' : `${tree.through ?? tree.relation} `;
    const mark = tree.cycle ? ' (cycle)' : tree.repeated ? ' (see above)' : '';
    found.push(`${'  '.repeat(depth)}${how}${names.get(tree.node)}${mark}`);
    pending.push(...tree.children.map((child) => ({ tree: child, depth: depth + 1 })).reverse());
  }
  return found;
}

const twoLocks: AwaitGraph = {
  nodes: [task(0), task(1), thing(2, 'lock', "Lock 'db'"), thing(3, 'lock', "Lock 'log'")],
  edges: [edge(0, 'wants', 2), edge(0, 'holds', 3), edge(1, 'wants', 3), edge(1, 'holds', 2)],
  deadlocks: [[0, 2, 1, 3]],
};

describe('the await graph as trees', () => {
  it('goes from those nobody waits for down to what all wait for', () => {
    const graph: AwaitGraph = {
      nodes: [task(0), task(1), task(2), thing(3, 'timer', 'sleep, due in 3.0 s'), task(4)],
      edges: [
        edge(1, 'waitsFor', 3),
        edge(0, 'waitsFor', 1, 'gather'),
        edge(0, 'waitsFor', 2, 'gather'),
        edge(2, 'waitsFor', 1),
        edge(4, 'awaitedBy', 2, 'TaskGroup'),
      ],
      deadlocks: [],
    };
    expect(lines(graph)).toEqual([
      'Task-0',
      '  gather Task-1',
      '    waitsFor sleep, due in 3.0 s',
      '  gather Task-2',
      '    waitsFor Task-1 (see above)',
      '    TaskGroup Task-4',
    ]);
  });

  it('marks where a cycle closes, locks included', () => {
    expect(lines(twoLocks)).toEqual([
      'Task-0',
      "  wants Lock 'db'",
      '    holder Task-1',
      "      wants Lock 'log'",
      '        holder Task-0 (cycle)',
    ]);
  });

  const graphs = fc.integer({ min: 1, max: 12 }).chain((size) => {
    const node = fc.nat({ max: size - 1 });
    const kinds = fc.array(fc.constantFrom<AwaitKind>('task', 'coroutine', 'lock', 'future'), {
      minLength: size,
      maxLength: size,
    });
    const relations = fc.constantFrom<AwaitEdge['relation']>('waitsFor', 'wants', 'holds', 'awaitedBy');
    return fc
      .record({ kinds, edges: fc.array(fc.tuple(node, relations, node), { maxLength: 3 * size }) })
      .map((given): AwaitGraph => ({
        nodes: given.kinds.map((kind, id) => thing(id, kind, `${kind} ${id}`)),
        edges: given.edges.map(([from, relation, to]) => edge(from, relation, to)),
        deadlocks: [],
      }));
  });

  it('shows every task, opens each node once, and always ends', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const opened = new Map<number, number>();
        const visit = (tree: AwaitTree, above: readonly number[]): void => {
          expect(tree.cycle === true).toBe(above.includes(tree.node));
          if (tree.cycle || tree.repeated) expect(tree.children).toEqual([]);
          if (!tree.cycle && !tree.repeated && tree.children.length > 0)
            opened.set(tree.node, (opened.get(tree.node) ?? 0) + 1);
          seen.add(tree.node);
          for (const child of tree.children) visit(child, [...above, tree.node]);
        };
        const seen = new Set<number>();
        for (const tree of awaitTrees(graph)) visit(tree, []);
        for (const { id, kind } of graph.nodes) if (kind === 'task' || kind === 'coroutine') expect(seen).toContain(id);
        expect([...opened.values()].every((times) => times === 1)).toBe(true);
      }),
    );
  });

  it('takes a chain of any length', () => {
    const count = 50_000;
    const nodes = Array.from({ length: count }, (_, id) => task(id));
    const edges = nodes.map(({ id }) => edge(id, 'waitsFor', (id + 1) % count));
    expect(lines({ nodes: nodes.slice(0, 3), edges: edges.slice(0, 2), deadlocks: [] })).toHaveLength(3);
    expect(awaitTrees({ nodes, edges, deadlocks: [] })).toHaveLength(1);
  });
});

describe('a deadlock in words', () => {
  it('names the locks and who holds them', () => {
    expect(deadlockSentences(twoLocks)).toEqual([
      "Deadlock: Task-0 waits for Lock 'db', which Task-1 holds; Task-1 waits for Lock 'log', which Task-0 holds.",
    ]);
  });

  it('begins anywhere, also with a lock', () => {
    const nodes = [task(0), thing(1, 'lock', "Lock 'db'")];
    const edges = [edge(0, 'wants', 1), edge(0, 'holds', 1)];
    for (const cycle of [
      [0, 1],
      [1, 0],
    ])
      expect(deadlockSentences({ nodes, edges, deadlocks: [cycle] })).toEqual([
        "Deadlock: Task-0 waits for Lock 'db', which it holds itself.",
      ]);
  });

  it('says through what a task waits', () => {
    const edges = [edge(0, 'waitsFor', 1, 'gather'), edge(1, 'waitsFor', 0)];
    const graph = { nodes: [task(0), task(1)], edges };
    expect(deadlockSentences({ ...graph, deadlocks: [[0, 1]] })).toEqual([
      'Deadlock: Task-0 waits for Task-1 (gather); Task-1 waits for Task-0.',
    ]);
    expect(
      deadlockSentences({ nodes: [task(0)], edges: [edge(0, 'waitsFor', 0, 'gather')], deadlocks: [[0]] }),
    ).toEqual(['Deadlock: Task-0 waits for itself (gather).']);
  });
});
