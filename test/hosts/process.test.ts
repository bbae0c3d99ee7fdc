import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overrideAssets } from '../../src/debuggee/python/assets.js';
import { findInterpreters } from '../support/interpreters.js';
import { isRunning } from '../support/processes.js';
import { launch, remove, runToEnd, scratchFolder, useStandInSession, write } from './support.js';

const interpreters = await findInterpreters();
const folder = scratchFolder();

beforeAll(() => {
  useStandInSession(folder);
});
afterAll(() => {
  overrideAssets({});
  remove(folder);
});

/** Prints all that a program can see of how it was started. */
const MIRROR = `
import os, sys, threading, warnings
print(sys.argv, sys.orig_argv[1:], sys.path, __name__, __file__, __spec__ and __spec__.name)
print(sorted(vars(sys.modules["__main__"])), "sitecustomize" in sys.modules)
print({k: v for k, v in os.environ.items() if "PYTHON" in k or "COROSCOPE" in k}, os.getcwd())
print([t.name for t in threading.enumerate()], threading.active_count(), sys.flags)
print(sorted(e for e in sys.path_importer_cache if e.endswith(("boot", "runtime"))))
sys.stdout.flush()
import subprocess
subprocess.run([sys.executable, "-c", "import sys, os; print(sys.path, [k for k in os.environ if 'COROSCOPE' in k])"])
def fail():
    raise ValueError("as it is")
fail()
`;

