/** What a screen reader reads of the pages and the trees, what the keyboard reaches, and how they look in high contrast. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { TimelinePage } from './timelinePage.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = 'standstill.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

const [[, python] = ['embedded', 'embedded']] = HOSTS;
const LAUNCH = { type: 'coroscope', request: 'launch', name: 'Standstill', program: '${file}', record: 'all' };

test('pages and trees have roles and names, are reached by the keyboard, and are seen in high contrast', async () => {
  const folder = await editor.workspace('access', 'test/e2e/programs', { 'coroscope.python': python });
  await writeFile(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations: [LAUNCH] }));
  const workbench = await editor.window('access', folder);
  const inThemes = async (name: string): Promise<void> => {
    for (const theme of ['Dark High Contrast', 'Light High Contrast', 'Light Modern']) {
      await workbench.theme(theme);
      await workbench.picture(`access-${name}-${theme.replaceAll(' ', '-').toLowerCase()}`);
    }
  };
  await workbench.openFile(PROGRAM);
  await workbench.toggleBreakpoint(await lineOf('@marker standing'));
  await workbench.startDebugging();
  await workbench.stoppedAt(await lineOf('@marker standing'));

  // The trees: what an icon or a place in the row says to the eye is in the name.
  for (const section of ['Watch', 'Breakpoints', 'Variables', 'Call Stack']) await workbench.section(section, false);
  for (const section of ['Coroutines', 'Await Graph', 'Findings']) await workbench.section(section);
  await sees(() => workbench.rows('Findings'), /^Deadlock/);
  for (const [section, row] of [
    ['Coroutines', 'worker-0'],
    ['Await Graph', 'Deadlock'],
    ['Findings', 'Deadlock'],
  ] as const) {
    await workbench.row(section, row).waitFor();
    console.log(section, await workbench.row(section, row).getAttribute('aria-label'));
    expect(await workbench.row(section, row).getAttribute('role')).toBe('treeitem');
  }
  await inThemes('trees');

  await workbench.command('Open the Timeline of Coroutines');
  const timeline = new TimelinePage(workbench.page());
  await expect.poll(() => timeline.events(), PATIENCE).toBeGreaterThan(10);
  await timeline.search('numbers');
  await expect.poll(() => timeline.listed(), PATIENCE).not.toEqual([]);
  console.log(await timeline.body.ariaSnapshot());
  await timeline.searchField.focus();
  console.log('tab', await tabbed(workbench, timeline));
  await inThemes('timeline');

  await workbench.section('Findings', false);
  await workbench.section('Coroutines', false);
  await workbench.titleButton('Await Graph', 'Show Await Graph as a Picture');
  const picture = workbench.page();
  await picture.locator('.box.stuck').first().waitFor();
  console.log(await picture.locator('body').ariaSnapshot());
  await inThemes('picture');
  await workbench.stopDebugging();
  await workbench.close();
});

async function tabbed(workbench: { press(key: string): Promise<void> }, timeline: TimelinePage): Promise<string[]> {
  const names: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    names.push(await timeline.focused());
    await workbench.press('Tab');
  }
  return names;
}
