import { chmodSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseInterpreter, namedInterpreter } from '../../src/debuggee/python/interpreters.js';
import { findInterpreters } from '../support/interpreters.js';
import { launch, recordingContext, remove, scratchFolder, write } from './support.js';

const folder = scratchFolder();
const [real] = await findInterpreters();
afterAll(() => {
  remove(folder);
});

/** A program that answers as an interpreter would. */
function answering(name: string, version: string, implementation = 'cpython'): string {
  const file = write(folder, name, `#!/bin/sh\necho '${version}|${implementation}|'"$0"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Only what the stand-ins themselves need is on this PATH besides `folders`. */
const surroundings = (cwd: string, ...folders: string[]) => ({ cwd, environment: { PATH: folders.join(':') } });

describe.skipIf(process.platform === 'win32')('the interpreter', () => {
  const good = answering('good/python3', '3.14.2');
  const older = answering('older/python3', '3.11.9');

  it('named by a path, a name or the folder of an environment', async () => {
    const venv = answering('env/bin/python', '3.12.0');
    write(folder, 'env/pyvenv.cfg', '');
    expect(await namedInterpreter(good, surroundings(folder))).toEqual({ executable: good, version: '3.14.2' });
    expect(await namedInterpreter('good/python3', surroundings(folder))).toMatchObject({ executable: good });
    expect(await namedInterpreter('python3', surroundings(folder, '/none', path.dirname(good)))).toMatchObject({
      executable: good,
    });
    for (const name of [path.join(folder, 'env'), './env', 'env']) {
      expect(await namedInterpreter(name, surroundings(folder))).toEqual({ executable: venv, version: '3.12.0' });
    }
  });

  it('that cannot be used says why', async () => {
    const plain = write(folder, 'plain.txt', 'text');
    const failing = write(folder, 'failing', '#!/bin/sh\necho "cannot load" >&2\nexit 1\n');
    chmodSync(failing, 0o755);
    const silent = write(folder, 'silent', '#!/bin/sh\n');
    chmodSync(silent, 0o755);
    const other = answering('other/pypy', '3.12.1', 'pypy');
    const cases = [
      [`${folder}/none`, 'interpreterNotFound', `The Python interpreter ${folder}/none does not exist.`],
      ['no-such-python', 'interpreterNotFound', 'There is no "no-such-python" on the PATH.'],
      [
        path.join(folder, 'good'),
        'interpreterNotFound',
        `The folder ${folder}/good is no virtual environment: it holds no Python.`,
      ],
      [plain, 'interpreterNotExecutable', `${plain} is not a program that can be run.`],
      [failing, 'interpreterUnusable', `${failing} does not work as a Python interpreter: cannot load.`],
      [silent, 'interpreterUnusable', `${silent} does not work as a Python interpreter.`],
      [older, 'interpreterTooOld', `${older} is Python 3.11.9, and debugging needs 3.12 or newer.`],
      [other, 'interpreterUnsupported', `${other} is a Python of another kind (pypy); debugging needs CPython.`],
    ] as const;
    for (const [python, code, message] of cases) {
      await expect(namedInterpreter(python, surroundings(folder))).rejects.toMatchObject({
        code,
        message,
        hint: 'Choose a Python 3.12 or newer with the setting "python", or set it to "embedded".',
      });
    }
  });

  it('chosen is the one of the workspace, or else of the terminal, if it is not too old', async () => {
    const workspace = path.join(folder, 'workspace');
    const deep = path.dirname(write(workspace, 'src/deep/talk.py', ''));
    write(workspace, 'pyproject.toml', '');
    const both = surroundings(deep, path.dirname(older), path.dirname(good));
    expect(await chooseInterpreter(both)).toMatchObject({ executable: good });
    const own = answering('workspace/.venv/bin/python', '3.13.0');
    expect(await chooseInterpreter(both)).toMatchObject({ executable: own });
    answering('workspace/.venv/bin/python', '3.10.10');
    expect(await chooseInterpreter(both)).toMatchObject({ executable: good });
    expect(await chooseInterpreter(surroundings(deep, path.dirname(older)))).toBeUndefined();
  });

  it('is one with its version in its name, the newest, where python3 and python are too old', async () => {
    const cwd = path.dirname(write(folder, 'versions/talk.py', ''));
    const newest = answering('versioned/python3.14', '3.14.1');
    const next = answering('versioned/python3.13', '3.13.2');
    answering('versioned/python3.11', '3.11.9');
    answering('versioned/python3.14-config', '3.14.1');
    const places = [path.dirname(older), path.dirname(newest)];
    expect(await chooseInterpreter(surroundings(cwd, ...places))).toMatchObject({ executable: newest });
    expect(await chooseInterpreter(surroundings(cwd, ...places, path.dirname(good)))).toMatchObject({
      executable: good,
    });
    // A shim of a version that is not switched on.
    write(folder, 'versioned/python3.14', '#!/bin/sh\nexit 127\n');
    expect(await chooseInterpreter(surroundings(cwd, ...places))).toMatchObject({ executable: next });
  });

  it('of a folder without a project is not looked for around it', async () => {
    const lone = path.dirname(write(folder, 'lone/inner/talk.py', ''));
    answering('lone/.venv/bin/python', '3.13.0');
    expect(await chooseInterpreter(surroundings(lone))).toBeUndefined();
  });

  it.runIf(real)('behind a shim or a link is itself', async () => {
    const shim = write(folder, 'shims/python', `#!/bin/sh\nexec '${real?.path ?? ''}' "$@"\n`);
    chmodSync(shim, 0o755);
    const found = await namedInterpreter(shim, { cwd: folder, environment: process.env });
    expect(found.version).toBe(real?.version);
    expect(found.executable).not.toBe(shim);
    const link = path.join(folder, 'linked');
    symlinkSync(found.executable, link);
    expect((await namedInterpreter(link, { cwd: folder, environment: process.env })).version).toBe(real?.version);
  });

  it('is the embedded one, with a remark, when there is no other', async () => {
    const { context, outputs } = recordingContext();
    const controller = new AbortController();
    const settings = { code: '', cwd: path.dirname(write(folder, 'empty/x', '')), env: { PATH: '/none' } };
    const progress = () => {
      controller.abort();
    };
    await expect(launch(settings, { ...context, signal: controller.signal, progress })).rejects.toThrow();
    expect(outputs).toEqual([
      {
        category: 'console',
        text: 'No Python 3.12 or newer was found on the PATH, so the program runs in the embedded Python. The setting "python" chooses another.\n',
      },
    ]);
  });
});
