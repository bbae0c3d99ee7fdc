/** Loads what is needed while a program is debugged, once one is, or when somebody asks for a part of it. */
import * as vscode from 'vscode';
import { BORROWED_TYPES, DEBUG_TYPE } from './configuration.js';
import type { WhileDebugging } from './whileDebugging.js';

/** Its commands that are offered while nothing is debugged. */
const COMMANDS = ['coroscope.openTimeline', 'coroscope.followInTimeline'];

export class DebuggingOnDemand implements vscode.Disposable {
  readonly #standIns: vscode.Disposable;
  readonly #subscriptions: vscode.Disposable;
  #loading: Promise<WhileDebugging> | undefined;
  #loaded: WhileDebugging | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#standIns = vscode.Disposable.from(
      ...COMMANDS.map((command) =>
        vscode.commands.registerCommand(command, async (...args: unknown[]) => {
          await this.#load();
          return vscode.commands.executeCommand(command, ...args);
        }),
      ),
    );
    this.#subscriptions = vscode.Disposable.from(
      // Before the session is there, so that nothing of what it says is missed.
      vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
        resolveDebugConfiguration: async (_folder, configuration) => {
          await this.#load();
          return configuration;
        },
      }),
      ...BORROWED_TYPES.map((type) =>
        vscode.debug.registerDebugAdapterTrackerFactory(type, {
          createDebugAdapterTracker: async (session) => (await this.#load()).track(session),
        }),
      ),
    );
    if (vscode.debug.activeDebugSession !== undefined) void this.#load();
  }

  dispose(): void {
    this.#standIns.dispose();
    this.#subscriptions.dispose();
    this.#loaded?.dispose();
  }

  #load(): Promise<WhileDebugging> {
    this.#loading ??= import('./whileDebugging.js').then(({ startDebugging }) => {
      this.#standIns.dispose();
      this.#loaded = startDebugging(this.context, this.log);
      return this.#loaded;
    });
    return this.#loading;
  }
}
