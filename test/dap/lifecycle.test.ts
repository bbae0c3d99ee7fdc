/** A session from initialize to its end, by every way out that a user or a client has. */
import { afterEach, describe, expect, test } from 'vitest';
import { LaunchError } from '../../src/debuggee/backend.js';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, Refusal, silence } from './fakeBackend.js';

const SETTINGS = { language: 'fake', program: '/work/talk.fake' };

let client: DapClient;

afterEach(async () => {
  await client.close();
});

function session(backend = new FakeBackend()): FakeBackend {
  client = DapClient.inMemory(backend.backends);
  return backend;
}

/** Names of everything the adapter said, in order. */
function said(): string[] {
  return client.transcript
    .filter(({ from }) => from === 'adapter')
    .map(({ message }) =>
      'event' in message ? `* ${String(message.event)}` : (message as unknown as { command: string }).command,
    );
}

describe('launch', () => {
  test('goes through configuration, and is answered when the program runs', async () => {
    const backend = session();
    await client.start(SETTINGS, { breakpoints: { '/work/talk.fake': [3] } });

    expect(said().filter((word) => word !== '* output')).toEqual([
      'initialize',
      '* process',
      '* initialized',
      'setBreakpoints',
      'setExceptionBreakpoints',
      'configurationDone',
      'launch',
    ]);
    expect(backend.program.received.map(({ name }) => name)).toEqual([
      'configure',
      'setBreakpoints',
      'setExceptionBreakpoints',
      'run',
    ]);
  });

  test('hands the settings on, with defaults, and what it does not know to the backend', async () => {
    const backend = session();
    await client.start({ ...SETTINGS, args: "one 'two three'", interpreter: 'x', stopOnEntry: true });

    expect(backend.program.settings).toMatchObject({
      args: ['one', 'two three'],
      interpreter: 'x',
      console: 'internalConsole',
    });
    expect(await backend.program.command('configure')).toEqual({
      protocol: 1,
      settings: {
        justMyCode: true,
        stopOnEntry: true,
        record: 'auto',
        recordLimit: 250_000,
        historyLength: 16,
        streamExchanges: false,
        redirectConsole: true,
        evaluateTimeout: 10,
        userRoots: [],
        freezeClocks: true,
        findings: true,
        blockedLoopMs: 100,
      },
    });
  });

  test('tells who runs the program and what it cannot do', async () => {
    session(
      new FakeBackend((program) => {
        program.hello({ limits: ['There are no threads.'] });
        return undefined;
      }),
    );
    await client.start(SETTINGS);
    expect(client.outputText('console')).toBe('There are no threads.\nFake 1.0\n');
    expect(client.seen('process')).toEqual([
      { name: '/work/talk.fake', systemProcessId: 4711, isLocalProcess: true, startMethod: 'launch' },
    ]);
  });

  test('that the backend refuses is told with its hint, and ends the session', async () => {
    session(
      new FakeBackend(() =>
        Promise.reject(new LaunchError('interpreterNotFound', 'There is no interpreter.', 'Install one.')),
      ),
    );
    const failure = await client.failure(client.start(SETTINGS));

    expect(failure.details).toEqual({ id: 2104, format: 'There is no interpreter. Install one.', showUser: true });
    await client.waitFor('terminated');
    expect(client.seen('exited')).toEqual([]);
  });

  test('with a wrong setting names it, what was found and what is allowed', async () => {
    session();
    const failure = await client.failure(client.start({ ...SETTINGS, console: 'window' }));
    expect(failure.message).toBe(
      "The setting console must be 'internalConsole', 'integratedTerminal' or 'externalTerminal', but it is 'window'. Correct it in the launch configuration.",
    );
    await client.waitFor('terminated');
  });

  test('in a language that is not there names those that are', async () => {
    session();
    const failure = await client.failure(client.start({ program: 'a.py' }));
    expect(failure.message).toContain("The setting language is 'python', and only fake can be debugged.");
  });

  test('refuses a runtime that speaks another version, and ends it', async () => {
    const backend = session(
      new FakeBackend((program) => {
        program.hello({ protocol: 99 });
        return undefined;
      }),
    );
    const failure = await client.failure(client.start(SETTINGS));
    expect(failure.message).toContain('version 1 of the link and the runtime in the program version 99');
    await client.waitFor('terminated');
    expect(backend.program.kills).toBeGreaterThan(0);
  });

  test('tells what the runtime has against the settings', async () => {
    session(
      new FakeBackend((program) => {
        program.answers.configure = () => {
          throw new Refusal({ code: 'version', message: 'This runtime is older.', hint: 'Update it.' });
        };
        program.hello();
        return undefined;
      }),
    );
    expect((await client.failure(client.start(SETTINGS))).message).toBe('This runtime is older. Update it.');
    await client.waitFor('terminated');
  });

  test('in the terminal of the client', async () => {
    const backend = session(
      new FakeBackend(async (program) => {
        await program.context.runInTerminal?.({
          kind: 'integrated',
          title: 'talk',
          cwd: '/work',
          args: ['fake'],
          env: {},
        });
        program.hello();
        return program.debuggee;
      }),
    );
    const asked: unknown[] = [];
    client.reverse.set('runInTerminal', (args) => {
      asked.push(args);
      return { processId: 1 };
    });
    await client.start(SETTINGS, { client: { supportsRunInTerminalRequest: true } });
    expect(asked).toEqual([{ kind: 'integrated', title: 'talk', cwd: '/work', args: ['fake'], env: {} }]);
    expect(backend.program.received.at(-1)?.name).toBe('run');
  });

  test('that the terminal of the client refuses fails with its reason', async () => {
    session(
      new FakeBackend(async (program) => {
        await program.context.runInTerminal?.({
          kind: 'external',
          title: 'talk',
          cwd: '/work',
          args: ['fake'],
          env: {},
        });
        return program.debuggee;
      }),
    );
    client.reverse.set('runInTerminal', () => {
      throw new Error('no terminal here');
    });
    const failure = await client.failure(client.start(SETTINGS, { client: { supportsRunInTerminalRequest: true } }));
    expect(failure.message).toContain('The editor did not run the program in its terminal (no terminal here).');
  });

  test('shows what takes long as progress', async () => {
    session(
      new FakeBackend((program) => {
        program.context.progress('Unpacking');
        program.context.progress('Starting');
        program.hello();
        return undefined;
      }),
    );
    await client.start(SETTINGS, { client: { supportsProgressReporting: true } });
    const { progressId } = client.seen('progressStart')[0]!;
    expect(client.seen('progressUpdate')).toEqual([{ progressId, message: 'Starting' }]);
    expect(client.seen('progressEnd')).toEqual([{ progressId }]);
  });

  test('without debugging switches breakpoints and recording off', async () => {
    const backend = session();
    await client.start({ ...SETTINGS, noDebug: true, stopOnEntry: true });
    const { breakpoints } = await client.request('setBreakpoints', {
      source: { path: '/work/talk.fake' },
      breakpoints: [{ line: 1 }],
    });

    expect(breakpoints).toMatchObject([
      { verified: false, message: 'Breakpoints are off: the program was started without debugging.' },
    ]);
    expect(backend.program.commands('setBreakpoints')).toEqual([]);
    expect((await backend.program.command('configure')).settings).toMatchObject({ stopOnEntry: false, record: 'off' });
  });
});

