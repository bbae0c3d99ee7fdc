/** How sessions end and begin again: by themselves, as by Ctrl+C, at once, left alone; and how wrong requests are answered. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveTcp } from '../../src/dap/serve.js';
import { backends } from '../../src/debuggee/registry.js';
import { DapClient } from '../support/dapClient.js';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const ADAPTER = path.resolve(import.meta.dirname, '../../dist/dap.js');

const STUBBORN = `
  import atexit, asyncio
  atexit.register(print, "at exit")
  async def main():
      print("up", flush=True)
      try:
          await asyncio.sleep(3600)
      finally:
          print("cleaned up")
  asyncio.run(main())
`;

const DEAF = `
  up = False
  while True:
      try:
          if not up:
              up = True
              print("up", flush=True)
          while True:
              pass
      except KeyboardInterrupt:
          print("not me", flush=True)
`;

describe.each(hosts)('on $name', (host) => {
  test('terminate is Ctrl+C: the program cleans up, and its end is no surprise to anybody', async () => {
    const session = await Session.launch(host, STUBBORN);
    await session.printed('up');
    await session.client.request('terminate');
    expect(await session.ended()).toBe(130);
    expect(session.stdout).toBe('up\ncleaned up\nat exit\n');
    expect(session.stderr).toMatch(/KeyboardInterrupt\n$/);
    expect(session.client.outputText('important')).toBe('');
    expect((await session.client.failure(session.client.request('restart'))).message).toContain('ended');
  });

  test('terminate while it stands, and the second time whatever the program thinks of it', async () => {
    const standing = await Session.stopped(host, 'x = 1  # @here\ny = 2\n', { breakpoints: ['here'] });
    await standing.client.request('terminate');
    expect(await standing.ended()).toBe(130);
    const session = await Session.launch(host, DEAF);
    await session.printed('up');
    await session.client.request('terminate');
    await session.printed('not me');
    await session.client.request('terminate');
    await session.ended();
  });

  test('nothing stops on the way to the end that somebody asked for, but a pause does', async () => {
    const session = await Session.stopped(
      host,
      `
      def end():
          while True:
              try:
                  print("at work", flush=True)  # @work
                  while True:
                      pass
              finally:
                  print("cleans up", flush=True)  # @cleanup
                  while True:
                      pass  # @refuses
      end()
      `,
      { breakpoints: ['work', 'cleanup'], exceptions: ['raised', 'uncaught'] },
    );
    await session.client.request('terminate');
    await session.printed('cleans up');
    await session.client.request('pause', { threadId: 1 });
    expect(await session.stop()).toMatchObject({ reason: 'pause' });
    await session.client.request('terminate');
    await session.ended();
  });

  test('restart keeps breakpoints of all kinds, and tells of the new run only', async () => {
    const session = await Session.stopped(
      host,
      `
      import os
      def work(n):
          result = n * 2               # @result
          return result
      for n in range(3):
          work(n)
      {}["missing"]
      `,
      { breakpoints: [{ at: 'result', condition: 'n == 1' }], exceptions: ['uncaught'] },
    );
    await session.client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'work', hitCondition: '3' }] });
    const first = session.pid;
    for (let runs = 0; runs < 2; runs += 1) {
      expect(await session.scope('Locals')).toMatchObject({ n: '1' });
      if (runs > 0) {
        await session.resume();
        expect(await session.stop()).toMatchObject({ reason: 'function breakpoint' });
        await session.resume();
        expect(await session.stop()).toMatchObject({ reason: 'exception', text: "KeyError('missing')" });
      }
      await session.client.request('restart');
      await session.stop();
    }
    if (!host.embedded) expect(session.pid).not.toBe(first);
    expect(session.client.seen('terminated')).toEqual([]);
    expect(session.client.seen('exited')).toEqual([]);
    await session.client.request('disconnect', {});
    expect(session.client.seen('terminated')).toHaveLength(1);
  });

  test('wrong requests and arguments are answered in words, and references of an earlier stop are refused', async () => {
    const session = await Session.prepare(host, 'x = [1]  # @here\ny = 2\nz = 3\n');
    const { client } = session;
    const words = async (command: string, args?: unknown): Promise<string> =>
      (await client.failure(client.requestAny(command, args))).message;
    expect(await words('threads')).toContain("came before 'initialize'");
    await session.start({ breakpoints: ['here'] });
    await session.stop();
    expect(await words('fly')).toBe("The debug adapter has no request 'fly'.");
    expect(await words('initialize', { adapterID: 'x' })).toContain('only once');
    expect(await words('launch', session.settings)).toContain('has a program already');
    expect(await words('configurationDone')).toContain('only once');
    expect(await words('stackTrace', { threadId: 'one' })).toMatch(/cannot be carried out: .*threadId/);
    expect(await words('stackTrace', { threadId: 77 })).toContain('There is no thread 77.');
    expect(await words('scopes', { frameId: 4000 })).toContain('never gave out');
    expect(await words('variables', { variablesReference: 4000 })).toContain('never gave out');
    const frameId = session.top.id;
    const { scopes } = await client.request('scopes', { frameId });
    await session.step('next');
    expect(await words('scopes', { frameId })).toContain('belongs to an earlier stop');
    expect(await words('variables', { variablesReference: scopes[0]?.variablesReference })).toContain('earlier stop');
    expect(await words('evaluate', { expression: 'x', frameId })).toContain('earlier stop');
    await session.resume();
    await session.ended();
    expect(await words('evaluate', { expression: 'x' })).toContain('ended');
  });

  test('while the program runs it has no stack, and says so', async () => {
    const session = await Session.launch(host, DEAF);
    await session.printed('up');
    const [thread] = await session.threads();
    const failure = await session.client.failure(session.client.request('stackTrace', { threadId: thread?.id ?? 0 }));
    expect(failure.short).toBe('notStopped');
    expect((await session.client.failure(session.client.request('evaluate', { expression: '1' }))).short).toBe(
      'notStopped',
    );
    await session.client.request('disconnect', { terminateDebuggee: true });
    expect(session.client.seen('terminated')).toHaveLength(1);
  });

  test('over TCP several sessions at once, over standard streams one', async () => {
    const server = await serveTcp(backends, 0);
    onTestFinished(() => server.close());
    const source = 'import sys\nx = sys.argv[1]  # @here\nprint(x)\n';
    const connections = [
      () => DapClient.connect(server.port),
      () => DapClient.connect(server.port),
      () => DapClient.spawn(process.execPath, [ADAPTER]),
    ];
    const sessions = await Promise.all(
      connections.map((connect, n) =>
        Session.stopped(host, source, { connect, breakpoints: ['here'], settings: { args: [String(n)] } }),
      ),
    );
    for (const [n, session] of sessions.entries()) {
      expect(await session.step('next')).toBe('<module>: print(x)');
      expect(await session.scope('Locals')).toMatchObject({ x: `'${n}'` });
      expect(await session.finish()).toBe(0);
      expect(session.stdout).toBe(`${n}\n`);
    }
  });
});

describe.skipIf(hosts.length === 1).each(hosts.filter(({ embedded }) => !embedded))('the process of $name', (host) => {
  test('is left alone by a disconnect that says so, and runs on as if nothing had been', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const called = once(server, 'connection') as Promise<[Socket]>;
    const session = await Session.stopped(
      host,
      `
      import socket, sys
      link = socket.create_connection(("127.0.0.1", ${(server.address() as AddressInfo).port}))
      for n in range(3):
          x = n                        # @here
      link.recv(1)
      link.sendall(f"{n} {sys.monitoring.get_tool(0)}".encode())
      `,
      { breakpoints: ['here'] },
    );
    session.leftAlone = true;
    const [program] = await called;
    let said = '';
    program.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const over = once(program, 'close');
    await session.client.request('disconnect', { terminateDebuggee: false });
    await session.client.closed;
    expect([program.readyState, said]).toEqual(['open', '']);
    program.write('!');
    await over;
    expect(said).toBe('2 None');
  });

  test('is paused with all its threads, each with a stack of its own', async () => {
    const session = await Session.launch(
      host,
      `
      import threading
      going = True
      ready = threading.Barrier(3)
      def count(name):
          ready.wait()
          n = 0
          while going:
              n += 1
      threads = [threading.Thread(target=count, args=(n,), name=f"worker-{n}") for n in range(2)]
      for each in threads: each.start()
      ready.wait()
      print("up", flush=True)
      for each in threads: each.join()
      print("end")
      `,
    );
    await session.printed('up');
    const [thread] = await session.threads();
    await session.client.request('pause', { threadId: thread?.id ?? 0 });
    expect(await session.stop()).toMatchObject({ reason: 'pause', allThreadsStopped: true });
    const threads = await session.threads();
    expect(threads.map(({ name }) => name).sort()).toEqual(['MainThread', 'worker-0', 'worker-1']);
    for (const { id, name } of threads) {
      const stack = await session.stack(id);
      expect(stack.join('\n')).toContain(
        name === 'MainThread' ? '<module>: for each in threads: each.join()' : 'count: ',
      );
    }
    await session.evaluate('globals().__setitem__("going", False)');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('up\nend\n');
  });
});
