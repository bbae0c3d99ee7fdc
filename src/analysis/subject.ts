/** What the cursor stands on: a suspension point, the name of a function, or the function around it. */
import { toExpression } from './expressions.js';
import type { FileRecord, Range } from './records.js';
import type { Anchor } from './requests.js';
import { rangeOf, type Node, type Tree } from './syntaxTree.js';
import type { WorkspaceIndex } from './workspaceIndex.js';

export interface Subject {
  readonly anchor: Anchor;
  /** What of the text it is about. */
  readonly range: Range;
}

interface Position {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** The point or name right under the cursor. */
export function subjectAt(index: WorkspaceIndex, at: Position): Subject | undefined {
  const record = index.record(at.path);
  if (!record) return undefined;
  const tree = index.tree(at.path);
  const named = tree && namedFunction(index, record, tree, at);
  if (named) return named;
  let innermost: Subject | undefined;
  // They are in the order of their start: of those around the cursor the last is the innermost.
  for (const [point, { range, scope }] of record.points.entries()) {
    if (contains(range, at)) innermost = { anchor: { path: at.path, scope, point }, range };
  }
  return innermost;
}

/** The innermost function around the cursor; the module where there is none. */
export function functionAround(record: FileRecord, at: Position): Subject {
  let scope = 0;
  for (const [index, { kind, range }] of record.scopes.entries()) {
    if (kind !== 'class' && contains(range, at)) scope = index;
  }
  return { anchor: { path: at.path, scope }, range: record.scopes[scope]?.nameRange ?? [0, 0, 0, 0] };
}

function namedFunction(index: WorkspaceIndex, record: FileRecord, tree: Tree, at: Position): Subject | undefined {
  const node = tree.rootNode.descendantForPosition({ row: at.line, column: at.column });
  if (node?.type !== 'identifier') return undefined;
  const range = rangeOf(node);
  const defined = record.scopes.findIndex(
    ({ kind, nameRange }) => kind === 'function' && nameRange.join() === range.join(),
  );
  if (defined !== -1) return suspending(index, { path: at.path, scope: defined }, range);
  const things = index.evaluator.evaluate(
    toExpression(wholeName(node), () => undefined),
    { path: at.path, scope: functionAround(record, at).anchor.scope },
  );
  for (const thing of things) {
    const found = thing.kind === 'function' && suspending(index, { path: thing.path, scope: thing.scope }, range);
    if (found) return found;
  }
  return undefined;
}

/** `client.fetch` where the cursor is on `fetch`; on `client` it is only that. */
function wholeName(node: Node): Node {
  const { parent } = node;
  const isAttribute = parent?.type === 'attribute' && parent.childForFieldName('attribute')?.id === node.id;
  return isAttribute ? parent : node;
}

/** Functions that neither suspend nor start anything have no chain. */
function suspending(index: WorkspaceIndex, anchor: Anchor, range: Range): Subject | undefined {
  const scope = index.record(anchor.path)?.scopes[anchor.scope];
  if (!scope || (scope.functionKind === 'plain' && index.edges(anchor).length === 0)) return undefined;
  return { anchor, range };
}

function contains([startLine, startColumn, endLine, endColumn]: Range, { line, column }: Position): boolean {
  const isAfter = line > startLine || (line === startLine && column >= startColumn);
  return isAfter && (line < endLine || (line === endLine && column <= endColumn));
}
