/** What the tests of the hosts share: launches from source, and a view of what came of them. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  copyFileSync,
  cpSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Debuggee, LaunchContext } from '../../src/debuggee/backend.js';
import { assets, overrideAssets } from '../../src/debuggee/python/assets.js';
import { readSettings } from '../../src/dap/settings.js';
import { pythonBackend } from '../../src/debuggee/python/backend.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.resolve(here, '../../src/debuggee/python');

/** A folder of its own for one test file, with the real path, as programs report it. */
export function scratchFolder(): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), 'coroscope-hosts-')));
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes a file and the folders it lies in; returns its path. */
export function write(folder: string, name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The worker's script, which is only there once it is bundled. */
export async function buildWorker(folder: string): Promise<void> {
  const worker = path.join(folder, 'embeddedWorker.mjs');
  await build({
    entryPoints: [path.join(source, 'hosts/embeddedWorker.ts')],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  overrideAssets({ ...assets(), worker });
}

/** A runtime whose session is the fixture's, around the hosts' own modules. */
export function useStandInSession(folder: string): void {
  const runtime = path.join(folder, 'runtime');
  const modules = path.join(runtime, 'coroscope');
  mkdirSync(modules, { recursive: true });
  cpSync(path.join(source, 'runtime/boot'), path.join(runtime, 'boot'), { recursive: true });
  const own = readdirSync(path.join(source, 'runtime/coroscope')).filter((name) =>
    /^(channels|console|handover|held_up|protocol|surviving_lock|embedded.*)\.py$/.test(name),
  );
  for (const name of own) copyFileSync(path.join(source, 'runtime/coroscope', name), path.join(modules, name));
  copyFileSync(path.join(here, 'fixtures/coroscope/session.py'), path.join(modules, 'session.py'));
  writeFileSync(path.join(modules, '__init__.py'), '');
  overrideAssets({ ...assets(), runtime });
}

export interface Output {
  readonly category: string;
  readonly text: string;
}

export interface Run {
  readonly debuggee: Debuggee;
  readonly frames: string[];
  readonly outputs: Output[];
  /** All that came in a category, as one text. */
  text(category: string): string;
  /** The next frame, or the first that came, for which `wanted` holds. */
  frame(wanted: (frame: string) => boolean): Promise<string>;
  /** Resolves once so much has come in a category. */
  output(category: string, wanted: string): Promise<void>;
}

/** A context for `launch` that keeps what it is told. */
export function recordingContext(more: Partial<LaunchContext> = {}): {
  readonly context: LaunchContext;
  readonly outputs: Output[];
  readonly changed: (listener: () => void) => void;
} {
  const outputs: Output[] = [];
  const listeners: (() => void)[] = [];
  return {
    outputs,
    changed: (listener) => listeners.push(listener),
    context: {
      output: (category, text) => {
        outputs.push({ category, text });
        for (const listener of listeners) listener();
      },
      progress: () => undefined,
      signal: new AbortController().signal,
      ...more,
    },
  };
}

/** Launches and watches; the program begins with `run`. */
export async function launch(settings: unknown, more: Partial<LaunchContext> = {}): Promise<Run> {
  const { context, outputs, changed } = recordingContext(more);
  const debuggee = await pythonBackend.launch(readSettings(settings), context);
  const frames: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const each of waiting) each();
  };
  changed(look);
  debuggee.transport.onFrame((frame) => {
    frames.push(frame);
    look();
  });
  debuggee.transport.onEnd(() => undefined);
  const text = (category: string): string =>
    outputs
      .filter((output) => output.category === category)
      .map((output) => output.text)
      .join('');
  let gone = false;
  void debuggee.exited.then(() => {
    gone = true;
    look();
  });
  const until = <T>(wanted: string, found: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const value = found();
        if (value === undefined && !gone) return;
        waiting.delete(check);
        if (value === undefined)
          reject(new Error(`It ended without ${wanted}: ${JSON.stringify({ frames, outputs })}`));
        else resolve(value);
      };
      waiting.add(check);
      check();
    });
  return {
    debuggee,
    frames,
    outputs,
    text,
    frame: (wanted) => until('the frame', () => frames.find(wanted)),
    output: async (category, wanted) => {
      await until(wanted, () => (text(category).includes(wanted) ? true : undefined));
    },
  };
}

/** Launches, lets the program begin, and waits for its end. */
export async function runToEnd(
  settings: unknown,
  more: Partial<LaunchContext> = {},
): Promise<Run & { code: number | undefined; signal: string | undefined }> {
  const run = await launch(settings, more);
  run.debuggee.transport.send('run');
  const { code, signal } = await run.debuggee.exited;
  return { ...run, code, signal };
}
