/** Carries sessions over streams: one on standard input and output, or any number on a port of the loopback interface. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Backend } from '../debuggee/backend.js';
import { MessageReader } from './messageReader.js';
import { Session } from './session.js';

export type Backends = ReadonlyMap<string, Backend>;

/** A client that has disconnected closes its end at once; one that does not is not waited for. */
const GOODBYE_PATIENCE_MS = 1_000;

export interface Served {
  /** Resolves when the session is over and nothing of its program is left. */
  readonly done: Promise<void>;
  /** Ends the session and its program. */
  close(): Promise<void>;
}

/** One session over two streams, which are ended with it. */
export function serveStreams(backends: Backends, input: Readable, output: Writable): Served {
  let finish!: () => void;
  const gone = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const session = new Session({
    backends,
    backlog: () => output.writableLength,
    // The answer to `disconnect` is written; then there is nothing more to say.
    onClosed: () => {
      const giveUp = setTimeout(finish, GOODBYE_PATIENCE_MS);
      output.end(() => {
        clearTimeout(giveUp);
        finish();
      });
    },
  });
  session.onDidSendMessage((message) => {
    if (!output.writable) return;
    const json = JSON.stringify(message);
    output.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  });
  const reader = new MessageReader({
    message: (value) => {
      session.handleMessage(value);
    },
    broken: (why) => {
      session.reportBrokenMessage(why);
    },
  });
  input.on('data', (chunk: Buffer) => {
    reader.push(chunk);
  });
  // However the client goes, by itself or by an error on the way to it, it is gone.
  for (const event of ['end', 'close', 'error'] as const) input.on(event, finish);
  for (const event of ['close', 'error'] as const) output.on(event, finish);

  const done = gone.then(async () => {
    await session.abandon();
    input.destroy();
    output.destroy();
  });
  return {
    done,
    close: () => {
      finish();
      return done;
    },
  };
}

/** One session on standard input and output. Nothing else may write to standard output from now on. */
export function serveStdio(backends: Backends): Served {
  return serveStreams(backends, process.stdin, process.stdout);
}

export interface TcpServer extends Served {
  readonly port: number;
}

/**
 * Sessions on a port of 127.0.0.1, one for each connection; 0 picks a free one.
 * @throws Error (as a rejection) when the port is taken
 */
export async function serveTcp(backends: Backends, port: number): Promise<TcpServer> {
  const sessions = new Set<Served>();
  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    const session = serveStreams(backends, socket, socket);
    sessions.add(session);
    void session.done.then(() => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const done = new Promise<void>((resolve) => {
    server.once('close', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    done,
    close: async () => {
      server.close();
      await Promise.all([...sessions].map((session) => session.close()));
      await done;
    },
  };
}
