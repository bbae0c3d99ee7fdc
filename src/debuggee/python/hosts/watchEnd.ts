import type { Transport } from '../../../link/transport.js';

/** A transport tells its end to one listener: this one tells it to a host as well. */
export function watchEnd(transport: Transport): { readonly transport: Transport; readonly ended: Promise<void> } {
  let listener: ((reason?: string) => void) | undefined;
  let end: { readonly reason: string | undefined } | undefined;
  const tell = (): void => {
    if (!end || !listener) return;
    if (end.reason === undefined) listener();
    else listener(end.reason);
    listener = undefined;
  };
  const ended = new Promise<void>((resolve) => {
    transport.onEnd((reason) => {
      end = { reason };
      tell();
      resolve();
    });
  });
  return {
    ended,
    transport: {
      send: (frame) => {
        transport.send(frame);
      },
      onFrame: (each) => {
        transport.onFrame(each);
      },
      onEnd: (each) => {
        listener = each;
        queueMicrotask(tell);
      },
      pause: () => {
        transport.pause();
      },
      resume: () => {
        transport.resume();
      },
      close: () => {
        transport.close();
      },
    },
  };
}
