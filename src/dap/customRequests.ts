/**
 * What the views of Coroscope need beyond the Debug Adapter Protocol, for any client. The positions in here are the
 * runtime's own: 1-based, with native paths.
 */
import * as z from 'zod';
import type { CommandResult } from '../link/protocol.js';
import { awaitTrees, deadlockSentences, type AwaitTree } from '../model/awaitGraph.js';
import type { Program } from './program.js';

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
  constructor(private readonly program: Program) {}

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
}
