/** Which debug session the views show, and when what they show may be out of date. */
import * as vscode from 'vscode';
import type { ChangedBody } from '../dap/coroutineList.js';
import { DEBUG_TYPE } from './configuration.js';
import { DebugClient } from './debugClient.js';

export class DebuggedProgram implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<'session' | ChangedBody['reason']>();
  /** `session`: another session, or none, is shown from now on. The other reasons are those of `coroscope/changed`. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[];
  #session: vscode.DebugSession | undefined;
  #client: DebugClient | undefined;

  constructor() {
    this.#adopt(vscode.debug.activeDebugSession);
    this.#subscriptions = [
      vscode.debug.onDidChangeActiveDebugSession((session) => {
        // Another debugger's session in between leaves ours in view.
        if (session?.type === DEBUG_TYPE) this.#adopt(session);
      }),
      vscode.debug.onDidStartDebugSession((session) => {
        if (session.type === DEBUG_TYPE) this.#adopt(session);
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
  get client(): DebugClient | undefined {
    return this.#client;
  }

  get session(): vscode.DebugSession | undefined {
    return this.#session;
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  #adopt(session: vscode.DebugSession | undefined): void {
    if (session !== undefined && session.type !== DEBUG_TYPE) return;
    if (session === this.#session) return;
    this.#session = session;
    this.#client = session === undefined ? undefined : new DebugClient(session);
    this.#changed.fire('session');
  }
}
