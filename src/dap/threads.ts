/**
 * Threads: the operating system's first, then a logical one for each suspended root coroutine. DAP numbers stay below
 * 2^31 and mean the same for the whole session: threads count from 1, coroutines from {@link FIRST_LOGICAL}.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FactBody } from '../link/protocol.js';
import { threadName } from '../model/names.js';
import { AdapterError } from './errors.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';

const FIRST_LOGICAL = 1_000_000;
const LAST_NUMBER = 2 ** 31 - 1;

/** So many logical threads are remembered, those that were listed last: many times what a client can show. */
const REMEMBERED = 10_000;

/** What a thread number of the client's means in a command. */
export type ThreadAddress = { readonly thread: number } | { readonly coroutine: number };

export class Threads {
  /** Numbers of the operating system's threads, whose own ids may be larger than DAP allows. */
  private readonly numbers = new Map<number, number>();
  private readonly ids = new Map<number, number>();
  private readonly alive = new Set<number>();
  private readonly coroutines = new Set<number>();
  private lastNumber = 0;
  private limit = 0;
  /** What the client was told last, or undefined if it never asked. */
  private told: readonly DebugProtocol.Thread[] | undefined;

  constructor(
    private readonly program: Program,
    private readonly outbox: Outbox,
  ) {}

  /** At most `limit` logical threads are listed. */
  configure(limit: number): void {
    this.limit = limit;
  }

  async threads(signal: AbortSignal): Promise<{ threads: DebugProtocol.Thread[] }> {
    const { threads, coroutines } = await this.program.request('threads', { limit: this.limit }, signal);
    const logical = coroutines.filter(({ id }) => FIRST_LOGICAL + id <= LAST_NUMBER);
    for (const { id } of logical) this.remember(id);
    this.told = [
      ...threads.map(({ id, name }) => ({ id: this.number(id), name })),
      ...logical.map((row) => ({ id: FIRST_LOGICAL + row.id, name: threadName(row) })),
    ];
    return { threads: [...this.told] };
  }

  /** Whether the threads, or the places where the suspended ones stand, are others than the client was told. */
  async haveMoved(): Promise<boolean> {
    const before = this.told;
    if (before === undefined) return false;
    const { threads } = await this.threads(new AbortController().signal);
    return !isDeepStrictEqual(threads, before);
  }

  /** The number of an operating-system thread. */
  number(thread: number): number {
    let number = this.numbers.get(thread);
    if (number === undefined) {
      number = this.lastNumber += 1;
      this.numbers.set(thread, number);
      this.ids.set(number, thread);
    }
    return number;
  }

  /** The number of the logical thread that stands for a coroutine, if the client was told of one. */
  ofCoroutine(coroutine: number): number | undefined {
    return this.coroutines.has(coroutine) ? FIRST_LOGICAL + coroutine : undefined;
  }

  /** @throws AdapterError `unknownThread` for a number that was never given out */
  address(number: number): ThreadAddress {
    const thread = this.ids.get(number);
    if (thread !== undefined) return { thread };
    const coroutine = number - FIRST_LOGICAL;
    if (this.coroutines.has(coroutine)) return { coroutine };
    throw new AdapterError('unknownThread', { id: number });
  }

  /** The fact `thread`. */
  changed({ id, reason }: FactBody<'thread'>): void {
    const number = this.number(id);
    if (reason === 'started') this.alive.add(id);
    else {
      this.alive.delete(id);
      // The system gives its id to another thread sooner or later; the number is never given again.
      this.numbers.delete(id);
      this.ids.delete(number);
    }
    this.outbox.send('thread', { reason, threadId: number });
  }

  /** The program is replaced by another run of it: its threads are gone. */
  replaced(): void {
    for (const id of this.alive) this.outbox.send('thread', { reason: 'exited', threadId: this.number(id) });
    this.alive.clear();
    this.coroutines.clear();
    this.numbers.clear();
    this.ids.clear();
    this.lastNumber = 0;
    this.told = undefined;
  }

  private remember(coroutine: number): void {
    this.coroutines.delete(coroutine);
    this.coroutines.add(coroutine);
    if (this.coroutines.size <= Math.max(REMEMBERED, this.limit)) return;
    const [oldest] = this.coroutines;
    if (oldest !== undefined) this.coroutines.delete(oldest);
  }
}
