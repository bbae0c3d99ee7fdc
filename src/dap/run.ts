/**
 * One run of a program, from launch to end. However it ends, at whatever moment: `ended` settles once and within two
 * seconds of the first sign, what is pending is rejected, and nothing of the program is left.
 */
import type { Backend, Debuggee, Exit, LaunchContext } from '../debuggee/backend.js';
import { Connection, LinkError } from '../link/connection.js';
import { PROTOCOL_VERSION, type FactBody } from '../link/protocol.js';
import { AdapterError } from './errors.js';
import { endedEarly, mergeExit, type Ending } from './ending.js';
import { runtimeSettings, type LaunchSettings } from './settings.js';

/** A runtime that has connected says `hello` at once. */
const HELLO_PATIENCE_MS = 15_000;
/** After the link broke, how long the program has to be gone by itself before it is ended. */
const EXIT_PATIENCE_MS = 1_000;
/** After the program is gone, how long the rest of what it said may take to arrive. */
const DRAIN_PATIENCE_MS = 500;
/** How long ending a program may take before it is given up. */
const KILL_PATIENCE_MS = 1_500;

export class Run {
  /** Resolves once the runtime is configured and waits for breakpoints; rejects when it does not come to that. */
  readonly ready: Promise<Connection>;
  readonly ended: Promise<Ending>;

  private settleEnded!: (ending: Ending) => void;
  private readonly abort = new AbortController();
  private debuggee: Debuggee | undefined;
  private connection: Connection | undefined;
  private launched!: Promise<void>;
  private exit: Exit | undefined;
  private announced: FactBody<'exiting'> | undefined;
  /** Set when the program was ended because nothing could be known of it any more. */
  private linkLost: string | undefined;
  private over = false;
  private detached = false;
  private killed = false;

  /** `listen` is called with the connection before its first fact is delivered. */
  constructor(
    backend: Backend,
    private readonly settings: LaunchSettings,
    context: Omit<LaunchContext, 'signal'>,
    private readonly listen: (connection: Connection) => void,
  ) {
    this.ended = new Promise((resolve) => {
      this.settleEnded = resolve;
    });
    this.ready = this.start(backend, { ...context, signal: this.abort.signal });
    this.ready.catch(() => undefined);
  }

  /** The open connection, if there is one. */
  get link(): Connection | undefined {
    return this.over ? undefined : this.connection;
  }

  get description(): string {
    return this.debuggee?.description ?? '';
  }

  get processId(): number | undefined {
    return this.debuggee?.processId;
  }

  /** Ends the program at once, or the attempt to start it. Resolves when it is over. One that was let go is left alone. */
  async kill(): Promise<void> {
    if (this.detached) return;
    this.killed = true;
    this.abort.abort(new AdapterError('launchCancelled'));
    await within(
      KILL_PATIENCE_MS,
      this.launched.then(async () => {
        await this.debuggee?.kill();
        await this.debuggee?.exited;
      }),
    );
    this.end();
    await this.ended;
  }

  /** Lets the program run on without us. */
  async detach(connection: Connection): Promise<void> {
    this.detached = true;
    await within(EXIT_PATIENCE_MS, connection.request('detach', {}));
    connection.close();
    this.end();
    await this.ended;
  }

  private async start(backend: Backend, context: LaunchContext): Promise<Connection> {
    const launching = (async () => backend.launch(this.settings, context))();
    // A launch that comes through after it was cancelled leaves nothing behind.
    this.launched = launching.then(
      (debuggee) => {
        this.debuggee = debuggee;
      },
      () => undefined,
    );
    try {
      const debuggee = await launching;
      context.signal.throwIfAborted();
      const connection = new Connection(debuggee.transport);
      this.connection = connection;
      const hello = this.hello(connection);
      this.listen(connection);
      this.watch(connection, debuggee);
      const { protocol } = await hello;
      if (protocol !== PROTOCOL_VERSION)
        throw new AdapterError('version', { ours: PROTOCOL_VERSION, theirs: protocol });
      await connection.request('configure', {
        protocol: PROTOCOL_VERSION,
        settings: runtimeSettings(this.settings, debuggee.redirectConsole),
      });
      return connection;
    } catch (error) {
      throw await this.failure(error);
    }
  }

  /** Why the launch failed, once nothing is left of it. */
  private async failure(error: unknown): Promise<unknown> {
    if (this.killed) {
      void this.debuggee?.kill();
      return new AdapterError('launchCancelled');
    }
    if (
      this.connection !== undefined &&
      error instanceof LinkError &&
      (error.code === 'ended' || error.code === 'protocol')
    ) {
      // The link says only that it is over; how the program ended says more, and is about to be known.
      const { exit } = await this.ended;
      return exit === undefined ? error : endedEarly(exit);
    }
    // Not waited for: the user sees at once what went wrong.
    void this.giveUp();
    return error;
  }

  /** Whether the program said that its exit handlers have run: what is left are finalizers. */
  get isExiting(): boolean {
    return this.announced !== undefined;
  }

  private async giveUp(): Promise<void> {
    await within(KILL_PATIENCE_MS, this.debuggee?.kill() ?? Promise.resolve());
    this.killed = true;
    this.end();
  }

  private hello(connection: Connection): Promise<FactBody<'hello'>> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        reject(new AdapterError('silentRuntime', { seconds: HELLO_PATIENCE_MS / 1000 }));
      }, HELLO_PATIENCE_MS);
      connection.on('hello', (info) => {
        clearTimeout(deadline);
        resolve(info);
      });
      void this.ended.then(() => {
        clearTimeout(deadline);
        reject(this.killed ? new AdapterError('launchCancelled') : endedEarly(this.exit));
      });
    });
  }

  /** Two signs tell that it is over: the link ends, the program is gone. Either may be missing or late. */
  private watch(connection: Connection, debuggee: Debuggee): void {
    connection.on('exiting', (fact) => {
      this.announced = fact;
    });
    const linkEnded = new Promise<string | undefined>((resolve) => {
      connection.onEnd(resolve);
    });
    const gone = debuggee.exited.then((exit) => {
      this.exit = exit;
    });

    void linkEnded.then(async (reason) => {
      if (this.over || this.detached) return;
      // A program that said it is ending takes what time it needs: its exit handlers are its own.
      if (this.announced === undefined && !(await within(EXIT_PATIENCE_MS, gone))) {
        this.linkLost = reason ?? 'The runtime in the program closed it.';
        await within(KILL_PATIENCE_MS - EXIT_PATIENCE_MS, debuggee.kill());
      } else await gone;
      this.end();
    });
    void gone.then(async () => {
      if (this.over || this.detached) return;
      await within(DRAIN_PATIENCE_MS, linkEnded);
      this.end();
    });
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.connection?.close();
    const exit = this.detached ? undefined : mergeExit(this.exit, this.announced);
    this.settleEnded({
      ...(exit === undefined ? {} : { exit }),
      ...(this.linkLost === undefined ? {} : { linkLost: this.linkLost }),
      killed: this.killed,
    });
  }
}

/** True when `work` was over (one way or the other) in time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, milliseconds);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
