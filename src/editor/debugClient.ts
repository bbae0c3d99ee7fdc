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
import type { ShownFinding } from '../dap/findings.js';
import type { BreakMoment, FindingsBody, ProgramClient, RequestSender } from './programClient.js';

interface Scope {
  readonly name: string;
  readonly variablesReference: number;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

export interface FrameContents {
  /** Absent for a frame that belongs to none. */
  readonly coroutine?: number;
  readonly locals: readonly Variable[];
}

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

  async findings(): Promise<FindingsBody> {
    const { findings, ...rest } = await this.#ask<
      Omit<FindingsBody, 'findings'> & { findings: readonly ShownFinding[] }
    >('coroscope/findings', {});
    return {
      ...rest,
      findings: findings.map(({ kind, severity, message, advice, times, places }) => ({
        ...{ kind, severity, message, advice, times },
        places: places.map(({ label, source, ...range }) => ({
          label,
          ...(source !== undefined && {
            location: {
              ...range,
              name: source.name ?? '',
              ...(source.path !== undefined && { path: source.path }),
              ...(source.sourceReference !== undefined && { sourceId: source.sourceReference }),
            },
          }),
        })),
      })),
    };
  }

  async coroutineAt(threadId: number, index: number): Promise<number | undefined> {
    const { stackFrames } = await this.#ask<{ stackFrames: readonly { readonly id: number }[] }>('stackTrace', {
      ...{ threadId, startFrame: index, levels: 1 },
    });
    return stackFrames[0] && (await this.frame(stackFrames[0].id, false)).coroutine;
  }

  /** Of a stack frame, by the client's own number: whose it is, and its local variables if they are wanted. */
  async frame(frameId: number, withLocals: boolean): Promise<FrameContents> {
    const { scopes } = await this.#ask<{ scopes: readonly Scope[] }>('scopes', { frameId });
    const inScope = async (wanted: string): Promise<readonly Variable[]> => {
      const scope = scopes.find(({ name }) => name === wanted);
      if (scope === undefined) return [];
      const { variablesReference } = scope;
      return (await this.#ask<{ variables: readonly Variable[] }>('variables', { variablesReference })).variables;
    };
    const id = (await inScope('Coroutine')).find(({ name }) => name === 'id');
    return {
      ...(id === undefined ? {} : { coroutine: Number(id.value) }),
      locals: withLocals ? await inScope('Locals') : [],
    };
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
