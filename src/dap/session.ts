/**
 * One debug session: the request table, which hands each request of the client to the feature that carries it out, and
 * the fact table, which does the same for what the runtime says. Every request is answered, whatever happens.
 */
import { Response } from '@vscode/debugadapter';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Backend } from '../debuggee/backend.js';
import type { Connection } from '../link/connection.js';
import type { FactBody, FactName } from '../link/protocol.js';
import { Breakpoints } from './breakpoints.js';
import { capabilities } from './capabilities.js';
import { Client } from './client.js';
import { CustomRequests, SetRecordingArguments } from './customRequests.js';
import { AdapterError, toErrorResponse, toSentence } from './errors.js';
import { Evaluate } from './evaluate.js';
import { Exceptions } from './exceptions.js';
import { Execution } from './execution.js';
import { Frames } from './frames.js';
import { Lifecycle } from './lifecycle.js';
import { Outbox } from './outbox.js';
import { Output } from './output.js';
import * as args from './requests.js';
import { request, type Handler } from './requestTable.js';
import { Scopes } from './scopes.js';
import type { LaunchSettings } from './settings.js';
import { Sources } from './sources.js';
import { StackTraces } from './stackTraces.js';
import { Stepping } from './stepping.js';
import { Threads } from './threads.js';
import { Variables } from './variables.js';

export interface SessionOptions {
  readonly backends: ReadonlyMap<string, Backend>;
  /** How many bytes have been sent to the client that it has not read yet. */
  readonly backlog?: () => number;
  /** The client has disconnected and has been told so. */
  readonly onClosed?: () => void;
}

export class Session extends ProtocolServer {
  private readonly cancellable = new Map<number, AbortController>();

  private readonly outbox = new Outbox(
    (event) => {
      this.sendEvent(event);
    },
    () => this.options.backlog?.() ?? 0,
  );
  private readonly client = new Client((command, body, timeout, answer) => {
    this.sendRequest(command, body, timeout, answer);
  });
  private readonly lifecycle: Lifecycle = new Lifecycle(() => this.options.backends, this.client, this.outbox, {
    configure: (settings) => {
      this.configure(settings);
    },
    listen: (connection) => {
      this.listen(connection);
    },
    sendAgain: async () => {
      await this.breakpoints.sendAgain();
      await this.exceptions.sendAgain();
    },
    replaced: () => {
      this.replaced();
    },
  });

  private readonly frames = new Frames();
  private readonly sources = new Sources(this.lifecycle, this.client, this.outbox);
  private readonly output = new Output(this.outbox, this.sources, this.client);
  private readonly threads = new Threads(this.lifecycle, this.outbox);
  private readonly variables = new Variables(this.lifecycle, this.sources, this.client, this.outbox);
  private readonly execution = new Execution(this.threads, this.outbox, () => {
    this.frames.forget();
    this.variables.forget();
  });
  private readonly stepping = new Stepping(this.lifecycle, this.threads, this.execution, this.outbox);
  private readonly stackTraces = new StackTraces(this.lifecycle, this.threads, this.frames, this.sources, this.client);
  private readonly scopes = new Scopes(this.lifecycle, this.frames, this.variables);
  private readonly evaluation = new Evaluate(this.lifecycle, this.execution, this.frames, this.variables, this.client, this.outbox);
  private readonly breakpoints = new Breakpoints(this.lifecycle, this.sources, this.client, this.outbox);
  private readonly exceptions = new Exceptions(this.lifecycle, this.threads);
  private readonly custom = new CustomRequests(this.lifecycle, this.outbox);

