/** What somebody sees who only reads and writes code: nothing of it is run. */
import { expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = '12_await_chain.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`examples/${PROGRAM}`, text);

test('await chains, suspension points and hovers', async () => {
  const folder = await editor.workspace('coding', 'examples', { 'coroscope.python': 'embedded' });
  const workbench = await editor.window('coding', folder);
  await workbench.openFile(PROGRAM);
  // Until then the editor takes it for plain text, where these keys are nothing.
  await sees(() => workbench.statusBar(), /^Coroscope: embedded Python$/);
  await workbench.goToLine(await lineOf('async def waiter'), 12);
  // The view is folded: the keys open it, on what the cursor is on.
  await workbench.chord('Control+k', 'a');
  await sees(() => workbench.rows('Await Chain'), /^waiter/, /^cook ?await · 12_await_chain\.py:30/);
  await workbench.picture('coding-1-await-chain');

  await workbench.titleButton('Await Chain', 'Await Chain: Show Who Awaits It');
  await sees(() => workbench.rows('Await Chain'), /^waiter/, /^guest ?await/);
  await workbench.picture('coding-2-awaited-by');

  await workbench.openTab(PROGRAM);
  await workbench.chord('Control+k', 'y');
  await sees(() => workbench.choices(), /yield/, /await cook\(\)/);
  await workbench.picture('coding-3-suspension-points');
  await workbench.press('ArrowDown');
  await workbench.press('Enter');
  await workbench.cursorIn(await lineOf('await bell()'));

  // The list that was just closed may still have a hover of its own, and one that is on its way is empty.
  await expect.poll(() => workbench.hover('await cook()', 'cook'), PATIENCE).toMatch(/Coroscope[^]*oven/);
  await workbench.picture('coding-4-hover');
  await workbench.close();
});

test('the status bar says which Python is debugged with, and lets one choose', async () => {
  const folder = await editor.workspace('starting', 'examples', {});
  const workbench = await editor.window('starting', folder);
  await workbench.openFile(PROGRAM);
  await sees(() => workbench.statusBar(), /^Coroscope: python3$/);
  await workbench.picture('starting-1-status');
  // Nobody has debugged yet: no interpreter was started to be asked for its version.
  expect(await editor.startsOfPython()).toBe(0);
  await workbench.command('View: Show Run and Debug');
  await workbench.sideBarSays('debug it with Coroscope');
  await workbench.picture('starting-1-how-to-begin');
  await workbench.openTab(PROGRAM);
  await workbench.startDebugging();
  const isThere = HOSTS.some(([name]) => name === 'process');
  await sees(() => workbench.statusBar(), isThere ? /^Coroscope: 3\.1\d/ : /^Coroscope: embedded/);
  // The one that is counted: what was counted before it could have been is none.
  expect(await editor.startsOfPython()).toBeGreaterThan(0);

  await workbench.clickStatus('Coroscope:');
  await sees(() => workbench.choices(), /^Automatic/, /^Embedded/);
  await workbench.picture('starting-2-choices');
  await workbench.answer('Embedded');
  await sees(() => workbench.statusBar(), /^Coroscope: embedded Python$/);

  await workbench.command('Open Example Program');
  await sees(() => workbench.choices(), /02_next_by_hand\.py/);
  await workbench.picture('starting-3-examples');
  await workbench.answer('02_next');
  await workbench.tab('02_next_by_hand.py');

  // What ran before the timeline was opened is not in it, and it says so.
  await workbench.command('Open the Timeline of Coroutines');
  const empty = workbench.page().locator('.empty');
  await expect.poll(() => empty.textContent(), PATIENCE).toMatch(/^No program is being debugged .* "record": "all"/);
  expect(await workbench.page().locator('.said').textContent()).toBe('');
  await workbench.picture('starting-4-empty-timeline');

  await workbench.command('Welcome: Open Walkthrough');
  await workbench.answer('Get started with Coroscope');
  await workbench.sees('Open an example program');
  await workbench.picture('starting-5-walkthrough');
  await workbench.close();
});
