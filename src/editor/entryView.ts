/** What the trees in Run and Debug have in common that are asked for whole: why one cannot be had is said in its place. */
import * as vscode from 'vscode';
import type { Location } from '../link/protocol.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { aboveRows, note, type Entry } from './entry.js';
import { goTo, orSay } from './goTo.js';
import type { ProgramClient } from './programClient.js';

interface Found<Icon extends string> {
  readonly entries: Entry<Icon>[];
  /** What the view's title counts. */
  readonly badge: vscode.ViewBadge | undefined;
}

const NOTHING: Found<never> = { entries: [], badge: undefined };

export abstract class EntryView<Icon extends string>
  implements vscode.TreeDataProvider<Entry<Icon>>, vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  protected readonly view: vscode.TreeView<Entry<Icon>>;
  protected readonly subscriptions: { dispose(): unknown }[];

  /** @param name of the view, and what its commands have between `coroscope` and their own name */
  constructor(
    protected readonly program: DebuggedProgram,
    private readonly name: string,
    private readonly icons: Readonly<Record<Icon, vscode.ThemeIcon>>,
  ) {
    this.view = vscode.window.createTreeView(`coroscope.${name}`, { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [
      this.#changed,
      this.view,
      program.onDidChange((reason) => {
        // A view that is not in sight is asked nothing, and its badge would outlive the program.
        if (reason === 'session') this.view.badge = undefined;
      }),
      vscode.commands.registerCommand(`coroscope.${name}.refresh`, () => {
        this.refresh();
      }),
      vscode.commands.registerCommand(`coroscope.${name}.goTo`, (location: Location) =>
        orSay(() => goTo(location, program.session)),
      ),
    ];
  }

  /** Rejects with a sentence for a person. */
  protected abstract find(client: ProgramClient): Promise<Found<Icon>>;

  /** What cannot be known of the program in view. */
  protected get limits(): string {
    return '';
  }

  protected refresh(): void {
    this.#changed.fire(undefined);
  }

  dispose(): void {
    for (const each of this.subscriptions) each.dispose();
  }

  getTreeItem(entry: Entry<Icon>): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const opens = entry.children.length === 0 ? None : entry.expanded === true ? Expanded : Collapsed;
    const item = new vscode.TreeItem(entry.label, opens);
    item.id = entry.id;
    item.description = entry.description;
    item.tooltip = entry.tooltip;
    item.accessibilityInformation = { label: spoken(entry) };
    if (entry.icon !== 'note') item.iconPath = this.icons[entry.icon];
    if (entry.coroutine !== undefined) item.contextValue = 'coroutine';
    if (entry.location !== undefined)
      item.command = { command: `coroscope.${this.name}.goTo`, title: 'Go to Source', arguments: [entry.location] };
    return item;
  }

  async getChildren(entry?: Entry<Icon>): Promise<Entry<Icon>[]> {
    if (entry !== undefined) return [...entry.children];
    const { client } = this.program;
    this.view.badge = undefined;
    const { entries, badge } = client === undefined ? NOTHING : await this.#found(client);
    const { message, rows } = aboveRows(entries);
    this.view.badge = badge;
    this.view.message = [this.limits, message].filter((text) => text !== '').join(' ');
    return [...rows];
  }

  async #found(client: ProgramClient): Promise<Found<Icon>> {
    try {
      return await this.find(client);
    } catch (error) {
      return { entries: [note('failed', error instanceof Error ? error.message : String(error))], badge: undefined };
    }
  }
}

/** For a screen reader: the tooltip, which says all, in one line; its name first, and once. */
function spoken({ label, tooltip }: Pick<Entry<string>, 'label' | 'tooltip'>): string {
  const line = tooltip.replaceAll('.\n', '. ').replaceAll('\n', ', ');
  return line.startsWith(label) ? line : `${label}, ${line}`;
}