  private readonly requests: Readonly<Record<string, Handler>> = {
    initialize: request(args.initialize, (a) => this.initialize(a)),
    launch: request(args.settings, (a) => this.lifecycle.launch(a)),
    attach: request(args.nothing, () => {
      throw new AdapterError('attachUnavailable');
    }),
    configurationDone: request(args.nothing, (_, { afterResponse }) => this.lifecycle.configurationDone(afterResponse)),
    restart: request(args.restart, (a) => this.lifecycle.restart(a)),
    terminate: request(args.nothing, () => this.lifecycle.terminate()),
    disconnect: request(args.disconnect, (a, { afterResponse }) => this.disconnect(a, afterResponse)),
    cancel: request(args.cancel, (a) => this.cancel(a)),

    setBreakpoints: request(args.setBreakpoints, (a) => this.breakpoints.setBreakpoints(a)),
    setFunctionBreakpoints: request(args.setFunctionBreakpoints, (a) => this.breakpoints.setFunctionBreakpoints(a)),
    setExceptionBreakpoints: request(args.setExceptionBreakpoints, (a) => this.exceptions.setExceptionBreakpoints(a)),
    breakpointLocations: request(args.breakpointLocations, (a) => this.breakpoints.breakpointLocations(a)),

    continue: request(args.resume, (a, c) => this.stepping.resume('continue', a.threadId, c.afterResponse)),
    next: request(args.resume, (a, c) => this.stepping.resume('next', a.threadId, c.afterResponse)),
    stepIn: request(args.resume, (a, c) => this.stepping.resume('stepIn', a.threadId, c.afterResponse)),
    stepOut: request(args.resume, (a, c) => this.stepping.resume('stepOut', a.threadId, c.afterResponse)),
    pause: request(args.pause, (a) => this.stepping.pause(a.threadId)),

    threads: request(args.nothing, (_, { signal }) => this.threads.threads(signal)),
    stackTrace: request(args.stackTrace, (a, { signal }) => this.stackTraces.stackTrace(a, signal)),
    scopes: request(args.scopes, (a, { signal }) => this.scopes.scopes(a, signal)),
    variables: request(args.variables, (a, { signal }) => this.variables.variables(a, signal)),
    setVariable: request(args.setVariable, (a, { signal }) => this.variables.setVariable(a, signal)),
    locations: request(args.locations, (a) => this.variables.locations(a)),
    exceptionInfo: request(args.exceptionInfo, (a, { signal }) => this.exceptions.exceptionInfo(a, signal)),

    evaluate: request(args.evaluate, (a, { signal }) => this.evaluation.evaluate(a, signal)),
    setExpression: request(args.setExpression, (a, { signal }) => this.evaluation.setExpression(a, signal)),
    completions: request(args.completions, (a, { signal }) => this.evaluation.completions(a, signal)),

    source: request(args.sourceText, (a) => this.sources.source(a)),
    loadedSources: request(args.nothing, () => this.sources.loadedSources()),

    'coroscope/setRecording': request(SetRecordingArguments, (a) => this.custom.setRecording(a)),
  };

  /** What the runtime says unasked. `exiting` and the protocol of `hello` are the run's own business. */
  private readonly facts: { readonly [N in Exclude<FactName, 'exiting'>]: (body: FactBody<N>) => void } = {
    hello: ({ limits }) => {
      for (const limit of limits) this.outbox.say(limit);
    },
    stopped: (body) => {
      this.execution.stopped(body);
    },
    continued: () => {
      this.execution.continued();
    },
    thread: (body) => {
      this.threads.changed(body);
    },
    output: (body) => {
      this.output.fact(body);
    },
    inputRequested: (body) => {
      this.evaluation.inputRequested(body);
    },
    breakpoint: (body) => {
      this.breakpoints.changed(body);
    },
    exchanges: (body) => {
      this.custom.recorded(body);
    },
    loadedSource: (body) => {
      this.sources.loaded(body);
    },
  };

  constructor(private readonly options: SessionOptions) {
    super();
  }

  /** A message that the transport read but could not make sense of. The session goes on. */
  reportBrokenMessage(why: string): void {
    this.outbox.say(`The debug adapter could not read a message of its client and passed it over: ${why}.`, 'important');
  }

