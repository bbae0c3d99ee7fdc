/** The pictures of README.md, taken by `npm run pictures`: no test of the suite. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { HOSTS, lineOf, realEditor, sees } from './realEditor.js';
import { TimelinePage } from './timelinePage.js';
import { PATIENCE, type Workbench } from './workbench.js';

// A toolbar that floats lies over the tabs.
const editor = realEditor({ settings: { 'window.commandCenter': true, 'debug.toolBarLocation': 'commandCenter' } });
const [[, python] = ['', 'embedded']] = HOSTS;
const FOLDER = path.join(import.meta.dirname, '../../media/pictures');
const SIZE = { width: 1280, height: 720 };
const SETTINGS = {
  'coroscope.python': python,
  'breadcrumbs.enabled': false,
  'editor.scrollbar.verticalHasArrows': false,
  'debug.internalConsoleOptions': 'neverOpen',
  'workbench.editor.showTabs': 'multiple',
};

async function open(name: string, sources: string, file: string, launch: object = {}): Promise<Workbench> {
  const folder = await editor.workspace(name, sources, SETTINGS);
  if (Object.keys(launch).length > 0)
    await writeFile(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations: [launch] }));
  const workbench = await editor.window(name, folder, { viewport: SIZE, pictures: FOLDER });
  await workbench.openFile(file);
  return workbench;
}

async function stopAt(workbench: Workbench, line: number): Promise<void> {
  await workbench.goToLine(line);
  await workbench.toggleBreakpoint(line);
  await workbench.startDebugging();
  await workbench.stoppedAt(line);
}

test('suspended frames', async () => {
  const file = '08_two_sub_generators.py';
  const workbench = await open('talk', 'examples', file);
  await stopAt(workbench, await lineOf(`examples/${file}`, '@marker in-second'));
  for (const section of ['Watch', 'Breakpoints']) await workbench.section(section, false);
  await workbench.unfoldThread('generator general');
  // The first values of the coroutine have room, and what follows the last frame needs none.
  await workbench.dragEdge('Call Stack', 80);
  await workbench.row('Call Stack', 'internal').click();
  await sees(() => workbench.variables('Coroutine'), /^yielded/);
  await expect.poll(() => workbench.lineText('yield f"{name} {number}"'), PATIENCE).toMatch(/yielded/);
  await workbench.picture('suspended-frames');
  await workbench.stopDebugging();
  await workbench.close();
});

test('coroutines, and who waits for whom', async () => {
  const file = 'standstill.py';
  const workbench = await open('standstill', 'test/e2e/programs', file);
  await stopAt(workbench, await lineOf(`test/e2e/programs/${file}`, '@marker standing'));
  for (const section of ['Variables', 'Watch', 'Call Stack', 'Breakpoints']) await workbench.section(section, false);
  await workbench.section('Coroutines');
  await sees(() => workbench.rows('Coroutines'), /^worker-0/, /^left-to-right/);
  await workbench.clickTo(
    workbench.row('Coroutines', 'worker-0'),
    await lineOf(`test/e2e/programs/${file}`, 'queue.get'),
  );
  await expect.poll(() => workbench.lineText('await queue.get()'), PATIENCE).toMatch(/8 suspended here$/);
  await workbench.picture('coroutines');

  await workbench.section('Coroutines', false);
  await workbench.section('Await Graph');
  await sees(() => workbench.rows('Await Graph'), /^Deadlock/);
  await workbench.titleButton('Await Graph', 'Show Await Graph as a Picture');
  await workbench.page().locator('.box.stuck').first().waitFor();
  await workbench.widenLastGroup(220);
  // Also for the tip of the button to go.
  await workbench.page().locator('.box.stuck').first().hover();
  await workbench.picture('await-graph');
  await workbench.stopDebugging();
  await workbench.close();
});

test('the timeline', async () => {
  const file = 'conversation.py';
  const launch = { type: 'coroscope', request: 'launch', name: 'Conversation', program: '${file}' };
  const workbench = await open('timeline', 'test/e2e/programs', file, { ...launch, record: 'all', blockedLoopMs: 40 });
  await stopAt(workbench, await lineOf(`test/e2e/programs/${file}`, '@marker said'));
  await workbench.command('Open the Timeline of Coroutines');
  const timeline = new TimelinePage(workbench.page());
  await expect.poll(() => timeline.events(), PATIENCE).toBeGreaterThan(40);
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await timeline.search("parcel 2'");
  await timeline.search('weigh');
  await expect.poll(() => timeline.said(), PATIENCE).toMatch(/weigh/);
  await workbench.picture('timeline');
  await timeline.search('LookupError');
  await timeline.picture.press('s');
  await workbench.showsLine(await lineOf(`test/e2e/programs/${file}`, '@marker listening'));
  await workbench.picture('sequence');
  await workbench.stopDebugging();
  await workbench.close();
});

test('an await chain', async () => {
  const file = '12_await_chain.py';
  const workbench = await open('chain', 'examples', file);
  await workbench.goToLine(await lineOf(`examples/${file}`, 'async def guest'), 11);
  for (const section of ['Outline', 'Timeline']) await workbench.section(section, false);
  await workbench.section('Await Chain');
  await workbench.dragEdge('Outline', -120);
  for (const name of ['waiter', 'cook', 'oven', 'bell']) {
    await sees(() => workbench.rows('Await Chain'), new RegExp(`^${name}`));
    await workbench.unfold('Await Chain', name);
  }
  await workbench.hover('await waiter()', 'waiter');
  await workbench.picture('await-chain');
  await workbench.close();
});
