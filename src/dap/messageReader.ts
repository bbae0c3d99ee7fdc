/**
 * Cuts the client's byte stream into the messages of DAP's base protocol. The reader of `@vscode/debugadapter` ends the
 * adapter at the first message it cannot read; this one says what was wrong, passes it over and finds the next header,
 * so that a session survives a client's slip.
 */

const SEPARATOR = '\r\n\r\n';
/** A header is a line or two. */
const MAX_HEADER_BYTES = 8 * 1024;
/** The largest thing a client sends is an expression. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** At the end of a header, also where the rest of a broken message stands before it. */
const LENGTH = /Content-Length: *(\d+)[ \t]*(?:\r\n[\w-]+: *[^\r\n]*)*$/i;
const HEADER = /^(?:[\w-]+: *[^\r\n]*(?:\r\n|$))+$/;

export interface MessageListener {
  /** One JSON value, not checked further. */
  message(value: unknown): void;
  /** A part of a sentence: what could not be read. */
  broken(why: string): void;
}

export class MessageReader {
  private unread: Buffer = Buffer.alloc(0);
  /** Length of the body that is awaited; undefined while a header is. */
  private bodyLength: number | undefined;
  private skipping = false;

  constructor(private readonly listener: MessageListener) {}

  push(chunk: Buffer): void {
    this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk]);
    while (this.bodyLength === undefined ? this.readHeader() : this.readBody(this.bodyLength));
  }

  private readHeader(): boolean {
    const end = this.unread.indexOf(SEPARATOR);
    if (end < 0) {
      if (this.unread.length > MAX_HEADER_BYTES) this.skipToPossibleHeader();
      return false;
    }
    const header = this.unread.toString('latin1', Math.max(0, end - MAX_HEADER_BYTES), end);
    this.unread = this.unread.subarray(end + SEPARATOR.length);
    const length = Number(LENGTH.exec(header)?.[1]);
    if (!Number.isSafeInteger(length) || length > MAX_BODY_BYTES) {
      this.report('a header without a usable Content-Length');
      return true;
    }
    if (!HEADER.test(header)) this.report('there was something between two messages');
    this.skipping = false;
    this.bodyLength = length;
    return true;
  }

  private readBody(length: number): boolean {
    if (this.unread.length < length) return false;
    const body = this.unread.subarray(0, length);
    this.unread = this.unread.subarray(length);
    this.bodyLength = undefined;
    let value: unknown;
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch {
      this.report('it is not JSON');
      // A length that was too large has swallowed the message that follows.
      const swallowed = body.indexOf('Content-Length:');
      if (swallowed >= 0) this.unread = Buffer.concat([body.subarray(swallowed), this.unread]);
      return true;
    }
    this.listener.message(value);
    return true;
  }

  /** Without a header in sight only the end can be the beginning of one. */
  private skipToPossibleHeader(): void {
    this.report('there is no header where one should be');
    this.unread = this.unread.subarray(this.unread.length - MAX_HEADER_BYTES / 2);
  }

  /** Once for each stretch that cannot be read. */
  private report(why: string): void {
    if (!this.skipping) this.listener.broken(why);
    this.skipping = true;
  }
}
