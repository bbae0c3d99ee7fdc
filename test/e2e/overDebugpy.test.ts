/** What the views of Run and Debug show in a session of debugpy's: the real one, behind a small extension of its type. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { findInterpreters } from '../support/interpreters.js';
import { lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = 'standstill.py';
const python = await withDebugpy();
const editor = realEditor({ others: ['test/e2e/debugpyExtension'] });
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

test.runIf(python)('a program that debugpy has paused is looked into, and what cannot be known is said', async () => {
  const folder = await editor.workspace('debugpy', 'test/e2e/programs', {});
  const launch = { type: 'debugpy', request: 'launch', name: 'debugpy', program: '${file}', python };
  const configurations = [{ ...launch, console: 'internalConsole' }];
  await writeFile(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations }));
  const workbench = await editor.window('debugpy', folder);
  await workbench.openFile(PROGRAM);
  await workbench.goToLine(await lineOf('@marker standing'));
  await workbench.toggleBreakpoint(await lineOf('@marker standing'));
  await workbench.startDebugging();
  await workbench.stoppedAt(await lineOf('@marker standing'));
  for (const section of ['Variables', 'Watch', 'Call Stack', 'Breakpoints']) await workbench.section(section, false);
  await workbench.section('Coroutines');
  await sees(
    () => workbench.rows('Coroutines'),
    /^worker-0 fetch ?await asyncio\.Queue\.get · standstill\.py:19/,
    /^left-to-right transfer ?async with asyncio\.Lock · standstill\.py:26/,
    /^generator numbers ?yield · standstill\.py:9/,
  );
  expect(await workbench.message('Coroutines')).toMatch(/debugpy.*not recorded/);
  await workbench.picture('debugpy-1-coroutines');
  await workbench.clickTo(workbench.row('Coroutines', 'worker-0'), await lineOf('queue.get'));
  await expect.poll(() => workbench.lineText('await queue.get()'), PATIENCE).toMatch(/8 suspended here$/);
  await workbench.picture('debugpy-2-gone-to');

  await workbench.section('Coroutines', false);
  await workbench.section('Await Graph');
  await sees(() => workbench.rows('Await Graph'), /^Deadlock/, /^left-to-right transfer/);
  expect(await workbench.message('Await Graph')).toMatch(/debugpy/);
  await workbench.picture('debugpy-3-await-graph');
  await workbench.section('Await Graph', false);
  await workbench.section('Findings');
  await sees(() => workbench.rows('Findings'), /^Deadlock ?standstill\.py:26/, /another debugger's/);
  await workbench.picture('debugpy-4-findings');
  await workbench.stopDebugging();
  await workbench.close();
});

test.skipIf(python)('SKIPPED: no CPython here has debugpy', () => {
  expect(
    process.env['COROSCOPE_REQUIRE_DEBUGPY'],
    'A CPython with debugpy is required, and none was found.',
  ).toBeFalsy();
});

/** Path of the first interpreter that has debugpy. */
async function withDebugpy(): Promise<string | undefined> {
  for (const { path: candidate } of await findInterpreters()) {
    const found = await promisify(execFile)(candidate, ['-c', 'import debugpy']).catch(() => undefined);
    if (found) return candidate;
  }
  return undefined;
}
