/**
 * Whether the program stands or runs, and what the client is told about it. Everything that was shown of a stop is
 * forgotten when the program runs on.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FactBody, StopReason } from '../link/protocol.js';
import type { Outbox } from './outbox.js';
import type { Threads } from './threads.js';

/** DAP's own words where it has one; `description` is what the call stack shows beside a thread. */
const REASONS: Readonly<Record<StopReason, { reason: string; description: string }>> = {
  entry: { reason: 'entry', description: 'Paused on entry' },
  breakpoint: { reason: 'breakpoint', description: 'Paused on breakpoint' },
  'function breakpoint': { reason: 'function breakpoint', description: 'Paused on function breakpoint' },
  'breakpoint call': { reason: 'breakpoint', description: 'Paused on a breakpoint call of the program' },
  'coroutine breakpoint': { reason: 'data breakpoint', description: 'Paused on a breakpoint of one coroutine' },
  step: { reason: 'step', description: 'Paused after a step' },
  pause: { reason: 'pause', description: 'Paused' },
  exception: { reason: 'exception', description: 'Paused on exception' },
};

export class Execution {
  paused = false;
  /** The client asked for it, so it need not be told (DAP: the event `continued`). */
  private expected = false;
  private thread = 0;
  /** What the client was told of the stop that it is shown; undefined while the program runs. */
  stop: Omit<DebugProtocol.StoppedEvent['body'], 'hitBreakpointIds'> | undefined;

  constructor(
    private readonly threads: Threads,
    private readonly outbox: Outbox,
    private readonly forgetStop: () => void,
  ) {}

  /** The fact `stopped`. */
  stopped({ reason, thread, breakpoints, text }: FactBody<'stopped'>): void {
    this.paused = true;
    this.expected = false;
    this.thread = this.threads.number(thread);
    const { description, ...words } = REASONS[reason];
    this.stop = {
      ...words,
      // An exception's own text belongs in `text`; any other text is a better description than ours.
      ...(reason === 'exception'
        ? { description, ...(text === undefined ? {} : { text }) }
        : { description: text ?? description }),
      threadId: this.thread,
      allThreadsStopped: true,
    };
    this.outbox.send('stopped', {
      ...this.stop,
      ...(breakpoints.length === 0 ? {} : { hitBreakpointIds: breakpoints }),
    });
  }

  /** The fact `continued`, or a program that is replaced while it stands. */
  continued(): void {
    const unexpected = this.paused && !this.expected;
    this.paused = false;
    this.expected = false;
    this.stop = undefined;
    this.forgetStop();
    if (unexpected) this.outbox.send('continued', { threadId: this.thread, allThreadsContinued: true });
  }

  /** The program stands where it stood, after something else was shown in its place. */
  showAgain(description: string): void {
    this.stop = { reason: 'step', description, threadId: this.thread, allThreadsStopped: true };
    this.outbox.send('stopped', this.stop);
  }

  /** The program stands where it stood, and other stacks than the stopped one have changed. The focus stays. */
  stillStopped(): void {
    if (this.stop !== undefined) this.outbox.send('stopped', { ...this.stop, preserveFocusHint: true });
  }

  /** The client asks that the program runs on; the returned function takes it back when the runtime refused. */
  expectContinued(): () => void {
    this.expected = true;
    return () => {
      this.expected = false;
    };
  }
}
