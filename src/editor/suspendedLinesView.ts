/** In the text: the lines in which coroutines are suspended now, with counts and a hover that lists them. */
import * as vscode from 'vscode';
import type { ListedCoroutine } from '../link/protocol.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import type { ProgramClient } from './programClient.js';
import { placeFilter, suspendedLines, suspendedMarkdown, suspendedText, type SuspendedLine } from './suspendedTexts.js';

/** More lines than anybody has on the screen. */
const LINES = 1000;
/** More than fits into a hover. */
const LISTED = 10;

export class SuspendedLines implements vscode.HoverProvider, vscode.Disposable {
  readonly #mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    overviewRulerColor: new vscode.ThemeColor('debugIcon.pauseForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' },
  });
  readonly #subscriptions: vscode.Disposable;
  #lines: ReadonlyMap<string, readonly SuspendedLine[]> = new Map<string, SuspendedLine[]>();
  /** Counts the questions: an answer that a later question has overtaken is not drawn. */
  #asked = 0;
  /** Nobody looked when the program changed last, so it was not asked: in a large one that takes the program a while. */
  #isDue = false;

  constructor(
    private readonly program: DebuggedProgram,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscriptions = vscode.Disposable.from(
      this.#mark,
      program.onDidChange(() => void this.#update()),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        if (this.#isDue && isPythonVisible()) void this.#update();
        else this.#draw();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('coroscope.suspendedLines')) void this.#update();
      }),
      vscode.languages.registerHoverProvider({ language: 'python' }, this),
      vscode.commands.registerCommand('coroscope.showSuspendedHere', () => showSuspendedHere()),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const { client } = this.program;
    const found = this.#lines.get(document.uri.fsPath)?.find(({ line }) => line === position.line + 1);
    if (client === undefined || found === undefined) return undefined;
    const rows = await this.#standingAt(found.keys, client);
    if (rows === undefined) return undefined;
    const words = encodeURIComponent(JSON.stringify([filterOf(document.uri, found.line)]));
    const link = `[Show them in the Coroutines view](command:coroscope.coroutines.filter?${words})`;
    const text = new vscode.MarkdownString(suspendedMarkdown(found.count, rows, link));
    text.isTrusted = { enabledCommands: ['coroscope.coroutines.filter'] };
    return new vscode.Hover(text, document.lineAt(position.line).range);
  }

  /** Undefined when the program has run on meanwhile, or cannot answer now. */
  async #standingAt(keys: readonly string[], client: ProgramClient): Promise<readonly ListedCoroutine[] | undefined> {
    try {
      const pages = await Promise.all(
        keys.map((path) => client.coroutines({ states: ['suspended'], group: 'location', path, count: LISTED })),
      );
      return pages.flatMap((page) => page.rows ?? []).slice(0, LISTED);
    } catch (error) {
      this.log.debug('What is suspended in the line under the mouse is not known:', error);
      return undefined;
    }
  }

  async #update(): Promise<void> {
    const question = (this.#asked += 1);
    const lines = await this.#ask();
    if (question !== this.#asked) return;
    this.#lines = lines;
    this.#draw();
  }

  async #ask(): Promise<ReadonlyMap<string, readonly SuspendedLine[]>> {
    const { client } = this.program;
    const wanted = vscode.workspace.getConfiguration('coroscope').get<boolean>('suspendedLines', true);
    if (client === undefined || !wanted) return new Map();
    this.#isDue = !isPythonVisible();
    if (this.#isDue) return new Map();
    try {
      const { groups = [] } = await client.coroutines({ states: ['suspended'], group: 'location', count: LINES });
      return suspendedLines(groups);
    } catch (error) {
      // A program that has just ended, or that cannot answer now.
      this.log.debug('The lines of suspended coroutines are not known:', error);
      return new Map();
    }
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { uri, lineCount } = editor.document;
      const lines = uri.scheme === 'file' ? (this.#lines.get(uri.fsPath) ?? []) : [];
      editor.setDecorations(
        this.#mark,
        lines
          .filter(({ line }) => line <= lineCount)
          .map(({ line, count }) => ({
            range: editor.document.lineAt(line - 1).range,
            renderOptions: { after: { contentText: suspendedText(count) } },
          })),
      );
    }
  }
}

function isPythonVisible(): boolean {
  return vscode.window.visibleTextEditors.some(
    ({ document }) => document.languageId === 'python' && document.uri.scheme === 'file',
  );
}

/** The command: what the hover's link does, for the keyboard and for when the debugger's own hover is in the way. */
async function showSuspendedHere(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  await vscode.commands.executeCommand(
    'coroscope.coroutines.filter',
    filterOf(editor.document.uri, editor.selection.active.line + 1),
  );
}

/** As short as it can be in this workspace. */
function filterOf(uri: vscode.Uri, line: number): string {
  return placeFilter(vscode.workspace.asRelativePath(uri, false), line);
}
