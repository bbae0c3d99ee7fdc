/**
 * What the Coroutines view shows, free of the editor's API: groups, rows, their delegates, and pages. Lists are asked for
 * as far as they have been opened; a refresh asks for as many again.
 */
import type { CoroutineBody, CoroutinesArguments, CoroutinesBody } from '../dap/coroutineList.js';
import type { CoroutineGroup, CoroutineGrouping, ListedCoroutine } from '../link/protocol.js';

export const PAGE = 200;
/** The most that can be asked for at once. */
const MOST = 1000;

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

export interface MoreNode {
  readonly type: 'more';
  readonly id: string;
  /** The list that it goes on. */
  readonly list: string;
  readonly next: number;
  readonly left: number;
}

export interface NoteNode {
  readonly type: 'note';
  readonly id: string;
  readonly text: string;
}

export type TreeNode = GroupNode | RowNode | MoreNode | NoteNode;

export interface Choices {
  readonly grouping: CoroutineGrouping | undefined;
  readonly filter: string;
  readonly pinned: ReadonlySet<number>;
}

const TOP = 'top';

export class CoroutineTree {
  /** How many entries of each list are shown, where it is more than a page. */
  readonly #opened = new Map<string, number>();
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
    const page = await this.#list(TOP, { ...narrowed(filter), ...(grouping === undefined ? {} : { group: grouping }) });
    this.#total = page.total;
    const entries: TreeNode[] =
      grouping === undefined
        ? page.rows.map((row) => this.#row(row, TOP))
        : page.groups.map((group) => ({ type: 'group', id: `${grouping} ${group.key}`, group, by: grouping }));
    if (entries.length === 0) entries.push({ type: 'note', id: 'note', text: nothing(filter) });
    return [...pins.flat(), ...entries, ...more(TOP, entries.length, page.length)];
  }

  async children(node: TreeNode): Promise<TreeNode[]> {
    if (node.type === 'group') {
      const { filter } = this.choices();
      const page = await this.#list(node.id, { ...narrowed(filter), group: node.by, path: node.group.key });
      const rows = page.rows.map((row) => this.#row(row, node.id));
      return [...rows, ...more(node.id, rows.length, page.length)];
    }
    if (node.type !== 'row' || node.delegate || node.row.delegates === 0) return [];
    const { delegates, row } = await this.source.coroutine(node.row.id);
    const links: TreeNode[] = delegates.map((each) => ({ ...this.#row(each, node.id), delegate: true }));
    const left = row.delegates - delegates.length;
    if (left > 0) links.push({ type: 'note', id: `${node.id} deeper`, text: `… and ${left} more, deeper down` });
    return links;
  }

  /** "Show more": the list is shown up to the next page from now on. */
  open({ list, next, left }: MoreNode): void {
    this.#opened.set(list, next + Math.min(PAGE, left));
  }

  /** Another filter or grouping: every list begins at its first page. */
  restart(): void {
    this.#opened.clear();
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

  async #list(
    list: string,
    args: CoroutinesArguments,
  ): Promise<{ total: number; length: number; rows: ListedCoroutine[]; groups: CoroutineGroup[] }> {
    const wanted = this.#opened.get(list) ?? PAGE;
    const found = { total: 0, length: 0, rows: [] as ListedCoroutine[], groups: [] as CoroutineGroup[] };
    for (let start = 0; start < wanted; start += MOST) {
      const page = await this.source.coroutines({ ...args, start, count: Math.min(MOST, wanted - start) });
      found.total = page.total;
      found.length = page.length;
      found.rows.push(...(page.rows ?? []));
      found.groups.push(...(page.groups ?? []));
      if (start + MOST >= page.length) break;
    }
    return found;
  }
}

function narrowed(filter: string): { filter?: string } {
  return filter === '' ? {} : { filter };
}

function more(list: string, shown: number, length: number): MoreNode[] {
  const left = length - shown;
  return left <= 0 ? [] : [{ type: 'more', id: `${list} more`, list, next: shown, left }];
}

function nothing(filter: string): string {
  return filter === ''
    ? 'The program has no generator or coroutine at the moment.'
    : `No coroutine matches “${filter}”.`;
}
