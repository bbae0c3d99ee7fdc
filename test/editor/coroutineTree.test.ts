/** What the Coroutines view shows, against a list of a given length that counts how often it is asked. */
import { expect, test } from 'vitest';
import type { CoroutinesArguments, CoroutinesBody } from '../../src/dap/coroutineList.js';
import { CoroutineTree, type Choices, type PageNode, type TreeNode } from '../../src/editor/coroutineTree.js';
import type { ListedCoroutine } from '../../src/link/protocol.js';

const row = (id: number, delegates = 0): ListedCoroutine => ({
  id,
  kind: 'generator',
  state: 'suspended',
  name: `g${id}`,
  delegates,
});

function treeOf(length: number, choices: Partial<Choices> = {}): { tree: CoroutineTree; asked: CoroutinesArguments[] } {
  const asked: CoroutinesArguments[] = [];
  const tree = new CoroutineTree(
    {
      coroutines: (args) => {
        asked.push(args);
        const { start = 0, count = 200 } = args;
        const end = Math.min(length, start + count);
        const ids = Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index + 1);
        const body: CoroutinesBody =
          args.group === undefined || args.path !== undefined
            ? { total: length, length, rows: ids.map((id) => row(id, 1)) }
            : { total: length, length: 2, groups: ['a', 'b'].map((key) => ({ key, name: key, count: length / 2 })) };
        return Promise.resolve(body);
      },
      coroutine: (id) =>
        id === 13
          ? Promise.reject(new Error('gone'))
          : Promise.resolve({
              row: row(id, 3),
              delegates: [row(100), row(101)],
              awaitedBy: [],
              definedAt: { name: 'a.py', line: 1 },
              history: [],
              sampled: false,
            }),
    },
    () => ({ grouping: undefined, filter: '', pinned: new Set(), ...choices }),
  );
  return { tree, asked };
}

function kinds(nodes: readonly TreeNode[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { type } of nodes) found[type] = (found[type] ?? 0) + 1;
  return found;
}

test('of a hundred thousand the first are shown, and any other is one page away', async () => {
  const { tree, asked } = treeOf(100_000);
  const first = await tree.roots();
  expect(kinds(first)).toEqual({ row: 200, page: 100 });
  expect(asked).toEqual([{ start: 0, count: 200 }]);
  expect(first.slice(-2)).toMatchObject([
    { start: 98_200, count: 1000 },
    { start: 99_200, count: 800 },
  ]);
  expect(new Set(first.map(({ id }) => id)).size).toBe(first.length);

  // Opening one asks for it alone; so does a refresh, in which the editor asks for the children of what is open.
  asked.length = 0;
  const last = first.at(-1) as PageNode;
  const rows = await tree.children(last);
  expect(rows).toHaveLength(800);
  expect(rows.at(-1)).toMatchObject({ row: { id: 100_000 } });
  expect(asked).toEqual([{ start: 99_200, count: 800 }]);
  const again = await tree.roots();
  expect(again.at(-1)!.id).toBe(last.id);
  expect(asked).toHaveLength(2);
  // A coroutine may stand on two pages while the program runs, and is another row there.
  const ids = [...first, ...rows, ...(await tree.children(first[200]!))].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('groups have pages of rows of their own', async () => {
  const { tree, asked } = treeOf(1500, { grouping: 'stack', filter: 'fetch' });
  const groups = await tree.roots();
  expect(kinds(groups)).toEqual({ group: 2 });
  const rows = await tree.children(groups[1]!);
  expect(kinds(rows)).toEqual({ row: 200, page: 2 });
  expect(kinds(await tree.children(rows.at(-2)!))).toEqual({ row: 1000 });
  expect(asked.at(-1)).toEqual({ filter: 'fetch', group: 'stack', path: 'b', start: 200, count: 1000 });
});

test('delegates are the children of a row, and those of a deep chain are said to be more', async () => {
  const { tree } = treeOf(1);
  const [only] = await tree.roots();
  const links = await tree.children(only!);
  // The row itself knows of one delegate only: two were there when it was opened.
  expect(links.map((node) => (node.type === 'row' ? node.row.name : node.type))).toEqual(['g100', 'g101', 'note']);
  expect(await tree.children(links[0]!)).toEqual([]);
});

test('pinned rows come first, and one that is gone says so', async () => {
  const { tree } = treeOf(3, { pinned: new Set([2, 13]) });
  const nodes = await tree.roots();
  expect(nodes.map((node) => (node.type === 'row' ? [node.row.id, node.pinned] : node.type))).toEqual([
    [2, true],
    'note',
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(5);
});

test('an empty list says why', async () => {
  expect(await treeOf(0).tree.roots()).toMatchObject([
    { type: 'note', text: expect.stringContaining('has no') as string },
  ]);
  expect(await treeOf(0, { filter: 'xyz' }).tree.roots()).toMatchObject([
    { text: expect.stringContaining('xyz') as string },
  ]);
});
