/**
 * One debug session: the request table, which hands each request of the client to the feature that carries it out.
 * Every request is answered, whatever happens.
 */
import { Response } from '@vscode/debugadapter';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Backend } from '../debuggee/backend.js';
import { capabilities } from './capabilities.js';
import { Client, type ClientAbilities } from './client.js';
import { CoroutineArguments, CoroutinesArguments, ParallelStacksArguments } from './coroutineList.js';
import { AwaitGraphArguments, BreakOnCoroutineArguments, LocalsAtArguments } from './customRequests.js';
import { AdapterError, toErrorResponse } from './errors.js';
import { Features } from './features.js';
import { Outbox } from './outbox.js';
import { ExchangesArguments, SetRecordingArguments } from './recording.js';
import * as args from './requests.js';
import { request, type Handler } from './handler.js';

export interface SessionOptions {
  readonly backends: ReadonlyMap<string, Backend>;
  /** How many bytes have been sent to the client that it has not read yet. */
  readonly backlog?: () => number;
  /** The client has disconnected and has been told so. */
  readonly onClosed?: () => void;
}

export class Session extends ProtocolServer {
  private readonly cancellable = new Map<number, AbortController>();

  private readonly client = new Client((command, body, timeout, answer) => {
    this.sendRequest(command, body, timeout, answer);
  });
  private readonly outbox = new Outbox(
    (event) => {
      this.sendEvent(event);
    },
    () => this.options.backlog?.() ?? 0,
  );
  /** DAP: no event goes out before `initialize` has been answered. */
  private readonly openOutbox = this.outbox.hold();
  private readonly features = new Features(() => this.options.backends, this.client, this.outbox);
  private readonly requests = this.table(this.features);

  constructor(private readonly options: SessionOptions) {
    super();
  }

  /** A message that the transport read but could not make sense of. The session goes on. */
  reportBrokenMessage(why: string): void {
    this.outbox.say(
      `The debug adapter could not read a message of its client and passed it over: ${why}.`,
      'important',
    );
  }

  /** The client is gone without a word: nothing of the program may be left. */
  async abandon(): Promise<void> {
    await this.features.lifecycle.disconnect({ terminateDebuggee: true });
  }