describe('the end of the program', () => {
  test('is told once, with its exit code', async () => {
    const backend = session();
    await client.start(SETTINGS);
    backend.program.fact('output', { category: 'stdout', text: 'bye\n' });
    backend.program.fact('exiting', { code: 3 });
    backend.program.exit({ code: 3 });

    await client.waitFor('terminated');
    expect(said().slice(-3)).toEqual(['* output', '* exited', '* terminated']);
    expect(client.seen('exited')).toEqual([{ exitCode: 3 }]);
    expect(client.outputText('important')).toBe('');
  });

  test('takes the exit code from the runtime when the host does not know it', async () => {
    const backend = session();
    await client.start(SETTINGS);
    backend.program.fact('exiting', { code: 5 });
    backend.program.exit({});
    expect(await client.waitFor('exited')).toEqual({ exitCode: 5 });
  });

  test('leaves the session answering', async () => {
    const backend = session();
    await client.start(SETTINGS);
    backend.program.exit({ code: 0 });
    await client.waitFor('terminated');

    expect((await client.failure(client.request('threads'))).message).toBe(
      "The request 'threads' came too late: the debug session has ended.",
    );
    await client.request('terminate');
    await client.request('disconnect');
    expect(client.seen('terminated')).toHaveLength(1);
  });
});

