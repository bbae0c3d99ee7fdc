import type { Writable } from 'node:stream';
import type { Connection } from '../link/connection.js';

/**
 * What a program tells is read no faster than it can be written: while a file or whoever reads us is behind, the program
 * waits. Nothing is dropped, and nothing piles up here.
 */
export class BackPressure {
  private readonly behind = new Set<Writable>();
  private source: Pick<Connection, 'pause' | 'resume'> | undefined;

  /** From now on `source` waits while anything is behind. */
  slow(source: Pick<Connection, 'pause' | 'resume'>): void {
    this.source = source;
    if (this.behind.size > 0) source.pause();
  }

  write(stream: Writable, text: string): void {
    if (stream.write(text) || this.behind.has(stream) || stream.destroyed) return;
    this.behind.add(stream);
    this.source?.pause();
    const caughtUp = (): void => {
      stream.off('drain', caughtUp).off('close', caughtUp);
      this.behind.delete(stream);
      if (this.behind.size === 0) this.source?.resume();
    };
    // One that breaks takes nothing more, and drains never.
    stream.on('drain', caughtUp).on('close', caughtUp);
  }
}
