import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { extract } from '../../src/analysis/extract.js';
import type { Parse } from '../../src/analysis/syntaxTree.js';
import { parserForTests, pythonFiles, standardLibraries } from '../analysis/support.js';
import { root, tokenizer, type Token } from './support.js';

let tokens: (text: string) => Token[];
let plain: (text: string) => Token[];
let parse: Parse;

beforeAll(async () => {
  [tokens, plain, parse] = await Promise.all([
    tokenizer('source.python'),
    tokenizer('source.python', false),
    parserForTests(),
  ]);
});

/** Each stretch of text that is one suspension point of this kind. */
function stretches(text: string, kind: string): string[] {
  const found: string[] = [];
  let last: Token | undefined;
  for (const token of tokens(text)) {
    if (!token.scopes.includes(`meta.suspension-point.${kind}.coroscope`)) continue;
    const touches = last && (last.line === token.line ? last.start + last.text.length === token.start : true);
    if (touches && last) found.push(`${found.pop() ?? ''}${last.line === token.line ? '' : '\n'}${token.text}`);
    else found.push(token.text);
    last = token;
  }
  return found;
}

describe('the whole of a suspension point', () => {
  test.each([
    ['await', 'x = await foo(1, k=2) + 3', ['await foo(1, k=2)']],
    ['await', 'return [await a.b, 1]', ['await a.b']],
    ['await', 'async def f(): return await g() if await h() else 0', ['await g()', 'await h()']],
    ['await', 'f(await x)  # await y', ['await x']],
    [
      'await',
      'r = await asyncio.gather(\n    a(),\n    b(x, [1]),\n)\ny = 1',
      ['await asyncio.gather(\n    a(),\n    b(x, [1]),\n)'],
    ],
    ['await', 'r = await (\n    g()\n)', ['await (\n    g()\n)']],
    ['yield', 'got = yield a, b', ['yield a, b']],
    ['yield', 'x = (yield)', ['yield']],
    ['yield', 'yield {1: 2}  # comment', ['yield {1: 2}']],
    ['yield', 'x = yield a == b', ['yield a == b']],
    ['yield-from', 'result = yield from f(1)', ['yield from f(1)']],
    ['yield-from', '(yield from g)', ['yield from g']],
    ['async-for', 'async for x in y():\n    pass', ['async for x in y()']],
    ['async-for', '[x async for x in y if x]', ['async for x in y']],
    ['async-with', 'async with a as b, c(d) as e:\n    pass', ['async with a as b, c(d) as e']],
    ['async-with', 'async with (\n    a() as b,\n    c,\n):\n    pass', ['async with (\n    a() as b,\n    c,\n)']],
  ])('%s in %j', (kind, text, expected) => {
    expect(stretches(text, kind)).toEqual(expected);
  });
});

test.each([
  '# yield x',
  '"await x"',
  "f'yield {x}'",
  "'''\nyield from x\n'''",
  'x.await_',
  'awaitable = yielding',
  'obj.yield_from',
])('nothing in %j', (text) => {
  expect(tokens(text).flatMap(({ scopes }) => scopes.filter((scope) => scope.endsWith('.coroscope')))).toEqual([]);
});

describe('on real files', async () => {
  const libraries = await standardLibraries();
  const folders = [
    path.join(root, 'examples'),
    ...libraries.slice(0, 1).map((library) => path.join(library, 'asyncio')),
  ];
  test.each(folders)('%s: the keywords are those that the parser finds', (folder) => {
    const different: string[] = [];
    for (const file of pythonFiles(folder)) {
      const text = readFileSync(file, 'utf8');
      const lines = text.split('\n');
      // Inside a string that is evaluated nothing is marked: it keeps the look of a string.
      const isFormat = (line: number): boolean => /\b[ft]r?["']/.test(lines[line] ?? '');
      const expected = extract(parse(text)).points.filter(({ keyword }) => !isFormat(keyword[0]));
      const found = tokens(text).filter(({ scopes, line }) => isKeyword(scopes) && !isFormat(line));
      const places = found.map(({ line, start }) => `${line}:${start}`).join();
      if (places !== expected.map(({ keyword: [line, column] }) => `${line}:${column}`).join()) different.push(file);
    }
    expect(different).toEqual([]);
  });

  test.each(folders)('%s: everything else looks as it did', (folder) => {
    const different: string[] = [];
    for (const file of pythonFiles(folder)) {
      const text = readFileSync(file, 'utf8');
      const [ours, theirs] = [characters(tokens(text)), characters(plain(text))];
      const first = theirs.findIndex(([, scope], index) => ours[index]?.[1] !== scope);
      if (first !== -1) different.push(`${file}:${theirs[first]!.join(' ')} != ${ours[first]?.[1]}`);
    }
    expect(different).toEqual([]);
  });
});

function isKeyword(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope.includes('.flow.suspend.'));
}

/** Each character that is not blank, and the scope that gives it its colour: the innermost of Python's. */
function characters(all: Token[]): [at: string, scope: string | undefined][] {
  return all.flatMap(({ text, scopes, line, start }) =>
    text.split('').flatMap((character, i): [string, string | undefined][] => {
      const innermost = scopes.findLast((scope) => !scope.endsWith('.coroscope'));
      return character.trim() === '' ? [] : [[`${line + 1}:${start + i + 1} ${character}`, innermost]];
    }),
  );
}
