/**
 * What is recorded of the program: the newest events in a bounded store, the requests that ask for them, and the event
 * that tells of new ones. They come by themselves while somebody has them streamed. Otherwise `record: all` keeps them in
 * the program, where that costs least, and they are fetched at a stop.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as z from 'zod';
import { RecordMode, type FactBody } from '../link/protocol.js';
import type { CoroutineIntroduction } from '../model/coroutine.js';
import { EventStore } from '../model/eventStore.js';
import type { ExchangeEvent } from '../model/exchangeEvent.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import type { Sources } from './sources.js';

export const SetRecordingArguments = z.object({ record: RecordMode, streamExchanges: z.boolean().optional() });

const EXCHANGES_LIMIT = 100_000;
const seq = z.int().nonnegative();
const time = z.number().nonnegative();

/** A range of `seq` or of `time`, from inclusive, to exclusive; without either, everything. */
export const ExchangesArguments = z
  .object({
    fromSeq: seq.optional(),
    toSeq: seq.optional(),
    fromTime: time.optional(),
    toTime: time.optional(),
    coroutine: z.int().positive().optional(),
    limit: z.int().positive().max(EXCHANGES_LIMIT).optional(),
  })
  .default({});

/** The answer to `coroscope/exchanges`. */
export interface Exchanges {
  /** Oldest first. */
  readonly events: readonly ExchangeEvent[];
  /** Those that appear in `events`. */
  readonly coroutines: readonly CoroutineIntroduction[];
  /** Events of this session that happened and are not kept (any more). */
  readonly dropped: number;
  /** Each is the `seq` of the last event before the program was paused by the debugger. */
  readonly pauses: readonly number[];
  /** `seq` of the oldest and the newest event kept; absent when nothing is. */
  readonly first?: number;
  readonly last?: number;
  /** Where to go on when `limit` cut the answer short. */
  readonly nextSeq?: number;
  /** How the program is recorded now, and whether new events come by themselves. */
  readonly record: z.infer<typeof RecordMode>;
  readonly streaming: boolean;
  readonly processId?: number;
  /** As in the fact `hello`. */
  readonly clockZero?: number;
}

/** The answer to `coroscope/recording`. */
export interface RecordingState {
  readonly record: z.infer<typeof RecordMode>;
  readonly streaming: boolean;
  /** Functions that are known by samples only, by the line they begin in. */
  readonly sampled: readonly { readonly function: string; readonly path?: string; readonly line: number }[];
}

/** The event `coroscope/recorded` goes out at most so often, unless it has grown to {@link PUSH_EVENTS} events. */
const PUSH_INTERVAL_MS = 100;
const PUSH_EVENTS = 8_192;
const MAX_PAUSES = 10_000;
/** Events fetched at once: what else is asked of a stopped program waits some milliseconds for them, no longer. */
const FETCHED_EVENTS = 5_000;
/** Names of coroutines whose events are gone are let go once there are so many more names than coroutines. */
const SPARE_NAMES = 4_096;

type Batch = FactBody<'exchanges'>;

