import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LaunchContext } from '../../src/debuggee/backend.js';
import { overrideAssets } from '../../src/debuggee/python/assets.js';
import { findInterpreters } from '../support/interpreters.js';
import { isRunning } from '../support/processes.js';
import { launch, remove, scratchFolder, useStandInSession, write } from './support.js';

const [interpreter] = await findInterpreters();
const python = interpreter?.path;
const folder = scratchFolder();

beforeAll(() => {
  useStandInSession(folder);
});
afterAll(() => {
  overrideAssets({});
  remove(folder);
});

type Request = Parameters<NonNullable<LaunchContext['runInTerminal']>>[0];

/** A client's terminal: starts what it is told to, and tells what came of it. */
function terminal(tellsProcess = true) {
  const requests: Request[] = [];
  const started: { readonly pid: number; readonly output: () => string; readonly ended: Promise<unknown> }[] = [];
  const runInTerminal = (request: Request) => {
    requests.push(request);
    const [command = '', ...args] = request.args;
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const [name, value] of Object.entries(request.env)) {
      if (value === null) Reflect.deleteProperty(env, name);
      else env[name] = value;
    }
    const child = spawn(command, args, { cwd: request.cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const pid = child.pid ?? 0;
    started.push({ pid, output: () => output, ended: once(child, 'close') });
    return Promise.resolve(tellsProcess ? { processId: pid } : {});
  };
  return { runInTerminal, requests, started };
}

describe.skipIf(!interpreter)('a program in a terminal', () => {
  const program = write(
    folder,
    'talk.py',
    'import os, sys\nprint(sys.argv[1:], os.environ.get("GONE"), os.environ.get("HERE"), "COROSCOPE_LINK" in os.environ)',
  );
  const busy = write(folder, 'busy.py', 'while True: pass');

  it('is started by the client, and writes to the terminal itself', async () => {
    const { runInTerminal, requests, started } = terminal();
    process.env['GONE'] = 'x';
    const settings = {
      program,
      args: ['a b'],
      python,
      console: 'integratedTerminal',
      env: { GONE: null, HERE: 'yes' },
    };
    const run = await launch(settings, { runInTerminal });
    expect(run.debuggee.redirectConsole).toBe(false);
    expect(run.debuggee.processId).toBe(started[0]?.pid);
    run.debuggee.transport.send('run');
    expect(await run.debuggee.exited).toEqual({});
    await started[0]?.ended;
    expect(started[0]?.output()).toBe("['a b'] None yes False\n");
    expect(requests[0]).toMatchObject({ kind: 'integrated', title: 'Coroscope: talk.py', cwd: folder });
    expect(requests[0]?.args.slice(1)).toEqual([program, 'a b']);
  });

  it.each([true, false])('can be ended, whether its process is known (%s) or not', async (known) => {
    const { runInTerminal, requests, started } = terminal(known);
    const run = await launch({ program: busy, python, console: 'externalTerminal' }, { runInTerminal });
    expect(requests[0]?.kind).toBe('external');
    run.debuggee.transport.send('run');
    await Promise.all([run.debuggee.kill(), run.debuggee.kill()]);
    await run.debuggee.exited;
    await started[0]?.ended;
    expect(isRunning(started[0]?.pid ?? 0)).toBe(false);
  });

  it('that ends before it connects says so', async () => {
    const { runInTerminal } = terminal();
    const broken = (request: Request) => runInTerminal({ ...request, args: [request.args[0] ?? '', '-S', '-c', ''] });
    await expect(
      launch({ program, python, console: 'integratedTerminal' }, { runInTerminal: broken }),
    ).rejects.toMatchObject({ code: 'endedBeforeStart' });
  });

  it('that cannot be started says so', async () => {
    const refused = () => Promise.reject(new Error('no more terminals'));
    await expect(
      launch({ program, python, console: 'integratedTerminal' }, { runInTerminal: refused }),
    ).rejects.toMatchObject({
      code: 'terminalFailed',
      message: 'The editor could not run the program in a terminal (no more terminals).',
    });
    await expect(launch({ program, python, console: 'integratedTerminal' })).rejects.toMatchObject({
      code: 'terminalUnavailable',
    });
  });

  it('is no longer waited for when the session ends', async () => {
    const controller = new AbortController();
    const never = () => {
      controller.abort();
      return Promise.resolve({});
    };
    const failed = launch(
      { program, python, console: 'integratedTerminal' },
      { runInTerminal: never, signal: controller.signal },
    );
    await expect(failed).rejects.toThrow();
  });
});
