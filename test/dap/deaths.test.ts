/** The debuggee or its link dies, at every stage: the session ends, what is pending is answered, nothing is left. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, silence } from './fakeBackend.js';

const SETTINGS = { language: 'fake', program: '/work/talk.fake' };

let client: DapClient;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(async () => {
  vi.useRealTimers();
  await client.close();
});

function session(backend = new FakeBackend()): FakeBackend {
  client = DapClient.inMemory(backend.backends);
  return backend;
}

/** Longer than any of what goes through memory takes to arrive. */
const TURNS = 50;

/** The session is over: told once, and in time (DAP clients wait for `terminated`). */
async function ended(milliseconds: Promise<number>): Promise<void> {
  expect(await milliseconds).toBeLessThan(2_000);
  expect(client.seen('terminated')).toHaveLength(1);
}

/**
 * From now on time passes, but only while nothing happens: to the next timer that somebody waits for, until the session
 * is over. Resolves with the milliseconds of it.
 */
async function timePasses(): Promise<number> {
  const began = Date.now();
  for (;;) {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
    if (client.seen('terminated').length > 0) return Date.now() - began;
    if (vi.getTimerCount() === 0) throw new Error('The session is not over, and waits for no time.');
    vi.advanceTimersToNextTimer();
  }
}

describe('before the runtime said hello', () => {
  test('the process is gone', async () => {
    session(
      new FakeBackend((program) => {
        program.exit({ code: 1 });
        return undefined;
      }),
    );
    const passed = timePasses();
    const failure = await client.failure(client.start(SETTINGS));
    expect(failure.message).toBe(
      'The program ended before it could be debugged (exit code 1). Its output in the debug console says why.',
    );
    expect(failure.details?.showUser).toBe(true);
    await ended(passed);
    expect(client.seen('exited')).toEqual([{ exitCode: 1 }]);
  });

  test('the link breaks and the process stays', async () => {
    const backend = session(
      new FakeBackend((program) => {
        program.link.cut('The wire was cut.');
        return undefined;
      }),
    );
    const passed = timePasses();
    await client.failure(client.start(SETTINGS));
    await ended(passed);
    expect(backend.program.kills).toBeGreaterThan(0);
  });
});

describe('during configuration', () => {
  test('the process dies while the runtime is configured', async () => {
    session(
      new FakeBackend((program) => {
        program.answers.configure = () => {
          program.exit({ signal: 'SIGSEGV' });
          return silence;
        };
        program.hello();
        return undefined;
      }),
    );
    const passed = timePasses();
    expect((await client.failure(client.start(SETTINGS))).message).toContain(
      'ended before it could be debugged (by signal SIGSEGV)',
    );
    await ended(passed);
  });

  test('the process dies before the client has configured it', async () => {
    const backend = session();
    await client.request('initialize', { adapterID: 'coroscope' });
    const launched = client.request('launch', SETTINGS);
    await client.waitFor('initialized');
    const passed = timePasses();
    backend.program.exit({ code: 2 });
    expect((await client.failure(launched)).message).toContain('(exit code 2)');
    await ended(passed);
    expect((await client.failure(client.request('configurationDone'))).message).toContain('came too late');
  });

  test('the process dies with a breakpoint request pending', async () => {
    const backend = session();
    await client.request('initialize', { adapterID: 'coroscope' });
    const launched = client.request('launch', SETTINGS);
    await client.waitFor('initialized');
    backend.program.answers.setBreakpoints = () => silence;
    const pending = client.request('setBreakpoints', {
      source: { path: '/work/talk.fake' },
      breakpoints: [{ line: 1 }],
    });
    await backend.program.command('setBreakpoints');
    const passed = timePasses();
    backend.program.exit({ code: 0 });
    await client.failure(pending);
    await client.failure(launched);
    await ended(passed);
  });
});

describe('while the program runs', () => {
  test('it is killed by somebody else', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const passed = timePasses();
    backend.program.exit({ signal: 'SIGKILL' });
    await ended(passed);
    expect(client.outputText('important')).toBe('The program was ended by signal SIGKILL.\n');
    expect(client.seen('exited')).toEqual([{ exitCode: 137 }]);
  });

  test('the link breaks', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const passed = timePasses();
    backend.program.link.cut('The wire was cut.');
    await ended(passed);
    expect(backend.program.kills).toBeGreaterThan(0);
    expect(client.outputText('important')).toContain(
      'The connection to the program was lost, so the program was ended. The wire was cut.',
    );
  });

  test('the runtime sends what nobody can read', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const passed = timePasses();
    backend.program.link.runtime.send('{nonsense');
    await ended(passed);
    expect(client.outputText('important')).toContain('not JSON');
    expect(backend.program.kills).toBeGreaterThan(0);
  });

  test('the runtime sends a fact that does not fit: it is told, and the session goes on', async () => {
    const backend = session();
    await client.start(SETTINGS);
    backend.program.link.runtime.send(JSON.stringify({ fact: 'stopped', body: { reason: 'whim' } }));
    await client.waitFor('output', ({ category }) => category === 'important');
    expect(client.outputText('important')).toContain('The fact "stopped"');
    await client.request('threads');
  });

  test('the process is gone and a child of it holds the link', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const passed = timePasses();
    backend.program.exitKeepingLink({ code: 0 });
    await ended(passed);
    expect(client.seen('exited')).toEqual([{ exitCode: 0 }]);
  });
});

describe('while the program stands', () => {
  test('every pending request is answered', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const { program } = backend;
    program.answers.stack = () => silence;
    program.answers.evaluate = () => silence;
    program.answers.resume = () => silence;
    program.stop();
    const { threadId = 0 } = await client.waitFor('stopped');
    const pending = [
      client.request('stackTrace', { threadId }),
      client.request('evaluate', { expression: 'x' }),
      client.request('next', { threadId }),
    ];
    await program.command('resume');
    const passed = timePasses();
    program.exit({ signal: 'SIGTERM' });
    for (const request of pending) expect((await client.failure(request)).message).toMatch(/ended/);
    await ended(passed);
    // Answers first: a client that has read `terminated` listens to nothing else.
    expect(client.transcript.at(-1)?.message).toMatchObject({ event: 'terminated' });
  });
});

describe('while the program ends by itself', () => {
  test('it may take its time after its runtime is gone', async () => {
    const backend = session();
    await client.start(SETTINGS);
    const { program } = backend;
    program.fact('exiting', { code: 4 });
    program.link.runtime.close();
    // Its exit handlers run now; nothing may be done to it until they are through.
    expect((await client.failure(client.request('threads'))).message).toMatch(/ended/);
    expect(program.kills).toBe(0);
    program.exitKeepingLink({ code: 4 });
    await client.waitFor('terminated');
    expect(program.kills).toBe(0);
    expect(client.seen('exited')).toEqual([{ exitCode: 4 }]);
  });
});