  override handleMessage(message: unknown): void {
    const { type, seq, command } = (typeof message === 'object' && message !== null ? message : {}) as Record<
      string,
      unknown
    >;
    if (type === 'request' && typeof command === 'string' && Number.isInteger(seq))
      super.handleMessage(message as DebugProtocol.Request);
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
      if (!this.client.initialized && command !== 'initialize' && command !== 'disconnect')
        throw new AdapterError('notInitialized');
      const body = await handler(command, given, {
        signal: abort.signal,
        afterResponse: (action) => afterwards.push(action),
      });
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

  private table(f: Features): Readonly<Record<string, Handler>> {
    const forViews = async <T>(answer: Promise<T>): Promise<T> => f.sources.forViews(await answer);
    return {
      initialize: request(args.initialize, (a, { afterResponse }) => this.initialize(a, afterResponse)),
      launch: request(args.settings, (a) => f.lifecycle.launch(a)),
      attach: request(args.nothing, () => f.lifecycle.attach()),
      configurationDone: request(args.nothing, (_, { afterResponse }) => f.lifecycle.configurationDone(afterResponse)),
      restart: request(args.restart, (a) => f.lifecycle.restart(a)),
      terminate: request(args.nothing, () => f.lifecycle.terminate()),
      disconnect: request(args.disconnect, (a, { afterResponse }) => this.disconnect(a, afterResponse)),
      cancel: request(args.cancel, (a) => this.cancel(a)),

      setBreakpoints: request(args.setBreakpoints, (a) => f.breakpoints.setBreakpoints(a)),
      setFunctionBreakpoints: request(args.setFunctionBreakpoints, (a) => f.breakpoints.setFunctionBreakpoints(a)),
      setExceptionBreakpoints: request(args.setExceptionBreakpoints, (a) => f.exceptions.setExceptionBreakpoints(a)),
      dataBreakpointInfo: request(args.dataBreakpointInfo, (a) => f.dataBreakpoints.info(a)),
      setDataBreakpoints: request(args.setDataBreakpoints, (a) => f.dataBreakpoints.set(a)),
      breakpointLocations: request(args.breakpointLocations, (a) => f.breakpoints.breakpointLocations(a)),

      continue: request(args.resume, (a, c) => f.resume('continue', a.threadId, c.afterResponse)),
      next: request(args.resume, (a, c) => f.resume('next', a.threadId, c.afterResponse)),
      stepIn: request(args.stepIn, (a, c) => f.resume('stepIn', a.threadId, c.afterResponse, a)),
      stepOut: request(args.resume, (a, c) => f.resume('stepOut', a.threadId, c.afterResponse)),
      stepInTargets: request(args.stepInTargets, (a) =>
        f.recorded.notOf(a.frameId, () => f.stepping.stepInTargets(a.frameId)),
      ),
      stepBack: request(args.resume, async (_, c) => {
        await f.recording.fetched();
        return f.recorded.stepBack(c.afterResponse);
      }),
      reverseContinue: request(args.resume, async (_, c) => {
        await f.recording.fetched();
        return f.recorded.reverseContinue(c.afterResponse);
      }),
      pause: request(args.pause, (a) => f.stepping.pause(a.threadId)),

      threads: request(args.nothing, (_, { signal }) => f.recorded.threads(f.threads.threads(signal))),
      stackTrace: request(
        args.stackTrace,
        (a, { signal }) => f.recorded.stackTrace(a) ?? f.stackTraces.stackTrace(a, signal),
      ),
      scopes: request(args.scopes, (a, { signal }) => f.recorded.scopes(a) ?? f.scopes.scopes(a, signal)),
      variables: request(
        args.variables,
        (a, { signal }) => f.recorded.variables(a) ?? f.variables.variables(a, signal),
      ),
      setVariable: request(args.setVariable, (a, { signal }) =>
        f.recorded.notOf(a.variablesReference, () => f.variables.setVariable(a, signal)),
      ),
      locations: request(args.locations, (a) => f.variables.locations(a)),
      exceptionInfo: request(args.exceptionInfo, (a, { signal }) =>
        f.recorded.notOf(a.threadId, () => f.exceptions.exceptionInfo(a, signal)),
      ),

      evaluate: request(args.evaluate, (a, { signal }) => f.recorded.evaluate(a) ?? f.evaluation.evaluate(a, signal)),
      setExpression: request(args.setExpression, (a, { signal }) =>
        f.recorded.notOf(a.frameId, () => f.evaluation.setExpression(a, signal)),
      ),
      completions: request(args.completions, (a, { signal }) =>
        f.recorded.notOf(a.frameId, () => f.evaluation.completions(a, signal)),
      ),

      source: request(args.sourceText, (a) => f.sources.source(a)),
      loadedSources: request(args.nothing, () => f.sources.loadedSources()),

      'coroscope/awaitGraph': request(AwaitGraphArguments, (a) =>
        forViews(f.coroutineList.measured(() => f.custom.awaitGraph(a))),
      ),
      'coroscope/coroutine': request(CoroutineArguments, (a, { signal }) =>
        forViews(f.coroutineList.coroutine(a, signal)),
      ),
      'coroscope/coroutines': request(CoroutinesArguments, (a, { signal }) =>
        forViews(f.coroutineList.coroutines(a, signal)),
      ),
      'coroscope/parallelStacks': request(ParallelStacksArguments, (a, { signal }) =>
        forViews(f.coroutineList.parallelStacks(a, signal)),
      ),
      'coroscope/breakOnCoroutine': request(BreakOnCoroutineArguments, (a) => f.dataBreakpoints.breakOn(a)),
      'coroscope/runToSuspension': request(args.runCoroutine, (a, c) =>
        f.resume('runToSuspension', a.threadId, c.afterResponse, a),
      ),
      'coroscope/runUntilResumed': request(args.runCoroutine, (a, c) =>
        f.resume('runUntilResumed', a.threadId, c.afterResponse, a),
      ),
      'coroscope/localsAt': request(LocalsAtArguments, (a, { signal }) => f.custom.localsAt(a, signal)),
      'coroscope/findings': request(args.nothing, () => f.findings.list()),
      'coroscope/recording': request(args.nothing, () => f.recording.state()),
      'coroscope/setRecording': request(SetRecordingArguments, (a) => f.recording.setRecording(a)),
      'coroscope/exchanges': request(ExchangesArguments, (a) => f.recording.exchanges(a)),
    };
  }

  private initialize(
    abilities: ClientAbilities,
    afterResponse: (action: () => void) => void,
  ): DebugProtocol.Capabilities {
    if (this.client.initialized) throw new AdapterError('alreadyInitialized');
    this.client.adopt(abilities);
    afterResponse(this.openOutbox);
    return capabilities(this.options.backends.values());
  }

  private async disconnect(
    a: { terminateDebuggee?: boolean | undefined },
    afterResponse: (action: () => void) => void,
  ): Promise<undefined> {
    afterResponse(() => this.options.onClosed?.());
    return this.features.lifecycle.disconnect(a);
  }

  /** DAP: the response only says that the adapter has heard; the cancelled request is answered by itself. */
  private cancel({ requestId }: { requestId?: number | undefined }): Promise<undefined> {
    if (requestId !== undefined) this.cancellable.get(requestId)?.abort();
    return Promise.resolve(undefined);
  }
}
