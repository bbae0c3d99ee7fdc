/**
 * A session as a user has it, with the real adapter on a host that is what ships (from `dist`, which `npm test` builds):
 * a small program with `# @marker` comments, what the user does, and what the user sees. The adapter is in this process,
 * because its start and its compiling of the embedded interpreter would take longer than most tests.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { onTestFailed, onTestFinished } from 'vitest';
import { overrideAssets } from '../../src/debuggee/python/assets.js';
import { backends } from '../../src/debuggee/registry.js';
import { DapClient, type Events } from '../support/dapClient.js';
import type { Host } from '../support/interpreters.js';
import { print } from '../support/transcript.js';

const dist = path.resolve(import.meta.dirname, '../../dist');
overrideAssets({ worker: path.join(dist, 'embeddedWorker.js'), runtime: path.join(dist, 'runtime') });

/** How much of what was said a failed test shows. */
const SHOWN_ON_FAILURE = 12;

/** Logical threads are numbered from here. */
const LOGICAL = 1_000_000;

export interface Stopped {
  readonly body: Events['stopped'];
  readonly threadId: number;
  readonly frames: readonly DAP.StackFrame[];
}

type Mode = 'line' | 'suspend' | 'resume' | 'throw' | 'close';
export type Wanted = string | (Omit<DAP.SourceBreakpoint, 'line' | 'mode'> & { at: string; mode?: Mode });

export interface Options {
  readonly breakpoints?: readonly Wanted[];
  readonly exceptions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

export class Story {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'coroscope-story-')));
  readonly program = path.join(this.folder, 'program.py');
  readonly client = DapClient.inMemory(backends);
  readonly #terminated = this.client.waitFor('terminated');

  constructor(
    readonly host: Host,
    readonly source: string,
    /** For a session that several tests look at: called in place of the end of a test. */
    whenDone: (close: () => Promise<void>) => void = onTestFinished,
  ) {
    writeFileSync(this.program, source);
    if (whenDone === onTestFinished) {
      onTestFailed(() => {
        const last = print(this.client.transcript.slice(-SHOWN_ON_FAILURE), { [this.folder]: '<folder>' }).split('\n');
        process.stderr.write(`${host.name}:\n${last.map((line) => `  ${line.slice(0, 400)}\n`).join('')}`);
      });
    }
    whenDone(async () => {
      await this.client.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** The line that carries the comment `# @marker`. */
  line(marker: string): number {
    const index = this.source.split('\n').findIndex((line) => new RegExp(`# @${marker}\\b`).test(line));
    if (index < 0) throw new Error(`No line is marked @${marker}.`);
    return index + 1;
  }

  async begin({ breakpoints = [], exceptions = [], settings = {} }: Options = {}): Promise<void> {
    await this.client.start(
      { program: this.program, cwd: this.folder, python: this.host.python, ...settings },
      { breakpoints: { [this.program]: breakpoints.map((each) => this.#breakpoint(each)) }, exceptions },
    );
  }

  async setBreakpoints(...wanted: readonly Wanted[]): Promise<DAP.Breakpoint[]> {
    const { breakpoints } = await this.client.request('setBreakpoints', {
      source: { path: this.program },
      breakpoints: wanted.map((each) => this.#breakpoint(each)),
    });
    return breakpoints;
  }

  #breakpoint(wanted: Wanted): DAP.SourceBreakpoint {
    if (typeof wanted === 'string') return { line: this.line(wanted) };
    const { at, ...rest } = wanted;
    return { line: this.line(at), ...rest };
  }

  async stop(): Promise<Stopped> {
    const body = await Promise.race([
      this.client.waitFor('stopped'),
      this.#terminated.then(() => {
        throw new Error(`The program ended instead of stopping: ${this.client.outputText('stderr')}`);
      }),
    ]);
    const threadId = body.threadId ?? 0;
    const { stackFrames } = await this.client.request('stackTrace', { threadId });
    return { body, threadId, frames: stackFrames };
  }

  async go(threadId = 1): Promise<void> {
    await this.client.request('continue', { threadId });
  }

  /** Takes a step and tells where it ends: `function: the line`. */
  async step(how: 'next' | 'stepIn' | 'stepOut', threadId = 1): Promise<string> {
    await this.client.request(how, { threadId });
    return this.where(await this.stop());
  }

  where({ frames }: Stopped): string {
    const frame = frames.find((each) => each.presentationHint === undefined);
    const text = this.source.split('\n')[(frame?.line ?? 0) - 1] ?? '';
    return `${frame?.name ?? ''}: ${text.replace(/#.*/, '').trim()}`;
  }

  /** Variables of a scope of the innermost frame of the user's. */
  async scope(name: string, { frames }: Pick<Stopped, 'frames'>): Promise<Record<string, DAP.Variable>> {
    const frame = frames.find((each) => each.presentationHint === undefined);
    const scopes = await this.client.scopes(frame?.id ?? 0);
    return scopes[name] ?? {};
  }

  async values(name: string, stopped: Pick<Stopped, 'frames'>): Promise<Record<string, string>> {
    return Object.fromEntries(Object.entries(await this.scope(name, stopped)).map(([key, { value }]) => [key, value]));
  }

  /** Logical threads: their names and ids. */
  async logical(): Promise<DAP.Thread[]> {
    return (await this.client.request('threads')).threads.filter(({ id }) => id >= LOGICAL);
  }

  async stackOf(threadId: number): Promise<{ frames: DAP.StackFrame[] }> {
    return { frames: (await this.client.request('stackTrace', { threadId })).stackFrames };
  }

  async evaluate(expression: string, { frames }: Pick<Stopped, 'frames'>, context = 'repl'): Promise<string> {
    const frameId = frames[0]?.id;
    return (await this.client.request('evaluate', { expression, context, ...(frameId ? { frameId } : {}) })).result;
  }

  /** Waits for the end; the exit code. */
  async end(): Promise<number> {
    const { exitCode } = await this.client.waitFor('exited');
    await this.#terminated;
    return exitCode;
  }

  /** Resolves at the end of the session. */
  get ended(): Promise<unknown> {
    return this.#terminated;
  }

  /** Asks for a pause as an editor does, which has listed the threads before. */
  async pause(): Promise<Stopped> {
    const { threads } = await this.client.request('threads');
    await this.client.request('pause', { threadId: threads[0]?.id ?? 0 });
    return this.stop();
  }

  get output(): string {
    return this.client.outputText('stdout');
  }
}
