/** What the views ask of the program in view, whoever debugs it. Positions are 1-based, paths native. */
import type {
  CoroutineBody,
  CoroutinesArguments,
  CoroutinesBody,
  ParallelStacksArguments,
  ParallelStacksBody,
} from '../dap/coroutineList.js';
import type { AwaitGraphBody } from '../dap/customRequests.js';
import type { Finding, Location } from '../link/protocol.js';
import type { FrameContents } from './debugClient.js';

export type BreakMoment = 'resume' | 'suspend' | 'end';

export interface FoundThing {
  readonly kind: Finding['kind'];
  readonly severity: Finding['severity'];
  /** One sentence: what was found. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly advice: string;
  readonly times: number;
  /** The place to show first at the head; a place without a text to show has no location. */
  readonly places: readonly { readonly label: string; readonly location?: Location }[];
}

export interface FindingsBody {
  readonly findings: readonly FoundThing[];
  /** How many more there were than are kept. */
  readonly dropped: number;
  /** What cannot be known here, in sentences. */
  readonly notes: readonly string[];
}

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
  /** What is wrong with the program's coroutines, as far as it can be told now. */
  findings(): Promise<FindingsBody>;
  /** Whose a frame of the call stack is, by its thread and its place in that thread's stack; undefined: nobody's. */
  coroutineAt?(threadId: number, index: number): Promise<number | undefined>;
  /** Of a stack frame, by the client's own number; absent where another debugger numbers the frames. */
  frame?(frameId: number, withLocals: boolean): Promise<FrameContents>;
  /** Replaces what was set for that coroutine. */
  breakOnCoroutine(
    coroutine: number,
    on: readonly BreakMoment[],
  ): Promise<{ readonly verified: boolean; readonly message?: string }>;
}
