/** What a tree in Run and Debug shows that is asked for whole, free of the editor's API. */
import type { Location } from '../link/protocol.js';

export interface Entry<Icon extends string> {
  /** Unique in the view. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: Icon | 'note';
  readonly location?: Location;
  /** Of a task or coroutine. */
  readonly coroutine?: number;
  readonly children: readonly Entry<Icon>[];
  /** Absent: no. */
  readonly expanded?: boolean;
}

/** A sentence among the others. */
export function note(id: string, label: string): Entry<never> {
  return { id, label, description: '', tooltip: label, icon: 'note', children: [] };
}

/** What is to be shown above the rows: sentences that are all there is, which a row would cut off at the view's edge. */
export function aboveRows<Icon extends string>(
  entries: readonly Entry<Icon>[],
): { readonly message: string; readonly rows: readonly Entry<Icon>[] } {
  if (entries.some(({ icon }) => icon !== 'note')) return { message: '', rows: entries };
  return { message: entries.map(({ label }) => label).join(' '), rows: [] };
}
