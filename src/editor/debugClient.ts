/**
 * The custom requests of the adapter, typed, for the views. Free of the editor's API: a `vscode.DebugSession` is a
 * `RequestSender`, and so is a test. Positions are 1-based, paths native.
 */
import type {
  CoroutineBody,
  CoroutinesArguments,
  CoroutinesBody,
  ParallelStacksArguments,
  ParallelStacksBody,
} from '../dap/coroutineList.js';
import type { AwaitGraphBody } from '../dap/customRequests.js';
import type { BreakMoment, ProgramClient, RequestSender } from './programClient.js';

/** Every method rejects with a sentence for a person when the adapter refuses. */
export class DebugClient implements ProgramClient {
  constructor(private readonly session: RequestSender) {}

  coroutines(args: CoroutinesArguments): Promise<CoroutinesBody> {
    return this.#ask('coroscope/coroutines', args);
  }

  coroutine(coroutine: number): Promise<CoroutineBody> {
    return this.#ask('coroscope/coroutine', { coroutine });
  }

  parallelStacks(args: ParallelStacksArguments): Promise<ParallelStacksBody> {
    return this.#ask('coroscope/parallelStacks', args);
  }

  awaitGraph(limit: number): Promise<AwaitGraphBody> {
    return this.#ask('coroscope/awaitGraph', { limit });
  }

  breakOnCoroutine(
    coroutine: number,
    on: readonly BreakMoment[],
  ): Promise<{ readonly verified: boolean; readonly message?: string }> {
    return this.#ask('coroscope/breakOnCoroutine', { coroutine, on });
  }

  /** The text of code that has no file (DAP's own request `source`). */
  async source(sourceReference: number): Promise<string> {
    const { content } = await this.#ask<{ content: string }>('source', { sourceReference });
    return content;
  }

  async #ask<T>(command: string, args: object): Promise<T> {
    // The adapter is our own and of the same build: what it answers has been validated where it entered it.
    return (await this.session.customRequest(command, args)) as T;
  }
}
