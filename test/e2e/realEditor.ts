/** A real VS Code with the packaged extension, and a browser to look at it: one of each for a file of tests. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed } from 'vitest';
import { findInterpreters } from '../support/interpreters.js';
import { startVscode, type VscodeServer } from './vscodeServer.js';
import { PATIENCE, Workbench } from './workbench.js';

const root = path.join(import.meta.dirname, '../..');
const pictures = path.join(import.meta.dirname, 'out');

const CHROMIUM_ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

const [interpreter] = await findInterpreters();

/** `[name, value of the setting]` of the hosts to test on. */
export const HOSTS: readonly (readonly [name: string, python: string])[] = [
  ...(interpreter === undefined ? [] : [['process', interpreter.path] as const]),
  ['embedded', 'embedded'],
];

export interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The folder that pictures go into. */
  readonly pictures?: string;
}

export interface EditorOptions {
  /** Folders of more extensions to have in it, below the project's. */
  readonly others?: readonly string[];
  /** Settings of its user's. */
  readonly settings?: object;
}

export class RealEditor {
  #scratch = '';
  #vscode: VscodeServer | undefined;
  #browser: Browser | undefined;
  readonly #others: readonly string[];
  readonly #settings: object;

  constructor({ others = [], settings = {} }: EditorOptions) {
    this.#others = others;
    this.#settings = settings;
  }

  /** How often a `python3` of the PATH was started by anything below the editor. */
  async startsOfPython(): Promise<number> {
    const log = await readFile(path.join(this.#scratch, 'starts.log'), 'utf8').catch(() => '');
    return log.split('\n').length - 1;
  }

  /** What extensions wrote into the files of that name in their folders for logs, one text for each window that has one. */
  async logs(name: string): Promise<string[]> {
    const logs = path.join(this.#scratch, 'user-data/logs');
    const files = (await readdir(logs, { recursive: true })).filter((file) => path.basename(file) === name);
    return Promise.all(files.map((file) => readFile(path.join(logs, file), 'utf8')));
  }

  /** Command lines of the processes below the editor. */
  async commandLines(): Promise<string[]> {
    return (await this.#vscode?.commandLines()) ?? [];
  }

  /**
   * A folder of somebody's who has configured nothing but an interpreter.
   *
   * @param sources folder to copy, below the project's; its launch.json is left out
   */
  async workspace(name: string, sources: string, settings: object): Promise<string> {
    const folder = path.join(this.#scratch, name);
    await cp(path.join(root, sources), folder, { recursive: true });
    await mkdir(path.join(folder, '.vscode'), { recursive: true });
    await writeFile(path.join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
    await rm(path.join(folder, '.vscode', 'launch.json'), { force: true });
    return folder;
  }

  /** A window with the folder open; a picture of it is kept if the test fails. */
  async window(name: string, folder: string, look: Look = {}): Promise<Workbench> {
    const page = await this.#browser!.newPage({
      viewport: look.viewport ?? { width: 1400, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const workbench = new Workbench(page, look.pictures ?? pictures);
    onTestFailed(async () => {
      if (!page.isClosed()) await new Workbench(page, pictures).picture(`${name}-failed`);
    });
    await workbench.open(this.#vscode!.addressOf(folder));
    return workbench;
  }

  async start(): Promise<void> {
    this.#scratch = await mkdtemp(path.join(os.tmpdir(), 'coroscope-e2e-'));
    await mkdir(pictures, { recursive: true });
    const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    const others = await Promise.all(this.#others.map((folder) => this.#package(folder)));
    const packages = [path.join(root, `${name}-${version}.vsix`), ...others];
    this.#vscode = await startVscode(packages, this.#scratch, await this.#countedPython(), this.#settings);
    this.#browser = await chromium.launch({
      executablePath: process.env['COROSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
      args: CHROMIUM_ARGUMENTS,
    });
  }

  /** A folder whose `python3` notes that it was started, and is the interpreter that there is to test with. */
  async #countedPython(): Promise<string> {
    const bin = path.join(this.#scratch, 'bin');
    await mkdir(bin);
    const start = interpreter === undefined ? 'exit 127' : `exec '${interpreter.path}' "$@"`;
    const script = `#!/bin/sh\necho start >> '${path.join(this.#scratch, 'starts.log')}'\n${start}\n`;
    await writeFile(path.join(bin, 'python3'), script, { mode: 0o755 });
    return bin;
  }

  async #package(folder: string): Promise<string> {
    const packagePath = path.join(this.#scratch, `${path.basename(folder)}.vsix`);
    const unpublished = { allowMissingRepository: true, skipLicense: true };
    await createVSIX({ cwd: path.join(root, folder), packagePath, dependencies: false, ...unpublished });
    return packagePath;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#vscode?.stop();
    await rm(this.#scratch, { recursive: true });
  }
}

/** Started before the tests of this file, and gone after them. */
export function realEditor(options: EditorOptions = {}): RealEditor {
  const editor = new RealEditor(options);
  beforeAll(() => editor.start());
  afterAll(() => editor.stop());
  return editor;
}

/** Number of the line of a file of the project's that holds `text`; the first is 1. */
export async function lineOf(file: string, text: string): Promise<number> {
  const lines = (await readFile(path.join(root, file), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** Waits until a view has a row for each of `rows`. */
export function sees(view: () => Promise<string[]>, ...rows: RegExp[]): Promise<void> {
  const expected = rows.map((row): unknown => expect.stringMatching(row));
  return expect.poll(view, PATIENCE).toEqual(expect.arrayContaining(expected));
}
