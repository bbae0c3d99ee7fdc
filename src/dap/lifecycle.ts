/**
 * The life of a session: initialize, launch, configuration, run, end; and restart, which replaces the run and keeps the
 * session. DAP, "Debug session end" and "Launching and attaching", draws the order of it.
 */
import type { Backend } from '../debuggee/backend.js';
import { LinkError, type Connection } from '../link/connection.js';
import type { CommandArgs, CommandName, CommandResult } from '../link/protocol.js';
import type { Client } from './client.js';
import { endedEarly, exitCodeOf, sentence, type Ending } from './ending.js';
import { AdapterError } from './errors.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import { Progress } from './progress.js';
import { Run } from './run.js';
import { readSettings, type LaunchSettings } from './settings.js';

/** What the features have to do with it. */
export interface Participants {
  /** Before a run: the settings of it. */
  configure(settings: LaunchSettings): void;
  /** A connection is made, and no fact has come yet. */
  listen(connection: Connection): void;
  /** A restarted run waits for its breakpoints. */
  sendAgain(): Promise<void>;
  /** A run is over and another one follows: nothing of it is valid any more. */
  replaced(): void;
}

type Stage = 'new' | 'launching' | 'configuring' | 'running' | 'restarting' | 'ended';

export class Lifecycle implements Program {
  private stage: Stage = 'new';
  private run: Run | undefined;
  /** Of the run that counts, once it is ready. */
  private connection: Promise<Connection> | undefined;
  private settings: LaunchSettings | undefined;
  private readonly superseded = new WeakSet<Run>();
  /** The program was asked to end. */
  private terminating = false;
  /** The session is being ended, whatever the program does. */
  private closing = false;
  private readonly started = deferred();

  constructor(
    private readonly backends: () => ReadonlyMap<string, Backend>,
    private readonly client: Client,
    private readonly outbox: Outbox,
    private readonly participants: Participants,
  ) {}

  /** DAP: answered when the program runs, which is after `configurationDone`. */
  async launch(args: unknown): Promise<undefined> {
    if (this.stage !== 'new') throw new AdapterError(this.hasEnded ? 'sessionEnded' : 'alreadyLaunched');
    this.stage = 'launching';
    try {
      const settings = readSettings(args);
      const run = this.begin(this.backendFor(settings), settings);
      await run.ready;
      this.introduce(run, settings);
      this.stage = 'configuring';
      this.outbox.send('initialized');
      const tooEarly = run.ended.then(({ killed, exit }) => {
        throw killed ? new AdapterError('launchCancelled') : endedEarly(exit);
      });
      await Promise.race([this.started.promise, tooEarly]);
    } catch (error) {
      // Without a run nothing else would end the session; the answer goes first.
      if (this.run === undefined)
        void settled().then(() => {
          this.finish({ killed: true });
        });
      throw error;
    }
  }

  attach(): Promise<never> {
    return Promise.reject(new AdapterError('attachUnavailable'));
  }

  /** `afterResponse` lets go what the runtime says of the run meanwhile. */
  async configurationDone(afterResponse: (release: () => void) => void): Promise<undefined> {
    if (this.stage === 'new') throw new AdapterError('notLaunched');
    if (this.stage === 'running' || this.stage === 'restarting') throw new AdapterError('alreadyConfigured');
    const connection = await this.connected();
    afterResponse(this.outbox.hold());
    await connection.request('run', {});
    if (this.stage === 'configuring') this.stage = 'running';
    this.started.resolve();
  }

  /** Launches the same settings again, or newer ones that the client sends along. */
  async restart(args: { arguments?: unknown }): Promise<undefined> {
    const { run } = this;
    if (this.stage !== 'running' || run === undefined)
      throw new AdapterError(this.hasEnded ? 'sessionEnded' : 'notStarted');
    const settings =
      args.arguments === undefined || args.arguments === null ? this.settings : readSettings(args.arguments);
    if (settings === undefined) throw new AdapterError('notLaunched');
    const backend = this.backendFor(settings);
    this.stage = 'restarting';
    // Whoever asks something meanwhile asks the program to come.
    this.connection = this.replace(run, backend, settings);
    const connection = await this.connection;
    await this.participants.sendAgain();
    await connection.request('run', {});
    if (!this.hasEnded) this.stage = 'running';
  }

