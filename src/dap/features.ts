/**
 * What a session consists of and how it is connected; and the fact table, which hands each thing the runtime says to
 * the feature that shows it.
 */
import type { Backend } from '../debuggee/backend.js';
import type { Connection } from '../link/connection.js';
import type { FactBody, FactName } from '../link/protocol.js';
import { Breakpoints } from './breakpoints.js';
import type { Client } from './client.js';
import { CoroutineList } from './coroutineList.js';
import { CustomRequests } from './customRequests.js';
import { DataBreakpoints } from './dataBreakpoints.js';
import { toSentence } from './errors.js';
import { Evaluate } from './evaluate.js';
import { Exceptions } from './exceptions.js';
import { Execution } from './execution.js';
import { Findings } from './findings.js';
import { Frames } from './frames.js';
import { Lifecycle, type Participants } from './lifecycle.js';
import type { Outbox } from './outbox.js';
import { Output } from './output.js';
import { RecordedTime } from './recordedTime.js';
import { Recording } from './recording.js';
import { Scopes } from './scopes.js';
import type { LaunchSettings } from './settings.js';
import { Sources } from './sources.js';
import { StackTraces } from './stackTraces.js';
import { Stepping } from './stepping.js';
import { Threads } from './threads.js';
import { Variables } from './variables.js';

/** `exiting` is the run's own business, and so is the version in `hello`. */
type ShownFact = Exclude<FactName, 'exiting'>;

export class Features implements Participants {
  readonly lifecycle: Lifecycle;
  readonly sources: Sources;
  readonly threads: Threads;
  readonly stackTraces: StackTraces;
  readonly scopes: Scopes;
  readonly variables: Variables;
  readonly breakpoints: Breakpoints;
  readonly exceptions: Exceptions;
  readonly stepping: Stepping;
  readonly evaluation: Evaluate;
  readonly custom: CustomRequests;
  readonly findings: Findings;
  readonly coroutineList: CoroutineList;
  readonly dataBreakpoints: DataBreakpoints;
  readonly recording: Recording;
  readonly recorded: RecordedTime;

  private readonly execution: Execution;
  private readonly facts: { readonly [N in ShownFact]: (body: FactBody<N>) => void };

  constructor(
    backends: () => ReadonlyMap<string, Backend>,
    client: Client,
    private readonly outbox: Outbox,
  ) {
    const program = (this.lifecycle = new Lifecycle(backends, client, outbox, this));
    const frames = new Frames();
    this.sources = new Sources(program, client, outbox);
    this.threads = new Threads(program, outbox);
    this.variables = new Variables(program, this.sources, client, outbox);
    this.execution = new Execution(this.threads, outbox, () => {
      frames.forget();
      this.variables.forget();
      this.recorded.forget();
    });
    this.stepping = new Stepping(program, this.threads, frames, this.execution, client, outbox);
    this.stackTraces = new StackTraces(program, this.threads, frames, this.sources, client);
    this.scopes = new Scopes(program, frames, this.variables);
    this.evaluation = new Evaluate(program, this.execution, frames, this.variables, client, outbox, () =>
      this.lookAgain(),
    );
    this.breakpoints = new Breakpoints(program, this.sources, client, outbox);
    this.exceptions = new Exceptions(program, this.threads);
    this.custom = new CustomRequests(program);
    this.recording = new Recording(program, this.sources, outbox);
    this.recorded = new RecordedTime(this.recording, this.execution, this.breakpoints, this.sources, client, outbox);
    this.findings = new Findings(program, this.sources, this.threads, client, outbox);
    this.coroutineList = new CoroutineList(program, outbox);
    this.dataBreakpoints = new DataBreakpoints(program, this.variables);

    const output = new Output(outbox, this.sources, client);
    this.facts = {
      hello: (body) => {
        this.recording.hello(body);
        const { limits } = body;
        for (const limit of limits) outbox.say(limit);
      },
      stopped: (body) => {
        this.recording.paused();
        this.execution.stopped(body);
        this.coroutineList.stopped();
      },
      continued: () => {
        this.recording.continued();
        this.execution.continued();
        this.coroutineList.continued();
      },
      thread: (body) => {
        this.threads.changed(body);
      },
      output: (body) => {
        output.fact(body);
      },
      inputRequested: (body) => {
        this.evaluation.inputRequested(body);
      },
      breakpoint: (body) => {
        this.breakpoints.changed(body);
      },
      exchanges: (body) => {
        this.recording.recorded(body);
      },
      findings: (body) => {
        this.findings.atEnd(body);
      },
      loadedSource: (body) => {
        this.sources.loaded(body);
      },
    };
  }

  configure(settings: LaunchSettings): void {
    const off = settings.noDebug;
    this.breakpoints.configure({ off });
    this.exceptions.configure({ off });
    this.threads.configure(settings.maxLogicalThreads);
    this.recording.configure(settings);
    this.evaluation.configure(settings);
    this.dataBreakpoints.forget();
    this.evaluation.reset();
  }

  /** A step in the past goes through what was recorded, any other one runs the program. */
  resume(...step: Parameters<Stepping['resume']>): object | Promise<object | undefined> {
    const [action, threadId, afterResponse] = step;
    return this.recorded.resume(action, threadId, afterResponse) ?? this.stepping.resume(...step);
  }

  listen(connection: Connection): void {
    for (const name of Object.keys(this.facts) as ShownFact[]) {
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

  async sendAgain(): Promise<void> {
    await this.breakpoints.sendAgain();
    await this.exceptions.sendAgain();
  }

  replaced(): void {
    this.execution.continued();
    this.coroutineList.ended();
    this.threads.replaced();
    this.sources.forget();
  }

  /**
   * The console has run code of the user's. Stacks that have moved are told of by an event that leaves the focus alone: at
   * `invalidated` of `stacks` VS Code selects the top frame and takes the keyboard to its editor, where the next line for
   * the console would be typed into the source.
   */
  private async lookAgain(): Promise<void> {
    const { stop } = this.execution;
    // A program that has ended meanwhile has no threads to tell of.
    const moved = await this.threads.haveMoved().catch(() => false);
    if (!moved || stop !== this.execution.stop) return;
    this.execution.stillStopped();
    this.coroutineList.stopped();
  }

  /** A fact that cannot be shown is reported and costs nothing else. */
  private guarded(name: string, show: () => void): void {
    try {
      show();
    } catch (error) {
      this.outbox.say(toSentence(error, name), 'important');
    }
  }
}
