import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { LaunchError, type LaunchRequest } from '../backend.js';
import { mergeEnvironment, readEnvFile, type Environment } from './environment.js';

/** What Python is asked to run, as its command line has it. */
export type Program =
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'code'; readonly text: string };

/** The launch settings as Python's hosts need them. */
export interface PythonLaunch {
  readonly program: Program;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly environment: Environment;
  /** What `envFile` and `env` say alone; null takes a variable away. */
  readonly environmentChanges: Readonly<Record<string, string | null>>;
  /** A path, a name, or `embedded`; undefined chooses one. */
  readonly python: string | undefined;
  readonly console: LaunchRequest['console'];
}

const PYTHON = 'The setting python must be a text that is not empty.';

/** What a person writes in a launch configuration for Python alone. */
export const pythonSettings = {
  /** A path, a name, or `embedded`. */
  python: z.string(PYTHON).min(1, PYTHON).optional(),
};
const PythonSettings = z.object(pythonSettings);

/**
 * Checks the setting of Python's own, and what the others name: the program, the folder and the file of variables must
 * exist.
 * @param base the environment that the program's is built on.
 * @throws LaunchError
 */
export async function readSettings(launch: LaunchRequest, base: Environment = process.env): Promise<PythonLaunch> {
  const own = PythonSettings.safeParse(launch);
  if (!own.success) throw new LaunchError('settingInvalid', PYTHON, 'Correct it in the launch configuration.');
  const program = await programOf(launch);
  const cwd = await workingFolder(launch, program);
  const fromFile = launch.envFile === undefined ? {} : await readEnvFile(path.resolve(cwd, launch.envFile), base);
  const changes = { ...fromFile, ...texts(launch.env) };
  return {
    program,
    args: launch.args,
    cwd,
    // The editor starts the adapter as Node with this variable, which would turn an Electron program into Node too.
    environment: mergeEnvironment(base, { ELECTRON_RUN_AS_NODE: null, ...changes }),
    environmentChanges: changes,
    python: own.data.python,
    console: launch.console,
  };
}

async function programOf(launch: LaunchRequest): Promise<Program> {
  if (launch.module !== undefined) return { kind: 'module', name: launch.module };
  if (launch.code !== undefined) {
    return { kind: 'code', text: typeof launch.code === 'string' ? launch.code : launch.code.join('\n') };
  }
  const program = path.resolve(launch.cwd ?? '.', launch.program ?? '');
  // A folder or an archive with a __main__.py is a program to Python too.
  const found = await stat(program).catch(() => undefined);
  if (!found) {
    throw new LaunchError(
      'programNotFound',
      `The program ${program} does not exist.`,
      'Correct the setting "program" in launch.json.',
    );
  }
  return { kind: 'program', path: program };
}

async function workingFolder(launch: LaunchRequest, program: Program): Promise<string> {
  if (launch.cwd === undefined) return program.kind === 'program' ? path.dirname(program.path) : process.cwd();
  const cwd = path.resolve(launch.cwd);
  const found = await stat(cwd).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new LaunchError(
      'folderNotFound',
      found ? `The working folder ${cwd} is not a folder.` : `The working folder ${cwd} does not exist.`,
      'Correct the setting "cwd" in launch.json.',
    );
  }
  return cwd;
}

function texts(env: LaunchRequest['env']): Record<string, string | null> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === null ? null : String(value)]));
}
