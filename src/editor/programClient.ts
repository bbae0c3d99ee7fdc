/** What the views ask of the program in view, whoever debugs it. Positions are 1-based, paths native. */
import type {
  CoroutineBody,
  CoroutinesArguments,
  CoroutinesBody,
  ParallelStacksArguments,
  ParallelStacksBody,
} from '../dap/coroutineList.js';
import type { AwaitGraphBody } from '../dap/customRequests.js';
import type { FrameContents } from './debugClient.js';

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
  /** Of a stack frame, by the client's own number; absent where another debugger numbers the frames. */
  frame?(frameId: number, withLocals: boolean): Promise<FrameContents>;
  /** Replaces what was set for that coroutine. */
  breakOnCoroutine(
    coroutine: number,
    on: readonly BreakMoment[],
  ): Promise<{ readonly verified: boolean; readonly message?: string }>;
}