describe('terminate', () => {
  test('first asks the program, and the second time ends it', async () => {
    const backend = session();
    await client.start(SETTINGS);
    await client.request('terminate');
    expect(await backend.program.command('terminate')).toEqual({ kill: false });
    expect(backend.program.kills).toBe(0);

    await client.request('terminate');
    expect(backend.program.kills).toBe(1);
    await client.waitFor('terminated');
    expect(client.seen('exited')).toEqual([{ exitCode: 137 }]);
    expect(client.outputText('important')).toBe('');
  });

  test('lets the program end by itself', async () => {
    const backend = session(
      new FakeBackend((program) => {
        program.answers.terminate = () => {
          program.fact('exiting', { code: 130 });
          program.exit({ signal: 'SIGINT' });
          return silence;
        };
        program.hello();
        return undefined;
      }),
    );
    await client.start(SETTINGS);
    await client.request('terminate');
    await client.waitFor('terminated');
    expect(client.seen('exited')).toEqual([{ exitCode: 130 }]);
    expect(client.outputText('important')).toBe('');
    expect(backend.program.kills).toBe(0);
  });

  test('during a launch cancels it', async () => {
    const backend = session(
      new FakeBackend(
        (program) =>
          new Promise((_, reject) => {
            program.context.signal.addEventListener('abort', () => {
              reject(program.context.signal.reason as Error);
            });
          }),
      ),
    );
    const started = client.start(SETTINGS);
    await backend.launched();
    await client.request('terminate');
    expect((await client.failure(started)).short).toBe('cancelled');
    await client.waitFor('terminated');
  });
});

describe('disconnect', () => {
  test('ends the program, tells it, and closes', async () => {
    const backend = session();
    await client.start(SETTINGS);
    await client.request('disconnect');
    expect(backend.program.kills).toBeGreaterThan(0);
    expect(said().slice(-3)).toEqual(['* exited', '* terminated', 'disconnect']);
    await client.closed;
  });

  test('without ending the debuggee lets it run on', async () => {
    const backend = session();
    await client.start(SETTINGS);
    await client.request('disconnect', { terminateDebuggee: false });
    await client.closed;
    await client.close();

    expect(backend.program.commands('detach')).toEqual([{}]);
    expect(backend.program.kills).toBe(0);
    expect(client.seen('exited')).toEqual([]);
    expect(client.seen('terminated')).toHaveLength(1);
  });

  test('before anything was launched is answered', async () => {
    session();
    await client.request('disconnect');
    await client.closed;
  });

  test('during a launch that comes through too late leaves no program', async () => {
    const backend = session(
      new FakeBackend(
        (program) =>
          new Promise((resolve) => {
            program.context.signal.addEventListener('abort', () => {
              resolve(program.debuggee);
            });
          }),
      ),
    );
    const launching = backend.launched();
    const started = client.start(SETTINGS);
    const program = await launching;
    await client.request('disconnect');
    expect((await client.failure(started)).short).toBe('cancelled');
    expect(program.kills).toBeGreaterThan(0);
  });

  test('during configuration fails the launch', async () => {
    const backend = session();
    await client.request('initialize', { adapterID: 'coroscope' });
    const launched = client.request('launch', SETTINGS);
    await client.waitFor('initialized');
    await client.request('disconnect');
    expect((await client.failure(launched)).short).toBe('cancelled');
    expect(backend.program.kills).toBeGreaterThan(0);
  });
});

