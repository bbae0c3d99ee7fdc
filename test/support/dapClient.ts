/**
 * A typed client of the Debug Adapter Protocol for tests: over streams in memory, the standard streams of a process, or
 * TCP. Everything is a promise of something that happens; nothing waits for a time. What was said, in both directions
 * and in order, is in `transcript`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import type { ShownFinding } from '../../src/dap/findings.js';
import type {
  ChangedBody,
  CoroutineBody,
  CoroutinesArguments,
  CoroutinesBody,
  ParallelStacksArguments,
  ParallelStacksBody,
} from '../../src/dap/coroutineList.js';
import { MessageReader } from '../../src/dap/messageReader.js';
import { serveStreams, type Backends, type Served } from '../../src/dap/serve.js';
import { print, type TranscriptEntry } from './transcript.js';
import type { Exchanges, RecordingState } from '../../src/dap/recording.js';
import type { AwaitGraph, AwaitTree } from '../../src/model/awaitGraph.js';

/** Arguments and response body of each request. */
export interface Requests {
  initialize: [DAP.InitializeRequestArguments, DAP.Capabilities];
  launch: [Record<string, unknown>, undefined];
  attach: [Record<string, unknown>, undefined];
  configurationDone: [undefined, undefined];
  restart: [{ arguments?: Record<string, unknown> } | undefined, undefined];
  terminate: [undefined, undefined];
  disconnect: [DAP.DisconnectArguments | undefined, undefined];
  cancel: [DAP.CancelArguments, undefined];
  setBreakpoints: [DAP.SetBreakpointsArguments, DAP.SetBreakpointsResponse['body']];
  setFunctionBreakpoints: [DAP.SetFunctionBreakpointsArguments, DAP.SetFunctionBreakpointsResponse['body']];
  setExceptionBreakpoints: [
    DAP.SetExceptionBreakpointsArguments,
    NonNullable<DAP.SetExceptionBreakpointsResponse['body']>,
  ];
  breakpointLocations: [DAP.BreakpointLocationsArguments, DAP.BreakpointLocationsResponse['body']];
  continue: [DAP.ContinueArguments, DAP.ContinueResponse['body']];
  next: [DAP.NextArguments, undefined];
  stepIn: [DAP.StepInArguments, undefined];
  stepInTargets: [DAP.StepInTargetsArguments, DAP.StepInTargetsResponse['body']];
  stepOut: [DAP.StepOutArguments, undefined];
  pause: [DAP.PauseArguments, undefined];
  threads: [undefined, DAP.ThreadsResponse['body']];
  stackTrace: [DAP.StackTraceArguments, DAP.StackTraceResponse['body']];
  scopes: [DAP.ScopesArguments, DAP.ScopesResponse['body']];
  variables: [DAP.VariablesArguments, DAP.VariablesResponse['body']];
  setVariable: [DAP.SetVariableArguments, DAP.SetVariableResponse['body']];
  locations: [DAP.LocationsArguments, NonNullable<DAP.LocationsResponse['body']>];
  exceptionInfo: [DAP.ExceptionInfoArguments, DAP.ExceptionInfoResponse['body']];
  evaluate: [DAP.EvaluateArguments, DAP.EvaluateResponse['body']];
  setExpression: [DAP.SetExpressionArguments, DAP.SetExpressionResponse['body']];
  completions: [DAP.CompletionsArguments, DAP.CompletionsResponse['body']];
  source: [DAP.SourceArguments, DAP.SourceResponse['body']];
  loadedSources: [undefined, DAP.LoadedSourcesResponse['body']];
  'coroscope/awaitGraph': [{ limit?: number }, AwaitGraph & { total: number; sentences: string[]; roots: AwaitTree[] }];
  'coroscope/runToSuspension': [{ threadId: number; frameId?: number }, undefined];
  'coroscope/runUntilResumed': [{ threadId: number; frameId?: number }, undefined];
  'coroscope/findings': [undefined, { findings: ShownFinding[]; dropped: number; notes: string[] }];
  'coroscope/coroutines': [CoroutinesArguments, CoroutinesBody];
  'coroscope/coroutine': [{ coroutine: number }, CoroutineBody];
  'coroscope/parallelStacks': [ParallelStacksArguments, ParallelStacksBody];
  'coroscope/exchanges': [object, Exchanges];
  'coroscope/recording': [undefined, RecordingState];
  'coroscope/setRecording': [{ record: string; streamExchanges?: boolean }, undefined];
}

