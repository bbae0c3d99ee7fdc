/**
 * The interpreters that tests run on: the embedded one always, and the real CPythons of this machine, those on PATH and
 * those in `COROSCOPE_PYTHONS`. `COROSCOPE_REQUIRE_PYTHONS` (`3.13:3.14`) names versions whose absence is a failure.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const names = ['python3', 'python', 'python3.12', 'python3.13', 'python3.14', 'python3.15'];
const describeSelf =
  'import json, os, platform, sys; print(json.dumps(dict(path=os.path.realpath(sys.executable), ' +
  'implementation=sys.implementation.name, minor=list(sys.version_info[:2]), version=platform.python_version())))';

export interface Interpreter {
  readonly path: string;
  readonly version: string;
}

/** One for each version found, 3.12 and newer. What does not start or is older is passed over. */
export async function findInterpreters(): Promise<Interpreter[]> {
  const listed = (process.env['COROSCOPE_PYTHONS'] ?? '').split(path.delimiter).filter((entry) => entry !== '');
  const found = await Promise.all([...listed, ...names].map(ask));
  const byVersion = new Map<string, Interpreter>();
  for (const interpreter of found) {
    if (interpreter && !byVersion.has(interpreter.version)) byVersion.set(interpreter.version, interpreter);
  }
  return [...byVersion.values()];
}

async function ask(command: string): Promise<Interpreter | undefined> {
  try {
    const { stdout } = await run(command, ['-I', '-c', describeSelf]);
    const { implementation, minor, version } = JSON.parse(stdout) as {
      implementation: string;
      minor: [number, number];
      version: string;
    };
    const recent = minor[0] > 3 || (minor[0] === 3 && minor[1] >= 12);
    return implementation === 'cpython' && recent ? { path: command, version } : undefined;
  } catch {
    return undefined;
  }
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  /** Last line of the standard error: an exception's own text, without the traceback, which differs between versions. */
  readonly lastError: string;
}

/** Runs Python to its end, with every warning an error: an example leaves nothing never awaited and nothing open. */
export async function runPython(interpreter: Interpreter, args: readonly string[]): Promise<Outcome> {
  const options = { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: 'random' } };
  const { exitCode, stdout, stderr } = await run(
    interpreter.path,
    ['-X', 'utf8', '-W', 'error', ...args],
    options,
  ).then(
    (done) => ({ exitCode: 0, ...done }),
    (error: unknown) => {
      const failed = error as { code?: unknown; stdout: string; stderr: string };
      if (typeof failed.code !== 'number') throw error;
      return { exitCode: failed.code, stdout: failed.stdout, stderr: failed.stderr };
    },
  );
  return { exitCode, stdout, lastError: stderr.trimEnd().split(/\r?\n/).at(-1) ?? '' };
}

/** Where a session can run: `python` is the launch setting. */
export interface Host {
  /** `embedded`, `3.12.1`, ... */
  readonly name: string;
  readonly python: string;
  readonly embedded: boolean;
}

const interpreters = await findInterpreters();
const required = (process.env['COROSCOPE_REQUIRE_PYTHONS'] ?? '').split(/[,:;]/).filter((version) => version !== '');
const missing = required.filter((version) => !interpreters.some((each) => each.version.startsWith(`${version}.`)));
if (missing.length > 0)
  throw new Error(`No CPython ${missing.join(' and no CPython ')} was found, and it is required.`);

export const cpythons: readonly Interpreter[] = interpreters;

export const hosts: readonly Host[] = [
  { name: 'embedded', python: 'embedded', embedded: true },
  ...interpreters.map(({ path: python, version }) => ({ name: version, python, embedded: false })),
];

/** What imports nothing on the embedded host: trio wants a selector or a proactor, uvicorn sockets. */
const NOT_EMBEDDED = ['trio', 'uvicorn'];

/**
 * The environment in which a host imports these modules: as it is, or with the packages of pure Python that provisioning
 * brings (the folder `COROSCOPE_PACKAGES`). Undefined, and said, when neither has them.
 */
export async function environmentWith(
  host: Host,
  ...modules: string[]
): Promise<Readonly<Record<string, string>> | undefined> {
  const packages = process.env['COROSCOPE_PACKAGES'];
  const bare: Readonly<Record<string, string>> = {};
  // A plugin of a library that is only there for other hosts must not be loaded with pytest.
  const brought = packages ? { PYTHONPATH: packages, PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1' } : undefined;
  if (host.embedded) {
    const there = (name: string): boolean => existsSync(path.join(packages ?? '', name));
    if (brought && modules.every((name) => there(name) && !NOT_EMBEDDED.includes(name))) return brought;
  } else {
    for (const environment of brought ? [bare, brought] : [bare]) {
      const imports = ['-c', `import ${modules.join(', ')}`];
      const env = { ...process.env, ...environment };
      if (await run(host.python, imports, { env }).then(Boolean, () => false)) return environment;
    }
  }
  process.stderr.write(`SKIPPED: ${host.name} has no ${modules.join(' and ')}; what needs them is not tested there.\n`);
  return undefined;
}
