/** What the views ask of the program in view, whoever debugs it. Positions are 1-based, paths native. */
import type {
  CoroutineBody,
  CoroutinesArguments,
  CoroutinesBody,
  ParallelStacksArguments,
  ParallelStacksBody,
} from '../dap/coroutineList.js';
import type { AwaitGraphBody } from '../dap/customRequests.js';

export type BreakMoment = 'resume' | 'suspend' | 'end';

export interface RequestSender {
  customRequest(command: string, args?: unknown): Thenable<unknown>;
}

/** Every method rejects with a sentence for a person. */
export interface ProgramClient {
  /** What cannot be known of this program and why, in one sentence; absent where exchanges are recorded. */
  readonly limits?: string;
  coroutines(args: CoroutinesArguments): Promise<CoroutinesBody>;
  coroutine(coroutine: number): Promise<CoroutineBody>;
  parallelStacks(args: ParallelStacksArguments): Promise<ParallelStacksBody>;
  awaitGraph(limit: number): Promise<AwaitGraphBody>;
  /** Replaces what was set for that coroutine. */
  breakOnCoroutine(
    coroutine: number,
    on: readonly BreakMoment[],
  ): Promise<{ readonly verified: boolean; readonly message?: string }>;
}
