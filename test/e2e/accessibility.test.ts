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
  for (const [section, row, name] of [
    ['Coroutines', 'worker-0', /^worker-0 fetch, suspended, await asyncio\.Queue\.get · standstill\.py:19/],
    ['Await Graph', 'Deadlock', /^Deadlock: \S+ transfer waits for Lock '\w+', which .* Nothing but a cancellation/],
    ['Findings', 'Deadlock', /^Deadlock: each of these waits for the next, .*\. Take locks in the same order/],
  ] as const) {
    await workbench.row(section, row).waitFor();
    expect(await workbench.row(section, row).getAttribute('role')).toBe('treeitem');
    expect(await workbench.row(section, row).getAttribute('aria-label')).toMatch(name);
  }
  await inThemes('trees');

  await workbench.command('Open the Timeline of Coroutines');
  const timeline = new TimelinePage(workbench.page());
  await expect.poll(() => timeline.events(), PATIENCE).toBeGreaterThan(10);
  await timeline.search('numbers');
  await expect.poll(() => timeline.listed(), PATIENCE).not.toEqual([]);
  const page = await timeline.body.ariaSnapshot();
  for (const part of [
    /- toolbar "Timeline":/,
    ...[/- button "● Recording" \[pressed\]/, /- button "Follow"/, /- button "Sequence"/, /- button "Zoom in"/],
    ...[/- button "Zoom out"/, /- button "Fit"/, /- searchbox "Search names and values"/, /- combobox "Export"/],
    /- 'application "Timeline\. Left and right: .* Enter: go to the source\."'/,
    /generator numbers: next\(\), at standstill\.py:6/,
    /- status: "Locals: /,
    /- listbox "Exchanges of this coroutine":\n {4}- 'option "generator numbers: next\(\).*" \[selected\]'/,
  ])
    expect(page).toMatch(part);
  // From the search on by Tab, and back to the picture: nothing needs the mouse.
  await timeline.searchField.focus();
  const reached = [];
  for (let turn = 0; turn < 4; turn += 1) {
    reached.push(await timeline.focused());
    await workbench.press('Tab');
  }
  expect(reached.join('\n')).toMatch(/^- searchbox.*\n- combobox.*\n.*application "Timeline.*\n- listbox/);
  await timeline.picture.press('/');
  expect(await timeline.focused()).toMatch(/searchbox/);
  await workbench.press('Escape');
  expect(await timeline.focused()).toMatch(/application/);
  await workbench.press('ArrowRight');
  await expect.poll(() => timeline.said(), PATIENCE).toMatch(/^generator numbers: yield 40/);
  await inThemes('timeline');

  await workbench.section('Findings', false);
  await workbench.section('Coroutines', false);
  await workbench.titleButton('Await Graph', 'Show Await Graph as a Picture');
  const picture = workbench.page();
  await picture.locator('.box.stuck').first().waitFor();
  const drawn = await picture.locator('body').ariaSnapshot();
  for (const part of [
    ...[/- button "Smaller"/, /- status: \d+ %/, /- button "Larger"/, /- button "Fit into the window"/],
    /- paragraph: "Deadlock: /,
    /- main "Await Graph":\n {4}- group "15 boxes and 12 arrows":/,
    /- button "worker-0 fetch, waits for Queue\.get \(0\), standstill\.py:19\. Press Enter to go there\."/,
    /- img "Lock 'mine'"/,
  ])
    expect(drawn).toMatch(part);
  // All of it is in the window, from left to right.
  const width = (box: { readonly width: number } | null): number => box?.width ?? NaN;
  const [whole, window] = [picture.locator('#stage > svg'), picture.locator('html')];
  expect(width(await whole.boundingBox())).toBeLessThanOrEqual(width(await window.boundingBox()));
  await inThemes('picture');
  await picture.getByRole('button', { name: 'Fit into the window' }).focus();
  await workbench.press('Tab');
  const focused = picture.locator('.box:focus');
  expect(await focused.getAttribute('aria-label')).toMatch(/transfer, waits for Lock/);
  await workbench.press('ArrowDown');
  expect(await focused.getAttribute('aria-label')).toMatch(/^Lock '/);
  await workbench.press('ArrowDown');
  expect(await focused.getAttribute('aria-label')).toMatch(/transfer, waits for Lock/);
  await workbench.press('Enter');
  await workbench.showsLine(await lineOf('@marker deadlock'));
  await workbench.stopDebugging();
  await workbench.close();
});
