import type { MessagePort } from 'node:worker_threads';
import type { Transport } from '../transport.js';
import { endCredit, giveCredit } from './frameCredit.js';
import { Inbox } from './inbox.js';

export interface WorkerTransportOptions {
  /**
   * Called after each frame that was sent. A program that runs neither waits nor reads its port: the embedded host
   * interrupts it here, so that the runtime looks.
   */
  readonly onSend?: (() => void) | undefined;
}

/**
 * Frames as messages to a worker. A debuggee that stands at a stop blocks its whole thread in `Atomics.wait` on
 * `wake[0]` and reads with `receiveMessageOnPort`, because no event reaches it; so every frame also raises the counter.
 * The worker reads the counter before it empties the port and waits for that very value: a frame that comes in between
 * makes `Atomics.wait` return at once. The worker in its turn waits while too many of its frames are under way
 * (`frameCredit`).
 */
export class WorkerTransport implements Transport {
  readonly #port: MessagePort;
  readonly #wake: Int32Array;
  readonly #onSend: (() => void) | undefined;
  readonly #inbox = new Inbox();
  #paused = false;
  /** Frames that came while it was paused, and whose place is not free again yet. */
  #owed = 0;

  constructor(port: MessagePort, wake: Int32Array, options: WorkerTransportOptions = {}) {
    if (!(wake.buffer instanceof SharedArrayBuffer)) {
      throw new TypeError('The wake counter of a worker must lie in a SharedArrayBuffer.');
    }
    this.#port = port;
    this.#wake = wake;
    this.#onSend = options.onSend;
    port.on('message', (message: unknown) => {
      if (typeof message === 'string') {
        this.#inbox.deliver(message);
        if (this.#paused) this.#owed += 1;
        else giveCredit(wake, 1);
      } else this.#fail(`a message that is no text but ${typeof message}`);
    });
    port.on('messageerror', (error) => {
      this.#fail(`a message that cannot be read (${error.message})`);
    });
    port.on('close', () => {
      this.#inbox.end();
    });
  }

  send(frame: string): void {
    if (this.#inbox.ended) return;
    this.#port.postMessage(frame);
    this.#wakeUp();
    this.#onSend?.();
  }

  onFrame(listener: (frame: string) => void): void {
    this.#inbox.onFrame(listener);
  }

  onEnd(listener: (reason?: string) => void): void {
    this.#inbox.onEnd(listener);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (!this.#inbox.ended) giveCredit(this.#wake, this.#owed);
    this.#owed = 0;
  }

  close(): void {
    this.#inbox.close();
    this.#over();
  }

  #over(): void {
    this.#port.close();
    endCredit(this.#wake);
    this.#wakeUp();
  }

  #wakeUp(): void {
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }

  #fail(what: string): void {
    this.#inbox.end(`The embedded runtime sent ${what}; the connection was ended.`);
    this.#over();
  }
}
