/** What the views of Run and Debug show of a program in which many tasks and generators stand still at one moment. */
import { describe, expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = 'standstill.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

describe.each(HOSTS)('on the %s host', (host, python) => {
  test('coroutines are listed, grouped, filtered and broken at, and a deadlock is seen', async () => {
    const folder = await editor.workspace(host, 'test/e2e/programs', { 'coroscope.python': python });
    const workbench = await editor.window(`views-${host}`, folder);
    const picture = (name: string): Promise<void> => workbench.picture(`views-${host}-${name}`);
    await workbench.openFile(PROGRAM);
    await workbench.toggleBreakpoint(await lineOf('@marker standing'));
    await workbench.startDebugging();
    await workbench.stoppedAt(await lineOf('@marker standing'));
    for (const section of ['Watch', 'Breakpoints']) await workbench.section(section, false);
    await workbench.section('Coroutines');
    await picture('0-stop');
    // Beside the suspension point of the frame that is selected: what went out there, and what came in.
    await workbench.unfoldThread('generator numbers');
    await workbench.row('Call Stack', 'numbersstandstill').click();
    await workbench.cursorIn(await lineOf('yield number'));
    await expect.poll(() => workbench.lineText('yield number'), PATIENCE).toMatch(/yielded 5/);
    await picture('0-inline');
    for (const section of ['Variables', 'Call Stack']) await workbench.section(section, false);

    await sees(
      () => workbench.rows('Coroutines'),
      /^worker-0 fetch ?await asyncio\.Queue\.get · standstill\.py:19/,
      /^left-to-right transfer ?async with asyncio\.Lock · standstill\.py:26/,
      /^generator numbers ?yield · standstill\.py:9 · yielded 5/,
      /^generator pairs ?yield · standstill\.py:9 · yielded 7/,
    );
    await picture('1-rows');

    await workbench.titleButton('Coroutines', 'Group Coroutines By');
    await workbench.answer('Equal stack');
    await sees(() => workbench.rows('Coroutines'), /^fetch.*8/);
    await workbench.unfold('Coroutines', 'fetch');
    await sees(() => workbench.rows('Coroutines'), /^worker-7 fetch/);
    await picture('2-equal-stacks');

    await workbench.titleButton('Coroutines', 'Filter Coroutines');
    await workbench.answer('transfer');
    await expect.poll(async () => (await workbench.rows('Coroutines')).join('\n'), PATIENCE).not.toMatch(/fetch/);
    await picture('3-filtered');
    await workbench.titleButton('Coroutines', 'Show All Coroutines');
    await workbench.titleButton('Coroutines', 'Group Coroutines By');
    await workbench.answer('No groups');

    await workbench.unfold('Coroutines', 'generator pairs');
    await expect
      .poll(() => workbench.rows('Coroutines'), PATIENCE)
      .toContainEqual(expect.stringMatching(/^generator numbers.*yielded 7/));
    await workbench.clickTo(workbench.row('Coroutines', 'worker-0'), await lineOf('queue.get'));
    // The lines in which something is suspended say how much; what stands there is listed on request.
    await expect.poll(() => workbench.lineText('await queue.get()'), PATIENCE).toMatch(/8 suspended here$/);
    await expect.poll(() => workbench.lineText('yield number'), PATIENCE).toMatch(/2 suspended here$/);
    await picture('4-gone-to');
    // While a program is debugged the mouse shows values; the editor's own hover comes by its command.
    await workbench.command('Show or Focus Hover');
    await expect.poll(() => workbench.hoverText(), PATIENCE).toMatch(/8 suspended here[^]*worker-0 fetch/);
    await picture('4-hover');
    await workbench.press('Escape');
    await workbench.command('Show Coroutines Suspended in This Line');
    await expect.poll(async () => (await workbench.rows('Coroutines')).length, PATIENCE).toBe(8);
    await workbench.titleButton('Coroutines', 'Show All Coroutines');

    await workbench.section('Coroutines', false);
    await workbench.section('Await Graph');
    await sees(
      () => workbench.rows('Await Graph'),
      /^Deadlock ?(left-to-right transfer → Lock 'other' → right-to-left|right-to-left transfer → Lock 'mine' → left-to-right)/,
      /^left-to-right transfer/,
    );
    await picture('5-await-graph');
    // What can be done with a coroutine is in the menus of its entry there and of its frame in the call stack, too.
    await workbench.menu(workbench.row('Await Graph', 'worker-0'), 'Copy Stack of Coroutine');
    await workbench.section('Await Graph', false);
    await workbench.section('Findings');
    await sees(() => workbench.rows('Findings'), /^Deadlock ?standstill\.py:26 · /);
    await workbench.unfold('Findings', 'Deadlock');
    await sees(() => workbench.rows('Findings'), /^standstill\.py:26/);
    await picture('5-findings');
    await workbench.clickTo(workbench.row('Findings', 'Deadlock'), await lineOf('@marker deadlock'));
    await workbench.section('Findings', false);
    await workbench.section('Await Graph');
    await workbench.titleButton('Await Graph', 'Show Await Graph as a Picture');
    const box = workbench.page().locator('.box.stuck', { hasText: 'right-to-left' }).first();
    await box.waitFor();
    await picture('6-await-picture');
    await workbench.clickTo(box, await lineOf('@marker deadlock'));
    await picture('7-from-the-picture');
    await workbench.section('Coroutines');
    await workbench.titleButton('Coroutines', 'Show Parallel Stacks');
    await workbench.page().locator('.box', { hasText: 'fetch' }).first().waitFor();
    await picture('8-parallel-stacks');

    await workbench.menu(workbench.row('Coroutines', 'worker-0'), 'Break When This Coroutine Resumes');
    await sees(() => workbench.rows('Coroutines'), /^worker-0 fetch.*breaks when it resumes/);
    await picture('9-break');
    await workbench.press('F5');
    await workbench.stoppedAt(await lineOf('queue.get'));
    await picture('10-resumed');

    await workbench.stopDebugging();
    await workbench.close();
  });
});
