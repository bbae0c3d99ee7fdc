import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/** What a peer must send first, and all that is looked at before it is known: 64 hex characters and a line feed. */
export const GREETING_BYTES = 65;

/** A peer that means it sends its greeting as soon as it is connected. */
const PATIENCE_MS = 5_000;

/**
 * Reads the first bytes of `socket` and calls `admitted` if they are `greeting`; then the socket is paused in front of
 * the byte that follows. Any other peer is destroyed as soon as that is clear, and so is one that takes too long or
 * that the returned function turns away.
 */
export function admit(socket: Socket, greeting: Uint8Array, admitted: () => void): () => void {
  const received = Buffer.alloc(GREETING_BYTES);
  let length = 0;
  const turnAway = (): void => {
    socket.destroy();
  };
  // Not the socket's own timeout, which starts again with every byte.
  const deadline = setTimeout(turnAway, PATIENCE_MS);
  deadline.unref();
  const left = (): void => {
    clearTimeout(deadline);
  };
  // Who is not known has nothing to say about how the attempt ended.
  const ignored = (): void => undefined;
  const read = (chunk: Buffer): void => {
    const taken = chunk.copy(received, length);
    length += taken;
    if (length < GREETING_BYTES) return;
    socket.off('data', read);
    // All the bytes are compared, so that the time it takes tells nobody how many of them were right.
    if (!timingSafeEqual(received, greeting)) {
      turnAway();
      return;
    }
    clearTimeout(deadline);
    socket.pause();
    if (taken < chunk.length) socket.unshift(chunk.subarray(taken));
    socket.off('close', left);
    socket.off('error', ignored);
    admitted();
  };
  socket.on('error', ignored);
  socket.on('close', left);
  socket.on('data', read);
  return turnAway;
}
