/** Which debug session the views show, and when what they show may be out of date. */
import * as vscode from 'vscode';
import type { ChangedBody } from '../dap/coroutineList.js';
import { BorrowedClient } from './borrowedClient.js';
import { BorrowedStops } from './borrowedStops.js';
import { BORROWED_TYPES, DEBUG_TYPE } from './configuration.js';
import { DebugClient } from './debugClient.js';
import type { ProgramClient } from './programClient.js';

export class DebuggedProgram implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<'session' | ChangedBody['reason']>();
  /** `session`: another session, or none, is shown from now on. The other reasons are those of `coroscope/changed`. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[];
  readonly #stops = new WeakMap<vscode.DebugSession, BorrowedStops>();
  readonly #runtime: string;
  #session: vscode.DebugSession | undefined;
  #client: ProgramClient | undefined;

  constructor(extension: vscode.Uri) {
    this.#runtime = vscode.Uri.joinPath(extension, 'dist', 'runtime').fsPath;
    this.#adopt(vscode.debug.activeDebugSession);
    this.#subscriptions = [
      vscode.debug.onDidChangeActiveDebugSession((session) => {
        // A session of a debugger that knows nothing of Python leaves ours in view.
        if (session !== undefined) this.#adopt(session);
      }),
      vscode.debug.onDidStartDebugSession((session) => {
        if (session.type === DEBUG_TYPE || this.#session === undefined) this.#adopt(session);
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session === this.#session) this.#adopt(undefined);
      }),
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (session === this.#session && event === 'coroscope/changed')
          this.#changed.fire((body as ChangedBody).reason);
      }),
      this.#changed,
    ];
  }

  /** The requests of the session in view; undefined while there is none. */
  get client(): ProgramClient | undefined {
    return this.#client;
  }

  get session(): vscode.DebugSession | undefined {
    return this.#session;
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  /** debugpy tells the views nothing: what it tells the editor is listened to. */
  track(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const stops = this.#stopsOf(session);
    return {
      onDidSendMessage: (message) => {
        const reason = stops.take(message);
        if (reason !== undefined && session === this.#session) this.#changed.fire(reason);
      },
    };
  }

  #adopt(session: vscode.DebugSession | undefined): void {
    const client = session === undefined ? undefined : this.#clientOf(session);
    if (session === this.#session || (session !== undefined && client === undefined)) return;
    this.#session = session;
    this.#client = client;
    this.#changed.fire('session');
  }

  #clientOf(session: vscode.DebugSession): ProgramClient | undefined {
    if (session.type === DEBUG_TYPE) return new DebugClient(session);
    if (!BORROWED_TYPES.includes(session.type)) return undefined;
    return new BorrowedClient(session, this.#stopsOf(session), this.#runtime);
  }

  #stopsOf(session: vscode.DebugSession): BorrowedStops {
    const known = this.#stops.get(session) ?? new BorrowedStops();
    this.#stops.set(session, known);
    return known;
  }
}
