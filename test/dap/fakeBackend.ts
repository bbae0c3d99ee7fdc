/** A language whose programs do what a test says: its runtime is the test, at the other end of a link in memory. */
import { toColumns } from '../../src/link/exchangeColumns.js';
import type { Backend, Debuggee, Exit, LaunchContext } from '../../src/debuggee/backend.js';
import {
  PROTOCOL_VERSION,
  type CommandArgs,
  type CommandName,
  type CommandResult,
  type FactOnWire,
  type FactName,
  type WireError,
} from '../../src/link/protocol.js';
import { memoryPair, type MemoryPair } from '../../src/link/transports/memory.js';

/** Thrown by an answer: the runtime's own error reply. */
export class Refusal extends Error {
  constructor(readonly error: WireError) {
    super(error.message);
  }
}

/** `silence` leaves the command unanswered. */
export const silence = Symbol('silence');

type Answer<N extends CommandName> = (args: CommandArgs<N>, id: number) => CommandResult<N> | typeof silence;
type Answers = { [N in CommandName]?: Answer<N> };

export class FakeProgram {
  readonly received: { name: CommandName; args: unknown }[] = [];
  readonly answers: Answers = {
    configure: () => ({}),
    run: () => ({}),
    setBreakpoints: ({ breakpoints }) => ({
      breakpoints: breakpoints.map(({ id, line }) => ({ id, verified: true, line })),
    }),
    setFunctionBreakpoints: ({ breakpoints }) => ({
      breakpoints: breakpoints.map(({ id }) => ({ id, verified: true })),
    }),
    setExceptionBreakpoints: ({ filters }) => ({ filters: filters.map(() => ({ verified: true })) }),
    threads: () => ({
      threads: [{ id: 140_000_000_001, name: 'MainThread', paused: true }],
      coroutines: [],
      totalCoroutines: 0,
    }),
    resume: () => {
      // After the reply.
      queueMicrotask(() => {
        this.fact('continued', {});
      });
      return {};
    },
    pause: () => ({}),
    cancel: () => ({}),
    input: () => ({}),
    sampled: () => ({ codes: [] }),
    setRecording: () => ({}),
    // As it crosses the link.
    exchanges: () => ({ batch: { coroutines: [], ...toColumns([]), dropped: 0 }, since: 1, more: false }) as never,
    terminate: () => ({}),
    detach: () => ({}),
  };
  readonly link: MemoryPair = memoryPair();
  readonly debuggee: Debuggee;
  kills = 0;

  private exitWith!: (exit: Exit) => void;
  private readonly waiters: { name: CommandName; resolve: (args: never) => void }[] = [];

  constructor(
    readonly settings: unknown,
    readonly context: LaunchContext,
  ) {
    const exited = new Promise<Exit>((resolve) => {
      this.exitWith = resolve;
    });
    this.debuggee = {
      transport: this.link.adapter,
      description: 'Fake 1.0',
      processId: 4711,
      redirectConsole: true,
      exited,
      kill: () => {
        this.kills += 1;
        this.exit({ signal: 'SIGKILL' });
        return Promise.resolve();
      },
    };
    this.link.runtime.onFrame((text) => {
      this.receive(JSON.parse(text) as { id: number; command: CommandName; args: never });
    });
    this.link.runtime.onEnd(() => undefined);
  }

  hello(info: Partial<FactOnWire<'hello'>> = {}): void {
    this.fact('hello', {
      protocol: PROTOCOL_VERSION,
      language: 'fake',
      implementation: 'Fake 1.0',
      executable: '/usr/bin/fake',
      pid: 4711,
      limits: [],
      ...info,
    });
  }

  fact<N extends FactName>(fact: N, body: FactOnWire<N>): void {
    this.link.runtime.send(JSON.stringify({ fact, body }));
  }

  /** The program stands at a breakpoint, unless `body` says otherwise. */
  stop(body: Partial<FactOnWire<'stopped'>> = {}): void {
    this.fact('stopped', { reason: 'breakpoint', thread: 140_000_000_001, breakpoints: [], ...body });
  }

  reply(id: number, result: unknown): void {
    this.link.runtime.send(JSON.stringify({ reply: id, result }));
  }

  fail(id: number, error: WireError): void {
    this.link.runtime.send(JSON.stringify({ reply: id, error }));
  }

  /** The process is gone, and with it the link. */
  exit(exit: Exit): void {
    this.link.runtime.close();
    this.exitWith(exit);
  }

  /** The process is gone; the link stands as if a child of it had inherited it. */
  exitKeepingLink(exit: Exit): void {
    this.exitWith(exit);
  }

  /** Arguments of the first command of that name, once it has come. */
  command<N extends CommandName>(name: N): Promise<CommandArgs<N>> {
    const found = this.received.find((one) => one.name === name);
    if (found !== undefined) return Promise.resolve(found.args as CommandArgs<N>);
    return new Promise((resolve) => {
      this.waiters.push({ name, resolve });
    });
  }

  /** Arguments of all commands of that name. */
  commands<N extends CommandName>(name: N): CommandArgs<N>[] {
    return this.received.filter((one) => one.name === name).map((one) => one.args as CommandArgs<N>);
  }

  private receive({ id, command, args }: { id: number; command: CommandName; args: never }): void {
    this.received.push({ name: command, args });
    for (const waiter of this.waiters.splice(0)) {
      if (waiter.name === command) waiter.resolve(args);
      else this.waiters.push(waiter);
    }
    const answer = this.answers[command] as Answer<CommandName> | undefined;
    if (answer === undefined) {
      this.fail(id, { code: 'unsupported', message: `The fake runtime has no answer to ${command}.` });
      return;
    }
    try {
      const result = answer(args, id);
      if (result !== silence) this.reply(id, result);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.fail(id, error.error);
    }
  }
}

export class FakeBackend implements Backend {
  readonly language = 'fake';
  readonly exceptionFilters = [
    { filter: 'raised', label: 'Raised', description: 'Every exception.', enabledByDefault: false },
    { filter: 'uncaught', label: 'Uncaught', description: 'Exceptions that nobody catches.', enabledByDefault: true },
  ];
  readonly exceptionConditions = 'Names of exceptions.';
  readonly programs: FakeProgram[] = [];
  private readonly waiters: ((program: FakeProgram) => void)[] = [];

  /** `prepare` sees each program before its runtime says `hello`; what it returns takes the place of the debuggee. */
  constructor(
    private readonly prepare: (program: FakeProgram, backend: FakeBackend) => undefined | Promise<Debuggee> = (
      program,
    ) => {
      program.hello();
      return undefined;
    },
  ) {}

  get backends(): ReadonlyMap<string, Backend> {
    return new Map([[this.language, this]]);
  }

  launch(settings: unknown, context: LaunchContext): Promise<Debuggee> {
    const program = new FakeProgram(settings, context);
    this.programs.push(program);
    const debuggee = this.prepare(program, this) ?? Promise.resolve(program.debuggee);
    for (const waiter of this.waiters.splice(0)) waiter(program);
    return debuggee;
  }

  /** The next program that is launched. */
  launched(): Promise<FakeProgram> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }

  get program(): FakeProgram {
    return this.programs.at(-1)!;
  }
}
