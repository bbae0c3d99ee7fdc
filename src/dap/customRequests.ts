/**
 * What the views of Coroscope need beyond the Debug Adapter Protocol, for any client. The positions in here are the
 * runtime's own: 1-based, with native paths. A `sourceId` is a `sourceReference` of the request `source`.
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

export const LocalsAtArguments = z.object({ coroutine: z.int().positive(), seq: z.int().positive() });

/** More than fits below a picture. */
const MOST_LOCALS = 50;

/** Answer to `coroscope/localsAt`. */
export interface LocalsAtBody {
  /** Absent: the coroutine has moved on since that event, so what they were is not recorded. */
  readonly locals?: readonly { readonly name: string; readonly value: string }[];
}

export interface AwaitGraphBody extends CommandResult<'awaitGraph'> {
  readonly sentences: readonly string[];
  readonly roots: readonly AwaitTree[];
}

export class CustomRequests {
  constructor(private readonly program: Program) {}

  /**
   * `coroscope/localsAt`: the local variables of a coroutine that still stands where its event `seq` left it; only while
   * the program is paused.
   */
  async localsAt({ coroutine, seq }: z.infer<typeof LocalsAtArguments>, signal?: AbortSignal): Promise<LocalsAtBody> {
    const ask = this.program;
    const { history } = await ask.request('coroutine', { coroutine }, signal);
    if (history[0]?.seq !== seq) return {};
    // Below its delegates', which come first.
    const { total } = await ask.request('stack', { coroutine, start: 0, count: 1 }, signal);
    const { frames } = await ask.request('stack', { coroutine, start: Math.max(0, total - 1), count: 1 }, signal);
    const own = frames.find((frame) => frame.coroutine === coroutine);
    if (own === undefined) return {};
    const { scopes } = await ask.request('scopes', { frame: own.id }, signal);
    const scope = scopes.find(({ hint }) => hint === 'locals');
    if (scope === undefined) return { locals: [] };
    const { variables } = await ask.request('variables', { ref: scope.ref, start: 0, count: MOST_LOCALS }, signal);
    return { locals: variables.map(({ name, value }) => ({ name, value })) };
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
