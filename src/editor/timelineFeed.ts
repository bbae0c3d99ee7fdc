/**
 * Brings what a session records to the panel, each event once and in order: first what the adapter has kept, page by page,
 * then the batches as they come. Batches that come while pages are read wait for their turn, so that nothing is lost when
 * the session ends meanwhile.
 */
import type { Recorded } from '../model/timeline.js';
import type { TimelineClient } from './timelineClient.js';
import type { ToPanel } from './timelineMessages.js';

export interface FedSession {
  readonly name: string;
  /** From when on a step of a task blocked the loop, as the launch has it; 0: never; absent: the usual. */
  readonly blockedLoopMs?: number | undefined;
  readonly client: Pick<TimelineClient, 'recorded' | 'setRecording' | 'localsAt'>;
}

/** While nobody takes them, so many batches are kept; older ones are counted. */
const MAX_WAITING = 10_000;

export class TimelineFeed {
  private session: FedSession | undefined;
  private waiting: Recorded[] = [];
  private lost = 0;
  private ready = false;
  private catchingUp = false;
  private lastSeq = 0;
  private recording = false;
  /** Files that recorded coroutines are of, which are as many as the program has: what the page may ask to be shown. */
  private readonly files = new Set<string>();

  constructor(
    private readonly post: (message: ToPanel) => void,
    private readonly log: (sentence: string) => void,
  ) {}

  /** Another session is shown from now on. */
  async show(session: FedSession): Promise<void> {
    this.session = session;
    this.waiting = [];
    this.lost = 0;
    this.lastSeq = 0;
    this.recording = false;
    this.files.clear();
    if (this.ready) await this.begin();
  }

  /** Whether the page was told of a coroutine of that file. */
  knows(file: string): boolean {
    return this.files.has(file);
  }

  /** The panel is there, or there again: it has nothing. */
  async panelReady(): Promise<void> {
    this.ready = true;
    this.lastSeq = 0;
    if (this.session) await this.begin();
    else this.state();
  }

  recorded(batch: Recorded): void {
    this.waiting.push(batch);
    if (this.waiting.length > MAX_WAITING) this.lost += this.waiting.shift()?.events.length ?? 0;
    if (!this.recording) {
      this.recording = true;
      this.state();
    }
    // What a client that read too slowly was not sent is kept by the adapter.
    if (batch.dropped && this.ready && !this.catchingUp && this.session) void this.catchUp(this.session);
    else this.drain();
  }

  async record(on: boolean): Promise<void> {
    try {
      await this.session?.client.setRecording(on);
      this.recording = on && this.session !== undefined;
    } catch (error) {
      this.log(`Recording could not be switched ${on ? 'on' : 'off'}: ${words(error)}`);
    }
    this.state();
  }

  /** Asks the program, which knows it while it is paused. */
  async locals(coroutine: number, seq: number): Promise<void> {
    const { session } = this;
    if (!session) return;
    let locals;
    try {
      locals = await session.client.localsAt(coroutine, seq);
    } catch (error) {
      locals = words(error);
    }
    if (this.session === session) this.post({ type: 'locals', seq, locals });
  }

  stopped(): void {
    if (this.ready) this.post({ type: 'stopped' });
  }

  ended(): void {
    this.session = undefined;
    this.recording = false;
    this.state();
  }

  private async begin(): Promise<void> {
    const { session } = this;
    if (!session) return;
    const { name, blockedLoopMs } = session;
    this.post({ type: 'session', name, blockedLoopMs });
    this.state();
    await this.catchUp(session);
  }

  /** Brings what the adapter has kept and the page has not; what comes meanwhile waits for its turn. */
  private async catchUp(session: FedSession): Promise<void> {
    const { name, blockedLoopMs } = session;
    this.catchingUp = true;
    let streamed = true;
    try {
      for await (const page of session.client.recorded(this.lastSeq + 1)) {
        if (this.session !== session && this.session !== undefined) return;
        const { processId, clockZero } = page;
        this.recording = page.record === 'all';
        streamed = page.streaming !== false;
        if (this.lastSeq === 0) this.post({ type: 'session', name, processId, clockZero, blockedLoopMs });
        this.send(page);
      }
      // Everything is recorded, but kept in the program until it stops: from now on somebody looks.
      if (this.recording && !streamed && this.session === session) await session.client.setRecording(true);
    } catch (error) {
      // The batches that came meanwhile are there all the same.
      this.log(`What was recorded before could not be read: ${words(error)}`);
    } finally {
      this.catchingUp = false;
      this.drain();
      this.state();
    }
  }

  private drain(): void {
    if (!this.ready || this.catchingUp) return;
    const batches = this.waiting;
    this.waiting = [];
    for (const batch of batches) this.send(batch);
  }

  private send(batch: Recorded): void {
    const events = batch.events.filter(({ seq }) => seq > this.lastSeq);
    this.lastSeq = events.at(-1)?.seq ?? this.lastSeq;
    for (const { location } of batch.coroutines) {
      if (location?.path !== undefined) this.files.add(location.path);
    }
    if (events.length === 0 && (batch.pauses ?? []).length === 0) return;
    this.post({
      type: 'recorded',
      coroutines: batch.coroutines,
      events,
      dropped: this.lost,
      ...(batch.pauses && { pauses: batch.pauses }),
    });
    this.lost = 0;
  }

  private state(): void {
    const live = this.session !== undefined;
    if (this.ready) this.post({ type: 'state', live, recording: live && this.recording });
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
