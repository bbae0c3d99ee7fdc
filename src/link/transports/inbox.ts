/**
 * The receiving half of every transport: keeps what arrives before anybody listens, hands it over in order, and tells
 * the end once, after the last frame. Nothing is called within `onFrame` and `onEnd` themselves.
 */
export class Inbox {
  #held: string[] = [];
  #paused = false;
  #onFrame: ((frame: string) => void) | undefined;
  #onEnd: ((reason?: string) => void) | undefined;
  #end: { readonly reason: string | undefined; told: boolean } | undefined;

  get ended(): boolean {
    return this.#end !== undefined;
  }

  onFrame(listener: (frame: string) => void): void {
    this.#onFrame = listener;
    queueMicrotask(() => {
      this.#flush();
    });
  }

  onEnd(listener: (reason?: string) => void): void {
    this.#onEnd = listener;
    queueMicrotask(() => {
      this.#tellEnd();
    });
  }

  /** A frame has arrived. */
  deliver(frame: string): void {
    if (this.#end) return;
    if (this.#onFrame && !this.#paused && this.#held.length === 0) this.#onFrame(frame);
    else this.#held.push(frame);
  }

  /** Frames are held until `resume`, however many: for a peer that does not wait. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    queueMicrotask(() => {
      this.#flush();
    });
  }

  /** No frame can arrive any more; those that are held are still handed over. */
  end(reason?: string): void {
    if (this.#end) return;
    this.#end = { reason, told: false };
    queueMicrotask(() => {
      this.#tellEnd();
    });
  }

  /** This side wants no more: what is held is let go. */
  close(): void {
    this.#held = [];
    this.end();
  }

  #flush(): void {
    let handed = 0;
    for (let frame = this.#held[0]; frame !== undefined && !this.#paused; frame = this.#held[handed]) {
      handed += 1;
      this.#onFrame?.(frame);
    }
    this.#held.splice(0, handed);
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (!this.#end || this.#end.told || this.#held.length > 0 || !this.#onEnd) return;
    this.#end.told = true;
    if (this.#end.reason === undefined) this.#onEnd();
    else this.#onEnd(this.#end.reason);
  }
}
