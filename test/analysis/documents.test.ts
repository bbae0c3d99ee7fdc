/** Edits parsed one by one give what parsing the whole text anew gives. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Documents } from '../../src/analysis/documents.js';
import { extract } from '../../src/analysis/extract.js';
import type { Parse } from '../../src/analysis/syntaxTree.js';
import { parserForTests } from './support.js';

let parse: Parse;
const start = readFileSync(path.join(import.meta.dirname, '../../examples/17_tasks.py'), 'utf8');

beforeAll(async () => {
  parse = await parserForTests();
});

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  text: fc.constantFrom(
    '',
    ' ',
    '\n',
    '\r\n',
    'await f()\n',
    'yield x',
    '    async for é in "😀":\n',
    '(',
    '"""',
    'def g():\n    ',
  ),
});

test('whatever is typed', () => {
  fc.assert(
    fc.property(fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (batches) => {
      const documents = new Documents(parse);
      documents.open('a.py', start);
      let text = start;
      for (const batch of batches) {
        const edits = batch.map(({ at, length, text: typed }) => {
          const offset = Math.floor(at * text.length);
          const removed = Math.min(length, text.length - offset);
          text = text.slice(0, offset) + typed + text.slice(offset + removed);
          return { offset, length: removed, text: typed };
        });
        documents.change('a.py', edits);
        const anew = parse(text);
        // Where the text does not parse, how the parser recovers depends on what it reused; it must not fail.
        const record = documents.record('a.py')!;
        if (!anew.rootNode.hasError && !record.hasErrors) expect(record).toEqual(extract(anew));
        anew.delete();
      }
      documents.close('a.py');
    }),
    { numRuns: 60 },
  );
});
