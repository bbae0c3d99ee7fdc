/** The suspension points of real source code: exactly those that CPython's own parser finds, at the same places. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { Chains } from '../../src/analysis/chains.js';
import { extract } from '../../src/analysis/extract.js';
import type { FileRecord } from '../../src/analysis/records.js';
import type { Parse } from '../../src/analysis/syntaxTree.js';
import { WorkspaceIndex } from '../../src/analysis/workspaceIndex.js';
import { findInterpreters } from '../support/interpreters.js';
import { libraryOf, parserForTests, pythonFiles } from './support.js';

const root = path.join(import.meta.dirname, '../..');
const examples = pythonFiles(path.join(root, 'examples'));
let parse: Parse;

beforeAll(async () => {
  parse = await parserForTests();
});

/** As the Python script tells them. */
function points({ points, scopes }: FileRecord): unknown[] {
  return points.map(({ kind, range, operands, scope }) => {
    const { qualname, functionKind, kind: scopeKind } = scopes[scope]!;
    const name = scopeKind === 'module' ? '' : qualname;
    return [kind, ...range, operands.map((operand) => operand.range), name, functionKind];
  });
}

async function asPythonSees(python: string, files: readonly string[]): Promise<(unknown[] | null)[]> {
  const child = spawn(python, ['-I', path.join(import.meta.dirname, 'suspension_points.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(files.join('\n'));
  const lines = (await text(child.stdout)).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown[] | null);
}

const known = new Map<string, unknown[]>();

/** Much of the library is the same in all versions. */
function pointsIn(source: string): unknown[] {
  const found = known.get(source) ?? points(extract(parse(source)));
  known.set(source, found);
  return found;
}

const interpreters = await findInterpreters();
if (interpreters.length === 0) test.skip('No CPython 3.12 or newer was found to compare with.', () => undefined);

describe.each(interpreters)('CPython $version', ({ path: python }) => {
  test('its standard library and the examples have the suspension points that its own parser finds', async () => {
    const library = await libraryOf(python);
    const files = [...examples, ...pythonFiles(library).filter((file) => !file.includes('-packages'))].filter(
      mayHavePoints,
    );
    const expected = await asPythonSees(python, files);
    let compared = 0;
    const different: string[] = [];
    for (const [index, file] of files.entries()) {
      const found = pointsIn(sourceOf(file));
      const own = expected[index];
      // Test data that is no Python of this version; reading it must not fail, which was just tried.
      if (!own) continue;
      compared += own.length;
      const at = own.findIndex((point, i) => JSON.stringify(point) !== JSON.stringify(found[i]));
      if (at === -1 && own.length === found.length) continue;
      different.push(`${path.relative(library, file)}: ${JSON.stringify(own[at])} != ${JSON.stringify(found[at])}`);
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  }, 300_000);

  test('in its asyncio, up is the reverse of down', async () => {
    const folder = path.join(await libraryOf(python), 'asyncio');
    const files = pythonFiles(folder);
    const index = new WorkspaceIndex(parse);
    index.setFiles([path.dirname(folder)], files);
    await index.examineAll(new AbortController().signal, () => undefined);
    const chains = new Chains(index);
    let edges = 0;
    for (const file of files) {
      for (const scope of index.record(file)!.scopes.keys()) {
        const below = chains.children(chains.root({ path: file, scope })!, 'awaits');
        for (const child of below.filter(({ kind }) => kind === 'function')) {
          const above = chains.children(chains.root(child.anchor!)!, 'awaited by');
          expect(above.map(({ edge, anchor }) => ({ edge, anchor }))).toContainEqual({
            edge: child.edge,
            anchor: { path: file, scope },
          });
          edges++;
        }
      }
    }
    expect(edges).toBeGreaterThan(50);
  });
});

function sourceOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
}

function mayHavePoints(file: string): boolean {
  return /\b(await|async|yield)\b/.test(sourceOf(file));
}
