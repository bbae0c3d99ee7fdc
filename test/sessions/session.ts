/**
 * Sessions of a user with the real adapter and a real Python: programs with `# @marker` comments, what the user does,
 * and what the user sees. Nothing here waits for a time: a session that hangs ends by the test's own limit, and then
 * says what was said so far.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, expect, onTestFailed } from 'vitest';
import { backends } from '../../src/debuggee/registry.js';
import { overrideAssets } from '../../src/debuggee/python/assets.js';
import { buildWorker, write } from '../hosts/support.js';
import { isRunning } from '../support/processes.js';
import { DapClient, type Events, type StartOptions } from '../support/dapClient.js';
import { hosts, type Host } from '../support/interpreters.js';
import { print } from '../support/transcript.js';

export { hosts, type Host };

/** The name of a marker, or a breakpoint at one. */
export type Place = string | ({ readonly at: string } & Omit<DAP.SourceBreakpoint, 'line'>);

export interface Launch {
  /** Breakpoints in the program, by its markers. */
  readonly breakpoints?: readonly Place[];
  readonly exceptions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly client?: StartOptions['client'];
  /** More files beside the program, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** How the client reaches the adapter; in memory unless said. */
  readonly connect?: () => DapClient | Promise<DapClient>;
}

/** How much of what was said a failed test shows. */
const SHOWN_ON_FAILURE = 12;

let folder = '';
const open = new Set<Session>();
let programs = 0;

/** Called at the head of a file of stories: makes a folder for its programs, and ends what a test leaves open. */
export function useSessions(): void {
  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sessions-')));
    await buildWorker(folder);
  });
  afterEach(async () => {
    await Promise.all([...open].map((session) => session.close()));
    open.clear();
  });
  afterAll(() => {
    overrideAssets({});
    rmSync(folder, { recursive: true, force: true });
  });
}

export class Session {
  /** The thread that stopped last. */
  threadId = 0;
  /** The stack of the stop, as the client was told it. */
  frames: readonly DAP.StackFrame[] = [];
  private readonly lines: readonly string[];
  /** Set once the program may begin; its launch may still fail. */
  started: Promise<void> = Promise.resolve();

  private constructor(
    readonly host: Host,
    readonly client: DapClient,
    /** The folder of the program, by itself. */
    readonly folder: string,
    readonly program: string,
    source: string,
  ) {
    this.lines = source.split('\n');
  }

  /** Writes the program and connects to the adapter; nothing is launched. */
  static async prepare(
    host: Host,
    source: string,
    { files = {}, connect }: Pick<Launch, 'files' | 'connect'> = {},
  ): Promise<Session> {
    const own = path.join(folder, String((programs += 1)));
    const text = dedent(source);
    const program = write(own, 'story.py', text);
    for (const [name, content] of Object.entries(files)) write(own, name, dedent(content));
    const client = await (connect ?? (() => DapClient.inMemory(backends)))();
    const session = new Session(host, client, own, program, text);
    open.add(session);
    onTestFailed(() => {
      const last = print(client.transcript.slice(-SHOWN_ON_FAILURE), { [own]: '<folder>' }).split('\n');
      process.stderr.write(`${host.name}:\n${last.map((line) => `  ${line.slice(0, 400)}\n`).join('')}`);
    });
    return session;
  }

  /** Launches the program and lets it begin. */
  static async launch(host: Host, source: string, launch: Launch = {}): Promise<Session> {
    const session = await Session.prepare(host, source, launch);
    session.started = session.start(launch);
    session.started.catch(() => undefined);
    await session.started;
    return session;
  }

  /** Launches, and goes on to the first stop. */
  static async stopped(host: Host, source: string, launch: Launch = {}): Promise<Session> {
    const session = await Session.launch(host, source, launch);
    await session.stop();
    return session;
  }

  get settings(): Record<string, unknown> {
    return { program: this.program, cwd: this.folder, python: this.host.python };
  }

  start({ breakpoints = [], exceptions = [], settings = {}, client = {} }: Launch): Promise<void> {
    const own = { ...this.settings, ...settings };
    if ('module' in settings || 'code' in settings) delete own['program'];
    return this.client.start(own, {
      client,
      exceptions,
      breakpoints: breakpoints.length > 0 ? { [this.program]: breakpoints.map((each) => this.breakpoint(each)) } : {},
    });
  }

  /** Number (1-based) of the line that a `# @marker` comment ends. */
  line(marker: string): number {
    const at = this.lines.findIndex((line) => new RegExp(`# @${marker}\\b`).test(line));
    if (at < 0) throw new Error(`The program has no marker ${marker}.`);
    return at + 1;
  }

  /** A line of the program as it is. */
  source(line: number): string {
    return this.lines[line - 1] ?? '';
  }