  /** The first time as Ctrl+C would, so that the program can clean up; the second time at once. */
  async terminate(): Promise<undefined> {
    const { run } = this;
    const connection = run?.link;
    const isUp = run !== undefined && connection !== undefined && this.stage === 'running';
    // In its finalizers a program hears no Ctrl+C.
    if (!isUp || this.terminating || run.isExiting) {
      await this.close(() => run?.kill());
      return;
    }
    this.terminating = true;
    // Not waited for: a program that does not listen must not keep the second request from being made.
    connection.request('terminate', { kill: false }).catch((error: unknown) => {
      // A link that ends is the program's answer too, and it may still be at its exit handlers.
      if (error instanceof LinkError && error.code === 'ended') return;
      void run.kill();
    });
  }

  /** A launched program ends with the session, unless the client asks otherwise. */
  async disconnect(args: { terminateDebuggee?: boolean | undefined }): Promise<undefined> {
    const { run } = this;
    const connection = run?.link;
    const leave = args.terminateDebuggee === false && connection !== undefined;
    await this.close(() => (leave ? run?.detach(connection) : run?.kill()));
  }

  async request<N extends CommandName>(name: N, args: CommandArgs<N>, signal?: AbortSignal): Promise<CommandResult<N>> {
    const connection = await this.connected();
    return connection.request(name, args, { signal });
  }

  /** Ends the session with its run. */
  private async close(endRun: () => Promise<void> | undefined): Promise<void> {
    this.closing = true;
    await endRun();
    // The run's own end comes first, if it has one to tell.
    await settled();
    this.finish({ killed: true });
  }

  private get hasEnded(): boolean {
    return this.stage === 'ended';
  }

  private async connected(): Promise<Connection> {
    if (this.connection === undefined) throw new AdapterError(this.hasEnded ? 'sessionEnded' : 'notLaunched');
    const connection = await this.connection;
    if (this.hasEnded) throw new AdapterError('sessionEnded');
    return connection;
  }

  private backendFor({ language }: LaunchSettings): Backend {
    const backend = this.backends().get(language);
    if (backend !== undefined) return backend;
    throw new AdapterError('unknownLanguage', { found: language, known: [...this.backends().keys()].join(', ') });
  }

  private async replace(run: Run, backend: Backend, settings: LaunchSettings): Promise<Connection> {
    this.superseded.add(run);
    await run.kill();
    if (this.closing) throw new AdapterError('sessionEnded');
    this.participants.replaced();
    this.terminating = false;
    const again = this.begin(backend, settings);
    const connection = await again.ready;
    this.introduce(again, settings);
    return connection;
  }

  private begin(backend: Backend, settings: LaunchSettings): Run {
    this.settings = settings;
    this.participants.configure(settings);
    const progress = new Progress(this.client, this.outbox);
    const { runInTerminal } = this.client;
    const run = new Run(
      backend,
      settings,
      {
        ...(runInTerminal === undefined ? {} : { runInTerminal }),
        output: (category, text) => {
          this.outbox.output(category, text);
        },
        progress: (message) => {
          progress.report(message);
        },
      },
      (connection) => {
        this.participants.listen(connection);
      },
    );
    this.run = run;
    this.connection = run.ready;
    const done = (): void => {
      progress.end();
    };
    run.ready.then(done, done);
    void run.ended.then(async (ending) => {
      // What was pending is answered first.
      await settled();
      if (!this.superseded.has(run)) this.finish(ending);
    });
    return run;
  }

  private introduce(run: Run, { program, module }: LaunchSettings): void {
    this.outbox.say(run.description);
    const { processId } = run;
    this.outbox.send('process', {
      name: program ?? module ?? 'code',
      ...(processId === undefined ? {} : { systemProcessId: processId }),
      isLocalProcess: true,
      startMethod: 'launch',
    });
  }

  /** Tells the client, once. */
  private finish(ending: Ending): void {
    if (this.hasEnded) return;
    this.stage = 'ended';
    const { exit, linkLost } = ending;
    const why = ending.killed || this.terminating ? undefined : sentence(exit, linkLost);
    if (why !== undefined) this.outbox.say(why, 'important');
    const exitCode = exit === undefined ? undefined : exitCodeOf(exit);
    if (exitCode !== undefined) this.outbox.send('exited', { exitCode });
    this.outbox.send('terminated');
  }
}

/** Whatever is already on its way to be answered is answered when this resolves. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
