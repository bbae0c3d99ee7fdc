import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Transport } from '../../src/link/transport.js';
import { listenForRuntime, type RuntimeListener } from '../../src/link/transports/socket.js';

const undo: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const each of undo.splice(0)) each();
});

async function listen(): Promise<RuntimeListener> {
  const listener = await listenForRuntime();
  undo.push(() => {
    listener.close();
  });
  return listener;
}

/** A peer on loopback that reads and forgets; a reset is one of the ways in which it may be turned away. */
async function dial({ port }: RuntimeListener): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  undo.push(() => socket.destroy());
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
};

async function connected(): Promise<{ transport: Transport; peer: Socket; listener: RuntimeListener }> {
  const listener = await listen();
  const peer = await dial(listener);
  peer.write(`${listener.secret}\n`);
  return { transport: await listener.connected, peer, listener };
}

/** What a transport says, in order: frames, then the end with its reason. */
function heard(transport: Transport): {
  frames: string[];
  end: Promise<string | undefined>;
  readonly frame: () => Promise<void>;
} {
  const frames: string[] = [];
  let told: () => void = () => undefined;
  transport.onFrame((frame) => {
    frames.push(frame);
    told();
  });
  const end = new Promise<string | undefined>((resolve) => {
    transport.onEnd(resolve);
  });
  return {
    frames,
    end,
    frame: () =>
      new Promise((resolve) => {
        told = resolve;
      }),
  };
}

describe('who may connect', () => {
  it('is told in 64 hex characters, fresh for every listener', async () => {
    const [one, two] = [await listen(), await listen()];
    expect(one.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(two.secret).not.toBe(one.secret);
    const given = await listenForRuntime({ secretBytes: new Uint8Array(32).fill(0xab) });
    given.close();
    expect(given.secret).toBe('ab'.repeat(32));
    await expect(listenForRuntime({ secretBytes: new Uint8Array(31) })).rejects.toThrow(RangeError);
  });

  it('is only who knows the secret: others are destroyed, and the right one still gets in', async () => {
    const listener = await listen();
    for (const wrong of [
      `${'0'.repeat(64)}\n`,
      `${listener.secret} `,
      `${listener.secret.toUpperCase()}!`,
      'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a browser that guesses ports\r\n\r\n',
    ]) {
      const stranger = await dial(listener);
      stranger.write(wrong);
      await closed(stranger);
    }
    const peer = await dial(listener);
    peer.write(`${listener.secret}\n{"frame":1}\n`);
    const { frames, frame } = heard(await listener.connected);
    await frame();
    expect(frames).toEqual(['{"frame":1}']);
  });

  it('may send the secret in pieces, and frames in the same one', async () => {
    const listener = await listen();
    const peer = await dial(listener);
    peer.setNoDelay(true);
    const text = `${listener.secret}\none\ntw`;
    for (const piece of [text.slice(0, 1), text.slice(1, 40), text.slice(40)]) {
      await new Promise((resolve) => peer.write(piece, resolve));
      await new Promise(setImmediate);
    }
    const transport = await listener.connected;
    // Nobody listens yet: what has come must wait.
    await new Promise(setImmediate);
    const { frames, end } = heard(transport);
    peer.end('o\n');
    expect(await end).toBeUndefined();
    expect(frames).toEqual(['one', 'two']);
  });

  it('is one only: then nobody else can connect', async () => {
    const listener = await listen();
    const waiting = await dial(listener);
    const peer = await dial(listener);
    peer.write(`${listener.secret}\n`);
    await listener.connected;
    await closed(waiting);
    const late = connect({ port: listener.port, host: '127.0.0.1' });
    undo.push(() => late.destroy());
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('must say so soon', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const listener = await listen();
    const slow = await dial(listener);
    await new Promise((resolve) => slow.write(listener.secret.slice(0, 10), resolve));
    // The timer exists once the server has seen the peer.
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    vi.advanceTimersByTime(5_000);
    await closed(slow);
  });

  it('cannot be kept out by many who say nothing', async () => {
    const listener = await listen();
    const silent: Socket[] = [];
    for (let count = 0; count < 12; count += 1) silent.push(await dial(listener));
    await Promise.all(silent.slice(0, 8).map(closed));
    expect(silent.slice(8).map((socket) => socket.closed)).toEqual([false, false, false, false]);
    const peer = await dial(listener);
    peer.write(`${listener.secret}\n`);
    await listener.connected;
  });

  it('is nobody any more once the listener is closed', async () => {
    const listener = await listen();
    const waiting = await dial(listener);
    listener.close();
    listener.close();
    await closed(waiting);
    await expect(listener.connected).rejects.toMatchObject({ code: 'ended' });
  });
});

describe('the socket transport', () => {
  it('carries frames both ways, characters torn by chunks included', async () => {
    const { transport, peer } = await connected();
    const { frames, frame } = heard(transport);
    const bytes = Buffer.from('{"a":"naïve 𝄞 日本"}\n');
    peer.setNoDelay(true);
    const arrived = frame();
    for (const byte of bytes) await new Promise((resolve) => peer.write(Buffer.of(byte), resolve));
    await arrived;
    expect(frames).toEqual(['{"a":"naïve 𝄞 日本"}']);

    const received = once(peer, 'data');
    transport.send('{"b":"ß"}');
    expect(String((await received)[0])).toBe('{"b":"ß"}\n');
  });

  it('lets the peer wait while it is paused, and sends all the same', async () => {
    const { transport, peer } = await connected();
    const { frames } = heard(transport);
    transport.pause();
    const frame = 'x'.repeat(1_000_000);
    let written = false;
    peer.write(`${frame}\n`.repeat(64), () => (written = true));
    for (let count = 0; count < 100; count += 1) {
      const received = once(peer, 'data');
      transport.send('ping');
      await received;
    }
    expect([frames.length, written]).toEqual([0, false]);
    const ended = new Promise((resolve) => {
      transport.onEnd(resolve);
    });
    transport.resume();
    peer.end();
    await ended;
    expect(frames).toHaveLength(64);
  });

  it('ends when it is closed while it is paused', async () => {
    const { transport, peer } = await connected();
    const { end } = heard(transport);
    transport.pause();
    peer.write('unread\n');
    transport.close();
    expect(await end).toBeUndefined();
    await closed(peer);
  });

  it('stays when its listener is closed', async () => {
    const { transport, peer, listener } = await connected();
    listener.close();
    const { frames, frame } = heard(transport);
    const arrived = frame();
    peer.write('still here\n');
    await arrived;
    expect(frames).toEqual(['still here']);
  });

  it('sends what was said before it is closed, then hears no more', async () => {
    const { transport, peer } = await connected();
    const { frames, end } = heard(transport);
    let received = '';
    peer.on('data', (chunk: Buffer) => (received += chunk.toString()));
    transport.send('last words');
    transport.close();
    transport.send('unheard');
    peer.write('too late\n');
    expect(await end).toBeUndefined();
    await closed(peer);
    expect(received).toBe('last words\n');
    expect(frames).toEqual([]);
  });

  it('ends with a sentence when the peer is gone in the middle of a message', async () => {
    const { transport, peer } = await connected();
    const { end } = heard(transport);
    peer.end('{"fact":');
    expect(await end).toContain('in the middle of a message');
  });

  it('ends with the error of the socket', async () => {
    const { transport, peer } = await connected();
    const { end } = heard(transport);
    peer.resetAndDestroy();
    expect(await end).toContain('ECONNRESET');
  });
});
