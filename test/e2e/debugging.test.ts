/** What somebody sees who opens a file with generators in it, sets a breakpoint on a `yield` and presses F5. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
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

const [interpreter = 'python3'] = (process.env['COROSCOPE_PYTHONS'] ?? '').split(path.delimiter).filter(Boolean);

describe.each([
  ['process', interpreter],
  ['embedded', 'embedded'],
])('on the %s host', (host, python) => {
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
    const coroutine = await workbench.variables('Coroutine');
    await workbench.picture(`${host}-1-breakpoint`);
    expect(coroutine).toEqual(expect.arrayContaining([expect.stringMatching(/^kind.*generator/)]));
    expect(coroutine).toEqual(expect.arrayContaining([expect.stringMatching(/^sent.*'A'/)]));
    const running = await workbench.callStack('MainThread');
    expect(running).toEqual(expect.arrayContaining([expect.stringContaining('internal')]));
    expect(running).toEqual(expect.arrayContaining([expect.stringContaining('general')]));

    // A step over a `yield` goes to the next line of the same generator, when it is resumed.
    await workbench.press('F10');
    await workbench.stoppedAt((await lineOf('number + 1')) + 1);
    await workbench.picture(`${host}-2-step`);
    expect(await workbench.variables('Coroutine')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^sent.*'B'/)]),
    );

    // Outside of it: the suspended conversation is a thread of its own.
    await workbench.press('F5');
    await workbench.stoppedAt(await lineOf('@marker in-second'));
    await workbench.picture(`${host}-3-suspended`);
    expect(await workbench.callStack('generator general')).toEqual(
      expect.arrayContaining([expect.stringMatching(/generator general · yield/)]),
    );

    await workbench.stopDebugging();
    const debuggees = async () =>
      (await vscode.commandLines()).filter((line) => line.includes('dap.js') || line.includes(PROGRAM));
    await expect.poll(debuggees, PATIENCE).toEqual([]);
    await page.close();
  });
});
