import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { LinkError } from '../linkError.js';
import type { Transport } from '../transport.js';
import { admit } from './secret.js';
import { SocketTransport } from './socketTransport.js';

/** More peers than these do not wait at the door: the one that has waited longest goes, so that nobody can block it. */
const MAX_WAITING = 4;

const SECRET_BYTES = 32;

export interface RuntimeListener {
  /** On 127.0.0.1. */
  readonly port: number;
  /** 64 hex characters; the runtime sends them and a line feed before anything else. */
  readonly secret: string;
  /** The first peer that knows the secret; nobody else is let in after it. Rejects with a LinkError after `close`. */
  readonly connected: Promise<Transport>;
  /** Stops waiting. A transport that is connected stays. Safe more than once. */
  close(): void;
}

/**
 * Listens on loopback, on a port of the system's choice, for the runtime of one debuggee.
 * @param options.secretBytes 32 bytes in place of fresh random ones.
 */
export async function listenForRuntime(
  options: { readonly secretBytes?: Uint8Array | undefined } = {},
): Promise<RuntimeListener> {
  const secretBytes = options.secretBytes ?? randomBytes(SECRET_BYTES);
  if (secretBytes.length !== SECRET_BYTES) throw new RangeError(`A secret has ${SECRET_BYTES} bytes.`);
  const secret = Buffer.from(secretBytes).toString('hex');
  const greeting = Buffer.from(`${secret}\n`, 'latin1');

  const waiting = new Map<Socket, () => void>();
  const server = createServer();
  const stop = (): void => {
    server.close();
    for (const turnAway of waiting.values()) turnAway();
    waiting.clear();
  };

  let refuse: (error: LinkError) => void;
  const connected = new Promise<Transport>((resolve, reject) => {
    refuse = reject;
    server.on('connection', (socket) => {
      if (!server.listening) {
        socket.destroy();
        return;
      }
      const [oldest] = waiting;
      if (oldest && waiting.size >= MAX_WAITING) {
        const [peer, turnAway] = oldest;
        waiting.delete(peer);
        turnAway();
      }
      const turnAway = admit(socket, greeting, () => {
        waiting.delete(socket);
        stop();
        resolve(new SocketTransport(socket));
      });
      waiting.set(socket, turnAway);
      socket.on('close', () => {
        waiting.delete(socket);
      });
    });
  });
  // Whoever closes the listener need not also have waited for a peer.
  connected.catch(() => undefined);

  server.listen({ host: '127.0.0.1', port: 0, backlog: 16 });
  await once(server, 'listening');
  server.on('error', (error) => {
    refuse(new LinkError('ended', `Coroscope can no longer wait for the debuggee to connect (${error.message}).`));
  });
  return {
    port: (server.address() as AddressInfo).port,
    secret,
    connected,
    close: () => {
      stop();
      refuse(new LinkError('ended', 'Nobody waits for the debuggee to connect any more.'));
    },
  };
}
