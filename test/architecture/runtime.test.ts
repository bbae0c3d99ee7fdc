/** What ARCHITECTURE.md says of the Python runtime and no lint rule can: held against its source. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'src/debuggee/python/runtime/coroscope');
const modules = readdirSync(folder)
  .filter((name) => name.endsWith('.py') && name !== '__init__.py')
  .map((name) => ({ name: name.replace('.py', ''), text: readFileSync(path.join(folder, name), 'utf8') }));
const architecture = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');

/** The names in backquotes, each as a pattern: `asyncio_*`. */
function namesIn(text: string): (name: string) => boolean {
  const patterns = [...text.matchAll(/`([\w*]+)`/g)].map(([, name]) => new RegExp(`^${name!.replaceAll('*', '.*')}$`));
  return (name) => patterns.some((pattern) => pattern.test(name));
}

function paragraph(start: string): string {
  const from = architecture.indexOf(start);
  expect(from, start).toBeGreaterThan(0);
  return architecture.slice(from).split(/\n(?:- |\n)/, 1)[0]!;
}

test('every module of the runtime is in the table', () => {
  const table = architecture.slice(architecture.indexOf('## The runtime, module by module'));
  const cells = table.split('\n').flatMap((line) => (line.startsWith('| `') ? [line.split('|')[1]!] : []));
  const named = namesIn(cells.join());
  expect(modules.map(({ name }) => name).filter((name) => !named(name))).toEqual([]);
});

test('no module names a library that runs tasks but those that are said to', () => {
  const said = namesIn(paragraph('- How a library runs tasks'));
  // `console_await` and the like: what serves `await` in the console.
  const serves = namesIn('`awaiting` `console_*` `idle_loop` `running_loop` `embedded*`');
  const library =
    /["'](?:_?asyncio|trio|anyio|uvloop|outcome)(?:\.\w+)*["']|^ *(?:import|from) (?:asyncio|trio|anyio)\b/m;
  const naming = modules.filter(({ text }) => library.test(text)).map(({ name }) => name);
  expect(naming).toContain('asyncio_objects');
  expect(naming.filter((name) => !said(name) && !serves(name))).toEqual([]);
});

test('which packages run tasks is said once', () => {
  const list = /\(\s*"(?:asyncio|trio|anyio)",\s*"(?:asyncio|trio|anyio|outcome|uvloop)"/;
  expect(modules.filter(({ text }) => list.test(text)).map(({ name }) => name)).toEqual(['schedulers']);
});
