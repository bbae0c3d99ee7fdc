import type { Socket } from 'node:net';
import { MAX_FRAME_BYTES } from '../protocol.js';
import type { Transport } from '../transport.js';
import { Inbox } from './inbox.js';
import { LineDecoder } from './lines.js';

/**
 * Frames as lines on a socket. The socket is handed over paused and is not read until somebody listens: what the peer
 * sends before that waits in its own buffers.
 */
export class SocketTransport implements Transport {
  readonly #socket: Socket;
  readonly #inbox = new Inbox();
  readonly #lines: LineDecoder;

  constructor(socket: Socket, maxFrameBytes = MAX_FRAME_BYTES) {
    this.#socket = socket;
    this.#lines = new LineDecoder(maxFrameBytes);
    // A command is small and waited for: it must not wait for more to go with it.
    socket.setNoDelay(true);
    socket.on('error', (error) => {
      this.#inbox.end(`The connection to the debuggee was lost (${error.message}).`);
    });
    socket.on('close', () => {
      if (this.#lines.pending > 0)
        this.#inbox.end('The connection to the debuggee was lost in the middle of a message.');
      else this.#inbox.end();
    });
  }

  send(frame: string): void {
    if (!this.#inbox.ended && this.#socket.writable) this.#socket.write(`${frame}\n`);
  }

  onFrame(listener: (frame: string) => void): void {
    this.#inbox.onFrame(listener);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    this.#socket.resume();
  }

  onEnd(listener: (reason?: string) => void): void {
    this.#inbox.onEnd(listener);
  }

  /** Its buffers fill, then the peer's; then the peer's `send` blocks. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#inbox.close();
    // A socket that is not read does not notice its end.
    this.#socket.resume();
    // What was sent still goes out.
    this.#socket.destroySoon();
  }

  #read(chunk: Buffer): void {
    const fits = this.#lines.push(chunk, (frame) => {
      this.#inbox.deliver(frame);
    });
    if (fits) return;
    this.#inbox.end(
      `The debuggee sent a message of more than ${this.#lines.maxBytes} bytes; the connection was ended.`,
    );
    this.#socket.destroy();
  }
}
