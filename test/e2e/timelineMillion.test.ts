/**
 * The timeline of a program that has exchanged a million values: what is drawn for a frame goes by what is seen, and not by
 * what is kept. How long frames take is printed and not judged, as it says nothing on a machine that does other things.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor } from './realEditor.js';
import { GUTTER, ROW, TimelinePage, type Frames } from './timelinePage.js';

const PROGRAM = 'million.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`test/e2e/programs/${PROGRAM}`, text);

/** Ends of exchanges at the stops: each exchange has two, and a generator that delegates has those of its delegate too. */
const FEW = 250_000;
const MANY = 2_500_000;
const LAUNCH = {
  ...{ type: 'coroscope', request: 'launch', name: 'A million', program: '${file}' },
  ...{ record: 'all', recordLimit: 4_000_000 },
};
/** It takes its time to bring so much, on a machine that does other things. */
const LONG = { timeout: 300_000, interval: 500 };

const [[host, python] = ['embedded', 'embedded']] = HOSTS;

test('of a million exchanges a frame draws no more than it has room for', { timeout: 900_000 }, async () => {
  // The timeline is as wide at the second stop as at the first.
  const settings = { 'coroscope.python': python, 'debug.openDebug': 'neverOpen' };
  const folder = await editor.workspace('million', 'test/e2e/programs', settings);
  await writeFile(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations: [LAUNCH] }));
  const workbench = await editor.window('million', folder);
  await workbench.openFile(PROGRAM);
  const [few, many] = [await lineOf('@marker few'), await lineOf('@marker many')];
  for (const line of [few, many]) {
    await workbench.goToLine(line);
    await workbench.toggleBreakpoint(line);
  }
  await workbench.startDebugging();
  await workbench.stoppedAt(few);
  await workbench.command('Open the Timeline of Coroutines');
  const timeline = new TimelinePage(workbench.page());
  await expect.poll(() => timeline.events(), LONG).toBeGreaterThanOrEqual(FEW);
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await workbench.command('View: Toggle Panel Visibility');
  const withFew = await moved(timeline);

  await workbench.press('F5');
  await expect.poll(() => timeline.events(), LONG).toBeGreaterThanOrEqual(MANY);
  await workbench.stoppedAt(many);
  const withMany = await moved(timeline);
  await workbench.picture('million-1-moved');
  console.log(`On the ${host} host, ${FEW.toLocaleString('en')} events: ${words(withFew)}`);
  console.log(`On the ${host} host, ${MANY.toLocaleString('en')} events: ${words(withMany)}`);

  // However much is kept: no more things than the lanes that are seen have pixels, each found by doubling and halving.
  const { width, height } = (await timeline.picture.boundingBox())!;
  for (const [{ drawn }, events] of [
    [withFew, FEW],
    [withMany, MANY],
  ] as const) {
    expect(drawn.length).toBeGreaterThan(20);
    for (const { lanes, items, probes } of drawn) {
      expect(lanes).toBeLessThanOrEqual(height / ROW + 2);
      expect(items).toBeLessThanOrEqual(lanes * (width - GUTTER));
      expect(probes).toBeLessThanOrEqual((items + lanes) * 2 * (Math.log2(events) + 2));
    }
    expect(Math.max(...drawn.map(({ items }) => items))).toBeGreaterThan(100);
  }
  await workbench.stopDebugging();
  await workbench.close();
});

/** All of it first, then through it by wheel and keys, to single exchanges and back. */
async function moved(timeline: TimelinePage): Promise<Frames> {
  await timeline.click(1, 0.5);
  await timeline.picture.press('0');
  await timeline.watchFrames();
  for (let turn = 0; turn < 25; turn += 1) await timeline.wheel(0, -120, 'Control');
  for (let turn = 0; turn < 20; turn += 1) await timeline.wheel(turn % 4 === 3 ? -240 : 80, 0);
  for (let turn = 0; turn < 25; turn += 1) await timeline.wheel(0, 120, 'Control');
  for (let turn = 0; turn < 15; turn += 1) await timeline.wheel(0, turn < 8 ? 28 : -28);
  for (const key of ['+', ']', '+', ']', '+', '[', '-', '[', '-', '-', '0']) await timeline.picture.press(key);
  return timeline.framesWatched();
}

function words({ intervals, drawn }: Frames): string {
  const figures = (values: readonly number[]): string => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1);
    return `${at(0.5)} (median) ${at(0.95)} (95 %) ${at(1)} (max)`;
  };
  return [
    `${intervals.length} frames, ${drawn.length} of them drawn`,
    `ms from frame to frame ${figures(intervals)}`,
    `ms to draw one ${figures(drawn.map(({ milliseconds }) => milliseconds))}`,
    `things drawn ${figures(drawn.map(({ items }) => items))}`,
    `probes ${figures(drawn.map(({ probes }) => probes))}`,
  ].join('; ');
}