  /** The client is gone without a word: nothing of the program may be left. */
  async abandon(): Promise<void> {
    await this.lifecycle.disconnect({ terminateDebuggee: true });
  }

  override handleMessage(message: unknown): void {
    const { type, seq, command } = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
    if (type === 'request' && typeof command === 'string' && Number.isInteger(seq)) super.handleMessage(message as DebugProtocol.Request);
    else if (type === 'response') super.handleMessage(message as DebugProtocol.Response);
    else if (type === 'request' && Number.isInteger(seq)) {
      const response = new Response({ seq: seq as number, type: 'request', command: '' });
      this.refuse(response, new AdapterError('malformedRequest', { why: 'its command is not a text' }));
    } else this.reportBrokenMessage('it is no request and no response');
  }

  protected override dispatchRequest(message: DebugProtocol.Request): void {
    void this.answer(message);
  }

  private async answer({ seq, type, command, arguments: given }: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response({ seq, type, command });
    const abort = new AbortController();
    const afterwards: (() => void)[] = [];
    this.cancellable.set(seq, abort);
    try {
      const handler = Object.hasOwn(this.requests, command) ? this.requests[command] : undefined;
      if (handler === undefined) throw new AdapterError('unknownRequest', { request: command });
      if (!this.client.initialized && command !== 'initialize' && command !== 'disconnect') throw new AdapterError('notInitialized');
      const body = await handler(command, given, { signal: abort.signal, afterResponse: (action) => afterwards.push(action) });
      if (body !== undefined) response.body = body;
      this.respond(response);
    } catch (error) {
      this.refuse(response, error);
    } finally {
      this.cancellable.delete(seq);
      for (const action of afterwards) action();
    }
  }

  private refuse(response: DebugProtocol.Response, error: unknown): void {
    const { message, error: details } = toErrorResponse(error, response.command);
    response.success = false;
    response.message = message;
    response.body = { error: details };
    this.respond(response);
  }

  private respond(response: DebugProtocol.Response): void {
    this.outbox.flush();
    this.sendResponse(response);
  }

  private initialize(abilities: Parameters<Client['adopt']>[0]): DebugProtocol.Capabilities {
    if (this.client.initialized) throw new AdapterError('alreadyInitialized');
    this.client.adopt(abilities);
    return capabilities(this.options.backends.values());
  }

  private async disconnect(a: { terminateDebuggee?: boolean | undefined }, afterResponse: (action: () => void) => void): Promise<undefined> {
    afterResponse(() => this.options.onClosed?.());
    return this.lifecycle.disconnect(a);
  }

  /** DAP: the response only says that the adapter has heard; the cancelled request is answered by itself. */
  private cancel({ requestId }: { requestId?: number | undefined }): undefined {
    if (requestId !== undefined) this.cancellable.get(requestId)?.abort();
  }

  private configure(settings: LaunchSettings): void {
    const off = settings.noDebug;
    this.breakpoints.configure({ off });
    this.exceptions.configure({ off });
    this.threads.configure(settings.maxLogicalThreads);
    this.custom.configure(settings);
    this.evaluation.reset();
  }

  private listen(connection: Connection): void {
    for (const name of Object.keys(this.facts) as (keyof Session['facts'])[]) {
      connection.on(name, (body) => {
        this.guarded(name, () => {
          (this.facts[name] as (body: unknown) => void)(body);
        });
      });
    }
    connection.onProtocolFault((sentence) => {
      this.outbox.say(sentence, 'important');
    });
  }

  /** A fact that cannot be shown is reported and costs nothing else. */
  private guarded(name: string, show: () => void): void {
    try {
      show();
    } catch (error) {
      this.outbox.say(toSentence(error, name), 'important');
    }
  }

  private replaced(): void {
    this.execution.continued();
    this.threads.replaced();
    this.sources.forget();
  }
}
