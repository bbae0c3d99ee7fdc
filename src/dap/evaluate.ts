/**
 * Expressions: hovers, watches, the debug console, assignments and completions; and the program's standard input, which
 * the debug console answers while the program waits for it.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { LinkError } from '../link/connection.js';
import type { CommandArgs, FactBody } from '../link/protocol.js';
import type { Execution } from './execution.js';
import type { Frames } from './frames.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import type { Variables } from './variables.js';
import type { Client } from './client.js';

type Context = CommandArgs<'evaluate'>['context'];

const CONTEXTS: ReadonlySet<string> = new Set<Context>(['repl', 'watch', 'hover', 'clipboard', 'variables']);

/** Typed alone it ends the program's input: a debug console has no Ctrl+D. */
const END_OF_INPUT = '^D';

/** So much later than the runtime's own limit, which words it better. */
const GRACE_MS = 500;

export class Evaluate {
  private inputWanted = false;
  private seconds = 10;

  constructor(
    private readonly program: Program,
    private readonly execution: Execution,
    private readonly frames: Frames,
    private readonly variables: Variables,
    private readonly client: Client,
    private readonly outbox: Outbox,
    /** Something of the program's may have moved while it stands. */
    private readonly hasRun: () => Promise<void>,
  ) {}

  async evaluate(
    args: { expression: string; frameId?: number | undefined; context?: string | undefined },
    signal: AbortSignal,
  ): Promise<object> {
    // A context that DAP has not listed is one that looks and does not type.
    const context = CONTEXTS.has(args.context ?? '') ? (args.context as Context) : 'watch';
    if (context === 'repl' && this.inputWanted && !this.execution.paused) return this.input(args.expression);
    const frame = this.frames.optional(args.frameId);
    const { variable } = await this.limited(signal, (cut) =>
      this.program.request('evaluate', { expression: args.expression, ...frame, context }, cut),
    ).finally(() => {
      // Also when it failed: it may have changed things, and run tasks, before it did.
      if (context === 'repl') this.lookAgain();
    });
    return { result: variable.value, ...this.variables.shown(variable) };
  }

  configure(settings: { readonly evaluateTimeout: number }): void {
    this.seconds = settings.evaluateTimeout;
  }

  /** Code of the user's choice has run. */
  private lookAgain(): void {
    this.variables.changed();
    if (this.client.refreshes && this.execution.paused) void this.hasRun();
  }

  /** The runtime cuts an evaluation off itself where it has a thread to do so; where it has none, this does. */
  private async limited<T>(signal: AbortSignal, work: (cut: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    const timer = setTimeout(
      () => {
        over.abort();
      },
      this.seconds * 1000 + GRACE_MS,
    );
    try {
      return await work(AbortSignal.any([signal, over.signal]));
    } catch (error) {
      if (!over.signal.aborted || !(error instanceof LinkError) || error.code !== 'cancelled') throw error;
      throw new LinkError(
        'timeout',
        `The evaluation was cut off after ${this.seconds} seconds.`,
        'If it waits for another task, let the program run until that one is done.',
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async setExpression(
    args: { expression: string; value: string; frameId: number },
    signal: AbortSignal,
  ): Promise<object> {
    const frame = this.frames.resolve(args.frameId);
    const { expression, value } = args;
    return this.variables.assigned(
      (await this.program.request('setExpression', { frame, expression, value }, signal)).variable,
    );
  }

  async completions(
    args: { text: string; column: number; line?: number | undefined; frameId?: number | undefined },
    signal: AbortSignal,
  ): Promise<object> {
    const { coordinates } = this.client;
    const lines = args.text.split('\n');
    const before = lines.slice(0, args.line === undefined ? 0 : Math.max(0, coordinates.ourLine(args.line) - 1));
    const offset = before.reduce((length, line) => length + line.length + 1, 0);
    const { items } = await this.program.request(
      'completions',
      { ...this.frames.optional(args.frameId), text: args.text, column: offset + coordinates.ourColumn(args.column) },
      signal,
    );
    return {
      targets: items.map(({ label, type, start, length }): DebugProtocol.CompletionItem => ({
        label,
        type,
        start: coordinates.column(start + 1),
        length,
      })),
    };
  }

  /** The fact `inputRequested`. */
  inputRequested({ prompt }: FactBody<'inputRequested'>): void {
    this.inputWanted = true;
    const asked = prompt === undefined || prompt.trim() === '' ? '' : ` ('${prompt.trim()}')`;
    this.outbox.say(
      `The program waits for input${asked}. Type it here in the debug console; ${END_OF_INPUT} on its own ends the input.`,
      'important',
    );
  }

  /** Another program begins. */
  reset(): void {
    this.inputWanted = false;
  }

  private async input(typed: string): Promise<object> {
    this.inputWanted = false;
    try {
      await this.program.request('input', { text: typed === END_OF_INPUT ? null : `${typed}\n` });
    } catch (error) {
      this.inputWanted = true;
      throw error;
    }
    return { result: '', variablesReference: 0 };
  }
}
