import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { LaunchError } from '../backend.js';
import { mergeEnvironment, readEnvFile, type Environment } from './environment.js';

/** What Python is asked to run, as its command line has it. */
export type Program =
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'code'; readonly text: string };

export type ConsoleKind = 'internalConsole' | 'integratedTerminal' | 'externalTerminal';

/** The language's part of the launch settings, checked and complete. */
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
  readonly console: ConsoleKind;
}

const text = (name: string) =>
  z.string(`The setting "${name}" must be a text.`).min(1, `The setting "${name}" must not be empty.`);

const ARGS = 'The setting "args" must be a list of texts.';
const CODE = 'The setting "code" must be a text, or a list of lines.';
const CONSOLE = 'The setting "console" must be "internalConsole", "integratedTerminal" or "externalTerminal".';
const ENV = 'The setting "env" must be an object whose values are texts, or null to take a variable away.';

const LaunchSettings = z
  .object(
    {
      program: text('program').optional(),
      module: text('module').optional(),
      code: z.union([z.string(), z.array(z.string())], CODE).optional(),
      args: z.array(z.string(ARGS), ARGS).default([]),
      cwd: text('cwd').optional(),
      env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()], ENV), ENV).default({}),
      envFile: text('envFile').optional(),
      python: text('python').optional(),
      console: z
        .enum(['internalConsole', 'integratedTerminal', 'externalTerminal'], CONSOLE)
        .default('internalConsole'),
    },
    'The launch settings must be an object.',
  )
  .refine(
    ({ program, module, code }) => [program, module, code].filter((each) => each !== undefined).length === 1,
    'Exactly one of the settings "program", "module" and "code" must say what to run.',
  );
type LaunchSettings = z.infer<typeof LaunchSettings>;

/**
 * Checks the settings and what they name: the program, the folder and the file of variables must exist.
 * @param base the environment that the program's is built on.
 * @throws LaunchError
 */
export async function readSettings(settings: unknown, base: Environment = process.env): Promise<PythonLaunch> {
  const checked = LaunchSettings.safeParse(settings);
  if (!checked.success) {
    throw new LaunchError(
      'settingInvalid',
      [...new Set(checked.error.issues.map((issue) => issue.message))].join(' '),
      'Correct it in launch.json and start again.',
    );
  }
  const launch = checked.data;
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
    python: launch.python,
    console: launch.console,
  };
}

async function programOf(launch: LaunchSettings): Promise<Program> {
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

async function workingFolder(launch: LaunchSettings, program: Program): Promise<string> {
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

function texts(env: LaunchSettings['env']): Record<string, string | null> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === null ? null : String(value)]));
}