/** Body of each event. */
export interface Events {
  initialized: undefined;
  process: DAP.ProcessEvent['body'];
  stopped: DAP.StoppedEvent['body'];
  continued: DAP.ContinuedEvent['body'];
  exited: DAP.ExitedEvent['body'];
  terminated: DAP.TerminatedEvent['body'];
  thread: DAP.ThreadEvent['body'];
  output: DAP.OutputEvent['body'];
  breakpoint: DAP.BreakpointEvent['body'];
  loadedSource: DAP.LoadedSourceEvent['body'];
  invalidated: DAP.InvalidatedEvent['body'];
  progressStart: DAP.ProgressStartEvent['body'];
  progressUpdate: DAP.ProgressUpdateEvent['body'];
  progressEnd: DAP.ProgressEndEvent['body'];
  'coroscope/changed': ChangedBody;
  capabilities: DAP.CapabilitiesEvent['body'];
  'coroscope/recorded': { coroutines: unknown[]; events: unknown[]; dropped: number; pauses?: number[] };
}

/** A request that was answered with an error. */
export class RequestFailed extends Error {
  constructor(
    readonly command: string,
    /** DAP's short text: `cancelled`, `notStopped`, or the words. */
    readonly short: string,
    readonly details: DAP.Message | undefined,
  ) {
    super(details?.format ?? short);
    this.name = 'RequestFailed';
  }
}

type Answer<C extends keyof Requests> = Promise<Requests[C][1]> & { readonly seq: number };

interface Waiter {
  readonly event: string;
  readonly fits: (body: never) => boolean;
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

export interface StartOptions {
  readonly client?: Partial<DAP.InitializeRequestArguments>;
  /** Breakpoints by path: lines, or whole breakpoints. */
  readonly breakpoints?: Readonly<Record<string, readonly (number | DAP.SourceBreakpoint)[]>>;
  readonly exceptions?: readonly string[];
}

export class DapClient {
  readonly transcript: TranscriptEntry[] = [];
  /** Answers requests of the adapter's, such as `runInTerminal`. */
  readonly reverse = new Map<string, (args: never) => object>();
  /** Resolves when the adapter has closed its end. */
  readonly closed: Promise<void>;

  private lastSeq = 0;
  private isClosed = false;
  private readonly pending = new Map<
    number,
    { resolve: (body: never) => void; reject: (error: Error) => void; command: string }
  >();
  private readonly unclaimed: { event: string; body: unknown }[] = [];
  private readonly waiters: Waiter[] = [];