describe.each(interpreters)('a program under Python $version', ({ path: python, version }) => {
  const undebugged = (args: readonly string[], env: Record<string, string> = {}, cwd = folder) => {
    const { status, signal, stdout, stderr } = spawnSync(python, args, {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    return { code: status ?? undefined, signal: signal ?? undefined, stdout, stderr };
  };

  it.each([
    ['nothing', {}],
    ['a PYTHONPATH', { PYTHONPATH: `${folder}/one:relative` }],
    ['an empty PYTHONPATH', { PYTHONPATH: '' }],
  ])('sees %s of how it was started', async (_, env) => {
    const program = write(folder, 'app/mirror.py', MIRROR);
    const plain = undebugged([program, 'a', 'b c'], env);
    const run = await runToEnd({ program, args: ['a', 'b c'], env, python, cwd: folder });
    expect(run.text('stdout')).toBe(plain.stdout);
    expect(run.text('stderr')).toBe(plain.stderr);
    expect(run.code).toBe(1);
  });

  it('runs a module and code', async () => {
    write(folder, 'pack/__init__.py', '');
    write(folder, 'pack/__main__.py', MIRROR);
    const module = await runToEnd({ module: 'pack', args: ['x'], python, cwd: folder });
    const plainModule = undebugged(['-m', 'pack', 'x']);
    expect([module.text('stdout'), module.text('stderr')]).toEqual([plainModule.stdout, plainModule.stderr]);

    const text = 'import sys\nprint(sys.argv, sys.path, sorted(globals()))\n1/0';
    const code = await runToEnd({ code: text.split('\n'), args: ['y'], python, cwd: folder });
    const plainCode = undebugged(['-c', text, 'y']);
    expect([code.text('stdout'), code.text('stderr')]).toEqual([plainCode.stdout, plainCode.stderr]);
  });

  it('ends with its own code or signal', async () => {
    expect((await runToEnd({ code: 'raise SystemExit(7)', python, cwd: folder })).code).toBe(7);
    expect((await runToEnd({ code: '', python, cwd: folder })).code).toBe(0);
    const killed = await runToEnd({ code: 'import os; os.kill(os.getpid(), 15)', python, cwd: folder });
    expect(killed).toMatchObject({ code: undefined, signal: 'SIGTERM' });
  });

  it("runs the user's own sitecustomize, and fails as it fails", async () => {
    write(
      folder,
      'custom/sitecustomize.py',
      'import os\nprint("customized", os.environ.get("COROSCOPE_LINK"), __file__)',
    );
    write(folder, 'broken/sitecustomize.py', 'raise LookupError("no luck")');
    for (const name of ['custom', 'broken']) {
      const env = { PYTHONPATH: `${folder}/${name}` };
      const run = await runToEnd({ code: 'import sitecustomize; print(sitecustomize)', env, python, cwd: folder });
      const plain = undebugged(['-c', 'import sitecustomize; print(sitecustomize)'], env);
      expect([run.text('stdout'), run.text('stderr'), run.code]).toEqual([plain.stdout, plain.stderr, plain.code]);
    }
  });

  it('keeps modules of its own that are named like those the runtime needs', async () => {
    const program = write(folder, 'shadow/main.py', 'import json, json.decoder as d\nprint(json.MINE, d.MINE)');
    write(folder, 'shadow/json/__init__.py', 'MINE = 1');
    write(folder, 'shadow/json/decoder.py', 'MINE = 2');
    const run = await runToEnd({ program, python });
    expect([run.text('stdout'), run.text('stderr')]).toEqual(['1 2\n', '']);
    const path = await runToEnd({
      code: 'import json; print(json.MINE)',
      env: { PYTHONPATH: `${folder}/shadow` },
      python,
      cwd: folder,
    });
    expect([path.text('stdout'), path.text('stderr')]).toEqual(['1\n', '']);
  });

  it.skipIf(process.platform === 'win32')('forks without a warning, and goes on talking to the adapter', async () => {
    const program = write(
      folder,
      'forks.py',
      [
        'import os, sys, warnings',
        'warnings.simplefilter("error")',
        'for i in range(3):',
        '    pid = os.fork()',
        '    if pid == 0: os._exit(i)',
        '    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)',
        'print("forked", flush=True)',
        'import time',
        'while True: time.sleep(60)',
      ].join('\n'),
    );
    const run = await launch({ program, python });
    run.debuggee.transport.send('run');
    await run.output('stdout', 'forked\n');
    run.debuggee.transport.send('hello?');
    expect(await run.frame((frame) => frame.startsWith('late'))).toBe('late hello?');
    expect([run.text('stdout'), run.text('stderr')]).toEqual(['0\n1\n2\nforked\n', '']);
    await run.debuggee.kill();
    expect((await run.debuggee.exited).signal).toBe('SIGKILL');
  });

  it('talks while it waits for the word to begin, and while it runs', async () => {
    const run = await launch({ code: 'print("up", flush=True)\nwhile True: pass', python, cwd: folder });
    const large = 'x'.repeat(300_000);
    run.debuggee.transport.send(large);
    expect(await run.frame((frame) => frame.startsWith('early'))).toBe(`early ${large}`);
    run.debuggee.transport.send('run');
    await run.output('stdout', 'up');
    run.debuggee.transport.send(large);
    expect(await run.frame((frame) => frame.startsWith('late'))).toBe(`late ${large}`);
    run.debuggee.transport.send('interrupt');
    const { code, signal } = await run.debuggee.exited;
    expect(run.text('stderr')).toContain('KeyboardInterrupt');
    expect(signal ?? code).toBe(process.platform === 'win32' ? 1 : 'SIGINT');
  });

  it('ends when its link ends', async () => {
    const run = await launch({ code: 'print("up", flush=True)\nwhile True: pass', python, cwd: folder });
    run.debuggee.transport.send('run');
    await run.output('stdout', 'up');
    run.debuggee.transport.close();
    expect((await run.debuggee.exited).code).toBe(9);
  });

  it('is described by its version', async () => {
    const { debuggee } = await runToEnd({ code: '', python, cwd: folder });
    expect(debuggee.description).toMatch(`Python ${version} at `);
    expect(debuggee.processId).toBeGreaterThan(0);
  });
});

describe.skipIf(interpreters.length === 0)('a process', () => {
  const python = interpreters[0]?.path;

  it('is ended with all that it started, as often as one likes', async () => {
    const child = 'import time\nwhile True: time.sleep(60)';
    const code = `import subprocess, sys\nc = subprocess.Popen([sys.executable, "-c", ${JSON.stringify(child)}])\nprint(c.pid, flush=True)\nc.wait()`;
    const run = await launch({ code, python, cwd: folder });
    run.debuggee.transport.send('run');
    await run.output('stdout', '\n');
    const childId = Number(run.text('stdout'));
    expect(isRunning(childId)).toBe(true);
    await Promise.all([run.debuggee.kill(), run.debuggee.kill()]);
    expect((await run.debuggee.exited).signal).toBe('SIGKILL');
    await run.debuggee.kill();
    await expect.poll(() => isRunning(childId)).toBe(false);
  });

  it('that ends before it connects says why', async () => {
    await expect(launch({ code: '', python, cwd: folder, env: { PYTHONHOME: '/nowhere' } })).rejects.toMatchObject({
      name: 'LaunchError',
      message: expect.stringMatching(/./) as string,
    });
    const runtime = scratchFolder();
    write(
      runtime,
      'boot/sitecustomize.py',
      'import os, sys\nsys.stderr.write("went wrong\\n"); sys.stderr.flush(); os._exit(3)',
    );
    overrideAssets({ runtime });
    await expect(launch({ code: '', python, cwd: folder })).rejects.toMatchObject({
      code: 'endedBeforeStart',
      message: 'Python ended with code 3 before the debugger could connect:\nwent wrong',
      hint: 'Put right what it says, or choose another interpreter with the setting "python".',
    });
    write(runtime, 'boot/sitecustomize.py', '');
    await expect(launch({ code: '', python, cwd: folder })).rejects.toMatchObject({
      message: 'Python ended with code 0 before the debugger could connect.',
      hint: expect.stringContaining('has run the program without the debugger') as string,
    });
    remove(runtime);
  });

  it('whose runtime is broken says so once, and does not run', async () => {
    const runtime = scratchFolder();
    for (const name of ['sitecustomize.py', '_coroscope_bytecode.py']) {
      const boot = new URL(`../../src/debuggee/python/runtime/boot/${name}`, import.meta.url);
      write(runtime, `boot/${name}`, readFileSync(boot, 'utf8'));
    }
    write(runtime, 'coroscope/__init__.py', 'raise OSError("no disk")');
    overrideAssets({ runtime });
    const failed = launch({ code: 'print("ran")', python, cwd: folder });
    await expect(failed).rejects.toMatchObject({
      code: 'endedBeforeStart',
      message:
        'Python ended with code 70 before the debugger could connect:\n' +
        'coroscope: the debugger could not start in this interpreter (OSError: no disk), so the program was not run.',
    });
    remove(runtime);
  });

  it('is not left behind by a launch that is aborted', async () => {
    const runtime = scratchFolder();
    write(
      runtime,
      'boot/sitecustomize.py',
      'import os, sys, time\nprint(os.getpid(), flush=True)\nwhile True: time.sleep(60)',
    );
    overrideAssets({ runtime });
    const controller = new AbortController();
    let pid = 0;
    const failed = launch(
      { code: '', python, cwd: folder },
      {
        signal: controller.signal,
        output: (_, text) => {
          pid = Number(text);
          controller.abort();
        },
      },
    );
    await expect(failed).rejects.toThrow();
    await expect.poll(() => isRunning(pid)).toBe(false);
    remove(runtime);
  });
});