  /** A line of the program without its marker. */
  text(line: number): string {
    return (this.lines[line - 1] ?? '').replace(/\s*# @.*/, '').trim();
  }

  async setBreakpoints(...places: Place[]): Promise<DAP.Breakpoint[]> {
    const { breakpoints } = await this.client.request('setBreakpoints', {
      source: { path: this.program },
      breakpoints: places.map((place) => this.breakpoint(place)),
    });
    return breakpoints;
  }

  private breakpoint(place: Place): DAP.SourceBreakpoint {
    if (typeof place === 'string') return { line: this.line(place) };
    const { at, ...rest } = place;
    return { line: this.line(at), ...rest };
  }

  /** Waits for the next stop and reads its stack. */
  async stop(): Promise<Events['stopped']> {
    const { stopped, threadId, frames } = await this.client.stop();
    this.threadId = threadId;
    this.frames = frames;
    return stopped;
  }

  /** The innermost frame and what stands in its line: `talk: got = yield 1`. */
  get where(): string {
    const top = this.frames.find((frame) => frame.presentationHint === undefined) ?? this.frames[0];
    if (top === undefined) return 'nowhere';
    const inProgram = top.source?.path === this.program;
    return `${top.name}: ${inProgram ? this.text(top.line) : `${top.source?.name ?? '?'}:${top.line}`}`;
  }

  get top(): DAP.StackFrame {
    const top = this.frames.find((frame) => frame.presentationHint === undefined) ?? this.frames[0];
    if (top === undefined) throw new Error('The stop has no frame.');
    return top;
  }

  /** The stack as a person reads it: the user's frames with their lines, headings, runs of folded frames as `...`. */
  async stack(threadId = this.threadId): Promise<string[]> {
    const { stackFrames } = await this.client.request('stackTrace', { threadId });
    const shown = stackFrames.map((frame) => {
      if (frame.presentationHint === 'subtle') return '...';
      return frame.presentationHint === 'label' ? `-- ${frame.name}` : `${frame.name}: ${this.text(frame.line)}`;
    });
    return shown.filter((line, index) => line !== '...' || shown[index - 1] !== '...');
  }

  /** Frames of a thread that are not headings. */
  async framesOf(threadId: number): Promise<DAP.StackFrame[]> {
    const { stackFrames } = await this.client.request('stackTrace', { threadId });
    return stackFrames.filter((frame) => frame.presentationHint !== 'label');
  }

  /** Steps and says where that led. */
  async step(how: 'next' | 'stepIn' | 'stepOut', threadId = this.threadId): Promise<string> {
    await this.client.request(how, { threadId });
    const { reason } = await this.stop();
    expect(reason).toBe('step');
    return this.where;
  }

  /** Goes on without waiting for anything. */
  async resume(): Promise<void> {
    await this.client.request('continue', { threadId: this.threadId });
  }

  /** Goes on to the next stop and says where that is. */
  async next(): Promise<string> {
    await this.resume();
    await this.stop();
    return this.where;
  }

  /** Names and texts of a scope of the innermost frame, or of another one. */
  async scope(name: string, frameId = this.top.id): Promise<Record<string, string>> {
    const { [name]: variables = {} } = await this.client.scopes(frameId);
    return texts(variables);
  }

  /** A variable of a scope of the innermost frame. */
  async variable(scope: string, name: string, frameId = this.top.id): Promise<DAP.Variable> {
    const found = (await this.client.scopes(frameId))[scope]?.[name];
    if (found === undefined) throw new Error(`The scope ${scope} has no ${name}.`);
    return found;
  }

  evaluate(expression: string, context = 'repl', frameId = this.top.id): Promise<DAP.EvaluateResponse['body']> {
    return this.client.request('evaluate', { expression, context, frameId });
  }

  async threads(): Promise<DAP.Thread[]> {
    return (await this.client.request('threads')).threads;
  }

  /** Names of the logical threads, with the lines of the program where they stand. */
  async logicalThreads(): Promise<{ readonly name: string; readonly id: number }[]> {
    return (await this.threads()).filter(({ id }) => id >= 1_000_000);
  }

  /** The logical thread whose name begins so. */
  async logical(beginning: string): Promise<number> {
    const threads = await this.logicalThreads();
    const found = threads.find(({ name }) => name.startsWith(beginning));
    if (found === undefined) throw new Error(`No logical thread is a ${beginning}: ${JSON.stringify(threads)}`);
    return found.id;
  }

  /** Lets the program run to its end; its exit code. */
  async finish(): Promise<number | undefined> {
    if (this.threadId !== 0) await this.resume();
    return this.ended();
  }

  /** Waits for the end of the session; the program's exit code, if it had one. */
  async ended(): Promise<number | undefined> {
    await this.over();
    expect(this.client.seen('terminated')).toHaveLength(1);
    return this.client.seen('exited').at(-1)?.exitCode;
  }

  /** Resolves once the program has printed so much. */
  async printed(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.client.seen('terminated').length > 0) throw new Error(`The program ended without printing '${text}'.`);
      await Promise.race([this.client.waitFor('output'), this.over()]);
    }
  }

  /** Resolves at the end of the session and leaves the event for whoever waits for it. */
  private over(): Promise<unknown> {
    this.end ??= this.client.waitFor('terminated');
    return this.end;
  }

  private end: Promise<unknown> | undefined;

  get stdout(): string {
    return this.client.outputText('stdout');
  }

  get stderr(): string {
    return this.client.outputText('stderr');
  }

  /** The process of the program; undefined on the embedded interpreter. */
  get pid(): number | undefined {
    return this.client.seen('process').at(-1)?.systemProcessId;
  }

  /** Ends the client as if its editor were gone. Nothing may be left of the program. */
  async close(): Promise<void> {
    open.delete(this);
    await this.client.close();
    for (const { systemProcessId: pid } of this.client.seen('process')) {
      if (pid !== undefined && !this.leftAlone) expect(isRunning(pid)).toBe(false);
    }
  }

  /** The user let the program run on by itself. */
  leftAlone = false;
}

/** Stands for any text that fits, in what is expected. */
export function like(pattern: RegExp | string): string {
  return (typeof pattern === 'string' ? expect.stringContaining(pattern) : expect.stringMatching(pattern)) as string;
}

/** Names and texts of variables. */
export function texts(variables: Readonly<Record<string, DAP.Variable>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
}

/** Takes away the indentation that a text in this folder has for its own looks. */
export function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(shared)).join('\n');
}
