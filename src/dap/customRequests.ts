/**
 * What the views of Coroscope need beyond the Debug Adapter Protocol, for any client. The positions in here are the
 * runtime's own: 1-based, with native paths.
 */
import { z } from 'zod';
import { RecordMode, type CommandArgs, type FactBody } from '../link/protocol.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';

export const SetRecordingArguments = z.object({ record: RecordMode, streamExchanges: z.boolean().optional() });

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

  /** The event `coroscope/recorded`: the body of the fact `exchanges`. */
  recorded(batch: FactBody<'exchanges'>): void {
    if (this.streaming) this.outbox.send('coroscope/recorded', batch);
  }
}
