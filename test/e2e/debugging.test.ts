/** What somebody sees who opens a file with generators in it, sets a breakpoint on a `yield` and presses F5. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { findInterpreters } from '../support/interpreters.js';
import { startVscode, type VscodeServer } from './vscodeServer.js';
import { PATIENCE, Workbench } from './workbench.js';

const root = path.join(import.meta.dirname, '../..');
const pictures = path.join(import.meta.dirname, 'out');
const PROGRAM = '08_two_sub_generators.py';

const CHROMIUM_ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

let scratch: string;
let vscode: VscodeServer;
let browser: Browser;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'coroscope-e2e-'));
  await mkdir(pictures, { recursive: true });
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  vscode = await startVscode(path.join(root, `${name}-${version}.vsix`), scratch);
  browser = await chromium.launch({
    executablePath: process.env['COROSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: CHROMIUM_ARGUMENTS,
  });
});

afterAll(async () => {
  await browser.close();
  await vscode.stop();
  await rm(scratch, { recursive: true });
});

/** A copy of the examples without their launch.json, as a folder of somebody's who has configured nothing. */
async function workspace(name: string, python: string): Promise<string> {
  const folder = path.join(scratch, name);
  await cp(path.join(root, 'examples'), folder, { recursive: true });
  await writeFile(path.join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'coroscope.python': python }));
  await rm(path.join(folder, '.vscode', 'launch.json'));
  return folder;
}

/** Number of the line of the program that holds `text`, the first is 1. */
async function lineOf(text: string): Promise<number> {
  const lines = (await readFile(path.join(root, 'examples', PROGRAM), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** Waits until a view has a row for each of `rows`: it fills after the editor has gone to the line of the stop. */
function sees(view: () => Promise<string[]>, ...rows: RegExp[]): Promise<void> {
  const expected = rows.map((row): unknown => expect.stringMatching(row));
  return expect.poll(view, PATIENCE).toEqual(expect.arrayContaining(expected));
}

const [interpreter] = await findInterpreters();

describe.each([...(interpreter === undefined ? [] : [['process', interpreter.path]]), ['embedded', 'embedded']])(
  'on the %s host',
  (host, python) => {
    test('a generator is debugged from its file, with nothing configured', async () => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      const workbench = new Workbench(page, pictures);
      onTestFailed(() => workbench.picture(`${host}-failed`));

      await workbench.open(vscode.addressOf(await workspace(host, python)));
      await workbench.openFile(PROGRAM);
      await workbench.toggleBreakpoint(await lineOf('number + 1'));
      await workbench.toggleBreakpoint(await lineOf('@marker in-second'));
      await workbench.startDebugging();

      // Before the second `yield` of the inner generator: it runs, on the stack of those that drive it.
      await workbench.stoppedAt(await lineOf('number + 1'));
      await sees(() => workbench.variables('Coroutine'), /^kind.*generator/, /^state.*running/, /^sent.*'A'/);
      await sees(() => workbench.callStack(), /^internal/, /^general/, /^<module>/);
      await workbench.picture(`${host}-1-breakpoint`);

      // A step over a `yield` goes to the next line of the same generator, when it is resumed.
      await workbench.press('F10');
      await workbench.stoppedAt((await lineOf('number + 1')) + 1);
      await sees(() => workbench.variables('Coroutine'), /^yielded.*'first 11'/, /^sent.*'B'/);
      await workbench.picture(`${host}-2-step`);

      // Outside of it: the suspended conversation is a thread of its own, and its frames are the delegation chain.
      await workbench.press('F5');
      await workbench.stoppedAt(await lineOf('@marker in-second'));
      await workbench.unfoldThread('generator general');
      await sees(() => workbench.callStack(), /^generator general · yield/, /^internal/, /^general/, /^<module>/);
      await workbench.picture(`${host}-3-suspended`);

      await workbench.stopDebugging();
      const debuggees = async () =>
        (await vscode.commandLines()).filter((line) => line.includes('dap.js') || line.includes(PROGRAM));
      await expect.poll(debuggees, PATIENCE).toEqual([]);
      await page.close();
    });
  },
);