  private constructor(
    input: Readable,
    private readonly output: Writable,
    private readonly dispose: () => Promise<void>,
  ) {
    const reader = new MessageReader({
      message: (value) => {
        this.receive(value as DAP.ProtocolMessage);
      },
      broken: (why) => {
        throw new Error(`The adapter sent what is no message: ${why}.`);
      },
    });
    input.on('data', (chunk: Buffer) => {
      reader.push(chunk);
    });
    output.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      const over = (): void => {
        this.isClosed = true;
        for (const { reject, command } of this.pending.values())
          reject(new Error(`The adapter closed and left '${command}' unanswered.`));
        for (const waiter of this.waiters) waiter.reject(this.missed(waiter.event));
        this.pending.clear();
        this.waiters.length = 0;
        resolve();
      };
      input.once('end', over);
      input.once('close', over);
      input.on('error', over);
    });
  }

  /** A session in this process. */
  static inMemory(backends: Backends): DapClient & { readonly served: Served } {
    const toAdapter = new PassThrough();
    const fromAdapter = new PassThrough();
    const served = serveStreams(backends, toAdapter, fromAdapter);
    const client = new DapClient(fromAdapter, toAdapter, () => served.close());
    return Object.assign(client, { served });
  }

  /** A session on the standard streams of a process. */
  static spawn(
    command: string,
    args: readonly string[],
    env = process.env,
    errors: 'inherit' | 'ignore' = 'inherit',
  ): DapClient & { readonly process: ChildProcess } {
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', errors] });
    const gone = new Promise<void>((resolve) => {
      child.once('close', () => {
        resolve();
      });
    });
    const client = new DapClient(child.stdout, child.stdin, async () => {
      child.stdin.end();
      await gone;
    });
    return Object.assign(client, { process: child });
  }

  /** A session with an adapter that listens on this machine. */
  static async connect(port: number): Promise<DapClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new DapClient(socket, socket, () => {
      socket.destroy();
      return Promise.resolve();
    });
  }

  /** Ends the client as if its editor were gone, and waits for the adapter's end. */
  async close(): Promise<void> {
    await this.dispose();
  }

  /** The promise also knows the request's number, for `cancel`. */
  request<C extends keyof Requests>(
    command: C,
    ...[args]: undefined extends Requests[C][0] ? [Requests[C][0]?] : [Requests[C][0]]
  ): Answer<C> {
    return this.requestAny(command, args) as Answer<C>;
  }

  /** For requests that are wrong on purpose. */
  requestAny(command: string, args?: unknown): Promise<unknown> & { readonly seq: number } {
    const seq = this.lastSeq + 1;
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.isClosed) reject(new Error(`The adapter is closed; '${command}' was not sent.`));
      this.pending.set(seq, { resolve, reject, command });
    });
    // Often the answer is looked at only later.
    answer.catch(() => undefined);
    this.send({ type: 'request', command, ...(args === undefined ? {} : { arguments: args }) });
    return Object.assign(answer, { seq });
  }

  /** The error that `request` is answered with. */
  async failure(request: Promise<unknown>): Promise<RequestFailed> {
    try {
      await request;
    } catch (error) {
      if (error instanceof RequestFailed) return error;
      throw error;
    }
    throw new Error(`The request succeeded.\n${print(this.transcript)}`);
  }

  /** The first event of that name that nobody has claimed yet, or the next one; `fits` looks for a certain one. */
  waitFor<E extends keyof Events>(event: E, fits: (body: Events[E]) => boolean = () => true): Promise<Events[E]> {
    const at = this.unclaimed.findIndex((one) => one.event === event && fits(one.body as Events[E]));
    const [found] = at < 0 ? [] : this.unclaimed.splice(at, 1);
    if (found !== undefined) return Promise.resolve(found.body as Events[E]);
    if (this.isClosed) return Promise.reject(this.missed(event));
    const next = new Promise<Events[E]>((resolve, reject) => {
      this.waiters.push({ event, fits, resolve, reject });
    });
    next.catch(() => undefined);
    return next;
  }

  /** All bodies of an event so far, claimed or not. */
  seen<E extends keyof Events>(event: E): Events[E][] {
    return this.transcript
      .filter(
        ({ from, message }) => from === 'adapter' && message.type === 'event' && (message as DAP.Event).event === event,
      )
      .map(({ message }) => (message as DAP.Event).body as Events[E]);
  }

  /** All output so far of a category. */
  outputText(category: string): string {
    return this.seen('output')
      .filter((body) => body.category === category)
      .map((body) => body.output)
      .join('');
  }

  /** Initializes, launches, sets breakpoints and lets the program begin. */
  start(settings: Record<string, unknown>, options: StartOptions = {}): Promise<void> {
    const started = this.launch(settings, options);
    started.catch(() => undefined);
    return started;
  }

  private async launch(
    settings: Record<string, unknown>,
    { client = {}, breakpoints = {}, exceptions = [] }: StartOptions,
  ): Promise<void> {
    await this.request('initialize', {
      adapterID: 'coroscope',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
      ...client,
    });
    const launched = this.request('launch', settings);
    await Promise.race([this.waitFor('initialized'), launched]);
    for (const [path, lines] of Object.entries(breakpoints)) {
      await this.request('setBreakpoints', {
        source: { path },
        breakpoints: lines.map((line) => (typeof line === 'number' ? { line } : line)),
      });
    }
    await this.request('setExceptionBreakpoints', { filters: [...exceptions] });
    await this.request('configurationDone');
    await launched;
  }

  /** A stop, and the stack of the thread that stopped. */
  async stop(): Promise<{ stopped: Events['stopped']; threadId: number; frames: DAP.StackFrame[] }> {
    const stopped = await this.waitFor('stopped');
    const threadId = stopped.threadId ?? 0;
    const { stackFrames } = await this.request('stackTrace', { threadId });
    return { stopped, threadId, frames: stackFrames };
  }

  /** A frame's scopes by name, and the variables in each by name. */
  async scopes(frameId: number): Promise<Record<string, Record<string, DAP.Variable>>> {
    const { scopes } = await this.request('scopes', { frameId });
    const entries = scopes.map(
      async ({ name, variablesReference }) => [name, await this.children(variablesReference)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** What is inside a value, by name. */
  async children(variablesReference: number): Promise<Record<string, DAP.Variable>> {
    const { variables } = await this.request('variables', { variablesReference });
    return Object.fromEntries(variables.map((variable) => [variable.name, variable]));
  }

  /** Bytes as they are, for broken messages. */
  sendRaw(bytes: string | Buffer): void {
    this.output.write(bytes);
  }

  private send(message: object): void {
    const whole = { seq: ++this.lastSeq, ...message } as DAP.ProtocolMessage;
    this.transcript.push({ from: 'client', message: whole });
    const json = JSON.stringify(whole);
    this.output.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  private receive(message: DAP.ProtocolMessage): void {
    this.transcript.push({ from: 'adapter', message });
    if (message.type === 'event') this.receiveEvent(message as DAP.Event);
    else if (message.type === 'response') this.receiveResponse(message as DAP.Response);
    else this.answerReverse(message as DAP.Request);
  }

  private receiveResponse({ request_seq, success, message, body, command }: DAP.Response): void {
    const waiting = this.pending.get(request_seq);
    this.pending.delete(request_seq);
    if (success) waiting?.resolve(body as never);
    else
      waiting?.reject(
        new RequestFailed(command, message ?? '', (body as DAP.ErrorResponse['body'] | undefined)?.error),
      );
  }

  private receiveEvent({ event, body }: DAP.Event): void {
    const at = this.waiters.findIndex((waiter) => waiter.event === event && waiter.fits(body as never));
    const [waiter] = at < 0 ? [] : this.waiters.splice(at, 1);
    if (waiter === undefined) this.unclaimed.push({ event, body });
    else waiter.resolve(body as never);
  }

  private answerReverse({ seq, command, arguments: args }: DAP.Request): void {
    const answer = this.reverse.get(command);
    try {
      if (answer === undefined) throw new Error(`unknown request ${command}`);
      this.send({ type: 'response', request_seq: seq, success: true, command, body: answer(args as never) });
    } catch (error) {
      this.send({ type: 'response', request_seq: seq, success: false, command, message: (error as Error).message });
    }
  }

  private missed(event: string): Error {
    return new Error(`The adapter closed without the event '${event}'.\n${print(this.transcript)}`);
  }
}