export class Recording {
  store = new EventStore(1);
  private names = new Map<number, CoroutineIntroduction>();
  private pauses: number[] = [];
  private info: Pick<Exchanges, 'processId' | 'clockZero'> = {};
  private capacity = 1;
  private streaming = false;
  private mode: z.infer<typeof RecordMode> = 'off';
  private fetching = Promise.resolve();
  /** Counts stops and their ends: what was begun at an earlier one is given up. */
  private stop = 0;
  private announced = false;
  /** The client did not read some batches: from now on each introduces whom it speaks of. */
  private missed = false;
  private waiting: { coroutines: Batch['coroutines']; events: Batch['events']; dropped: number; pauses: number[] } =
    none();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly program: Program,
    private readonly sources: Sources,
    private readonly outbox: Outbox,
  ) {
    outbox.gather(() => {
      this.push();
    });
  }

  configure(settings: {
    readonly streamExchanges: boolean;
    readonly recordLimit: number;
    readonly record: z.infer<typeof RecordMode>;
  }): void {
    this.streaming = settings.streamExchanges;
    this.mode = settings.record;
    this.capacity = settings.recordLimit;
    this.forget();
  }

  hello({ pid, clockZero }: FactBody<'hello'>): void {
    this.info = { processId: pid, ...(clockZero === undefined ? {} : { clockZero }) };
  }

  introduction(coroutine: number): CoroutineIntroduction | undefined {
    return this.names.get(coroutine);
  }

  /** `coroscope/recording`: how the program is recorded now, and which of its code was too hot to be watched whole. */
  async state(): Promise<RecordingState> {
    const { codes } = await this.program.request('sampled', {});
    return {
      record: this.mode,
      streaming: this.streaming,
      sampled: codes.map(({ function: name, path, line }) => ({ function: name, ...(path && { path }), line })),
    };
  }

  /** `coroscope/setRecording`: without `streamExchanges`, the client is told of new events as before. */
  async setRecording({
    record,
    streamExchanges = this.streaming,
  }: z.infer<typeof SetRecordingArguments>): Promise<undefined> {
    await this.fetched();
    await this.program.request('setRecording', { record, streamExchanges });
    this.streaming = streamExchanges;
    this.mode = record;
  }

  /** Everything there was at the present stop is in the store. */
  fetched(): Promise<void> {
    return this.fetching;
  }

  /** `coroscope/exchanges`. */
  async exchanges(args: z.infer<typeof ExchangesArguments>): Promise<Exchanges> {
    await this.fetched();
    const { store } = this;
    const limit = args.limit ?? EXCHANGES_LIMIT;
    const byTime = args.fromTime !== undefined || args.toTime !== undefined;
    const found = byTime
      ? store.byTimeRange(args.fromTime ?? 0, args.toTime ?? Infinity, limit + 1, args.coroutine)
      : store.bySeqRange(args.fromSeq ?? 0, args.toSeq ?? Infinity, limit + 1, args.coroutine);
    const next = found[limit];
    const events = found.slice(0, limit);
    const from = events[0]?.seq ?? 0;
    const to = next?.seq ?? Infinity;
    return {
      events,
      coroutines: this.sources.forViews(this.introduced(events)),
      dropped: store.dropped,
      pauses: this.pauses.filter((after) => after >= from && after < to),
      ...(store.first && { first: store.first.seq }),
      ...(store.last && { last: store.last.seq }),
      ...(next && { nextSeq: next.seq }),
      record: this.mode,
      streaming: this.streaming,
      ...this.info,
    };
  }

  /** The fact `exchanges`. */
  recorded(batch: Batch): void {
    for (const each of batch.coroutines) this.names.set(each.id, each);
    this.store.addLost(batch.dropped);
    for (const event of batch.events) this.store.append(event);
    this.tidyNames();
    if (!this.announced && this.store.size > 0) {
      this.announced = true;
      const capabilities: DebugProtocol.Capabilities = { supportsStepBack: true };
      this.outbox.send('capabilities', { capabilities });
    }
    if (!this.streaming) return;
    const { waiting } = this;
    waiting.coroutines = waiting.coroutines.concat(batch.coroutines);
    waiting.events = waiting.events.concat(batch.events);
    waiting.dropped += batch.dropped;
    if (waiting.events.length >= PUSH_EVENTS) this.push();
    else
      this.timer ??= setTimeout(() => {
        this.push();
      }, PUSH_INTERVAL_MS);
  }

  /** The fact `stopped`: whatever runs now does not run until it goes on. */
  paused(): void {
    this.stop += 1;
    if (this.mode !== 'all' || this.streaming) this.notePause();
    else this.fetching = this.fetch(this.stop);
  }

  /** The fact `continued`. */
  continued(): void {
    this.stop += 1;
  }

  private async fetch(stop: number): Promise<void> {
    try {
      for (let more = true; more && stop === this.stop;) {
        const next = (this.store.last?.seq ?? 0) + 1;
        const answer = await this.program.request('exchanges', { from: next, limit: FETCHED_EVENTS });
        const [oldest] = answer.batch.events;
        const lost = oldest ? Math.max(0, oldest.seq - Math.max(next, answer.since)) : 0;
        this.recorded({ ...answer.batch, dropped: lost });
        more = answer.more;
      }
    } catch {
      return; // the program went away, and whoever waits for it is told so
    }
    if (stop === this.stop) this.notePause();
  }

  private notePause(): void {
    const after = this.store.last?.seq;
    if (after === undefined || after === this.pauses.at(-1)) return;
    if (this.pauses.length === MAX_PAUSES) this.pauses.shift();
    this.pauses.push(after);
    if (!this.streaming) return;
    this.waiting.pauses.push(after);
    this.push();
  }

  /** The program is replaced by another run of it. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.store = new EventStore(this.capacity);
    this.names = new Map();
    this.pauses = [];
    this.waiting = none();
    this.missed = false;
  }

  /** The event `coroscope/recorded`: the body of the fact `exchanges`, of several of them in one, and `pauses`. */
  private push(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    if (this.outbox.overflows) {
      // They are kept here, where a client that reads again can ask for them; who was introduced with them, it has missed.
      this.missed = true;
      this.waiting = { ...none(), dropped: waiting.dropped + waiting.events.length };
      return;
    }
    if (waiting.events.length + waiting.pauses.length + waiting.dropped === 0) return;
    this.waiting = none();
    const { pauses, ...batch } = waiting;
    const coroutines = this.sources.forViews(this.missed ? this.introduced(batch.events) : batch.coroutines);
    this.outbox.send('coroscope/recorded', { ...batch, coroutines, ...(pauses.length > 0 && { pauses }) });
  }

  private introduced(events: readonly ExchangeEvent[]): CoroutineIntroduction[] {
    const appearing = new Set(events.map(({ coroutine }) => coroutine));
    return [...appearing].flatMap((id) => this.names.get(id) ?? []);
  }

  private tidyNames(): void {
    if (this.names.size < 2 * this.store.coroutines + SPARE_NAMES) return;
    for (const id of this.names.keys()) if (!this.store.hasEventsOf(id)) this.names.delete(id);
  }
}

function none(): { coroutines: Batch['coroutines']; events: Batch['events']; dropped: number; pauses: number[] } {
  return { coroutines: [], events: [], dropped: 0, pauses: [] };
}
