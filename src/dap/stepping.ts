/** Continue, step and pause. A step of a logical thread is a step of that coroutine: it runs until that one is resumed. */
import type { CommandArgs } from '../link/protocol.js';
import type { Execution } from './execution.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import type { Threads } from './threads.js';

export type ResumeAction = CommandArgs<'resume'>['action'];

export class Stepping {
  constructor(
    private readonly program: Program,
    private readonly threads: Threads,
    private readonly execution: Execution,
    private readonly outbox: Outbox,
  ) {}

  /**
   * DAP: first the response, then the event `stopped`. `afterResponse` lets go what the runtime said meanwhile.
   */
  async resume(
    action: ResumeAction,
    threadId: number,
    afterResponse: (release: () => void) => void,
  ): Promise<object | undefined> {
    const address = this.threads.address(threadId);
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

  /** The whole program stops, whichever of its threads the user selected. */
  async pause(threadId: number): Promise<undefined> {
    this.threads.address(threadId);
    await this.program.request('pause', {});
  }
}
