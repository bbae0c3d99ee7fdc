/** What somebody does with one coroutine of a stopped program: looks at it, keeps it in view, copies it, waits for it. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = 'standstill.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

const [[, python] = ['embedded', 'embedded']] = HOSTS;

const stackOfPairs = (file: string): string => `generator pairs · yield\n  numbers (${file}:9)\n  pairs (${file}:14)`;

test('a coroutine is hovered over, pinned, copied, and broken at when it suspends and when it ends', async () => {
  const folder = await editor.workspace('one', 'test/e2e/programs', { 'coroscope.python': python });
  const workbench = await editor.window('one', folder);
  await workbench.openFile(PROGRAM);
  await workbench.toggleBreakpoint(await lineOf('@marker standing'));
  await workbench.startDebugging();
  await workbench.stoppedAt(await lineOf('@marker standing'));

  const line = 'print("standing"';
  await workbench.valueHover(
    line,
    'counting',
    /^<generator standstill\.numbers, suspended at line 9>/,
    /suspendedAt =\s*yield · standstill\.py:9\s*yielded =\s*5\s*sent =\s*'three'/,
  );
  await workbench.valueHover(
    line,
    'idle',
    /^<Task 'worker-0', pending>/,
    /coroutine =\s*<coroutine standstill\.fetch, suspended at line 19>/,
  );

  for (const section of ['Watch', 'Breakpoints', 'Variables']) await workbench.section(section, false);
  await workbench.section('Coroutines');
  await sees(() => workbench.rows('Coroutines'), /^worker-2 fetch/);
  expect((await workbench.rows('Coroutines'))[0]).not.toMatch(/^worker-2/);
  await workbench.menu(workbench.row('Coroutines', 'worker-2'), 'Pin Coroutine');
  await expect.poll(async () => (await workbench.rows('Coroutines'))[0], PATIENCE).toMatch(/^worker-2 fetch/);
  await workbench.picture('one-3-pinned');
  await workbench.menu(workbench.row('Coroutines', 'worker-2'), 'Unpin Coroutine');
  await expect.poll(async () => (await workbench.rows('Coroutines'))[0], PATIENCE).not.toMatch(/^worker-2/);

  await workbench.menu(workbench.row('Coroutines', 'generator pairs'), 'Copy Stack of Coroutine');
  await expect.poll(() => workbench.clipboard(), PATIENCE).toBe(stackOfPairs(path.join(folder, PROGRAM)));

  // With the keyboard in the view, its keys are those of the rows and not of the editor.
  await workbench.row('Coroutines', 'worker-1').click();
  await workbench.press('Control+c');
  await expect
    .poll(() => workbench.clipboard(), PATIENCE)
    .toMatch(/^worker-1 fetch .*\n {2}Queue\.get \(.*\n {2}fetch \(.*:19\)/);
  await workbench.press('Control+f');
  await workbench.answer('transfer');
  await expect
    .poll(() => workbench.rows('Coroutines'), PATIENCE)
    .toEqual([expect.stringMatching(/^left-to-right/), expect.stringMatching(/^right-to-left/)]);
  await workbench.titleButton('Coroutines', 'Show All Coroutines');
  await sees(() => workbench.rows('Coroutines'), /^worker-0/);

  await workbench.menu(workbench.row('Coroutines', 'worker-0'), 'Break When This Coroutine Suspends');
  await sees(() => workbench.rows('Coroutines'), /^worker-0 fetch.*breaks when it suspends/);
  await workbench.menu(workbench.row('Coroutines', 'worker-1'), 'Break When This Coroutine Ends');
  await sees(() => workbench.rows('Coroutines'), /^worker-1 fetch.*breaks when it ends/);
  await workbench.section('Coroutines', false);
  await workbench.section('Call Stack');

  // The coroutine of the stop, `main`, to its next suspension; then one that is selected, until it goes on.
  await workbench.chord('Control+k', 'F10');
  await workbench.stoppedAt((await lineOf('queue.put_nowait')) + 1);
  await workbench.picture('one-4-next-suspension');
  await workbench.row('Call Stack', 'worker-0').click();
  await workbench.chord('Control+k', 'F11');
  await workbench.stoppedAt(await lineOf('await queue.get()'));
  await workbench.picture('one-5-resumed');

  await workbench.press('F5');
  await sees(() => workbench.callStackRows(), /^MainThread ?Coroutine fetch \(number 2\) suspends/, /^fetch.*19/);
  await workbench.picture('one-6-suspends');
  await workbench.press('F5');
  await sees(
    () => workbench.callStackRows(),
    /^MainThread ?Coroutine fetch \(number 3\) ends/,
    /^resumed by throw\(CancelledError\(\)\) from the asyncio event loop/,
  );
  await workbench.picture('one-7-ends');
  await workbench.stopDebugging();
  await workbench.close();
});
