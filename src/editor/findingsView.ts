/** The Findings view in Run and Debug: what is wrong with the program's coroutines while it is paused, and what to do. */
import * as vscode from 'vscode';
import type { Location } from '../link/protocol.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { findingEntries, type FindingEntry } from './findingTree.js';
import { goTo, orSay } from './goTo.js';

const ICONS: Readonly<Record<FindingEntry['icon'], vscode.ThemeIcon | undefined>> = {
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  hint: new vscode.ThemeIcon('info'),
  advice: new vscode.ThemeIcon('lightbulb'),
  place: new vscode.ThemeIcon('location'),
  note: undefined,
};

export class FindingsView implements vscode.TreeDataProvider<FindingEntry>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<FindingEntry>;
  readonly #subscriptions: { dispose(): unknown }[];

  constructor(private readonly program: DebuggedProgram) {
    this.#view = vscode.window.createTreeView('coroscope.findings', { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      program.onDidChange((reason) => {
        // What was found at a stop stays to be read while the program goes on to the next one.
        if (reason === 'stopped' || reason === 'session') this.#changed.fire(undefined);
      }),
      vscode.commands.registerCommand('coroscope.findings.refresh', () => {
        this.#changed.fire(undefined);
      }),
      vscode.commands.registerCommand('coroscope.findings.goTo', (location: Location) =>
        orSay(() => goTo(location, program.session)),
      ),
    ];
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  getTreeItem(entry: FindingEntry): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(entry.label, entry.children.length === 0 ? None : Collapsed);
    const icon = ICONS[entry.icon];
    item.id = entry.id;
    item.description = entry.description;
    item.tooltip = entry.tooltip;
    item.accessibilityInformation = { label: `${entry.label}, ${entry.tooltip.replaceAll('\n', ', ')}` };
    if (icon !== undefined) item.iconPath = icon;
    if (entry.location !== undefined)
      item.command = { command: 'coroscope.findings.goTo', title: 'Go to Source', arguments: [entry.location] };
    return item;
  }

  async getChildren(entry?: FindingEntry): Promise<FindingEntry[]> {
    if (entry !== undefined) return [...entry.children];
    const { client } = this.program;
    this.#view.badge = undefined;
    if (client === undefined) return [];
    try {
      const found = await client.findings();
      const { length } = found.findings;
      if (length > 0) this.#view.badge = { value: length, tooltip: `${length} findings about coroutines` };
      return findingEntries(found);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return [{ id: 'failed', label: text, description: '', tooltip: text, icon: 'note', children: [] }];
    }
  }
}
