/** The Await Graph view in Run and Debug: who waits for whom as a tree, deadlocks on top. */
import * as vscode from 'vscode';
import type { Location } from '../link/protocol.js';
import { awaitEntries, type AwaitEntry } from './awaitTree.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { goTo, orSay } from './goTo.js';

/** More than a person reads in a tree; those in a deadlock come first. */
const LIMIT = 500;

const ERROR = new vscode.ThemeColor('list.errorForeground');
const ICONS: Readonly<Record<AwaitEntry['icon'], vscode.ThemeIcon | undefined>> = {
  deadlock: new vscode.ThemeIcon('error', ERROR),
  stuck: new vscode.ThemeIcon('circle-slash', ERROR),
  task: new vscode.ThemeIcon('tasklist'),
  coroutine: new vscode.ThemeIcon('symbol-function'),
  lock: new vscode.ThemeIcon('lock'),
  timer: new vscode.ThemeIcon('watch'),
  io: new vscode.ThemeIcon('plug'),
  thing: new vscode.ThemeIcon('symbol-object'),
  note: undefined,
};

export class AwaitGraphView implements vscode.TreeDataProvider<AwaitEntry>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<AwaitEntry>;
  readonly #subscriptions: { dispose(): unknown }[];

  constructor(private readonly program: DebuggedProgram) {
    this.#view = vscode.window.createTreeView('coroscope.awaitGraph', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#view.message = program.client?.limits ?? '';
    this.#subscriptions = [
      this.#changed,
      this.#view,
      program.onDidChange(() => {
        this.#view.message = program.client?.limits ?? '';
        this.#changed.fire(undefined);
      }),
      vscode.commands.registerCommand('coroscope.awaitGraph.refresh', () => {
        this.#changed.fire(undefined);
      }),
      vscode.commands.registerCommand('coroscope.awaitGraph.goTo', (location: Location) =>
        orSay(() => goTo(location, program.session)),
      ),
    ];
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  getTreeItem(entry: AwaitEntry): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const opens = entry.children.length === 0 ? None : entry.expanded ? Expanded : Collapsed;
    const item = new vscode.TreeItem(entry.label, opens);
    const icon = ICONS[entry.icon];
    item.id = entry.id;
    item.description = entry.description;
    item.tooltip = entry.tooltip;
    item.accessibilityInformation = { label: `${entry.label}, ${entry.tooltip.replaceAll('\n', ', ')}` };
    if (icon !== undefined) item.iconPath = icon;
    if (entry.coroutine !== undefined) item.contextValue = 'coroutine';
    if (entry.location !== undefined)
      item.command = { command: 'coroscope.awaitGraph.goTo', title: 'Go to Source', arguments: [entry.location] };
    return item;
  }

  async getChildren(entry?: AwaitEntry): Promise<AwaitEntry[]> {
    if (entry !== undefined) return [...entry.children];
    const { client } = this.program;
    if (client === undefined) {
      this.#view.badge = undefined;
      return [];
    }
    try {
      const graph = await client.awaitGraph(LIMIT);
      const { deadlocks } = graph;
      this.#view.badge =
        deadlocks.length === 0 ? undefined : { value: deadlocks.length, tooltip: graph.sentences.join('\n') };
      return awaitEntries(graph);
    } catch (error) {
      this.#view.badge = undefined;
      const text = error instanceof Error ? error.message : String(error);
      return [
        { id: 'failed', label: text, description: '', tooltip: text, icon: 'note', children: [], expanded: false },
      ];
    }
  }
}
