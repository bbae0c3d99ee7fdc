/** What a window loads that does not debug: it must stay small, and start nothing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** Modules that a file loads when it is loaded, and those that these load. Types load nothing. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, names = '', from = ''] of source.matchAll(/^(?:import|export) ([^'"]*?) from '([^']+)';$/gms)) {
    if (names.startsWith('type ')) continue;
    if (!from.startsWith('.')) found.add(from);
    else loadedBy(path.resolve(path.dirname(file), from.replace(/\.js$/, '.ts')), found);
  }
  return found;
}

test('what checks messages, and what shows a debug session, is loaded when a program is debugged', () => {
  const loaded = [...loadedBy(path.join(root, 'src/extension.ts'))].map((file) => path.relative(root, file));
  expect(loaded).toContain('src/editor/debuggingOnDemand.ts');
  const later = /^src\/(link|dap|debuggee)\/|^src\/editor\/(whileDebugging|timeline|borrowed)|zod$/;
  expect(loaded.filter((file) => later.test(file))).toEqual([]);
});

test('what a start loads is counted: few modules, and no library', () => {
  const loaded = [...loadedBy(path.join(root, 'src/extension.ts'))];
  const own = loaded.filter((file) => path.isAbsolute(file));
  const others = loaded.filter((file) => !path.isAbsolute(file));
  // More is no crime, but a decision: each is read by every window with a Python file in it.
  expect(own.length).toBeGreaterThan(20);
  expect(own.length).toBeLessThanOrEqual(40);
  expect(others.filter((name) => name !== 'vscode' && !name.startsWith('node:'))).toEqual([]);
});

test('the bundle asks for the editor once, and copies none of its many members', () => {
  const asked: string[] = [];
  const bundle = path.join(root, 'dist/extension.cjs');
  const ofNode = createRequire(bundle);
  const editor = new Proxy(
    {},
    {
      get: () => Object,
      ownKeys: () => {
        throw new Error('The members of the editor’s module are listed.');
      },
    },
  );
  const require = (name: string): unknown => {
    asked.push(name);
    return name === 'vscode' ? editor : ofNode(name);
  };
  const module = { exports: {} };
  type Run = (...given: readonly unknown[]) => void;
  const run = compileFunction(readFileSync(bundle, 'utf8'), ['require', 'module', 'exports']) as Run;
  run(require, module, module.exports);
  expect(module.exports).toHaveProperty('activate');
  expect(asked.filter((name) => name === 'vscode')).toHaveLength(1);
  expect(asked.filter((name) => name !== 'vscode' && !name.startsWith('node:'))).toEqual([]);
});

test('the extension starts for Python and for what it debugs or looks into, and never with the window', () => {
  const { activationEvents } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    activationEvents: string[];
  };
  expect(activationEvents).toEqual(expect.arrayContaining(['onLanguage:python', 'onDebugResolve:coroscope']));
  for (const event of activationEvents)
    expect(event).toMatch(/^on(Language:python$|Debug\w+:(coroscope|debugpy|python)$)/);
});