describe('a client that disappears', () => {
  test('takes its program with it', async () => {
    const backend = session();
    await client.start(SETTINGS);
    await client.close();
    expect(backend.program.kills).toBeGreaterThan(0);
  });
});

describe('restart', () => {
  test('runs the same settings again, with the breakpoints, in the same session', async () => {
    const backend = session();
    await client.start(SETTINGS, { breakpoints: { '/work/talk.fake': [3, 7] }, exceptions: ['uncaught'] });
    const first = backend.program;
    first.fact('thread', { id: 140_000_000_001, name: 'MainThread', reason: 'started' });
    first.stop();
    await client.waitFor('stopped');
    const ids = first.commands('setBreakpoints').flatMap(({ breakpoints }) => breakpoints.map(({ id }) => id));

    await client.request('restart');
    const second = backend.program;
    expect(second).not.toBe(first);
    expect(first.kills).toBeGreaterThan(0);
    expect(second.settings).toEqual(first.settings);
    expect(second.received.map(({ name }) => name)).toEqual([
      'configure',
      'setBreakpoints',
      'setFunctionBreakpoints',
      'setExceptionBreakpoints',
      'run',
    ]);
    expect(second.commands('setBreakpoints').flatMap(({ breakpoints }) => breakpoints.map(({ id }) => id))).toEqual(
      ids,
    );
    expect(second.commands('setExceptionBreakpoints')).toEqual([{ filters: [{ filter: 'uncaught' }] }]);

    expect(await client.waitFor('continued')).toMatchObject({ allThreadsContinued: true });
    expect(client.seen('thread').map(({ reason }) => reason)).toEqual(['started', 'exited']);
    expect(client.seen('initialized')).toHaveLength(1);
    expect(client.seen('terminated')).toEqual([]);

    second.exit({ code: 0 });
    await client.waitFor('terminated');
    expect(client.seen('exited')).toEqual([{ exitCode: 0 }]);
  });

  test('takes newer settings that the client sends along', async () => {
    const backend = session();
    await client.start(SETTINGS);
    await client.request('restart', { arguments: { ...SETTINGS, args: ['new'] } });
    expect(backend.program.settings).toMatchObject({ args: ['new'] });
  });

  test('with wrong settings leaves the program alone', async () => {
    const backend = session();
    await client.start(SETTINGS);
    expect((await client.failure(client.request('restart', { arguments: { language: 'fake' } }))).message).toContain(
      'none is given',
    );
    expect(backend.program.kills).toBe(0);
    await client.request('pause', { threadId: (await client.request('threads')).threads[0]!.id });
  });

  test('that fails ends the session', async () => {
    let launches = 0;
    session(
      new FakeBackend((program) => {
        launches += 1;
        if (launches > 1)
          return Promise.reject(
            new LaunchError('interpreterNotFound', 'The interpreter is gone.', 'Install it again.'),
          );
        program.hello();
        return undefined;
      }),
    );
    await client.start(SETTINGS);
    expect((await client.failure(client.request('restart'))).message).toBe(
      'The interpreter is gone. Install it again.',
    );
    await client.waitFor('terminated');
    expect(client.seen('terminated')).toHaveLength(1);
  });

  test('forgets what was shown of the old run', async () => {
    const backend = session();
    await client.start(SETTINGS);
    backend.program.answers.stack = () => ({
      frames: [{ id: 1, name: 'talk', location: { name: 'talk.fake', line: 3 }, user: true }],
      total: 1,
      awaiters: [],
    });
    backend.program.stop();
    const { frames } = await client.stop();
    await client.request('restart');
    expect((await client.failure(client.request('scopes', { frameId: frames[0]!.id }))).message).toBe(
      'The frame belongs to an earlier stop; the program has run on since.',
    );
  });

  test('that is overtaken by disconnect starts nothing', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const restarted = client.request('restart');
    await client.request('disconnect');
    await expect(restarted).rejects.toThrow();
    await client.closed;
    expect(backend.programs.filter(({ kills }) => kills === 0)).toEqual([]);
    expect(client.seen('terminated')).toHaveLength(1);
  });
});
