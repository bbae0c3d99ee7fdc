/**
 * Continue, step and pause. A step of a logical thread is a step of that coroutine: it runs until that one is resumed.
 *
 * Beyond the Debug Adapter Protocol: `coroscope/runToSuspension` runs until a coroutine suspends next, and
 * `coroscope/runUntilResumed` until it is resumed next. Both take `{threadId, frameId?}`, answer nothing, and end in the
 * event `stopped` with the reason `step`, like any step; if the coroutine ends before, at the code that takes over.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CommandArgs } from '../link/protocol.js';
import type { Client } from './client.js';
import type { Execution } from './execution.js';
import type { Frames } from './frames.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import type { Threads } from './threads.js';

export type ResumeAction = CommandArgs<'resume'>['action'];

/** What a step is more exactly: whose coroutine, or which of the `stepInTargets`. */
export interface Where {
  readonly frameId?: number | undefined;
  readonly targetId?: number | undefined;
}

export class Stepping {
  constructor(
    private readonly program: Program,
    private readonly threads: Threads,
    private readonly frames: Frames,
    private readonly execution: Execution,
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  /**
   * DAP: first the response, then the event `stopped`. `afterResponse` lets go what the runtime said meanwhile.
   */
  async resume(
    action: ResumeAction,
    threadId: number,
    afterResponse: (release: () => void) => void,
    { frameId, targetId }: Where = {},
  ): Promise<object | undefined> {
    const address = {
      ...this.threads.address(threadId),
      ...this.frames.optional(frameId),
      ...(targetId === undefined ? {} : { target: targetId }),
    };
    afterResponse(this.outbox.hold());
    const refused = this.execution.expectContinued();
    try {
      await this.program.request('resume', { action, ...address });
    } catch (error) {
      refused();
      throw error;
    }
    return action === 'continue' ? { allThreadsContinued: true } : undefined;
  }

  /** DAP: `stepInTargets`. */
  async stepInTargets(frameId: number): Promise<{ targets: DebugProtocol.StepInTarget[] }> {
    const { targets } = await this.program.request('stepInTargets', { frame: this.frames.resolve(frameId) });
    return {
      targets: targets.map(({ id, label, location }) => ({
        id,
        label,
        ...this.client.coordinates.range(location),
      })),
    };
  }

  /** The whole program stops, whichever of its threads the user selected. */
  async pause(threadId: number): Promise<undefined> {
    this.threads.address(threadId);
    await this.program.request('pause', {});
  }
}
