/** What the editor asks of the analysis and what it is told: plain data, for it goes from thread to thread. */
import type { Edit } from './documents.js';
import type { FunctionKind, PointKind, Range } from './records.js';
import type { IndexState } from './workspaceIndex.js';

export interface Place {
  readonly path: string;
  readonly range: Range;
}

export type Direction = 'awaits' | 'awaited by';

/** A function, or one suspension point in it, by its index in the file. Good until the file changes. */
export interface Anchor {
  readonly path: string;
  readonly scope: number;
  readonly point?: number;
}

export interface ChainNode {
  /** `yield` and `values` end a chain; `library` is outside the workspace; `dynamic` is known only to a running program. */
  readonly kind: 'function' | 'yield' | 'values' | 'library' | 'dynamic';
  readonly label: string;
  readonly functionKind: FunctionKind | undefined;
  /** What is known besides: what a library waits for, why something is dynamic. */
  readonly remark: string | undefined;
  readonly definition: Place | undefined;
  /** The suspension point (`start`: the call) that leads here from the node above or, going up, to the node above. */
  readonly edge: (Place & { readonly kind: PointKind | 'start'; readonly text: string }) | undefined;
  /** More than 1: it is one of so many, and which one cannot be told. */
  readonly alternatives: number;
  /** Calls that only pass it on: `asyncio.gather`. */
  readonly via: readonly string[];
  /** It is in the chain above already. */
  readonly isCycle: boolean;
  /** To ask for its children; undefined where there can be none. */
  readonly anchor: Anchor | undefined;
  /** The functions above it and itself. */
  readonly lineage: readonly string[];
}

/** A node with its children, as deep as was asked for. */
export interface ChainTree {
  readonly node: ChainNode;
  readonly children: readonly ChainTree[];
  /** So many children are not here. */
  readonly omitted: number;
}

export interface OutlinePoint {
  readonly kind: PointKind;
  readonly range: Range;
  /** The function it suspends, as its `__qualname__`; empty for the module. */
  readonly within: string;
  readonly functionKind: FunctionKind;
  /** What is yielded or awaited. */
  readonly text: string;
}

export interface Outline {
  readonly points: readonly OutlinePoint[];
  readonly hasErrors: boolean;
}

export interface Hover {
  readonly range: Range;
  readonly subject: ChainNode;
  readonly awaits: ChainTree;
  /** Undefined as long as not all files were examined. */
  readonly awaitedBy: ChainTree | undefined;
}

/** Name of the request: its parameters and its reply. */
export interface Requests {
  files: [{ folders: readonly string[]; files: readonly string[] }, null];
  open: [{ path: string; text: string }, null];
  change: [{ path: string; edits: readonly Edit[] }, null];
  close: [{ path: string }, null];
  written: [{ path: string }, null];
  removed: [{ path: string }, null];
  outline: [{ path: string }, Outline];
  /** What the cursor stands on; null where nothing suspends. */
  subject: [{ path: string; line: number; column: number }, ChainNode | null];
  children: [{ node: ChainNode; direction: Direction }, readonly ChainNode[]];
  hover: [{ path: string; line: number; column: number }, Hover | null];
  /** Examines all files; `cancelExamining` ends it early. */
  examine: [null, IndexState];
  cancelExamining: [null, null];
}

export type RequestName = keyof Requests;
export type Parameters<N extends RequestName> = Requests[N][0];
export type Reply<N extends RequestName> = Requests[N][1];

export type ToWorker = {
  [N in RequestName]: { readonly id: number; readonly name: N; readonly parameters: Parameters<N> };
}[RequestName];

export type FromWorker =
  | { readonly id: number; readonly reply: unknown }
  | { readonly id: number; readonly failure: string }
  | { readonly progress: IndexState };
