/** The ways to run a program that are compared: by itself, under Coroscope, under debugpy. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { DapClient } from '../test/support/dapClient.js';

export const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

export const programPath = (name: string): string => path.join(root, 'bench/programs', `${name}.py`);

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
    connect: () => DapClient.spawn(python, ['-m', 'debugpy.adapter']),
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

/** Wall clock and processor time, as the programs print them. */
const SECONDS = /^seconds ([\d.e-]+) ([\d.e-]+)$/m;

export type Clock = 'wall' | 'cpu';

/** Seconds of a program by itself, as it measures them. */
export async function undebugged(
  python: string,
  program: string,
  args: readonly string[],
  clock: Clock,
): Promise<number> {
  const { stdout } = await run(python, [program, ...args], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  return read(stdout, clock);
}

/** Seconds of a program under a debugger, as the program measures them; it must not stop. */
export async function debugged(
  debugger_: Debugger,
  program: string,
  args: readonly string[],
  clock: Clock,
  { breakpoints = {} }: Breakpoints = {},
): Promise<number> {
  const client = debugger_.connect();
  try {
    const over = client.waitFor('terminated');
    await client.start(debugger_.settings(program, args), { breakpoints });
    await Promise.race([
      over,
      client.waitFor('stopped').then(
        ({ reason }) => Promise.reject(new Error(`${program} stopped under ${debugger_.name}: ${reason}`)),
        () => over,
      ),
    ]);
    const text = client.outputText('stdout');
    if (!SECONDS.test(text)) throw new Error(`${debugger_.name}: ${client.outputText('stderr')}`);
    return read(text, clock);
  } finally {
    await client.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    await client.close();
  }
}

function read(text: string, clock: Clock): number {
  const [, wall, cpu] = SECONDS.exec(text) ?? [];
  return Number(clock === 'wall' ? wall : cpu);
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
