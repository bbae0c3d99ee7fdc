/**
 * What carries frames between the adapter and one debuggee. A transport moves whole frames in order and knows nothing
 * of what they say; `Connection` does. Implementations: memory (tests), socket (a process), worker (embedded).
 */
export interface Transport {
  /** Hands one encoded frame (JSON without a line feed) to the peer. After the end it does nothing. */
  send(frame: string): void;
  /** Called with each whole frame, in order. Set once, before the first frame can arrive. */
  onFrame(listener: (frame: string) => void): void;
  /** Called once when no frame can come any more; `reason` is a sentence for a person, absent for an orderly end. */
  onEnd(listener: (reason?: string) => void): void;
  /**
   * From now on the peer waits with what it has to say, and so does its program; a few frames that were under way may
   * still come. What is sent to the peer goes out as before.
   */
  pause(): void;
  resume(): void;
  /** Ends the transport; `onEnd` follows. */
  close(): void;
}
