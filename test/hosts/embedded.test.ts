import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assets, overrideAssets } from '../../src/debuggee/python/assets.js';
import { findInterpreters } from '../support/interpreters.js';
import { buildWorker, launch, remove, runToEnd, scratchFolder, useStandInSession, write } from './support.js';

const folder = scratchFolder();
const python = 'embedded';
const twin = (await findInterpreters()).find(({ version }) => version.startsWith('3.14'));

beforeAll(async () => {
  useStandInSession(folder);
  await buildWorker(folder);
  process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache');
});
afterAll(() => {
  overrideAssets({});
  Reflect.deleteProperty(process.env, 'XDG_CACHE_HOME');
  remove(folder);
});

/** Runs code in a file, and gives what it wrote. */
async function outcome(code: string) {
  const program = write(folder, 'program.py', code);
  const run = await runToEnd({ program, python, args: ['a', 'b'] });
  return { code: run.code, stdout: run.text('stdout'), stderr: run.text('stderr') + run.text('important') };
}

describe('the embedded Python', () => {
  it('runs a program as __main__, among the files of the machine', async () => {
    write(folder, 'neighbour.py', 'WHERE = __file__');
    const { code, stdout, stderr } = await outcome(
      [
        'import os, sys, neighbour',
        'print(sys.argv, os.getcwd(), sys.path[0], __name__, __file__, neighbour.WHERE)',
        'open("written.txt", "w").write("héllo")',
        'print(os.environ.get("HOME"), sys.exit.__name__)',
        'sys.exit(3)',
      ].join('\n'),
    );
    const program = path.join(folder, 'program.py');
    expect(stderr).toBe('');
    expect(stdout).toBe(
      `['${program}', 'a', 'b'] ${folder} ${folder} __main__ ${program} ${folder}/neighbour.py\n${process.env['HOME'] ?? 'None'} exit\n`,
    );
    expect(code).toBe(3);
    expect(readFileSync(path.join(folder, 'written.txt'), 'utf8')).toBe('héllo');
  });

  it.each([
    ['an exception', 'def f(x):\n    return 1 / x\n\nf(0)'],
    ['a chain of exceptions', 'try:\n    {}["a"]\nexcept KeyError as e:\n    raise ValueError("b") from e'],
    ['a syntax error', 'x = (\n'],
    ['an interrupt', 'raise KeyboardInterrupt'],
    ['a text as exit code', 'raise SystemExit("so long")'],
    ['a large exit code', 'raise SystemExit(-1)'],
    ['exit handlers', 'import atexit\natexit.register(print, "bye")\nprint("hi")\n1/0'],
    ['os._exit', 'import os\nprint("x", flush=True)\nos._exit(5)'],
    ['a coroutine never awaited', 'async def f(): pass\nc = f()\nprint("end")'],
    ['a finalizer', 'class A:\n    def __del__(self): print("gone")\na = A()\nprint("end")'],
    ['a hook of its own', 'import sys\nsys.excepthook = lambda *a: print(a[0].__name__)\n1/0'],
    ['a hook that fails', 'import sys\ndef hook(*a): raise LookupError(1)\nsys.excepthook = hook\n1/0'],
    ['its namespace', 'print(sorted((k, type(v).__name__) for k, v in globals().items()))'],
    [
      'its locals',
      'import sys\nprint(sys.orig_argv[1:], sys.warnoptions, sys.gettrace(), sys._getframe().f_code.co_name)',
    ],
    [
      'asyncio twice',
      'import asyncio\nasync def f(n):\n    await asyncio.sleep(0.01)\n    return n\nprint(asyncio.run(f(1)), asyncio.run(f(2)))',
    ],
    [
      'asyncio at work',
      [
        'import asyncio',
        'async def tick(name, n):',
        '    for i in range(n):',
        '        await asyncio.sleep(0.001)',
        '    return name',
        'async def agen():',
        '    try:',
        '        for i in range(3): yield i',
        '    finally: print("closed")',
        'async def main():',
        '    async with asyncio.TaskGroup() as group:',
        '        tasks = [group.create_task(tick(n, 3)) for n in "ab"]',
        '    print([t.result() for t in tasks])',
        '    try:',
        '        async with asyncio.timeout(0.01): await asyncio.Event().wait()',
        '    except TimeoutError: print("timeout")',
        '    asyncio.get_running_loop().call_soon_threadsafe(print, "safe")',
        '    async for i in agen(): break',
        '    async def failing(): raise OSError("lost")',
        '    asyncio.create_task(failing())',
        '    await asyncio.sleep(0)',
        '    q = asyncio.Queue()',
        '    asyncio.get_running_loop().call_later(0.001, q.put_nowait, 1)',
        '    print(await q.get())',
        'asyncio.run(main())',
        'with asyncio.Runner(loop_factory=asyncio.EventLoop) as runner: print(runner.run(tick("r", 1)))',
        'try: asyncio.get_running_loop()',
        'except RuntimeError as e: print(e)',
        'try: asyncio.get_event_loop()',
        'except RuntimeError as e: print(e)',
        'loop = asyncio.new_event_loop(); print(loop.run_until_complete(tick("l", 1))); loop.close()',
      ].join('\n'),
    ],
    [
      'deep recursion',
      'def f(n): return n and f(n - 1)\nprint(f(900))\ntry: f(10**6)\nexcept RecursionError as e: print(type(e))',
    ],
  ])('does with %s what Python does', async (_, text) => {
    const embedded = await outcome(text);
    if (!twin) return;
    const program = path.join(folder, 'program.py');
    const plain = spawnSync(twin.path, [program, 'a', 'b'], { cwd: folder, encoding: 'utf8' });
    expect(embedded).toEqual({
      code: plain.status ?? (plain.signal === 'SIGINT' ? 130 : undefined),
      stdout: plain.stdout,
      stderr: plain.stderr,
    });
  });

  it('runs modules and code', async () => {
    write(folder, 'pack/__init__.py', '');
    write(folder, 'pack/__main__.py', 'import sys\nprint(sys.argv, __spec__.name)\n1/0');
    const module = await runToEnd({ module: 'pack', args: ['x'], python, cwd: folder });
    const text = 'import sys\nprint(sys.argv, sys.path[0], sorted(globals()))\n1/0';
    const code = await runToEnd({ code: text, args: ['y'], python, cwd: folder });
    expect([module.code, code.code]).toEqual([1, 1]);
    if (!twin) return;
    const plainModule = spawnSync(twin.path, ['-m', 'pack', 'x'], { cwd: folder, encoding: 'utf8' });
    const plainCode = spawnSync(twin.path, ['-c', text, 'y'], { cwd: folder, encoding: 'utf8' });
    // The library's line numbers differ between patch releases.
    const unnumbered = (text: string) => text.replace(/(<frozen runpy>", line) \d+/g, '$1 N');
    expect(module.text('stdout')).toBe(plainModule.stdout);
    expect(unnumbered(module.text('stderr'))).toBe(unnumbered(plainModule.stderr));
    expect([code.text('stdout'), code.text('stderr')]).toEqual([plainCode.stdout, plainCode.stderr]);
  });

  it('says in one line what it has not got', async () => {
    const { stdout, stderr } = await outcome(
      [
        'import asyncio, threading, subprocess, socket, os',
        'async def to_thread(): await asyncio.to_thread(print)',
        'async def connect(): await asyncio.open_connection("127.0.0.1", 1)',
        'async def process(): await asyncio.create_subprocess_exec("ls")',
        'for attempt in (lambda: threading.Thread(target=print).start(), lambda: subprocess.run("ls"), os.fork,',
        '                lambda: asyncio.run(to_thread()), lambda: asyncio.run(connect()), lambda: asyncio.run(process())):',
        '    try: attempt()',
        '    except Exception as e: print(type(e).__name__, e)',
      ].join('\n'),
    );
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      "RuntimeError can't start new thread",
      'OSError [Errno 138] emscripten does not support processes.',
      'OSError [Errno 52] Function not implemented',
      'NotImplementedError The embedded Python has no threads to run this in.',
      'NotImplementedError The embedded Python has no sockets.',
      'NotImplementedError The embedded Python has no processes.',
      '',
    ]);
  });

  it('reads the end of a file as its standard input, and has no colours', async () => {
    const { stdout } = await outcome('import sys\nprint(repr(sys.stdin.read()), sys.stdout.isatty())');
    expect(stdout).toBe("'' False\n");
  });

  describe.each([
    ['runs', 'print("up", flush=True)\nwhile True: pass'],
    ['sleeps', 'import time\nprint("up", flush=True)\ntime.sleep(10**8)'],
    [
      'waits in its loop',
      'import asyncio\nasync def main():\n  print("up", flush=True)\n  await asyncio.Event().wait()\nasyncio.run(main())',
    ],
  ])('while a program %s', (_, code) => {
    const up = async () => {
      const run = await launch({ program: write(folder, 'busy.py', code), python });
      run.debuggee.transport.send('before');
      expect(await run.frame((frame) => frame.startsWith('early'))).toBe('early before');
      run.debuggee.transport.send('run');
      await run.output('stdout', 'up\n');
      return run;
    };

    it('is reached by commands and by Ctrl+C', async () => {
      const run = await up();
      for (let i = 0; i < 50; i += 1) run.debuggee.transport.send(`number ${i}`);
      await run.frame((frame) => frame === 'late number 49');
      expect(run.frames.filter((frame) => frame.startsWith('late'))).toHaveLength(50);
      run.debuggee.transport.send('interrupt');
      expect(await run.debuggee.exited).toEqual({ code: 130 });
      expect(run.text('stderr')).toMatch(/KeyboardInterrupt\n$/);
      expect(run.frames.at(-1)).toBe('{"fact": "exiting", "code": 130}');
    });

    it('can be ended at once', async () => {
      const run = await up();
      await Promise.all([run.debuggee.kill(), run.debuggee.kill()]);
      expect(await run.debuggee.exited).toEqual({});
    });

    it('ends with its link', async () => {
      const run = await up();
      run.debuggee.transport.close();
      expect(await run.debuggee.exited).toEqual({});
    });
  });

  it('keeps all that the program sent before its end', async () => {
    const run = await launch({ code: 'pass', python, cwd: folder });
    for (let i = 0; i < 2000; i += 1) run.debuggee.transport.send(`number ${i}`);
    run.debuggee.transport.send('run');
    await run.debuggee.exited;
    expect(run.frames).toHaveLength(2002);
    expect(run.frames.at(-1)).toBe('{"fact": "exiting", "code": 0}');
  });
});

describe('a launch of the embedded Python', () => {
  it('that is aborted leaves nothing behind', async () => {
    const controller = new AbortController();
    const failed = launch(
      { code: '', python, cwd: folder },
      {
        signal: controller.signal,
        progress: () => {
          controller.abort();
        },
      },
    );
    await expect(failed).rejects.toThrow();
  });

  it('that cannot be says why', async () => {
    const runtime = path.join(folder, 'broken');
    write(runtime, 'coroscope/__init__.py', 'raise OSError("no disk")');
    const before = assets();
    overrideAssets({ ...before, runtime });
    await expect(launch({ code: '', python, cwd: folder })).rejects.toMatchObject({
      code: 'embeddedNotStarted',
      message: expect.stringContaining('no disk') as string,
    });
    overrideAssets(before);
  });

  it('of an installation that lacks its files says so', async () => {
    const pyodide = path.join(folder, 'lacking');
    write(pyodide, 'package.json', '{}');
    const before = assets();
    overrideAssets({ ...before, pyodide });
    await expect(launch({ code: '', python, cwd: folder })).rejects.toMatchObject({
      code: 'embeddedNotStarted',
      message: expect.stringContaining('ENOENT') as string,
    });
    overrideAssets(before);
  });
});
