/**
 * Keeps the analysis told of what is in the workspace and in the editor. Nothing is started, listed or read before the
 * first question; from then on edits and file changes are passed on as they come.
 */
import * as vscode from 'vscode';
import { AnalysisClient } from '../../analysis/client.js';
import type { Parameters, Reply, RequestName } from '../../analysis/requests.js';
import type { IndexState } from '../../analysis/workspaceIndex.js';
import { excludeGlob, type ExcludeSetting } from './excluding.js';
import { isAnalysed, pathOf } from './places.js';

const EXCLUDING = ['coroscope.analysis.exclude', 'files.exclude', 'search.exclude'];

/** A question that takes longer says so, and can be called off. */
const PATIENCE_MS = 1000;

export class WorkspaceAnalysis implements vscode.Disposable {
  /** Fires when an answer may have become another one. */
  readonly onDidChange: vscode.Event<void>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #client: AnalysisClient;
  readonly #log: vscode.LogOutputChannel;
  readonly #eols = new Map<string, vscode.EndOfLine>();
  #ready: Promise<void> | undefined;
  #watching: vscode.Disposable | undefined;
  /** Files were made: which of them count, the next list says. */
  #isListStale = false;
  /** There are more files than the setting allows. */
  #isCut = false;

  constructor(
    extension: vscode.Uri,
    log: vscode.LogOutputChannel,
    private readonly patience = PATIENCE_MS,
  ) {
    this.#log = log;
    this.onDidChange = this.#changed.event;
    this.#client = new AnalysisClient(vscode.Uri.joinPath(extension, 'dist', 'analysisWorker.cjs').fsPath);
    this.#client.onEnd = (reason) => {
      log.error(`The analysis ended and starts anew at the next question: ${reason}`);
      this.#forget();
    };
  }

  async ask<N extends RequestName>(name: N, parameters: Parameters<N>): Promise<Reply<N>> {
    await (this.#ready ??= this.#start());
    if (this.#isListStale) await this.#list();
    return await this.#client.request(name, parameters);
  }

  /**
   * Examines all files that are not yet, which is needed to know who awaits something. Returns what is missing in the
   * end, in words; undefined if nothing is.
   */
  async examine(): Promise<string | undefined> {
    const examining = this.ask('examine', null);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'slow'>((resolve) => {
      timer = setTimeout(resolve, this.patience, 'slow' as const);
    });
    const first = await Promise.race([examining, patience]).finally(() => {
      clearTimeout(timer);
    });
    return this.#missing(first === 'slow' ? await this.#showProgress(examining) : first);
  }

  dispose(): void {
    this.#forget();
    this.#changed.dispose();
    void this.#client.dispose();
  }

  async #start(): Promise<void> {
    try {
      // Watching first: what changes while the files are listed is not missed.
      this.#watching = this.#watch();
      for (const document of vscode.workspace.textDocuments) this.#open(document);
      await this.#list();
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Tells the analysis which files there are: listed by the editor, which knows what is excluded. */
  async #list(): Promise<void> {
    this.#isListStale = false;
    const limit = vscode.workspace.getConfiguration().get('coroscope.analysis.maxFiles', 10_000);
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const files: string[] = [];
    // Each folder of a workspace may exclude others.
    for (const folder of folders) {
      const settings = vscode.workspace.getConfiguration(undefined, folder.uri);
      const exclude = excludeGlob(...EXCLUDING.map((name) => settings.get<ExcludeSetting>(name)));
      const pattern = new vscode.RelativePattern(folder, '**/*.py');
      const found = await vscode.workspace.findFiles(pattern, exclude ?? null, limit + 1 - files.length);
      files.push(...found.map(pathOf));
    }
    this.#isCut = files.length > limit;
    await this.#client.request('files', {
      folders: folders.map(({ uri }) => pathOf(uri)),
      files: files.slice(0, limit),
    });
  }

  #watch(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.py');
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(() => {
        this.#isListStale = true;
        this.#changed.fire();
      }),
      watcher.onDidChange((uri) => {
        this.#tell('written', { path: pathOf(uri) });
      }),
      watcher.onDidDelete((uri) => {
        this.#tell('removed', { path: pathOf(uri) });
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#open(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.#eols.delete(pathOf(document.uri))) this.#tell('close', { path: pathOf(document.uri) });
      }),
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.#change(event);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        void this.#restart();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        const isMeant = ['coroscope.analysis', 'files.exclude', 'search.exclude'].some((name) =>
          event.affectsConfiguration(name),
        );
        if (isMeant) void this.#restart();
      }),
    );
  }

  #open(document: vscode.TextDocument): void {
    if (!isAnalysed(document)) return;
    const path = pathOf(document.uri);
    this.#eols.set(path, document.eol);
    this.#tell('open', { path, text: document.getText() });
  }

  #change({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const path = pathOf(document.uri);
    const eol = this.#eols.get(path);
    if (eol === undefined) return;
    // Other line ends move every offset without being an edit.
    if (eol !== document.eol) {
      this.#open(document);
      return;
    }
    // The event comes without changes too, when only the dot in the tab changes.
    if (contentChanges.length === 0) return;
    // They are in an order in which they can be made one after the other.
    const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
      offset: rangeOffset,
      length: rangeLength,
      text,
    }));
    this.#tell('change', { path, edits });
  }

  #tell<N extends RequestName>(name: N, parameters: Parameters<N>): void {
    this.#client.request(name, parameters).then(
      () => {
        this.#changed.fire();
      },
      (error: unknown) => {
        this.#log.error(`The analysis could not take in a change (${name}):`, error);
      },
    );
  }

  async #showProgress(examining: Promise<IndexState>): Promise<IndexState> {
    const title = 'Coroscope: reading the workspace to find who awaits this';
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return await vscode.window.withProgress(options, async (progress, cancelled) => {
      let shown = 0;
      this.#client.onProgress = ({ files, examined }) => {
        const percent = Math.floor((100 * examined) / Math.max(1, files));
        progress.report({ message: `${examined} of ${files} files`, increment: percent - shown });
        shown = percent;
        // It may have been called off while the files were still being listed.
        if (cancelled.isCancellationRequested) cancel();
      };
      const cancel = (): void => {
        void this.#client.request('cancelExamining', null);
      };
      const cancelling = cancelled.onCancellationRequested(cancel);
      try {
        return await examining;
      } finally {
        cancelling.dispose();
        this.#client.onProgress = undefined;
      }
    });
  }

  #missing({ isComplete, examined, files, skipped }: IndexState): string | undefined {
    const parts = [
      !isComplete && `Only ${examined} of ${files} files were read. Refresh to go on.`,
      this.#isCut &&
        `The workspace has more than ${files} Python files; the others were left out (coroscope.analysis.maxFiles).`,
      skipped > 0 && `${skipped} files could not be read or are larger than 1 MB.`,
    ].filter((part) => part !== false);
    return parts.length > 0 ? parts.join(' ') : undefined;
  }

  async #restart(): Promise<void> {
    this.#forget();
    await this.#client.dispose();
    this.#changed.fire();
  }

  #forget(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    this.#ready = undefined;
    this.#eols.clear();
  }
}
