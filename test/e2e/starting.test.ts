/** Starts that come to nothing: a Python that is not there or is broken, and a workspace that nobody has trusted. */
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineOf as lineIn, realEditor, sees } from './realEditor.js';

const PROGRAM = '12_await_chain.py';
const lineOf = (text: string): Promise<number> => lineIn(`examples/${PROGRAM}`, text);

describe('a Python that cannot be used', () => {
  const editor = realEditor();

  test('one that is not there, then a broken one: a sentence, and a warning in the status bar; then the run button', async () => {
    const missing = '/nowhere/python3';
    const folder = await editor.workspace('interpreters', 'examples', { 'coroscope.python': missing });
    const workbench = await editor.window('interpreters', folder);
    const picture = (name: string): Promise<void> => workbench.picture(`starting-${name}`);
    await workbench.openFile(PROGRAM);
    // The extension is there when its status item is.
    await sees(() => workbench.statusBar(), /^Coroscope: python3$/);
    expect(await workbench.startInVain()).toMatch(/\/nowhere\/python3/);
    await picture('5-no-interpreter');
    await workbench.dialog(/^Cancel$/);
    await sees(() => workbench.statusBar(), /Coroscope: no Python$/);

    const broken = path.join(folder, 'python3');
    await writeFile(broken, '#!/bin/sh\necho "this Python is out of order" >&2\nexit 1\n', { mode: 0o755 });
    // Whole or not at all: while the file is empty, another Python is the right one.
    const settings = path.join(folder, '.vscode/settings.json');
    await writeFile(`${settings}.new`, JSON.stringify({ 'coroscope.python': broken }));
    await rename(`${settings}.new`, settings);
    await sees(() => workbench.statusLabels(), /Coroscope: no Python, .*interpreters\/python3\b/);
    expect(await workbench.startInVain()).toMatch(/interpreters\/python3 .*this Python is out of order/);
    await picture('6-broken-interpreter');
    await workbench.dialog(/^Cancel$/);

    await workbench.clickStatus('Coroscope:');
    await workbench.answer('Embedded');
    await sees(() => workbench.statusBar(), /Coroscope: embedded Python$/);
    await workbench.toggleBreakpoint(await lineOf('async def waiter'));
    await workbench.runButton('Debug Generators and Coroutines');
    await workbench.stoppedAt(await lineOf('async def waiter'));
    await picture('7-run-button');
    await workbench.stopDebugging();
    await workbench.close();
  });
});

describe('a workspace that nobody has trusted', () => {
  const editor = realEditor({
    settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
  });

  test('is read and not run', async () => {
    const folder = await editor.workspace('untrusted', 'examples', { 'coroscope.python': './python3' });
    const workbench = await editor.window('untrusted', folder);
    await workbench.openFile(PROGRAM);
    await sees(() => workbench.statusBar(), /Restricted Mode/);
    // What needs nothing run is there; the interpreter that the workspace names does not hold.
    await workbench.goToLine(await lineOf('async def waiter'), 12);
    await workbench.section('Await Chain');
    await sees(() => workbench.rows('Await Chain'), /^waiter/, /^cook ?await/);
    await sees(() => workbench.statusBar(), /^Coroscope: python3$/);
    await workbench.picture('untrusted-1-chain');
    await expect(workbench.startDebugging()).rejects.toThrow(/The editor says: .*trust/i);
    await workbench.picture('untrusted-2-refused');
    await workbench.dialog(/^Cancel$/);
    expect((await editor.commandLines()).filter((line) => /dap\.js|cli\.js/.test(line))).toEqual([]);
    expect(await editor.startsOfPython()).toBe(0);
    await workbench.close();
  });
});
