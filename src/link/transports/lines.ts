const LINE_FEED = 0x0a;

/**
 * Cuts a byte stream into lines of UTF-8. Lines are looked for in the bytes, where a line feed is never part of another
 * character, and decoded whole, so a character that two chunks share is not torn. What is left of a line grows by
 * doubling: the work stays proportional to the bytes, however small the chunks.
 */
export class LineDecoder {
  #partial = Buffer.alloc(0);
  #length = 0;

  constructor(readonly maxBytes: number) {}

  /** How many bytes of an unfinished line are held. */
  get pending(): number {
    return this.#length;
  }

  /** Calls `line` with each line that `chunk` completes; false, and nothing is held any more, when one is too long. */
  push(chunk: Buffer, line: (text: string) => void): boolean {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      if (this.#length + end - start > this.maxBytes) return this.#giveUp();
      line(this.#complete(chunk, start, end));
      start = end + 1;
    }
    if (this.#length + chunk.length - start > this.maxBytes) return this.#giveUp();
    this.#keep(chunk, start, chunk.length);
    return true;
  }

  #complete(chunk: Buffer, start: number, end: number): string {
    if (this.#length === 0) return chunk.toString('utf8', start, end);
    this.#keep(chunk, start, end);
    const text = this.#partial.toString('utf8', 0, this.#length);
    this.#clear();
    return text;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#partial.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#partial.length));
      this.#partial.copy(grown, 0, 0, this.#length);
      this.#partial = grown;
    }
    chunk.copy(this.#partial, this.#length, start, end);
    this.#length = length;
  }

  #giveUp(): false {
    this.#clear();
    return false;
  }

  #clear(): void {
    this.#partial = Buffer.alloc(0);
    this.#length = 0;
  }
}
