/**
 * What the adapter says unasked, in the order in which it happened. Output that comes in many small pieces is put
 * together, but never across another event or an answer; and a client that does not read is not drowned.
 */
import { Event, OutputEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';

export type OutputCategory = 'stdout' | 'stderr' | 'console' | 'important';

/** One event carries at most about this many characters of output. */
const CHUNK = 32 * 1024;

/** As many bytes wait for a client that does not read; output and events of the recording beyond are dropped, and counted. */
const BACKLOG = 64 * 1024 * 1024;

export class Outbox {
  private pending: { category: OutputCategory; text: string } | undefined;
  private flushing: NodeJS.Immediate | undefined;
  private held: DebugProtocol.Event[] | undefined;
  private dropped = 0;
  private readonly gatherers: (() => void)[] = [];

  /** `backlog` says how many bytes have been sent and not been read. */
  constructor(
    private readonly deliver: (event: DebugProtocol.Event) => void,
    private readonly backlog: () => number,
  ) {}

  /** The client does not read: what would be sent now is dropped, and counted. */
  get overflows(): boolean {
    return this.backlog() > BACKLOG;
  }

  /** Something else puts its events together, too: `flush` sends what it has, and is called before any other event or answer. */
  gather(flush: () => void): void {
    this.gatherers.push(flush);
  }

  send(event: string, body?: object): void {
    this.flush();
    this.post(new Event(event, body));
  }

  /** Output at a place in the source stands for itself. */
  output(category: OutputCategory, text: string, place?: Partial<DebugProtocol.OutputEvent['body']>): void {
    if (this.overflows) {
      this.dropped += text.length;
      return;
    }
    if (this.dropped > 0) this.reportDropped();
    if (place !== undefined) {
      this.flushOutput();
      this.postOutput(category, text, place);
      return;
    }
    if (this.pending !== undefined && (this.pending.category !== category || this.pending.text.length > CHUNK))
      this.flushOutput();
    this.pending ??= { category, text: '' };
    this.pending.text += text;
    this.flushing ??= setImmediate(() => {
      this.flushOutput();
    });
  }

  /** One sentence of ours, on a line of its own. */
  say(text: string, category: OutputCategory = 'console'): void {
    this.flushOutput();
    this.output(category, `${text}\n`);
  }

  /** Before an answer goes out: what came before it is shown before it. */
  flush(): void {
    this.flushOutput();
    for (const flush of this.gatherers) flush();
  }

  private flushOutput(): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    if (this.pending === undefined) return;
    const { category, text } = this.pending;
    this.pending = undefined;
    this.postOutput(category, text, {});
  }

  /** Keeps events back, in order, until the returned function is called: an answer must come before what it causes. */
  hold(): () => void {
    if (this.held !== undefined) return () => undefined;
    this.flush();
    const held: DebugProtocol.Event[] = [];
    this.held = held;
    return () => {
      if (this.held !== held) return;
      this.flush();
      this.held = undefined;
      for (const event of held) this.deliver(event);
    };
  }

  private postOutput(category: OutputCategory, text: string, place: Partial<DebugProtocol.OutputEvent['body']>): void {
    const event: DebugProtocol.OutputEvent = new OutputEvent(text, category);
    Object.assign(event.body, place);
    this.post(event);
  }

  private post(event: DebugProtocol.Event): void {
    if (this.held === undefined) this.deliver(event);
    else this.held.push(event);
  }

  private reportDropped(): void {
    const { dropped } = this;
    this.dropped = 0;
    this.say(
      `${dropped} characters of output were dropped, because they came faster than they were read.`,
      'important',
    );
  }
}
