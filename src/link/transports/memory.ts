import type { Transport } from '../transport.js';
import { Inbox } from './inbox.js';

/** Two ends of a link within one process; a frame arrives in a microtask, so nobody is called within `send`. */
export interface MemoryPair {
  readonly adapter: Transport;
  readonly runtime: Transport;
  /** Breaks the link as a crash would: frames under way are lost, both ends learn `reason`. */
  cut(reason?: string): void;
}

export function memoryPair(): MemoryPair {
  const adapter = new Inbox();
  const runtime = new Inbox();
  return {
    adapter: memoryEnd(adapter, runtime),
    runtime: memoryEnd(runtime, adapter),
    cut: (reason) => {
      adapter.end(reason);
      runtime.end(reason);
    },
  };
}

function memoryEnd(own: Inbox, peer: Inbox): Transport {
  return {
    send: (frame) => {
      if (own.ended) return;
      queueMicrotask(() => {
        peer.deliver(frame);
      });
    },
    onFrame: (listener) => {
      own.onFrame(listener);
    },
    onEnd: (listener) => {
      own.onEnd(listener);
    },
    pause: () => {
      own.pause();
    },
    resume: () => {
      own.resume();
    },
    close: () => {
      own.close();
      // Behind the frames that are on their way.
      queueMicrotask(() => {
        peer.end();
      });
    },
  };
}
