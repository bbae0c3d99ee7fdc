/**
 * What the views of Coroscope need beyond the Debug Adapter Protocol, for any client. The positions in here are the
 * runtime's own: 1-based, with native paths.
 */
import { z } from 'zod';
import { RecordMode, type CommandArgs, type CommandResult, type FactBody } from '../link/protocol.js';
import { awaitTrees, deadlockSentences, type AwaitTree } from '../model/awaitGraph.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';

export const SetRecordingArguments = z.object({ record: RecordMode, streamExchanges: z.boolean().optional() });

/** `coroutine` is the number that rows, frames and the `Coroutine` scope give as `id`. */
export const BreakOnCoroutineArguments = z.object({
  coroutine: z.int().positive(),
  on: z.array(z.enum(['resume', 'suspend', 'end'])),
});

/** More than a view can show (the deadlocked ones come first), and trees that JSON can still hold. */
const AWAIT_GRAPH_LIMIT = 1000;

/** `limit`: how many tasks and coroutines the graph may have. */
export const AwaitGraphArguments = z
  .object({ limit: z.int().positive().max(AWAIT_GRAPH_LIMIT).optional() })
  .default({});

export interface AwaitGraphBody extends CommandResult<'awaitGraph'> {
  readonly sentences: readonly string[];
  readonly roots: readonly AwaitTree[];
}

export class CustomRequests {
  private streaming = false;

  constructor(
    private readonly program: Program,
    private readonly outbox: Outbox,
  ) {}

  configure(settings: { readonly streamExchanges: boolean }): void {
    this.streaming = settings.streamExchanges;
  }

  /** `coroscope/setRecording`: without `streamExchanges`, events are streamed as before. */
  async setRecording({
    record,
    streamExchanges = this.streaming,
  }: z.infer<typeof SetRecordingArguments>): Promise<undefined> {
    const args: CommandArgs<'setRecording'> = { record, streamExchanges };
    await this.program.request('setRecording', args);
    this.streaming = streamExchanges;
  }

  /** `coroscope/breakOnCoroutine`: replaces what was set for that coroutine; answers `{verified, message?}`. */
  breakOnCoroutine(args: z.infer<typeof BreakOnCoroutineArguments>): Promise<object> {
    return this.program.request('breakOnCoroutine', args);
  }

  /**
   * `coroscope/awaitGraph`: the reply of the command `awaitGraph`, and with it `sentences`, one or more for each deadlock,
   * and `roots`, the graph as trees.
   */
  async awaitGraph({ limit = AWAIT_GRAPH_LIMIT }: z.infer<typeof AwaitGraphArguments>): Promise<AwaitGraphBody> {
    const graph = await this.program.request('awaitGraph', { limit });
    return { ...graph, sentences: deadlockSentences(graph), roots: awaitTrees(graph) };
  }

  /** The event `coroscope/recorded`: the body of the fact `exchanges`. */
  recorded(batch: FactBody<'exchanges'>): void {
    if (this.streaming) this.outbox.send('coroscope/recorded', batch);
  }
}
