/** The requests and events of a debug session that the timeline needs. */
import type * as vscode from 'vscode';
import * as z from 'zod';
import { CoroutineKind, ExchangeEvent, Location } from '../link/protocol.js';
import type { Recorded } from '../model/timeline.js';

const Batch = z.object({
  coroutines: z.array(
    z.object({
      id: z.number(),
      kind: CoroutineKind,
      name: z.string(),
      location: Location.optional(),
      task: z.string().optional(),
    }),
  ),
  events: z.array(ExchangeEvent),
  dropped: z.number(),
  pauses: z.array(z.number()).optional(),
});
const Answer = z.object({
  ...Batch.shape,
  nextSeq: z.number().optional(),
  first: z.number().optional(),
  last: z.number().optional(),
  record: z.string().optional(),
  streaming: z.boolean().optional(),
  processId: z.number().optional(),
  clockZero: z.number().optional(),
});
type Answer = z.infer<typeof Answer>;

const LocalsAt = z.object({ locals: z.array(z.object({ name: z.string(), value: z.string() })).optional() });

/** What is asked for at once, so that no message is large. */
const PAGE = 20_000;

export class TimelineClient {
  constructor(private readonly session: Pick<vscode.DebugSession, 'customRequest'>) {}

  async setRecording(on: boolean): Promise<void> {
    await this.session.customRequest('coroscope/setRecording', {
      record: on ? 'all' : 'auto',
      streamExchanges: true,
    });
  }

  /** Of a coroutine that still stands where its event `seq` left it; undefined if it does not. */
  async localsAt(coroutine: number, seq: number): Promise<z.infer<typeof LocalsAt>['locals']> {
    return LocalsAt.parse(await this.session.customRequest('coroscope/localsAt', { coroutine, seq })).locals;
  }

  /** The events kept with `from <= seq`, in pages. */
  async *recorded(from: number, to?: number): AsyncGenerator<Answer, void, undefined> {
    for (let next: number | undefined = from; next !== undefined;) {
      const args = { fromSeq: next, limit: PAGE, ...(to === undefined ? {} : { toSeq: to }) };
      const page: Answer = Answer.parse(await this.session.customRequest('coroscope/exchanges', args));
      yield page;
      next = page.nextSeq;
    }
  }
}

/** The body of the event `coroscope/recorded`; undefined for another event. */
export function recordedBatch({ event, body }: { event: string; body?: unknown }): Recorded | undefined {
  if (event !== 'coroscope/recorded') return undefined;
  const { pauses, ...batch } = Batch.parse(body);
  return { ...batch, ...(pauses && { pauses }) };
}
