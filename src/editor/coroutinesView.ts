/** The Coroutines view in Run and Debug: all coroutines of the program, grouped, filtered and in pages. */
import * as vscode from 'vscode';
import { CoroutineActions } from './coroutineActions.js';
import { itemOf } from './coroutineItems.js';
import { CoroutineTree, type TreeNode } from './coroutineTree.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import type { CoroutineGrouping } from '../link/protocol.js';

const GROUPINGS: readonly (vscode.QuickPickItem & { readonly grouping: CoroutineGrouping | undefined })[] = [
  { label: 'No groups', description: 'one list of all', grouping: undefined },
  { label: 'Task', description: 'those a task owns, and the others', grouping: 'task' },
  { label: 'Kind', description: 'generators, coroutines, async generators', grouping: 'kind' },
  { label: 'State', description: 'running, suspended, not started', grouping: 'state' },
  { label: 'Location', description: 'the line they stand at', grouping: 'location' },
  { label: 'Equal stack', description: 'the same delegation chain, line by line', grouping: 'stack' },
];

const MEMORY = 'coroscope.coroutines.grouping';

export class CoroutinesView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #tree: CoroutineTree;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #actions: CoroutineActions;
  readonly #subscriptions: { dispose(): unknown }[];
  #filter = '';
  #grouping: CoroutineGrouping | undefined;

  constructor(
    private readonly program: DebuggedProgram,
    private readonly memory: vscode.Memento,
  ) {
    this.#grouping = memory.get<CoroutineGrouping>(MEMORY);
    this.#tree = new CoroutineTree(
      {
        coroutines: (args) => required(this.program.client).coroutines(args),
        coroutine: (id) => required(this.program.client).coroutine(id),
      },
      () => ({ grouping: this.#grouping, filter: this.#filter, pinned: this.#actions.pinned }),
    );
    this.#view = vscode.window.createTreeView('coroscope.coroutines', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#actions = new CoroutineActions(program, this.#view, () => {
      this.#changed.fire(undefined);
    });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      this.#actions,
      vscode.commands.registerCommand('coroscope.coroutines.groupBy', () => this.#groupBy()),
      vscode.commands.registerCommand('coroscope.coroutines.filter', (words?: unknown) =>
        typeof words === 'string' ? this.#show(words) : this.#askFilter(),
      ),
      vscode.commands.registerCommand('coroscope.coroutines.clearFilter', () => this.#narrow('')),
      vscode.commands.registerCommand('coroscope.coroutines.refresh', () => {
        this.#changed.fire(undefined);
      }),
      program.onDidChange((reason) => {
        if (reason === 'session') this.#say();
        this.#changed.fire(undefined);
      }),
    ];
    this.#title();
    this.#say();
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return itemOf(node, (coroutine) => this.#actions.breaks(coroutine));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return this.#rows(node);
    const roots = this.program.client === undefined ? [] : await this.#rows();
    this.#title();
    // Sentences that are all there is stand above the rows: a row is cut off at the view's edge.
    const isEmpty = roots.every(({ type }) => type === 'note');
    this.#say(...(isEmpty ? roots.flatMap((each) => (each.type === 'note' ? [each.text] : [])) : []));
    return isEmpty ? [] : roots;
  }

  async #rows(node?: TreeNode): Promise<TreeNode[]> {
    try {
      return await (node === undefined ? this.#tree.roots() : this.#tree.children(node));
    } catch (error) {
      // A program that has just ended, or one that cannot answer now: the view says so where its rows would be.
      const text = error instanceof Error ? error.message : String(error);
      return [{ type: 'note', id: `${node?.id ?? ''} failed`, text }];
    }
  }

  /** `412 of them · by state · “fetch”` */
  #title(): void {
    const { total } = this.#tree;
    this.#view.description = [
      ...(total === undefined || this.program.client === undefined ? [] : [String(total)]),
      ...(this.#grouping === undefined ? [] : [`by ${this.#grouping}`]),
      ...(this.#filter === '' ? [] : [`“${this.#filter}”`]),
    ].join(' · ');
  }

  /** After what cannot be known of the program in view. */
  #say(...sentences: string[]): void {
    this.#view.message = [this.program.client?.limits ?? '', ...sentences].filter((text) => text !== '').join(' ');
  }

  async #groupBy(): Promise<void> {
    const chosen = await vscode.window.showQuickPick(GROUPINGS, { placeHolder: 'Group the coroutines by' });
    if (chosen === undefined) return;
    this.#grouping = chosen.grouping;
    await this.memory.update(MEMORY, chosen.grouping);
    this.#changed.fire(undefined);
  }

  async #askFilter(): Promise<void> {
    const text = await vscode.window.showInputBox({
      prompt: 'Show the coroutines with all of these words in their task, functions, files or lines',
      placeHolder: 'fetch client.py:41',
      value: this.#filter,
    });
    if (text !== undefined) await this.#narrow(text.trim());
  }

  /** A link or another command names the words. */
  async #show(words: string): Promise<void> {
    await this.#narrow(words);
    await vscode.commands.executeCommand('coroscope.coroutines.focus');
  }

  async #narrow(filter: string): Promise<void> {
    this.#filter = filter;
    await vscode.commands.executeCommand('setContext', 'coroscope.coroutinesFiltered', filter !== '');
    this.#changed.fire(undefined);
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('No program is being debugged.');
  return value;
}
