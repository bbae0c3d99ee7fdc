import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { findInterpreters } from '../support/interpreters.js';
import { root, tokenizer, type Token } from './support.js';

const examples = readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.py'));
const [interpreter] = await findInterpreters();
let tokens: (text: string) => Token[];

beforeAll(async () => {
  tokens = await tokenizer('source.coroscope-log');
});

function scoped(text: string): string[] {
  return tokens(text)
    .filter(({ text: token, scopes }) => token.trim() !== '' && scopes.length > 2)
    .map(({ text: token, scopes }) => `${token} · ${scopes.at(-1)!}`);
}

test('each part of an exchange has a scope', () => {
  expect(scoped("talk.py:30           → Task-1 fetch.send('A')          talk.py:12")).toMatchInlineSnapshot(`
    [
      "talk.py · string.unquoted.file-name.coroscope",
      ": · punctuation.separator.coroscope",
      "30 · constant.numeric.line-number.coroscope",
      "→ · keyword.operator.exchange.in.coroscope",
      "Task-1 fetch · entity.name.function.coroscope",
      "send · keyword.control.exchange.send.coroscope",
      "( · punctuation.section.arguments.begin.coroscope",
      "' · punctuation.definition.string.begin.python",
      "A · string.quoted.single.python",
      "' · punctuation.definition.string.end.python",
      ") · punctuation.section.arguments.end.coroscope",
      "talk.py · string.unquoted.file-name.coroscope",
      ": · punctuation.separator.coroscope",
      "12 · constant.numeric.line-number.coroscope",
    ]
  `);
  expect(scoped("                       ← internal yields ('first', 20)         talk.py:4")).toMatchInlineSnapshot(`
    [
      "← · keyword.operator.exchange.out.coroscope",
      "internal · entity.name.function.coroscope",
      "yields · keyword.control.exchange.yield.coroscope",
      "( · punctuation.parenthesis.begin.python",
      "' · punctuation.definition.string.begin.python",
      "first · string.quoted.single.python",
      "' · punctuation.definition.string.end.python",
      ", · punctuation.separator.element.python",
      "20 · constant.numeric.dec.python",
      ") · punctuation.parenthesis.end.python",
      "talk.py · string.unquoted.file-name.coroscope",
      ": · punctuation.separator.coroscope",
      "4 · constant.numeric.line-number.coroscope",
    ]
  `);
});

test('what was dropped and the names of threads are told apart from exchanges', () => {
  expect(tokens('                     ⋯ 1200 events were dropped here').at(-1)!.scopes).toContain(
    'comment.line.dropped.coroscope',
  );
  expect(tokens('                     ── Worker ──').at(-1)!.scopes).toContain('markup.heading.thread.coroscope');
});

test("the program's own lines have no scope", () => {
  expect(scoped('yields 3 talk.py:3\nhello → world\n')).toEqual([]);
});

describe('on what the command prints', () => {
  test.each(examples)('%s: every exchange is read, and nothing else', async (name) => {
    const lines = await firstLines(path.join(root, 'examples', name));
    const exchanges = lines.flatMap((line, index) => (/(^|\d) +[→←] /.test(line) ? [index] : []));
    const read = tokens(lines.join('\n')).filter(({ scopes }) =>
      scopes.some((scope) => scope.startsWith('meta.exchange.')),
    );
    expect([...new Set(read.map(({ line }) => line))]).toEqual(exchanges);
    expect(exchanges.length).toBeGreaterThan(0);
  });
});

/** Some examples print without end; so many lines say enough about each. */
async function firstLines(program: string, count = 200): Promise<string[]> {
  const python = interpreter?.path ?? 'embedded';
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'run', '--python', python, program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) break;
  }
  child.kill();
  return lines;
}
