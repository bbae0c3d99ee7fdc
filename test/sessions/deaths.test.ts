/**
 * The program, the adapter or the client dies, at every moment of a session: what is pending is answered, the end is
 * told once, and no process is left.
 */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DapClient } from '../support/dapClient.js';
import { childrenOf, isRunning } from '../support/processes.js';
import { hosts, Session, useSessions } from './session.js';

useSessions();

/** Built by `npm test` before the tests run. */
const ADAPTER = path.resolve(import.meta.dirname, '../../dist/dap.js');
const overStdio = (): ReturnType<typeof DapClient.spawn> => DapClient.spawn(process.execPath, [ADAPTER]);
const processes = hosts.filter(({ embedded }) => !embedded);

const BUSY = `
  import os
  print("up", os.getpid(), flush=True)
  count = 0
  while True:
      count += 1                       # @loop
`;

/** Resolves when a process is gone; the test's own limit is the only one. */
async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
}

/** The program's own number for its process, which it prints. */
async function pidOf(session: Session): Promise<number> {
  await session.printed('up ');
  return Number(/up (\d+)/.exec(session.stdout)?.[1]);
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}

describe.each(hosts)('on $name', (host) => {
  test('a program that ends by os._exit with requests in flight', async () => {
    const session = await Session.stopped(host, 'import os\nx = 1  # @here\nprint("never")\n', {
      breakpoints: ['here'],
    });
    const { client, threadId } = session;
    const pending = [
      session.evaluate('os._exit(3)'),
      client.request('stackTrace', { threadId }),
      session.evaluate('1 + 1'),
      client.request('next', { threadId }),
    ];
    for (const request of pending) expect((await client.failure(request)).message).toMatch(/ended|lost|gone/);
    expect(await session.ended()).toBe(3);
    expect((await client.failure(client.request('threads'))).message).toContain('ended');
    expect((await client.failure(client.request('continue', { threadId }))).message).toContain('ended');
    expect(session.stdout).toBe('');
  });

  test('a program that ends by os._exit while it runs', async () => {
    const session = await Session.launch(host, 'import os\nprint("up", flush=True)\nos._exit(5)\n');
    expect(await session.ended()).toBe(5);
    expect(session.stdout).toBe('up\n');
  });

  test('the client disconnects while the program is being launched', async () => {
    const session = await Session.prepare(host, BUSY);
    const { client } = session;
    await client.request('initialize', { adapterID: 'coroscope' });
    const launched = client.request('launch', session.settings);
    await client.request('disconnect', {});
    expect((await client.failure(launched)).short).toBe('cancelled');
    expect(client.seen('terminated')).toHaveLength(1);
  });

  test("the client is gone without a word: its adapter's program ends with it", async () => {
    const session = await Session.launch(host, BUSY, { connect: overStdio });
    const pid = await pidOf(session);
    const adapter = (session.client as ReturnType<typeof overStdio>).process.pid ?? 0;
    await session.close();
    await gone(adapter);
    if (!host.embedded) await gone(pid);
  });

  test('the adapter is killed: its program ends too', async () => {
    const session = await Session.launch(host, BUSY, { connect: overStdio, breakpoints: ['loop'] });
    const pid = await pidOf(session);
    await session.stop();
    const adapter = (session.client as ReturnType<typeof overStdio>).process.pid ?? 0;
    const pending = session.evaluate('[0 for _ in range(10**12)]');
    const left = childrenOf(adapter);
    kill(adapter);
    await expect(pending).rejects.toThrow();
    await session.client.closed;
    for (const child of [...left, ...(host.embedded ? [] : [pid])]) await gone(child);
  });
});

describe.skipIf(processes.length === 0).each(processes)('the process of $name is killed', (host) => {
  // Kills what runs below an adapter of its own, the moment it is there, until the launch has an answer.
  test('before it has said hello', async () => {
    const session = await Session.prepare(host, BUSY, { connect: overStdio });
    const { client } = session;
    const adapter = (client as ReturnType<typeof overStdio>).process.pid ?? 0;
    await client.request('initialize', { adapterID: 'coroscope' });
    const answered = new AbortController();
    const launched = client.failure(client.request('launch', session.settings)).finally(() => {
      answered.abort();
    });
    while (!answered.signal.aborted) {
      for (const child of childrenOf(adapter)) {
        try {
          kill(child);
        } catch {
          // It was gone already.
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const failure = await launched;
    expect(failure.message).toMatch(/\.$/);
    await client.waitFor('terminated');
    expect(client.seen('terminated')).toHaveLength(1);
  });

  test('while it is being configured', async () => {
    const session = await Session.prepare(host, BUSY);
    const { client } = session;
    await client.request('initialize', { adapterID: 'coroscope' });
    const launched = client.request('launch', session.settings);
    await client.waitFor('initialized');
    expect(session.pid).toBeGreaterThan(0);
    kill(session.pid ?? 0);
    expect((await client.failure(launched)).message).toBe(
      'The program ended before it could be debugged (by signal SIGKILL). Its output in the debug console says why.',
    );
    expect(await session.ended()).toBe(137);
    expect((await client.failure(client.request('configurationDone'))).message).toContain('came too late');
  });

  test('while it runs', async () => {
    const session = await Session.launch(host, BUSY);
    kill(await pidOf(session));
    expect(await session.ended()).toBe(137);
    expect(session.client.outputText('important')).toBe('The program was ended by signal SIGKILL.\n');
  });

  test('while it stands, with requests in flight', async () => {
    const session = await Session.stopped(host, BUSY, { breakpoints: ['loop'] });
    const { client, threadId } = session;
    const pending = [
      session.evaluate('__import__("time").sleep(3600)'),
      client.request('stackTrace', { threadId }),
      client.request('threads'),
      client.request('next', { threadId }),
    ];
    kill(await pidOf(session));
    for (const request of pending) expect((await client.failure(request)).message).toMatch(/ended|lost|gone/);
    expect(await session.ended()).toBe(137);
    // Answers first: a client that has read 'terminated' listens to nothing else.
    expect(client.transcript.at(-1)?.message).toMatchObject({ event: 'terminated' });
  });

  test('while a step is under way', async () => {
    const session = await Session.stopped(host, BUSY, { breakpoints: ['loop'] });
    await session.setBreakpoints();
    const pid = await pidOf(session);
    const { client, threadId } = session;
    await session.evaluate('exec("def rest():\\n while True: pass", globals())');
    await client.request('stepOut', { threadId });
    kill(pid);
    expect(await session.ended()).toBe(137);
  });
});
