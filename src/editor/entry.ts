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
