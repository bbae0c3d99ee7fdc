import { execFile } from 'node:child_process';
import { access, constants, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LaunchError } from '../backend.js';
import type { Environment } from './environment.js';
import { recall, remember, type BinaryState } from './knownInterpreters.js';

/** A Python on this machine that the runtime can work in. */
export interface Interpreter {
  /** What it calls itself: the real binary, also where a shim was asked. */
  readonly executable: string;
  /** `3.14.2`. */
  readonly version: string;
}

export const OLDEST_VERSION = '3.12';
const OLDEST_MINOR = 12;
const HINT = `Choose a Python ${OLDEST_VERSION} or newer with the setting "python", or set it to "embedded".`;

/** Long enough for a cold start from a slow disk; an interpreter that hangs is none. */
const PROBE_TIMEOUT_MS = 20_000;

/** Runs on Python 2 as well, to be told its version. */
const PROBE =
  "import sys;print('%d.%d.%d|%s|%s'%(sys.version_info[:3]+(getattr(getattr(sys,'implementation',None),'name','cpython'),sys.executable)))";

/** Where interpreters are looked for: the program's working folder and environment. */
export interface Surroundings {
  readonly cwd: string;
  readonly environment: Environment;
  readonly platform?: NodeJS.Platform;
}

/** A command line that should be a Python. */
type Candidate = readonly [file: string, ...args: string[]];

/**
 * The interpreter that the setting `python` names: a path, the folder of a virtual environment, or a name on PATH.
 * @throws LaunchError
 */
export async function namedInterpreter(python: string, surroundings: Surroundings): Promise<Interpreter> {
  return probe([await locate(python, surroundings)], surroundings);
}

/**
 * The interpreter of a run whose settings name none: the workspace's virtual environment, then what a terminal would
 * start, then the newest that has its version in its name, as beside a system's older `python3`. Those that are too old,
 * or no CPython, are passed over; undefined when none is left.
 */
export async function chooseInterpreter(surroundings: Surroundings): Promise<Interpreter | undefined> {
  for (const find of [candidates, versionedCandidates]) {
    for (const candidate of await find(surroundings)) {
      const interpreter = await probe(candidate, surroundings).catch((error: unknown) => {
        if (error instanceof LaunchError) return undefined;
        throw error;
      });
      if (interpreter) return interpreter;
    }
  }
  return undefined;
}

async function candidates(surroundings: Surroundings): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const folder of await workspaceFolders(surroundings.cwd)) {
    for (const name of ['.venv', 'venv']) {
      const python = await inVirtualEnvironment(path.join(folder, name), surroundings);
      if (python !== undefined) found.push([python]);
    }
  }
  for (const name of ['python3', 'python'])
    found.push(...(await onPath(name, surroundings)).map((file): Candidate => [file]));
  if (platformOf(surroundings) === 'win32')
    found.push(...(await onPath('py', surroundings)).map((file): Candidate => [file, '-3']));
  return found;
}

/** `python3.14`, `python3.13` and so on of the PATH, the newest first. */
async function versionedCandidates(surroundings: Surroundings): Promise<readonly Candidate[]> {
  const minors = new Set<number>();
  for (const folder of searchPath(surroundings)) {
    for (const name of await readdir(folder).catch(() => [])) {
      const minor = Number(/^python3\.(\d+)(?:\.exe)?$/.exec(name)?.[1] ?? 0);
      if (minor >= OLDEST_MINOR) minors.add(minor);
    }
  }
  const names = [...minors].sort((one, other) => other - one).map((minor) => `python3.${minor}`);
  const files = await Promise.all(names.map((name) => onPath(name, surroundings)));
  return files.flat().map((file): Candidate => [file]);
}

/** `cwd` and the folders around it, up to the root of its project; `cwd` alone where there is no project. */
async function workspaceFolders(cwd: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    folders.push(folder);
    for (const mark of ['.git', '.vscode', 'pyproject.toml']) {
      if (await exists(path.join(folder, mark))) return folders;
    }
    if (path.dirname(folder) === folder) return [cwd];
  }
}

async function locate(python: string, surroundings: Surroundings): Promise<string> {
  const file = path.resolve(surroundings.cwd, python);
  const isPath = path.isAbsolute(python) || /[/\\]/.test(python);
  const found =
    isPath || (await exists(path.join(file, 'pyvenv.cfg'))) ? await stat(file).catch(() => undefined) : undefined;
  if (found?.isDirectory()) {
    const inside = await inVirtualEnvironment(file, surroundings);
    if (inside !== undefined) return inside;
    throw new LaunchError(
      'interpreterNotFound',
      `The folder ${file} is no virtual environment: it holds no Python.`,
      HINT,
    );
  }
  if (found) return file;
  if (isPath) throw new LaunchError('interpreterNotFound', `The Python interpreter ${file} does not exist.`, HINT);
  const [first] = await onPath(python, surroundings);
  if (first !== undefined) return first;
  throw new LaunchError('interpreterNotFound', `There is no "${python}" on the PATH.`, HINT);
}

