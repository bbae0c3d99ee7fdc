/** Inline values at a stop: what was yielded and sent at the suspension points of the selected frame's coroutine. */
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './configuration.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { localValues, suspensionValues, type LineValue } from './inlineValues.js';

export class InlineValues implements vscode.InlineValuesProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeInlineValues = this.#changed.event;
  readonly #sessions: vscode.Disposable;
  #registration: vscode.Disposable | undefined;

  constructor(
    private readonly program: DebuggedProgram,
    private readonly log: vscode.LogOutputChannel,
  ) {
    // The editor leaves a language's inline values to whoever provides them, so this one is there for our sessions only.
    this.#sessions = vscode.debug.onDidChangeActiveDebugSession((session) => {
      this.#provideFor(session);
    });
    // This is made on demand: a session may have been there before.
    this.#provideFor(vscode.debug.activeDebugSession);
  }

  #provideFor(session: vscode.DebugSession | undefined): void {
    this.#registration?.dispose();
    this.#registration =
      session?.type === DEBUG_TYPE
        ? vscode.languages.registerInlineValuesProvider({ language: 'python' }, this)
        : undefined;
  }

  dispose(): void {
    this.#sessions.dispose();
    this.#registration?.dispose();
    this.#changed.dispose();
  }

  async provideInlineValues(
    document: vscode.TextDocument,
    viewPort: vscode.Range,
    { frameId, stoppedLocation }: vscode.InlineValueContext,
  ): Promise<vscode.InlineValue[]> {
    const { client, session } = this.program;
    // Another debugger's session is that one's to tell of.
    if (client?.frame === undefined || session !== vscode.debug.activeDebugSession) return [];
    try {
      const { coroutine, locals } = await client.frame(frameId, wantsLocals(document));
      const found = localValues(document.getText().split(/\r?\n/), stoppedLocation.start.line + 1, locals);
      if (coroutine !== undefined) {
        const { history, definedAt } = await client.coroutine(coroutine);
        const isYield = (line: number): boolean => /\byield\b/.test(textOf(document, line));
        if (definedAt.path === document.uri.fsPath) found.push(...suspensionValues(history, isYield));
      }
      return found.flatMap((value) => inline(document, viewPort, value));
    } catch (error) {
      // The program has run on meanwhile: values of a stop that is over are not missed.
      this.log.debug('No inline values:', error);
      return [];
    }
  }
}

/** The editor leaves a language's variables to its provider as soon as there is one. */
function wantsLocals(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('debug', document).get('inlineValues') === 'on';
}

function textOf(document: vscode.TextDocument, line: number): string {
  return line >= 1 && line <= document.lineCount ? document.lineAt(line - 1).text : '';
}

function inline(
  document: vscode.TextDocument,
  viewPort: vscode.Range,
  { line, text }: LineValue,
): vscode.InlineValue[] {
  // A file that was changed since it was loaded may be shorter.
  if (line > document.lineCount || line - 1 < viewPort.start.line || line - 1 > viewPort.end.line) return [];
  return [new vscode.InlineValueText(document.lineAt(line - 1).range, text)];
}
