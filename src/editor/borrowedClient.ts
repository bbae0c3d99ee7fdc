/**
 * The views' questions to a program that debugpy has stopped: `evaluate` requests which run the read-only part of the
 * runtime in the thread that stopped (`boot/borrow.py`). Free of the editor's API.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type {
  CoroutineBody,
  CoroutinesArguments,
  CoroutinesBody,
  ParallelStacksArguments,
  ParallelStacksBody,
} from '../dap/coroutineList.js';
import type { AwaitGraphBody } from '../dap/customRequests.js';
import { commands, WireError, type CommandArgs, type CommandName, type CommandResult } from '../link/protocol.js';
import { awaitTrees, deadlockSentences } from '../model/awaitGraph.js';
import type { BorrowedStops } from './borrowedStops.js';
import type { FindingsBody, ProgramClient, RequestSender } from './programClient.js';

/** Those of the runtime's commands that it answers in another debugger's session. */
type Readable = 'coroutines' | 'coroutine' | 'parallelStacks' | 'awaitGraph' | 'findings';

const PAGE = 200;
const MOST_NODES = 1000;

const Answer = z.union([z.object({ error: WireError }), z.object({ result: z.unknown() })]);
const Stack = z.object({ stackFrames: z.array(z.object({ id: z.number() })) });
const Evaluated = z.object({ result: z.string() });

export class BorrowedClient implements ProgramClient {
  readonly limits =
    'This session is debugpy’s: values sent and yielded, history, who resumed a coroutine and where it was created are not ' +
    'recorded, and there are no breakpoints on a coroutine and no timeline.';

  #entry: Promise<string> | undefined;

  /** `runtime` is the folder that holds `coroscope` and `boot`. */
  constructor(
    private readonly session: RequestSender,
    private readonly stops: Pick<BorrowedStops, 'thread' | 'count'>,
    private readonly runtime: string,
  ) {}

  coroutines({ start = 0, count = PAGE, ...rest }: CoroutinesArguments): Promise<CoroutinesBody> {
    return this.#ask('coroutines', { start, count, ...rest });
  }

  coroutine(coroutine: number): Promise<CoroutineBody> {
    return this.#ask('coroutine', { coroutine });
  }

  parallelStacks({ limit = MOST_NODES, ...rest }: ParallelStacksArguments): Promise<ParallelStacksBody> {
    return this.#ask('parallelStacks', { limit, ...rest });
  }

  async awaitGraph(limit: number): Promise<AwaitGraphBody> {
    const graph = await this.#ask('awaitGraph', { limit });
    return { ...graph, sentences: deadlockSentences(graph), roots: awaitTrees(graph) };
  }

  async findings(): Promise<FindingsBody> {
    const { findings, ...rest } = await this.#ask('findings', {});
    return {
      ...rest,
      findings: findings.map(({ what, whatToDo, ...finding }) => ({ ...finding, message: what, advice: whatToDo })),
    };
  }

  breakOnCoroutine(): Promise<never> {
    return Promise.reject(
      new Error('debugpy cannot break on one coroutine. Debug the program with Coroscope to do that.'),
    );
  }

  async #ask<N extends Readable>(command: N, args: CommandArgs<N>): Promise<CommandResult<N>> {
    const frameId = await this.#frame();
    const expression = await this.#expression({ command, args, stop: this.stops.count });
    // debugpy shortens the text of every other context.
    const reply = await this.session.customRequest('evaluate', { expression, frameId, context: 'clipboard' });
    const answer = Answer.parse(decoded(Evaluated.parse(reply).result));
    if ('error' in answer) throw new Error([answer.error.message, answer.error.hint].join(' ').trim());
    return checked(command, answer.result);
  }

  /** The innermost frame of the thread that stopped: debugpy evaluates on the thread that a frame belongs to. */
  async #frame(): Promise<number> {
    const threadId = this.stops.thread;
    if (threadId === undefined)
      throw new Error('The program runs. debugpy answers only while it is paused: pause it to see its coroutines.');
    const { stackFrames } = Stack.parse(await this.session.customRequest('stackTrace', { threadId, levels: 1 }));
    const [frame] = stackFrames;
    if (frame === undefined) throw new Error('debugpy shows no frame of the thread that stopped. Pause the program.');
    return frame.id;
  }

  async #expression(request: object): Promise<string> {
    this.#entry ??= readFile(path.join(this.runtime, 'boot', 'borrow.py'), 'utf8');
    const given = `{"folder": ${literal(this.runtime)}, "request": ${literal(JSON.stringify(request))}}`;
    // Names bound here are the lambda's: none comes into the frame that it is evaluated in.
    const execute = `__import__("builtins").exec(${literal(await this.#entry)}, given)`;
    return `(lambda given: ${execute} or given["answer"])(${given})`;
  }
}

/** A text as Python writes it. What JSON escapes, Python reads alike; debugpy takes `@LINE@` for a line break. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll('@', '\\u0040');
}

/** The answer behind the literal of a string that debugpy shows: base64 and a full stop. */
function decoded(result: string): unknown {
  const [, base64] = /^'?([A-Za-z0-9+/=]*)\.'?$/.exec(result) ?? [];
  if (base64 === undefined)
    throw new Error(`debugpy did not give the whole answer of Coroscope’s runtime: ${result.slice(0, 200)}`);
  // Ids of sources are the runtime's own: debugpy would show another source for them.
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'), (name, value: unknown) =>
    name === 'sourceId' ? undefined : value,
  );
}

function checked<N extends CommandName>(command: N, result: unknown): CommandResult<N> {
  const parsed = commands[command].result.safeParse(result);
  if (!parsed.success)
    throw new Error(`What the runtime answered to '${command}' does not fit: ${z.prettifyError(parsed.error)}`);
  return parsed.data as CommandResult<N>;
}
