/** The debuggers that are compared, and what is known of the programs and interpreters that they are compared on. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
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

/** How many events `record: all` sees in a program. */
export async function countEvents(python: string, program: string, args: readonly string[]): Promise<number> {
  const { stdout } = await run(python, [programPath('bare_callbacks'), 'count', program, ...args], {
    env: { ...process.env, PYTHONPATH: path.dirname(programPath('timing')) },
  });
  return Number(stdout.trim().split('\n').at(-1));
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