async function inVirtualEnvironment(folder: string, surroundings: Surroundings): Promise<string | undefined> {
  const names =
    platformOf(surroundings) === 'win32' ? ['Scripts/python.exe', 'python.exe'] : ['bin/python', 'bin/python3'];
  for (const name of names) {
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function onPath(name: string, surroundings: Surroundings): Promise<readonly string[]> {
  const endings = platformOf(surroundings) === 'win32' ? ['.exe', ''] : [''];
  const found: string[] = [];
  for (const folder of searchPath(surroundings)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (await isExecutable(file)) found.push(file);
    }
  }
  return found;
}

/** The folders of the PATH. */
function searchPath(surroundings: Surroundings): readonly string[] {
  const { environment, cwd } = surroundings;
  const value =
    environment['PATH'] ?? Object.entries(environment).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  return value
    .split(platformOf(surroundings) === 'win32' ? ';' : ':')
    .filter((each) => each !== '')
    .map((each) => path.resolve(cwd, each));
}

/** Answers by file, its age, and the folder and variables that decide which interpreter a shim stands for. */
const known = new Map<string, Promise<Interpreter>>();

async function probe(candidate: Candidate, surroundings: Surroundings): Promise<Interpreter> {
  const [file] = candidate;
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new LaunchError('interpreterNotFound', `The Python interpreter ${file} does not exist.`, HINT);
  if (!found.isFile() || !(await isExecutable(file))) {
    throw new LaunchError('interpreterNotExecutable', `${file} is not a program that can be run.`, HINT);
  }
  const { cwd, environment } = surroundings;
  const key = JSON.stringify([
    candidate,
    found.mtimeMs,
    found.size,
    cwd,
    environment['PYENV_VERSION'],
    environment['PYTHONHOME'],
  ]);
  let answer = known.get(key);
  if (!answer) {
    answer = askOnce(candidate, { path: file, size: found.size, modified: found.mtimeMs }, surroundings);
    known.set(key, answer);
    // What failed once may be repaired before the next start.
    answer.catch(() => known.delete(key));
  }
  return answer;
}

/** What it said before, or what it says now. PYTHONHOME gives a binary another library, so it is asked again. */
async function askOnce(candidate: Candidate, state: BinaryState, surroundings: Surroundings): Promise<Interpreter> {
  if (candidate.length > 1 || surroundings.environment['PYTHONHOME']) return ask(candidate, surroundings);
  const before = await recall(state);
  if (before) return before;
  const answer = await ask(candidate, surroundings);
  // Nobody waits for it.
  void remember(state, answer);
  return answer;
}

async function ask([file, ...args]: Candidate, { cwd, environment }: Surroundings): Promise<Interpreter> {
  const { error, stdout, stderr } = await new Promise<{ error: Error | null; stdout: string; stderr: string }>(
    (resolve) => {
      execFile(
        file,
        [...args, '-S', '-c', PROBE],
        { cwd, env: { ...environment }, timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL', windowsHide: true },
        (failure, out, err) => {
          resolve({ error: failure, stdout: out, stderr: err });
        },
      );
    },
  );
  const answer = /^(\d+)\.(\d+)\.(\d+)\|([^|]*)\|(.*)$/m.exec(stdout);
  if (error || !answer) {
    const said = stderr.trim().split('\n').at(-1)?.replace(/\.$/, '');
    throw new LaunchError(
      'interpreterUnusable',
      `${file} does not work as a Python interpreter${said ? `: ${said}` : ''}.`,
      HINT,
    );
  }
  const [, major = '', minor = '', micro = '', implementation = '', executable = ''] = answer;
  const version = `${major}.${minor}.${micro}`;
  if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < OLDEST_MINOR)) {
    throw new LaunchError(
      'interpreterTooOld',
      `${file} is Python ${version}, and debugging needs ${OLDEST_VERSION} or newer.`,
      HINT,
    );
  }
  if (implementation !== 'cpython') {
    throw new LaunchError(
      'interpreterUnsupported',
      `${file} is a Python of another kind (${implementation}); debugging needs CPython.`,
      HINT,
    );
  }
  return { executable: executable.trim() === '' ? file : executable.trim(), version };
}

function platformOf(surroundings: Surroundings): NodeJS.Platform {
  return surroundings.platform ?? process.platform;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function isExecutable(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return false;
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
