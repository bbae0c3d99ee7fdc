/** Sessions over real streams: standard input and output of a process, and TCP on loopback. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveTcp, type TcpServer } from '../../src/dap/serve.js';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend } from './fakeBackend.js';

const SETTINGS = { language: 'fake', program: '/work/talk.fake' };

describe('TCP', () => {
  let backend: FakeBackend;
  let server: TcpServer;

  beforeAll(async () => {
    backend = new FakeBackend();
    server = await serveTcp(backend.backends, 0);
  });

  afterAll(() => server.close());

  test('sessions one after the other and at once', async () => {
    const [one, other] = await Promise.all([DapClient.connect(server.port), DapClient.connect(server.port)]);
    await one.start(SETTINGS);
    const program = backend.program;
    await other.start(SETTINGS);
    program.stop();
    await one.waitFor('stopped');
    expect(other.seen('stopped')).toEqual([]);
    await one.request('disconnect');
    await one.closed;
    expect((await other.request('threads')).threads).toHaveLength(1);
    await other.request('disconnect');
    await other.closed;

    const third = await DapClient.connect(server.port);
    await third.start(SETTINGS);
    await third.request('disconnect');
    await third.closed;
  });

  test('a client that is gone without a word leaves no program', async () => {
    const client = await DapClient.connect(server.port);
    await client.start(SETTINGS);
    const { debuggee } = backend.program;
    await client.close();
    expect(await debuggee.exited).toEqual({ signal: 'SIGKILL' });
  });

  test('a connection that says nothing, or nonsense, disturbs nobody', async () => {
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    silent.write('GET / HTTP/1.1\r\n\r\n');
    const client = await DapClient.connect(server.port);
    await client.start(SETTINGS);
    await client.close();
    silent.destroy();
  });

  test('a port that is taken is told', async () => {
    await expect(serveTcp(backend.backends, server.port)).rejects.toThrow(/EADDRINUSE/);
  });

  test('closing ends all sessions and their programs', async () => {
    const client = await DapClient.connect(server.port);
    await client.start(SETTINGS);
    const { debuggee } = backend.program;
    await server.close();
    expect(await debuggee.exited).toEqual({ signal: 'SIGKILL' });
    await client.closed;
  });
});

describe('standard input and output', () => {
  let folder: string;
  let adapter: string;
  let main: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'coroscope-dap-'));
    adapter = path.join(folder, 'adapter.mjs');
    main = path.join(folder, 'main.mjs');
    await build({
      entryPoints: {
        adapter: path.join(import.meta.dirname, 'fakeAdapter.ts'),
        main: path.join(import.meta.dirname, '../../src/dap/main.ts'),
      },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['pyodide'],
      banner: {
        js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
      },
    });
  });

  afterAll(() => rm(folder, { recursive: true }));

  test('a session, after which the process ends by itself', async () => {
    const client = DapClient.spawn(process.execPath, [adapter]);
    await client.start(SETTINGS);
    await client.request('terminate');
    await client.waitFor('terminated');
    await client.request('disconnect');
    expect(await once(client.process, 'exit')).toEqual([0, null]);
  });

  test('the client is gone: the program is ended, and so is the process', async () => {
    const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(process.execPath, [adapter], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const send = (command: string, args: object): void => {
      const json = JSON.stringify({ seq: 1, type: 'request', command, arguments: args });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    };
    let said = '';
    const initialized = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('"event":"initialized"')) resolve();
      });
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const closed = once(child, 'close');
    send('initialize', { adapterID: 'coroscope' });
    send('launch', SETTINGS);
    await initialized;
    child.stdin.end();
    expect(await closed).toEqual([0, null]);
    expect(errors).toBe('program ended SIGKILL\n');
  });

  /** The adapter itself, until it has ended. */
  async function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const written = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
    const [code] = (await once(child, 'close')) as unknown[];
    return { code, ...written };
  }

  test('the command line: help, mistakes, and no client at all', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--port N') as string,
      stderr: '',
    });
    expect(await run('--port', 'http')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining("--port must be a number from 0 to 65535, but it is 'http'.") as string,
    });
    expect(await run('--prot', '1')).toMatchObject({ code: 2, stdout: '' });
    expect(await run()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('the command line: a port, until it is told to end', async () => {
    const child = spawn(process.execPath, [main, '--port', '0'], { stdio: ['ignore', 'inherit', 'pipe'] });
    const [announced] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    const port = Number(/^Listening on 127\.0\.0\.1:(\d+)\n$/.exec(announced)?.[1]);
    const client = await DapClient.connect(port);
    expect(await client.request('initialize', { adapterID: 'coroscope' })).toMatchObject({
      supportsRestartRequest: true,
    });
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    await client.closed;
  });
});
