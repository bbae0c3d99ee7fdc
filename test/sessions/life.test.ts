import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

describe.each(hosts)('the life of a session on $name', (host) => {
  test('program, arguments, environment and exit code', async () => {
    const story = new Story(
      host,
      'import os, sys\nprint(sys.argv[1:], os.environ["A"], os.environ["B"], os.getcwd() == os.path.dirname(__file__))\nsys.exit(7)\n',
    );
    const envFile = path.join(story.folder, 'vars.env');
    writeFileSync(envFile, '# comment\nA=file\nB="quoted text"\n');
    await story.begin({ settings: { args: ['one', 'two words'], env: { A: 'setting' }, envFile } });
    expect(await story.end()).toBe(7);
    expect(story.output).toBe("['one', 'two words'] setting quoted text True\n");
  });

  test('a module, and code', async () => {
    const story = new Story(host, 'import sys\nprint(__name__, len(sys.argv))\n');
    await story.begin({ settings: { program: undefined, module: 'program' } });
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('__main__ 1\n');
    const code = new Story(host, '');
    await code.begin({ settings: { program: undefined, code: 'x = 1\nprint(x, __name__)' } });
    expect(await code.end()).toBe(0);
    expect(code.output).toBe('1 __main__\n');
  });

  test('entry, restart with its breakpoints, and terminate as Ctrl+C', async () => {
    const story = new Story(
      host,
      'x = 1\ntry:\n    y = 2   # @stop\n    z = 3\nexcept KeyboardInterrupt:\n    print("caught")\n',
    );
    await story.begin({ breakpoints: ['stop'], settings: { stopOnEntry: true } });
    expect((await story.stop()).body.reason).toBe('entry');
    await story.client.request('restart');
    expect((await story.stop()).body.reason).toBe('entry');
    await story.go();
    expect(story.where(await story.stop())).toBe('<module>: y = 2');
    await story.client.request('terminate');
    await story.ended;
    expect(story.output).toBe('caught\n');
  });

  test('input() is answered in the debug console, and ended', async () => {
    const story = new Story(
      host,
      'name = input("who? ")\nprint("hello", name)\ntry:\n    input()\nexcept EOFError:\n    print("eof")\n',
    );
    await story.begin();
    const asked = (): Promise<unknown> => story.client.waitFor('output', ({ output }) => output.includes('input'));
    await asked();
    await story.client.request('evaluate', { expression: 'Ada', context: 'repl' });
    await asked();
    await story.client.request('evaluate', { expression: '^D', context: 'repl' });
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('who? hello Ada\neof\n');
  });

  test('output in order and in categories', async () => {
    const story = new Story(
      host,
      'import sys\nfor i in range(20):\n    print("o", i)\n    print("e", i, file=sys.stderr)\n',
    );
    await story.begin();
    expect(await story.end()).toBe(0);
    const said = story.client
      .seen('output')
      .filter(({ category }) => category === 'stdout' || category === 'stderr')
      .map(({ output }) => output)
      .join('');
    expect(said).toBe(Array.from({ length: 20 }, (_, i) => `o ${i}\ne ${i}\n`).join(''));
  });

  test('what a request makes the runtime do is no part of the program, whatever stops and steps there are', async () => {
    const story = new Story(host, 'go = True\nprint("up", flush=True)\nwhile go:\n    x = 1\n    y = 2\n');
    await story.begin({ settings: { justMyCode: false } });
    await story.client.waitFor('output', ({ output }) => output.includes('up'));
    await story.client.request('setExceptionBreakpoints', { filters: ['raised'] });
    // Refused by an exception, in the middle of the program where there is no other thread.
    await expect(story.client.request('evaluate', { expression: '1', context: 'watch' })).rejects.toThrow(
      /running|Pause/,
    );
    expect(story.client.seen('stopped')).toEqual([]);
    await story.pause();
    // A step into whatever comes next, and what is asked while it is under way.
    const step = story.client.request('stepIn', { threadId: 1 });
    const [threads] = await Promise.all([story.client.request('threads'), step]);
    expect(threads.threads[0]?.name).toBe('MainThread');
    expect(story.where(await story.stop())).toMatch(/^<module>: (while go|x = 1|y = 2)/);
  });

  test('pause in a busy loop, and while asyncio has nothing to do', async () => {
    const busy = new Story(host, 'go = True\nprint("up", flush=True)\nwhile go: pass\n');
    await busy.begin();
    await busy.client.waitFor('output', ({ output }) => output.includes('up'));
    const stopped = await busy.pause();
    expect(stopped.body.reason).toBe('pause');
    await busy.evaluate('go = False', stopped);
    await busy.go();
    expect(await busy.end()).toBe(0);

    const idle = new Story(
      host,
      // Said by the loop, once the task waits.
      'import asyncio\nasync def main():\n    asyncio.get_running_loop().call_soon(print, "up")\n' +
        '    await asyncio.sleep(3600)\nasyncio.run(main())\n',
    );
    await idle.begin();
    await idle.client.waitFor('output', ({ output }) => output.includes('up'));
    await idle.pause();
    expect((await idle.logical()).map(({ name }) => name)).toEqual([
      'Task-1 main · await asyncio.sleep · program.py:4',
    ]);
    await idle.client.request('disconnect', { terminateDebuggee: true });
  });

  test('with justMyCode off, steps enter the library', async () => {
    const story = new Story(host, 'import json\nx = json.dumps([1])   # @stop\n');
    await story.begin({ breakpoints: ['stop'], settings: { justMyCode: false } });
    await story.stop();
    await story.client.request('stepIn', { threadId: 1 });
    expect((await story.stop()).frames[0]?.name).toBe('dumps');
  });

  test('launch settings that make no sense are refused in words', async () => {
    const story = new Story(host, 'x = 1\n');
    const failed = await story.client.failure(story.begin({ settings: { program: '/nowhere/at/all.py' } }));
    expect(failed.message).toContain('/nowhere/at/all.py');
  });
});

const processes = hosts.filter(({ embedded }) => !embedded);

describe.each(processes)('disconnecting from CPython $name', (host) => {
  test('without ending it lets the program run on', async () => {
    const story = new Story(host, 'import sys\nx = 1   # @stop\nprint(open("done", "w").write("yes"))\n');
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const done = path.join(story.folder, 'done');
    const written = new Promise<void>((resolve) => {
      const watcher = watch(story.folder, () => {
        if (!existsSync(done) || readFileSync(done, 'utf8') !== 'yes') return;
        watcher.close();
        resolve();
      });
    });
    await story.client.request('disconnect', { terminateDebuggee: false });
    await written;
  });
});
