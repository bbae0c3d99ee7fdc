import { expect, test } from 'vitest';
import type { ChainNode } from '../../src/analysis/requests.js';
import { describe as words, hoverMarkdown } from '../../src/editor/analysis/chainText.js';
import { excludeGlob } from '../../src/editor/analysis/excluding.js';

const node = (given: Partial<ChainNode>): ChainNode => ({
  kind: 'function',
  label: 'fetch',
  functionKind: 'coroutine',
  remark: undefined,
  definition: { path: '/w/a.py', range: [3, 4, 3, 9] },
  edge: undefined,
  alternatives: 1,
  via: [],
  isCycle: false,
  anchor: undefined,
  lineage: [],
  ...given,
});
const edge = { kind: 'await', path: '/w/a.py', range: [9, 4, 9, 9], text: 'x' } as const;
const nameOf = (file: string): string => file.slice(3);

test('a node says how it is reached and what is not certain', () => {
  expect(words(node({ edge, via: ['asyncio.gather'], alternatives: 2, isCycle: true }), nameOf)).toBe(
    'await · a.py:10 · through asyncio.gather · one of 2 it may be · again: recursion',
  );
});

test('a hover has the chain with links; source text in it is shown, not obeyed', () => {
  const evil = node({ kind: 'dynamic', label: '`a`](command:x)', remark: 'a [b](c) <d>', edge, definition: undefined });
  const text = hoverMarkdown(
    {
      range: [0, 0, 0, 1],
      subject: node({}),
      awaits: { node: node({}), children: [{ node: evil, children: [], omitted: 0 }], omitted: 2 },
      awaitedBy: undefined,
    },
    { nameOf, link: (name, { range }) => `[${name}](#${range[0]})`, askAwaitedBy: 'ASK' },
  );
  expect(text).toMatchInlineSnapshot(`
    "**Coroscope** · coroutine

    Suspends at

    - [\`\` \`a\`](command:x) \`\`](#9) await · a.py:10 · a \\[b\\](c) \\<d\\>
    - … 2 more

    ASK"
  `);
});

test('what any setting excludes is excluded, and what is switched off is not', () => {
  expect(
    excludeGlob({ '**/a': true, '**/b': false }, undefined, { '**/c': true, '**/d': { when: '$(basename).ts' } }),
  ).toBe('{**/a,**/c}');
  expect(excludeGlob({ '**/a': true }, { '**/a': true })).toBe('**/a');
  expect(excludeGlob({}, undefined)).toBeUndefined();
});
