/**
 * Line, column and function breakpoints. The adapter gives out their numbers: a breakpoint that the client sends again
 * (it always sends a whole file's) keeps its own, and all of them are sent anew to a program that is restarted.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { BreakpointMode, type BreakpointState, type CommandArgs } from '../link/protocol.js';
import type { ExchangeEvent } from '../model/exchangeEvent.js';
import type { Client } from './client.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import type { Sources } from './sources.js';

type SourceBreakpoint = CommandArgs<'setBreakpoints'>['breakpoints'][number];
type FunctionBreakpoint = CommandArgs<'setFunctionBreakpoints'>['breakpoints'][number];

export const breakpointModes: readonly (DebugProtocol.BreakpointMode & { readonly mode: BreakpointMode })[] = [
  { mode: 'line', label: 'Line', description: 'Stop before the line runs.', appliesTo: ['source'] },
  {
    mode: 'suspend',
    label: 'Suspend',
    description: 'Stop when a value is about to go out of the coroutine.',
    appliesTo: ['source'],
  },
  {
    mode: 'resume',
    label: 'Resume',
    description: 'Stop when a value has come into the coroutine.',
    appliesTo: ['source'],
  },
  {
    mode: 'throw',
    label: 'Throw',
    description: 'Stop when an exception is thrown into the coroutine.',
    appliesTo: ['source'],
  },
  { mode: 'close', label: 'Close', description: 'Stop when the coroutine is closed.', appliesTo: ['source'] },
];

/** A breakpoint of the client's as the runtime gets it, or the answer to one that nobody understands. */
type Numbered =
  | { readonly known: SourceBreakpoint; readonly refused?: never }
  | { readonly known?: never; readonly refused: DebugProtocol.Breakpoint };

const NOT_DEBUGGING = 'Breakpoints are off: the program was started without debugging.';

export interface ClientBreakpoint {
  readonly line: number;
  readonly column?: number | undefined;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  readonly logMessage?: string | undefined;
  readonly mode?: string | undefined;
}

export interface ClientFunctionBreakpoint {
  readonly name: string;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
}

export class Breakpoints {
  private readonly files = new Map<string, readonly SourceBreakpoint[]>();
  private functions: readonly FunctionBreakpoint[] = [];
  /** Path of the file that a breakpoint is in, by its number. */
  private readonly homes = new Map<number, string>();
  private lastId = 0;
  private off = false;

