/** The ways to run a program that are compared: by itself, under Coroscope, under debugpy. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { DapClient } from '../test/support/dapClient.js';

export const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

export const programPath = (name: string): string => path.join(root, 'bench/programs', `${name}.py`);

export function lineOf(program: string, marker: string): number {
  const lines = readFileSync(programPath(program), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(`# @${marker}`));
  if (index < 0) throw new Error(`${program} has no line marked @${marker}.`);
  return index + 1;
}

export type RecordMode = 'off' | 'auto' | 'all';

/** A debugger that is spoken to in the Debug Adapter Protocol. */
export interface Debugger {
  readonly name: string;
  /** Whether it has breakpoints on the value about to be yielded. */
  readonly hasModes: boolean;
  connect(): DapClient;
  settings(program: string, args: readonly string[]): Record<string, unknown>;
}

export function coroscope(python: string, record: RecordMode): Debugger {
  return {
    name: `Coroscope, record ${record}`,
    hasModes: true,
    connect: () => DapClient.spawn(process.execPath, [path.join(root, 'dist/dap.js')]),
    settings: (program, args) => ({ program, args, python, cwd: root, record }),
  };
}

export function debugpy(python: string): Debugger {
  return {
    name: 'debugpy',
    hasModes: false,
    // What it says of its own end is not about the program.
    connect: () => DapClient.spawn(python, ['-m', 'debugpy.adapter'], process.env, 'ignore'),
    settings: (program, args) => ({
      program,
      args,
      python: [python],
      cwd: root,
      console: 'internalConsole',
      justMyCode: true,
    }),
  };
}

export interface Breakpoints {
  readonly breakpoints?: Readonly<Record<string, readonly DAP.SourceBreakpoint[]>>;
}

export type Clock = 'wall' | 'cpu';

/** Seconds of a program by itself, as it measures them. */
export async function undebugged(
  python: string,
  program: string,
  args: readonly string[],
  clock: Clock,
): Promise<number> {
  const { read, env } = timing();
  await run(python, [program, ...args], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env } });
  return read(clock);
}

/**
 * Seconds of a program under callbacks that do nothing, or the least (`bench/programs/bare_callbacks.py`). `local`: what
 * the least condition compares.
 */
export async function bareCallbacks(
  python: string,
  kind: 'exchanges' | 'line' | 'raises' | 'least' | { readonly local: string },
  program: string,
  args: readonly string[],
  clock: Clock,
): Promise<number> {
  const first = typeof kind === 'string' ? [kind] : ['condition', kind.local];
  return undebugged(python, programPath('bare_callbacks'), [...first, program, ...args], clock);
}

/** How many events `record: all` sees in a program. */
export async function countEvents(python: string, program: string, args: readonly string[]): Promise<number> {
  const { env } = timing();
  const { stdout } = await run(python, [programPath('bare_callbacks'), 'count', program, ...args], {
    env: { ...process.env, ...env },
  });
  return Number(stdout.trim().split('\n').at(-1));
}

/** Seconds of a program under a debugger, as the program measures them; it must not stop. */
export async function debugged(
  debugger_: Debugger,
  program: string,
  args: readonly string[],
  clock: Clock,
  { breakpoints = {} }: Breakpoints = {},
): Promise<number> {
  const { read, env } = timing();
  const client = debugger_.connect();
  try {
    const over = client.waitFor('terminated');
    // Editors ask for uncaught exceptions unless they are told otherwise: both debuggers say so.
    await client.start({ ...debugger_.settings(program, args), env }, { breakpoints, exceptions: ['uncaught'] });
    await Promise.race([
      over,
      client.waitFor('stopped').then(
        ({ reason }) => Promise.reject(new Error(`${program} stopped under ${debugger_.name}: ${reason}`)),
        () => over,
      ),
    ]);
    return read(clock);
  } catch (error) {
    throw new Error(`${program} under ${debugger_.name}: ${client.outputText('stderr')}`, { cause: error });
  } finally {
    await client.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    await client.close();
  }
}

/**
 * A file in which `bench/programs/timing.py` says how long a program took. Not its output: a debugger may pass that on
 * later than its own event `terminated`, as debugpy does.
 */
function timing(): { env: Record<string, string>; read: (clock: Clock) => number } {
  const folder = mkdtempSync(path.join(tmpdir(), 'coroscope-bench-'));
  const file = path.join(folder, 'seconds');
  return {
    env: { COROSCOPE_BENCH_SECONDS: file, PYTHONPATH: path.dirname(programPath('timing')) },
    read: (clock) => {
      try {
        const [, wall, cpu] = readFileSync(file, 'ascii').split(' ');
        return Number(clock === 'wall' ? wall : cpu);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

/** The Python versions a figure is about. */
export async function versions(python: string): Promise<{ python: string; debugpy: string | undefined }> {
  const ask = async (code: string): Promise<string | undefined> =>
    run(python, ['-c', code]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  return {
    python: (await ask('import platform; print(platform.python_version())')) ?? '?',
    debugpy: await ask('import debugpy; print(debugpy.__version__)'),
  };
}
