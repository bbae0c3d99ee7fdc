/** What somebody does with one coroutine of a stopped program: looks at it, keeps it in view, copies it, waits for it. */
import { expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = 'standstill.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

const [[, python] = ['embedded', 'embedded']] = HOSTS;

test('a coroutine is hovered over, pinned, copied, and broken at when it suspends and when it ends', async () => {
  const folder = await editor.workspace('one', 'test/e2e/programs', { 'coroscope.python': python });
  const workbench = await editor.window('one', folder);
  await workbench.openFile(PROGRAM);
  await workbench.toggleBreakpoint(await lineOf('@marker standing'));
  await workbench.startDebugging();
  await workbench.stoppedAt(await lineOf('@marker standing'));

  const generator = await workbench.valueHover('print("standing"', 'counting');
  console.log('generator', generator);
  await workbench.picture('one-1-generator');
  const tasks = await workbench.valueHover('for worker in workers', 'workers');
  console.log('tasks', tasks);
  await workbench.picture('one-2-tasks');

  for (const section of ['Watch', 'Breakpoints', 'Variables']) await workbench.section(section, false);
  await workbench.section('Coroutines');
  await sees(() => workbench.rows('Coroutines'), /^worker-3 fetch/);
  expect((await workbench.rows('Coroutines'))[0]).not.toMatch(/^worker-3/);
  await workbench.menu(workbench.row('Coroutines', 'worker-3'), 'Pin Coroutine');
  await expect.poll(async () => (await workbench.rows('Coroutines'))[0], PATIENCE).toMatch(/^worker-3 fetch/);
  await workbench.picture('one-3-pinned');
  await workbench.menu(workbench.row('Coroutines', 'worker-3'), 'Unpin Coroutine');
  await expect.poll(async () => (await workbench.rows('Coroutines'))[0], PATIENCE).not.toMatch(/^worker-3/);

  await workbench.menu(workbench.row('Coroutines', 'generator pairs'), 'Copy Stack of Coroutine');
  await expect.poll(() => workbench.clipboard(), PATIENCE).toMatch(/pairs/);
  console.log('copied', await workbench.clipboard());

  await workbench.menu(workbench.row('Coroutines', 'worker-0'), 'Break When This Coroutine Suspends');
  await sees(() => workbench.rows('Coroutines'), /^worker-0 fetch.*breaks when it suspends/);
  await workbench.menu(workbench.row('Coroutines', 'left-to-right'), 'Break When This Coroutine Ends');
  await sees(() => workbench.rows('Coroutines'), /^left-to-right transfer.*breaks when it ends/);
  await workbench.press('F5');
  await workbench.stoppedAt(await lineOf('queue.get'));
  console.log('suspends', await workbench.callStack());
  await workbench.picture('one-4-suspends');
  await workbench.press('F5');
  await expect.poll(() => workbench.callStackRows(), PATIENCE).toContainEqual(expect.stringMatching(/^transfer/));
  console.log('ends', await workbench.callStack());
  await workbench.picture('one-5-ends');
  await workbench.stopDebugging();
  await workbench.close();
});