  constructor(
    private readonly program: Program,
    private readonly sources: Sources,
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  /** DAP: `noDebug`. */
  configure(options: { readonly off: boolean }): void {
    this.off = options.off;
  }

  async setBreakpoints(args: {
    source: { path?: string | undefined };
    breakpoints?: readonly ClientBreakpoint[] | undefined;
    lines?: readonly number[] | undefined;
  }): Promise<object> {
    const path = this.sources.pathOf(args.source);
    const asked = args.breakpoints ?? args.lines?.map((line): ClientBreakpoint => ({ line })) ?? [];
    const free = [...(this.files.get(path) ?? [])];
    const wanted = asked.map((breakpoint) => this.numbered(breakpoint, free));
    const known = wanted.flatMap((breakpoint) => (breakpoint.known === undefined ? [] : [breakpoint.known]));
    for (const { id } of free) this.homes.delete(id);
    for (const { id } of known) this.homes.set(id, path);
    this.files.set(path, known);
    const states = this.off
      ? known.map(switchedOff)
      : (await this.program.request('setBreakpoints', { path, breakpoints: known })).breakpoints;
    const byId = new Map(states.map((state) => [state.id, state]));
    return {
      breakpoints: wanted.map(({ known: one, refused }): DebugProtocol.Breakpoint =>
        one === undefined ? refused : this.shown(byId.get(one.id) ?? { id: one.id, verified: false }, path),
      ),
    };
  }

  async setFunctionBreakpoints(args: { breakpoints: readonly ClientFunctionBreakpoint[] }): Promise<object> {
    const free = [...this.functions];
    this.functions = args.breakpoints.map(({ name, condition, hitCondition }) => {
      const at = free.findIndex((breakpoint) => breakpoint.name === name);
      const id = free.splice(at, at < 0 ? 0 : 1)[0]?.id ?? ++this.lastId;
      return { id, name, ...present({ condition, hitCondition }) };
    });
    const breakpoints = [...this.functions];
    const states = this.off
      ? breakpoints.map(switchedOff)
      : (await this.program.request('setFunctionBreakpoints', { breakpoints })).breakpoints;
    return { breakpoints: states.map((state) => this.shown(state, undefined)) };
  }

  async breakpointLocations(args: {
    source: { path?: string | undefined };
    line: number;
    column?: number | undefined;
    endLine?: number | undefined;
    endColumn?: number | undefined;
  }): Promise<object> {
    const { coordinates } = this.client;
    const line = coordinates.ourLine(args.line);
    const endLine = args.endLine === undefined ? line : coordinates.ourLine(args.endLine);
    const from = args.column === undefined ? 0 : coordinates.ourColumn(args.column);
    // DAP: without an end column, up to the end of the line.
    const to = args.endColumn === undefined ? Infinity : coordinates.ourColumn(args.endColumn);
    const { locations } = await this.program.request('breakpointLocations', {
      path: this.sources.pathOf(args.source),
      line,
      endLine,
    });
    const within = locations.filter(
      (found) =>
        !(
          (found.line === line && (found.column ?? Infinity) < from) ||
          (found.line === endLine && (found.column ?? 0) > to)
        ),
    );
    return { breakpoints: within.map((found) => coordinates.range(found)) };
  }

  /**
   * The breakpoint that a recorded event would have hit. Conditions cannot be evaluated in the past and count as true;
   * those that only log do not stop anybody.
   */
  recordedAt(path: string | undefined, { line, what }: ExchangeEvent): SourceBreakpoint | undefined {
    return this.files
      .get(path ?? '')
      ?.find((each) => each.line === line && each.logMessage === undefined && meets(each.mode ?? 'line', what));
  }

  /** The fact `breakpoint`. One that the client has taken away meanwhile is nobody's any more. */
  changed(state: BreakpointState): void {
    const path = this.homes.get(state.id);
    if (path === undefined && !this.functions.some(({ id }) => id === state.id)) return;
    this.outbox.send('breakpoint', { reason: 'changed', breakpoint: this.shown(state, path) });
  }

  /** Tells another run of the program all there is, and the client what came of it. */
  async sendAgain(): Promise<void> {
    if (this.off) return;
    for (const [path, known] of this.files) {
      const { breakpoints } = await this.program.request('setBreakpoints', { path, breakpoints: [...known] });
      for (const state of breakpoints) this.changed(state);
    }
    const { breakpoints } = await this.program.request('setFunctionBreakpoints', { breakpoints: [...this.functions] });
    for (const state of breakpoints) this.changed(state);
  }

  /** With the number of the breakpoint at the same line, column and mode, which is taken out of `free`, or a new one. */
  private numbered(asked: ClientBreakpoint, free: SourceBreakpoint[]): Numbered {
    const { coordinates } = this.client;
    const mode = BreakpointMode.safeParse(asked.mode ?? 'line').data;
    if (mode === undefined) {
      const modes = breakpointModes.map((known) => `'${known.mode}'`).join(', ');
      const message = `There is no breakpoint mode '${asked.mode ?? ''}'; there are ${modes}.`;
      return { refused: { verified: false, line: asked.line, reason: 'failed', message } };
    }
    const line = coordinates.ourLine(asked.line);
    const column = asked.column === undefined ? undefined : coordinates.ourColumn(asked.column);
    const at = free.findIndex((old) => old.line === line && old.column === column && old.mode === mode);
    const id = free.splice(at, at < 0 ? 0 : 1)[0]?.id ?? ++this.lastId;
    const { condition, hitCondition, logMessage } = asked;
    return { known: { id, line, mode, ...present({ column, condition, hitCondition, logMessage }) } };
  }

  private shown(
    { id, verified, message, reason, line, ...rest }: BreakpointState,
    path: string | undefined,
  ): DebugProtocol.Breakpoint {
    return {
      id,
      verified,
      ...present({ message, reason }),
      ...(path === undefined ? {} : { source: this.sources.file(path) }),
      ...(line === undefined ? {} : this.client.coordinates.range({ line, ...rest })),
    };
  }
}

function meets(mode: BreakpointMode, what: ExchangeEvent['what']): boolean {
  switch (mode) {
    case 'line':
      return true;
    case 'suspend':
      return what === 'yield';
    case 'resume':
      return what === 'next' || what === 'send';
    case 'throw':
    case 'close':
      return what === mode;
  }
}

function switchedOff({ id }: { id: number }): BreakpointState {
  return { id, verified: false, reason: 'failed', message: NOT_DEBUGGING };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined or, as clients send it, empty text. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  ) as Present<T>;
}
