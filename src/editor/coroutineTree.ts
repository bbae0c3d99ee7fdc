/**
 * What the Coroutines view shows, free of the editor's API: groups, rows, their delegates, and pages. The first rows of a
 * list are shown, and pages of the others that are asked for when they are opened: any of a million rows is two clicks away,
 * and a refresh asks for what is open and no more.
 */
import type { CoroutineBody, CoroutinesArguments, CoroutinesBody } from '../dap/coroutineList.js';
import type { CoroutineGroup, CoroutineGrouping, ListedCoroutine } from '../link/protocol.js';

const FIRST = 200;
/** The most that can be asked for at once. */
const PAGE = 1000;

export interface ListSource {
  coroutines(args: CoroutinesArguments): Promise<CoroutinesBody>;
  coroutine(id: number): Promise<CoroutineBody>;
}

export interface GroupNode {
  readonly type: 'group';
  /** Unique in the view, and the same after a refresh. */
  readonly id: string;
  readonly group: CoroutineGroup;
  readonly by: CoroutineGrouping;
}

export interface RowNode {
  readonly type: 'row';
  readonly id: string;
  readonly row: ListedCoroutine;
  readonly pinned: boolean;
  /** It is shown as the delegate of another one. */
  readonly delegate: boolean;
}

/** Rows or groups `start + 1` to `start + count` of a list. */
export interface PageNode {
  readonly type: 'page';
  readonly id: string;
  /** What the list is asked for with. */
  readonly args: CoroutinesArguments;
  readonly start: number;
  readonly count: number;
}

export interface NoteNode {
  readonly type: 'note';
  readonly id: string;
  readonly text: string;
}

export type TreeNode = GroupNode | RowNode | PageNode | NoteNode;

export interface Choices {
  readonly grouping: CoroutineGrouping | undefined;
  readonly filter: string;
  readonly pinned: ReadonlySet<number>;
}

const TOP = 'top';

export class CoroutineTree {
  #total: number | undefined;

  constructor(
    private readonly source: ListSource,
    private readonly choices: () => Choices,
  ) {}

  /** How many coroutines matched when the list was asked for last. */
  get total(): number | undefined {
    return this.#total;
  }

  /** The entries at the top: pinned rows first, then groups or rows. */
  async roots(): Promise<TreeNode[]> {
    const { grouping, filter, pinned } = this.choices();
    const pins = await Promise.all([...pinned].map((id) => this.#pin(id)));
    const args = { ...narrowed(filter), ...(grouping === undefined ? {} : { group: grouping }) };
    const { total, entries } = await this.#list(TOP, args);
    this.#total = total;
    if (entries.length === 0) entries.push({ type: 'note', id: 'note', text: nothing(filter) });
    return [...pins.flat(), ...entries];
  }

  async children(node: TreeNode): Promise<TreeNode[]> {
    if (node.type === 'group') {
      const { filter } = this.choices();
      return (await this.#list(node.id, { ...narrowed(filter), group: node.by, path: node.group.key })).entries;
    }
    if (node.type === 'page') {
      const { args, start, count } = node;
      return this.#entries(node.id, args, await this.source.coroutines({ ...args, start, count }));
    }
    if (node.type !== 'row' || node.delegate || node.row.delegates === 0) return [];
    const { delegates, row } = await this.source.coroutine(node.row.id);
    const links: TreeNode[] = delegates.map((each) => ({ ...this.#row(each, node.id), delegate: true }));
    const left = row.delegates - delegates.length;
    if (left > 0) links.push({ type: 'note', id: `${node.id} deeper`, text: `… and ${left} more, deeper down` });
    return links;
  }

  async #pin(id: number): Promise<TreeNode[]> {
    try {
      return [{ ...this.#row((await this.source.coroutine(id)).row, 'pinned'), pinned: true }];
    } catch {
      return [{ type: 'note', id: `pinned ${id}`, text: `The pinned coroutine ${id} has ended.` }];
    }
  }

  #row(row: ListedCoroutine, list: string): RowNode {
    return {
      type: 'row',
      id: `${list} ${row.id}`,
      row,
      pinned: this.choices().pinned.has(row.id),
      delegate: false,
    };
  }

  /** The first rows or groups of a list, and pages of the others. */
  async #list(list: string, args: CoroutinesArguments): Promise<{ total: number; entries: TreeNode[] }> {
    const found = await this.source.coroutines({ ...args, start: 0, count: FIRST });
    const entries = this.#entries(list, args, found);
    for (let start = FIRST; start < found.length; start += PAGE)
      entries.push({
        type: 'page',
        id: `${list} from ${start}`,
        args,
        start,
        count: Math.min(PAGE, found.length - start),
      });
    return { total: found.total, entries };
  }

  /** @param list what they stand below: a coroutine may stand in several places */
  #entries(
    list: string,
    { group: by, path }: CoroutinesArguments,
    { rows = [], groups = [] }: CoroutinesBody,
  ): TreeNode[] {
    return by === undefined || path !== undefined
      ? rows.map((row) => this.#row(row, list))
      : groups.map((group) => ({ type: 'group', id: `${by} ${group.key}`, group, by }));
  }
}

function narrowed(filter: string): { filter?: string } {
  return filter === '' ? {} : { filter };
}

function nothing(filter: string): string {
  return filter === ''
    ? 'The program has no generator or coroutine at the moment.'
    : `No coroutine matches “${filter}”.`;
}
