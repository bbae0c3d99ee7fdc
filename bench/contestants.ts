/**
 * Programs that stand ready side by side and do their work in turns, so that what slows the machine down for a while
 * slows all of them: by themselves, under callbacks that do next to nothing, under a debugger.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import type { DapClient } from '../test/support/dapClient.js';
import { programPath, type Debugger } from './debuggers.js';

export type Clock = 'wall' | 'cpu';

/** A program and its arguments. */
export interface Work {
  readonly program: string;
  readonly args: readonly string[];
  readonly clock: Clock;
}

/** A started program. */
interface Running {
  /** Rejects if the program ends in any other way than by itself, without error. */
  readonly over: Promise<unknown>;
  /** The debugger's client, if there is one. */
  readonly client?: DapClient;
  /** Ends what the program's end has not ended. */
  end(): Promise<void>;
}

/** A way to start a program, with variables of its environment. */
export type Start = (work: Work, env: Record<string, string>) => Promise<Running>;

export class Contestant {
  private constructor(
    private readonly running: Running,
    private readonly socket: Socket,
    private readonly answers: AsyncIterator<string>,
    private readonly clock: Clock,
  ) {}

  /** Starts a program, which then waits for its turn (`bench/programs/timing.py`). */
  static async enter(start: Start, work: Work): Promise<Contestant> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const connected = once(server, 'connection') as Promise<[Socket]>;
      const running = await start(work, {
        COROSCOPE_BENCH_PORT: String((server.address() as AddressInfo).port),
        PYTHONPATH: path.dirname(programPath('timing')),
        PYTHONDONTWRITEBYTECODE: '1',
      });
      running.over.catch(() => undefined);
      const [socket] = await Promise.race([connected, endedBefore(running.over)]).catch(async (error: unknown) => {
        await running.end();
        throw error;
      });
      socket.setNoDelay(true).on('error', () => undefined);
      return new Contestant(running, socket, createInterface(socket)[Symbol.asyncIterator](), work.clock);
    } finally {
      server.close();
    }
  }

  /** Seconds of the program's work, done once, as the program measures them. */
  async turn(): Promise<number> {
    this.socket.write('\n');
    const { value } = (await Promise.race([this.answers.next(), endedBefore(this.running.over)])) as { value?: string };
    if (value === undefined) await endedBefore(this.running.over);
    const [wall, cpu] = value?.split(' ') ?? [];
    return Number(this.clock === 'wall' ? wall : cpu);
  }

  get client(): DapClient | undefined {
    return this.running.client;
  }

  /** Lets the program come to its end. */
  async leave(): Promise<void> {
    this.socket.end();
    try {
      await this.running.over;
    } finally {
      await this.running.end();
    }
  }
}

const endedBefore = (over: Promise<unknown>): Promise<never> =>
  over.then(() => {
    throw new Error('The program ended before its turns did.');
  });

/** Seconds of the work, done once by a program of its own. */
export async function onceAlone(start: Start, work: Work): Promise<number> {
  const contestant = await Contestant.enter(start, work);
  const taken = await contestant.turn();
  await contestant.leave();
  return taken;
}

/** The program by itself. */
export const undebugged =
  (python: string): Start =>
  ({ program, args }, env) => {
    const child = spawn(python, [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.resume();
    const said = text(child.stderr);
    const over = once(child, 'close').then(async ([code]) => {
      if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${await said}`);
    });
    return Promise.resolve({
      over,
      end: async () => {
        child.kill();
        await over.catch(() => undefined);
      },
    });
  };

/**
 * The program under callbacks that do nothing, or the least (`bench/programs/bare_callbacks.py`). `local`: what the least
 * condition compares.
 */
export const bareCallbacks =
  (python: string, kind: 'exchanges' | 'line' | 'raises' | 'least' | 'needed' | { readonly local: string }): Start =>
  (work, env) => {
    const first = typeof kind === 'string' ? [kind] : ['condition', kind.local];
    return undebugged(python)(
      { ...work, program: programPath('bare_callbacks'), args: [...first, work.program, ...work.args] },
      env,
    );
  };

/** The program under a debugger; it must not stop. */
export const debugged =
  (debugger_: Debugger, breakpoints: Readonly<Record<string, readonly DAP.SourceBreakpoint[]>> = {}): Start =>
  async ({ program, args }, env) => {
    const client = debugger_.connect();
    const end = async (): Promise<void> => {
      await client.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
      await client.close();
    };
    const failed = (why: string): never => {
      throw new Error(`${program} under ${debugger_.name} ${why}: ${client.outputText('stderr')}`);
    };
    const over = Promise.race([
      client.waitFor('terminated'),
      client.waitFor('stopped').then(({ reason }) => failed(`stopped: ${reason}`)),
      client.closed.then(() => failed('lost its debugger')),
    ]);
    over.catch(() => undefined);
    try {
      // Editors ask for uncaught exceptions unless they are told otherwise: both debuggers say so.
      await client.start({ ...debugger_.settings(program, args), env }, { breakpoints, exceptions: ['uncaught'] });
    } catch (error) {
      await end();
      throw error;
    }
    return { over, client, end };
  };
