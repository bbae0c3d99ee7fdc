/** The timeline: a panel beside the editors, fed by the debug session that is looked at. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { besideColumn } from './besideColumn.js';
import type { ChangedBody } from '../dap/coroutineList.js';
import { DEBUG_TYPE } from './configuration.js';
import { recordedBatch, TimelineClient } from './timelineClient.js';
import { TimelineFeed } from './timelineFeed.js';
import { timelineHtml } from './timelineHtml.js';
import { MEGABYTE, MOST_BYTES, Savings } from './timelineSavings.js';
import { readFromPanel, type ExportFormat, type FromPanel, type ToPanel } from './timelineMessages.js';

const FILES: Readonly<Record<ExportFormat, { name: string; filter: string; extension: string }>> = {
  mermaid: { name: 'sequence.mmd', filter: 'Mermaid', extension: 'mmd' },
  chromeTrace: { name: 'trace.json', filter: 'Chrome trace', extension: 'json' },
  otlp: { name: 'spans.jsonl', filter: 'OTLP JSON lines', extension: 'jsonl' },
  svg: { name: 'timeline.svg', filter: 'SVG', extension: 'svg' },
  png: { name: 'timeline.png', filter: 'PNG', extension: 'png' },
};

export class TimelineView implements vscode.DebugConfigurationProvider {
  private panel: vscode.WebviewPanel | undefined;
  private feed: TimelineFeed | undefined;
  private session: vscode.DebugSession | undefined;
  private saving = new Savings();
  /** To be selected once the page is there. */
  private followed: { readonly coroutine: number; readonly title: string | undefined } | undefined;

  private constructor(
    private readonly extension: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Commands, and what the panel listens to. */
  static register(extension: vscode.Uri, log: vscode.LogOutputChannel): vscode.Disposable {
    const view = new TimelineView(extension, log);
    return vscode.Disposable.from(
      vscode.commands.registerCommand('coroscope.openTimeline', () => {
        view.open();
      }),
      vscode.commands.registerCommand('coroscope.followInTimeline', (what: unknown) => {
        view.follow(what);
      }),
      vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, view),
      vscode.debug.onDidStartDebugSession((session) => {
        view.show(session);
      }),
      vscode.debug.onDidChangeActiveDebugSession((session) => {
        if (session) view.show(session);
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session === view.session) view.ended();
      }),
      vscode.debug.onDidReceiveDebugSessionCustomEvent((event) => {
        if (event.session === view.session) view.received(event);
      }),
    );
  }

  /** Whoever has the timeline open wants to see a program from its first exchange, also one that is over at once. */
  resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    if (this.panel && configuration['record'] === 'all') configuration['streamExchanges'] ??= true;
    return configuration;
  }

  private open(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
      return;
    }
    const { extension } = this;
    const panel = (this.panel = vscode.window.createWebviewPanel(
      'coroscope.timeline',
      'Coroscope Timeline',
      { viewColumn: besideColumn(), preserveFocus: true },
      {
        enableScripts: true,
        localResourceRoots: [vscode.Uri.joinPath(extension, 'dist', 'media'), vscode.Uri.joinPath(extension, 'media')],
        retainContextWhenHidden: true,
      },
    ));
    const feed = (this.feed = new TimelineFeed(
      (message) => {
        this.post(message);
      },
      (sentence) => {
        this.log.warn(sentence);
      },
    ));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.feed = undefined;
      this.saving = new Savings();
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const read = readFromPanel(message);
      if (typeof read === 'string') this.log.warn(read);
      else void this.carryOut(read, feed);
    });
    panel.webview.html = page(panel.webview, extension);
    this.session = undefined;
    const { activeDebugSession } = vscode.debug;
    if (activeDebugSession) this.show(activeDebugSession);
  }

  /** A number, or what has one as `coroutine` or `id`, with a `title` for people. */
  private follow(what: unknown): void {
    this.open();
    const fields = (typeof what === 'object' && what !== null ? what : {}) as {
      coroutine?: unknown;
      id?: unknown;
      title?: unknown;
    };
    const coroutine = [what, fields.coroutine, fields.id].find((each) => Number.isSafeInteger(each));
    if (typeof coroutine !== 'number') return;
    const title = typeof fields.title === 'string' ? fields.title : undefined;
    this.followed = { coroutine, title };
    this.post({ type: 'follow', coroutine, title });
  }

  private show(session: vscode.DebugSession): void {
    if (session.type !== DEBUG_TYPE || session === this.session || !this.feed) return;
    this.session = session;
    this.followed = undefined;
    const { blockedLoopMs } = session.configuration;
    void this.feed.show({
      name: session.name,
      client: new TimelineClient(session),
      ...(typeof blockedLoopMs === 'number' && { blockedLoopMs }),
    });
  }

  private ended(): void {
    this.session = undefined;
    this.feed?.ended();
  }

  private received(event: vscode.DebugSessionCustomEvent): void {
    try {
      const batch = recordedBatch({ event: event.event, body: event.body as unknown });
      if (batch) this.feed?.recorded(batch);
      else if (isStop(event)) this.feed?.stopped();
    } catch (error) {
      this.log.warn(`What the debug adapter recorded could not be read: ${String(error)}`);
    }
  }

  private post(message: ToPanel): void {
    void this.panel?.webview.postMessage(message);
  }

  private async carryOut(message: FromPanel, feed: TimelineFeed): Promise<void> {
    switch (message.type) {
      case 'ready':
        await feed.panelReady();
        if (this.followed !== undefined) this.post({ type: 'follow', ...this.followed });
        break;
      case 'reveal':
        if (feed.knows(message.path)) await this.reveal(message);
        else this.log.warn(`The timeline's page asked for ${message.path}, which nothing recorded is of.`);
        break;
      case 'locals':
        await feed.locals(message.coroutine, message.seq);
        break;
      case 'record':
        await feed.record(message.on);
        break;
      case 'export':
        await this.save(message);
        break;
    }
  }

  private async reveal({ path, line, focus }: FromPanel & { type: 'reveal' }): Promise<void> {
    try {
      const at = new vscode.Position(line - 1, 0);
      const column = vscode.window.visibleTextEditors.find(({ document }) => document.uri.fsPath === path)?.viewColumn;
      await vscode.window.showTextDocument(vscode.Uri.file(path), {
        viewColumn: column ?? vscode.ViewColumn.One,
        preserveFocus: !focus,
        preview: true,
        selection: new vscode.Range(at, at),
      });
    } catch (error) {
      void vscode.window.showWarningMessage(`The place ${path}:${line} cannot be shown: ${String(error)}`);
    }
  }

  private async save({ format, part, last }: FromPanel & { type: 'export' }): Promise<void> {
    const content = this.saving.take(format, Buffer.from(part, format === 'png' ? 'base64' : 'utf8'), last);
    if (content === undefined) return;
    if (content === 'too large') {
      void vscode.window.showErrorMessage(
        `The timeline was not saved: the file would be larger than ${MOST_BYTES / MEGABYTE} MB. Record less, or export the picture.`,
      );
      return;
    }
    const { name, filter, extension } = FILES[format];
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { [filter]: [extension] },
    });
    if (!target) return;
    try {
      await vscode.workspace.fs.writeFile(target, content);
    } catch (error) {
      void vscode.window.showErrorMessage(`The timeline could not be saved: ${String(error)}`);
    }
  }
}

function isStop({ event, body }: vscode.DebugSessionCustomEvent): boolean {
  return event === 'coroscope/changed' && (body as Partial<ChangedBody> | undefined)?.reason === 'stopped';
}

function page(webview: vscode.Webview, extension: vscode.Uri): string {
  const file = (...names: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, ...names)).toString();
  return timelineHtml({
    nonce: randomBytes(16).toString('base64'),
    source: webview.cspSource,
    style: file('media', 'timeline', 'timeline.css'),
    script: file('dist', 'media', 'timeline.js'),
  });
}
