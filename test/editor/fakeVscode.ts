/**
 * As much of VS Code's API as parts of the editor's side need that are tested without one; `vitest.config.ts` gives it to
 * whoever imports 'vscode'. What is shown to a person is kept, and the person's answers are what a test says they are.
 */
type Listener<T> = (event: T) => unknown;

export class Disposable {
  constructor(readonly dispose: () => unknown) {}

  static from(...parts: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };

  fire(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}

  static file(path: string): Uri {
    return new Uri('file', path);
  }

  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, [base.path, ...parts].join('/'));
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}

export class RelativePattern {
  constructor(
    readonly baseUri: unknown,
    readonly pattern: string,
  ) {}
}

export class MarkdownString {
  isTrusted: unknown;
  constructor(readonly value: string) {}
}

export class Hover {
  constructor(
    readonly contents: unknown,
    readonly range?: unknown,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: unknown,
  ) {}
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: unknown,
  ) {}
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const OverviewRulerLane = { Right: 4 };
export const ProgressLocation = { Notification: 15 };
export const ViewColumn = { One: 1, Beside: -2 };

/** What happened in this editor, and what its user answers. A test that needs other answers puts them in. */
export const user = {
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  messages: [] as string[],
  statusBar: [] as string[],
  clipboard: '',
  views: new Map<string, Record<string, unknown>>(),
  providers: [] as string[],
  settings: new Map<string, unknown>(),
  findFiles: (_pattern: unknown, _exclude: unknown, _limit: number): Uri[] => [],
  opened: [] as string[],
  progress: [] as { title: string; reports: string[]; cancel: () => void }[],
};

const none = (): Disposable => new Disposable(() => undefined);
const provider = (kind: string) => (): Disposable => {
  user.providers.push(kind);
  return new Disposable(() => user.providers.splice(user.providers.indexOf(kind), 1));
};
const said = (text: string): Promise<undefined> => {
  user.messages.push(text);
  return Promise.resolve(undefined);
};

export const commands = {
  registerCommand: (name: string, act: (...args: unknown[]) => unknown): Disposable => {
    user.commands.set(name, act);
    return new Disposable(() => user.commands.delete(name));
  },
  executeCommand: (name: string, ...args: unknown[]): Promise<unknown> =>
    Promise.resolve(user.commands.get(name)?.(...args)),
  getCommands: (): Promise<string[]> => Promise.resolve([...user.commands.keys()]),
};

export const window = {
  activeTextEditor: undefined,
  visibleTextEditors: [] as unknown[],
  tabGroups: { all: [] as unknown[] },
  createTextEditorDecorationType: none,
  onDidChangeVisibleTextEditors: none,
  createTreeView: (id: string): Record<string, unknown> => {
    const view = { selection: [], dispose: () => undefined };
    user.views.set(id, view);
    return view;
  },
  showErrorMessage: said,
  showInformationMessage: said,
  showWarningMessage: said,
  setStatusBarMessage: (text: string): Disposable => {
    user.statusBar.push(text);
    return none();
  },
  showTextDocument: (uri: Uri, { selection }: { selection: Range }): Promise<void> => {
    user.opened.push(`${uri.path}:${selection.start.line + 1}`);
    return Promise.resolve();
  },
  withProgress: async (
    { title }: { title: string },
    work: (progress: { report(step: { message: string }): void }, token: unknown) => Promise<unknown>,
  ): Promise<unknown> => {
    const cancelled = new EventEmitter<void>();
    const shown = {
      title,
      reports: [] as string[],
      cancel: () => {
        token.isCancellationRequested = true;
        cancelled.fire();
      },
    };
    const token = { isCancellationRequested: false, onCancellationRequested: cancelled.event };
    user.progress.push(shown);
    return work({ report: ({ message }) => shown.reports.push(message) }, token);
  },
};

export const env = {
  clipboard: {
    writeText: (text: string): Promise<void> => {
      user.clipboard = text;
      return Promise.resolve();
    },
  },
};

export const extensions = {
  installed: new Map<string, unknown>(),
  getExtension: (id: string): unknown => extensions.installed.get(id),
};

export const languages = {
  registerHoverProvider: provider('hover'),
  registerInlineValuesProvider: provider('inline values'),
};

export const debug = {
  activeDebugSession: undefined as unknown,
  onDidChangeActiveDebugSession: none,
};

export const workspace = {
  isTrusted: true,
  workspaceFolders: [] as { uri: Uri }[],
  textDocuments: [] as unknown[],
  asRelativePath: (uri: Uri): string => uri.path.replace(/^\/work\//, ''),
  /** Settings are keyed by their name, those of a folder by `name@folder`. */
  getConfiguration: (section?: string, scope?: Uri) => ({
    get: (name: string, usual?: unknown): unknown => {
      const key = section === undefined ? name : `${section}.${name}`;
      return (scope && user.settings.get(`${key}@${scope.path}`)) ?? user.settings.get(key) ?? usual;
    },
  }),
  findFiles: (pattern: unknown, exclude: unknown, limit: number): Promise<Uri[]> =>
    Promise.resolve(user.findFiles(pattern, exclude, limit).slice(0, limit)),
  createFileSystemWatcher: () => ({
    ...{ onDidCreate: none, onDidChange: none, onDidDelete: none },
    dispose: () => undefined,
  }),
  onDidOpenTextDocument: none,
  onDidCloseTextDocument: none,
  onDidChangeTextDocument: none,
  onDidChangeWorkspaceFolders: none,
  onDidChangeConfiguration: none,
};
