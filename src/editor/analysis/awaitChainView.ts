import path from 'node:path';
import * as vscode from 'vscode';
import type { ChainNode, Direction, Place } from '../../analysis/requests.js';
import { describe, placeOf } from './chainText.js';
import { isAnalysed, pathOf, toRange, uriOf } from './places.js';
import type { WorkspaceAnalysis } from './workspaceAnalysis.js';

const VIEW = 'coroscope.awaitChain';

/** The view "Await Chain": of what the cursor is on, as long as the view is visible and not pinned. */
export class AwaitChainView implements vscode.TreeDataProvider<ChainNode>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #analysis: WorkspaceAnalysis;
  readonly #log: vscode.LogOutputChannel;
  readonly #view: vscode.TreeView<ChainNode>;
  readonly #subscriptions: vscode.Disposable;
  #direction: Direction = 'awaits';
  #isPinned = false;
  #root: ChainNode | undefined;
  #isLooking = false;
  #mustLookAgain = false;
  /** Of the text that the chain is of; -1 once anything else may have changed. */
  #version = -1;

  constructor(analysis: WorkspaceAnalysis, log: vscode.LogOutputChannel) {
    this.#analysis = analysis;
    this.#log = log;
    this.onDidChangeTreeData = this.#changed.event;
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = vscode.Disposable.from(
      this.#view,
      this.#changed,
      this.#view.onDidChangeVisibility(() => {
        this.#follow();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) this.#follow();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor) this.#follow();
      }),
      analysis.onDidChange(() => {
        this.#version = -1;
        this.#follow();
      }),
    );
    // What the view's buttons go by is told when it changes: until then they are those of a view that follows the cursor down.
    this.#describe();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Opens the view on what the cursor is on. */
  async open(direction: Direction): Promise<void> {
    this.#isPinned = false;
    this.#direction = direction;
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    await this.#look();
    this.#refresh();
  }

  turn(direction: Direction): void {
    this.#direction = direction;
    this.#refresh();
  }

  pin(isPinned: boolean): void {
    this.#isPinned = isPinned;
    this.#show();
    this.#follow();
  }

  refresh(): void {
    this.#follow();
    this.#refresh();
  }

  getTreeItem(node: ChainNode): vscode.TreeItem {
    const isRoot = node === this.#root;
    const canExpand = node.anchor !== undefined && !node.isCycle;
    const state = isRoot ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(node.label, canExpand ? state : vscode.TreeItemCollapsibleState.None);
    item.description = describe(node, (file) => path.basename(file));
    item.tooltip = [node.functionKind, item.description].filter(Boolean).join(' · ');
    item.accessibilityInformation = { label: `${node.label}, ${item.tooltip}` };
    item.iconPath = new vscode.ThemeIcon(icon(node));
    item.contextValue = [node.edge && 'edge', node.definition && 'definition'].filter(Boolean).join(' ');
    const place = placeOf(node, this.#direction);
    if (place) item.command = { command: 'vscode.open', title: 'Go to it', arguments: opening(place) };
    return item;
  }

  async getChildren(node?: ChainNode): Promise<ChainNode[]> {
    if (!node) return this.#root ? [this.#root] : [];
    const direction = this.#direction;
    try {
      if (direction === 'awaited by') this.#say(await this.#analysis.examine());
      return [...(await this.#analysis.ask('children', { node, direction }))];
    } catch (error) {
      this.#failed(error);
      return [];
    }
  }

  #follow(): void {
    if (this.#view.visible && !this.#isPinned) void this.#look();
  }

  /** Of positions that come faster than answers only the last one counts. */
  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#mustLookAgain = true;
      return;
    }
    this.#isLooking = true;
    try {
      await this.#lookOnce();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isLooking = false;
    }
    if (this.#mustLookAgain) {
      this.#mustLookAgain = false;
      await this.#look();
    }
  }

  async #lookOnce(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !isAnalysed(editor.document)) return;
    const { line, character } = editor.selection.active;
    const version = editor.document.version;
    const root = await this.#analysis.ask('subject', { path: pathOf(editor.document.uri), line, column: character });
    // The same function in the same text: what was expanded stays expanded.
    const same = JSON.stringify([root, version]) === JSON.stringify([this.#root ?? null, this.#version]);
    this.#version = version;
    if (same) return;
    this.#root = root ?? undefined;
    this.#refresh();
  }

  #refresh(): void {
    this.#show();
    this.#changed.fire();
  }

  #show(): void {
    this.#say(undefined);
    this.#describe();
    void vscode.commands.executeCommand('setContext', `${VIEW}.direction`, this.#direction);
    void vscode.commands.executeCommand('setContext', `${VIEW}.pinned`, this.#isPinned);
  }

  #describe(): void {
    const direction = this.#direction === 'awaits' ? 'awaits, down to the leaves' : 'awaited by, up to the roots';
    this.#view.description = this.#isPinned ? `${direction} · pinned` : direction;
  }

  #say(message: string | undefined): void {
    // The editor's API has it as a property that may be undefined, and its type does not say so.
    (this.#view as { message: string | undefined }).message = message;
  }

  #failed(error: unknown): void {
    this.#log.error('The await chain could not be found:', error);
    this.#say('The await chain could not be found; the output channel "Coroscope" says why. Refresh to try again.');
  }
}

export async function goTo(place: Place | undefined): Promise<void> {
  if (place) await vscode.commands.executeCommand('vscode.open', ...opening(place));
}

function opening({ path: file, range }: Place): [vscode.Uri, vscode.TextDocumentShowOptions] {
  return [uriOf(file), { selection: toRange(range) }];
}

function icon({ kind, isCycle, functionKind }: ChainNode): string {
  if (isCycle) return 'refresh';
  switch (kind) {
    case 'function':
      return functionKind === 'plain' ? 'symbol-function' : 'symbol-method';
    case 'yield':
    case 'values':
      return 'debug-step-out';
    case 'library':
      return 'library';
    case 'dynamic':
      return 'question';
  }
}
