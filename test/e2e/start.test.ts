/** What a window has of the extension that opens a Python file and debugs nothing: how long its start takes, and what it does. */
import { expect, test } from 'vitest';
import { realEditor, sees } from './realEditor.js';
import { PATIENCE, type Workbench } from './workbench.js';

const EXTENSIONS = 'test/e2e/startExtensions';
const editor = realEditor({ others: [`${EXTENSIONS}/empty`, `${EXTENSIONS}/witness`] });
const WINDOWS = Number(process.env['COROSCOPE_START_WINDOWS'] ?? 3);
const OURS = /^coroscope\.coroscope-/;

/** What the extension `startExtensions/witness` tells of a window. */
interface Told {
  /** In milliseconds, by the name of an extension's folder. */
  readonly starts: Readonly<
    Record<string, { readonly load: number; readonly activate: number; readonly processor: number }>
  >;
  /** Of Node by Coroscope's code, as `function argument`. */
  readonly asked: readonly string[];
  /** Names of the files of Coroscope's that are loaded. */
  readonly loaded: readonly string[];
}

test('with a Python file it loads one small file, reads none of the workspace, and starts nothing', async () => {
  const names = ['Coroscope', 'Nothing, for tests'] as const;
  const listed: Record<(typeof names)[number], number[]> = { Coroscope: [], 'Nothing, for tests': [] };
  const folders: string[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const folder = await editor.workspace(`start-${window}`, 'examples', {});
    folders.push(folder);
    const workbench = await editor.window('start', folder);
    await sees(() => workbench.statusBar(), /^Witness$/);
    await workbench.openFile('12_await_chain.py');
    await sees(() => workbench.statusBar(), /^Coroscope: python3$/);
    await workbench.command('Witness: Tell What Was Seen');
    await expect.poll(async () => (await editor.logs('told.json')).length, PATIENCE).toBe(window + 1);
    await workbench.command('Developer: Show Running Extensions');
    for (const name of names) listed[name].push(await listedTime(workbench, name));
    await workbench.close();
  }

  const told = (await editor.logs('told.json')).map((text) => JSON.parse(text) as Told);
  for (const { starts, asked, loaded } of told) {
    expect(Object.keys(starts).filter((folder) => OURS.test(folder))).toHaveLength(1);
    expect(loaded).toEqual(['extension.cjs']);
    // Whether there is a virtual environment is looked up, and no more.
    const inTheWorkspace = asked.filter((request) => folders.some((folder) => request.includes(folder)));
    expect(inTheWorkspace.filter((request) => !/^stat .*[/\\]\.?venv[/\\]bin[/\\]python$/.test(request))).toEqual([]);
    expect(inTheWorkspace.length).toBeGreaterThan(0);
    expect(asked.filter((request) => /^(spawn|Worker)/.test(request))).toEqual([]);
  }
  expect(await editor.startsOfPython()).toBe(0);

  for (const name of names) {
    const its = told.flatMap(({ starts }) =>
      Object.entries(starts).flatMap(([folder, start]) =>
        OURS.test(folder) === (name === 'Coroscope') ? [start] : [],
      ),
    );
    expect(its).toHaveLength(WINDOWS);
    const whole = its.map(({ load, activate }) => load + activate);
    const processor = its.map((start) => start.processor);
    console.log(
      `“${name}” starts in ${medianOf(whole)} ms, with ${medianOf(processor)} ms of a processor;`,
      `the list of running extensions says ${medianOf(listed[name])} ms.`,
    );
  }
});

/** What the list of running extensions says, in milliseconds: with all that came between. */
async function listedTime(workbench: Workbench, name: string): Promise<number> {
  return Number(/(\d+) ?ms/.exec(await workbench.activation(name))![1]);
}

/** With the values themselves. */
function medianOf(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b).map((value) => value.toFixed(1));
  return `${sorted[Math.floor(sorted.length / 2)] ?? ''} (${sorted.join(', ')})`;
}
