/** What somebody sees of a run that is recorded: the timeline, its exports, and the way back through the record. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { TimelinePage } from './timelinePage.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = 'conversation.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

const LAUNCH = {
  ...{ type: 'coroscope', request: 'launch', name: 'Conversation', program: '${file}' },
  ...{ record: 'all', blockedLoopMs: 40 },
};

// One host: what is recorded is the same on each, and this is long.
describe.each(HOSTS.slice(0, 1))('on the %s host', (host, python) => {
  test('a recorded run is drawn, searched, exported and gone back through', async () => {
    const folder = await editor.workspace(host, 'test/e2e/programs', { 'coroscope.python': python });
    await writeFile(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations: [LAUNCH] }));
    const workbench = await editor.window(`timeline-${host}`, folder);
    const picture = (name: string): Promise<void> => workbench.picture(`timeline-${host}-${name}`);
    await workbench.openFile(PROGRAM);
    await workbench.goToLine(await lineOf('@marker said'));
    await workbench.toggleBreakpoint(await lineOf('@marker said'));
    await workbench.startDebugging();
    await workbench.stoppedAt(await lineOf('@marker said'));

    await workbench.command('Open the Timeline of Coroutines');
    const timeline = new TimelinePage(workbench.page());
    await expect.poll(() => timeline.events(), PATIENCE).toBeGreaterThan(40);
    await expect.poll(() => timeline.button('Record').textContent(), PATIENCE).toBe('● Recording');
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await workbench.command('View: Toggle Panel Visibility');
    await picture('1-lanes');

    // Nothing is like that: the page says so, and the field too.
    await timeline.search('no such word');
    await expect.poll(() => timeline.said(), PATIENCE).toMatch(/^Nothing matches/);
    expect(await timeline.searchField.getAttribute('aria-invalid')).toBe('true');

    // By search, then along its coroutine, then with the mouse: the editor goes along.
    await timeline.search('LookupError');
    await expect
      .poll(() => timeline.said(), PATIENCE)
      .toMatch(/^generator listener: throw\(LookupError\('answer'\)\).*, through generator switchboard$/);
    expect(await timeline.searchField.getAttribute('aria-invalid')).toBe('false');
    await workbench.showsLine(await lineOf('@marker listening'));
    expect(await timeline.facts()).toMatch(
      /^Into generator listener · through generator switchboard · value LookupError\('answer'\) · .*\nLocals: not recorded/,
    );
    expect(await timeline.listed()).toContainEqual(expect.stringMatching(/yield 'Ann has heard 1'/));
    await picture('2-found');
    for (let step = 0; step < 12; step += 1) await timeline.picture.press('+');
    await timeline.picture.press('ArrowRight');
    await expect.poll(() => timeline.said(), PATIENCE).toMatch(/^generator listener: yield 'Ann has heard 2'/);
    await picture('3-zoomed');
    await timeline.picture.press('0');
    await timeline.click(5, 0.6);
    await expect.poll(() => timeline.said(), PATIENCE).toMatch(/^consumer: /);
    await workbench.showsLine(await lineOf('await queue.get()'));
    await picture('4-clicked');

    await timeline.search('switchboard');
    await timeline.picture.press('s');
    await picture('5-sequence');
    await timeline.exportAs('Mermaid sequence diagram');
    await workbench.acceptFile('sequence.mmd');
    const mermaid = await saved(path.join(folder, 'sequence.mmd'));
    expect(mermaid).toMatch(/^sequenceDiagram/);
    expect(mermaid).toMatch(/send\('hello'\)/);
    await timeline.picture.press('s');
    await timeline.exportAs('Chrome trace (Perfetto)');
    await workbench.acceptFile('trace.json');
    const { traceEvents } = JSON.parse(await saved(path.join(folder, 'trace.json'))) as { traceEvents: object[] };
    expect(traceEvents.length).toBeGreaterThan(40);
    await timeline.exportAs('Spans (OpenTelemetry)');
    await workbench.acceptFile('spans.jsonl');
    expect(await saved(path.join(folder, 'spans.jsonl'))).toMatch(/^\{"resourceSpans":\[[^]*\]\}\n$/);
    await timeline.exportAs('Picture (SVG)');
    await workbench.acceptFile('timeline.svg');
    const svg = await saved(path.join(folder, 'timeline.svg'));
    expect(svg).toMatch(/^<svg [^>]*>\n[^]*<\/svg>\n$/);
    // Cut where the run took so long, on a busy machine, that the stretch it stands on is narrow.
    expect(svg).toMatch(/>b[a-z ]*(loop|…)/);
    await timeline.exportAs('Picture (PNG)');
    await workbench.acceptFile('timeline.png');
    await saved(path.join(folder, 'timeline.png'));
    const png = await readFile(path.join(folder, 'timeline.png'));
    expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    await workbench.theme('Dark High Contrast');
    await picture('6-high-contrast');
    await workbench.theme('Dark Modern');
    await picture('7-dark');

    // Back through the record, and forward again.
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await workbench.debugAction('Step Back');
    await sees(() => workbench.callStackRows(), /^recorded · the last event · /);
    await picture('8-step-back');
    await workbench.debugAction('Reverse');
    await workbench.showsLine(await lineOf('def switchboard'));
    await sees(() => workbench.callStackRows(), /^recorded · \d+ events ago · generator switchboard/);
    await picture('9-oldest');
    await workbench.debugAction('Step Over');
    await workbench.showsLine(await lineOf('def listener'));
    await sees(() => workbench.callStackRows(), /^recorded · 58 events ago · generator listener/);
    await picture('10-forward');
    await workbench.debugAction('Continue');
    await workbench.showsLine(await lineOf('@marker said'));
    await picture('11-present');

    // While the program runs, what is new comes by itself.
    const before = await timeline.events();
    await timeline.button('Follow').click();
    await workbench.debugAction('Continue');
    await expect.poll(() => timeline.events(), PATIENCE).toBeGreaterThan(before + 100);
    await picture('12-follow');

    // At the next stop those who stand still are asked for their local variables.
    await workbench.toggleBreakpoint(await lineOf('tick += 1'));
    await workbench.stoppedAt(await lineOf('tick += 1'));
    const locals: string[] = [];
    for (const name of ['clock 0', 'clock 1', 'clock 2']) {
      // The search goes round: backwards from the first is the last.
      await timeline.picture.press('Home');
      await timeline.search(name, 'Shift+Enter');
      await expect.poll(() => timeline.said(), PATIENCE).toMatch(new RegExp(`^${name} clock: `));
      await expect.poll(() => timeline.facts(), PATIENCE).toMatch(/Locals/);
      locals.push(await timeline.facts());
    }
    expect(locals.join('\n')).toMatch(/Locals, as it still stands there: .*tick = \d+/);
    await picture('13-locals');
    await workbench.stopDebugging();
    await workbench.close();
  });
});

/** The text of a file, once it is there. */
async function saved(file: string): Promise<string> {
  await expect.poll(() => readFile(file, 'utf8').catch(() => ''), PATIENCE).not.toBe('');
  return readFile(file, 'utf8');
}
