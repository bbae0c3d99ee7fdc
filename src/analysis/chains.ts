/** Await chains, one level at a time: down to what is awaited, up to who awaits. */
import { edgesOfPoint, type Edge } from './edges.js';
import type { Expression, FileRecord, Scope } from './records.js';
import type { Anchor, ChainNode, ChainTree, Direction } from './requests.js';
import type { ScopeReference } from './things.js';
import type { WorkspaceIndex } from './workspaceIndex.js';

export class Chains {
  readonly #index: WorkspaceIndex;

  constructor(index: WorkspaceIndex) {
    this.#index = index;
  }

  /** The first node of a chain: a function, or one of its suspension points. */
  root(anchor: Anchor): ChainNode | undefined {
    const record = this.#index.record(anchor.path);
    const node = this.#functionNode(anchor, [], undefined);
    if (anchor.point === undefined || !node) return node;
    const point = record?.points[anchor.point];
    if (!point) return undefined;
    const text = point.operands.map((operand) => operand.text).join(', ');
    return {
      ...node,
      anchor,
      label: `${point.kind} ${text}`.trimEnd(),
      remark: `in ${node.label}`,
      definition: { path: anchor.path, range: point.range },
    };
  }

  children(node: ChainNode, direction: Direction): ChainNode[] {
    const { anchor } = node;
    if (!anchor || node.isCycle) return [];
    return direction === 'awaits' ? this.#awaits(anchor, node.lineage) : this.#awaitedBy(anchor, node.lineage);
  }

  /** The chain below `root`, at most so deep and so many nodes in all. */
  tree(root: ChainNode, direction: Direction, maxDepth: number, maxNodes: number): ChainTree {
    let left = maxNodes;
    const grow = (node: ChainNode, depth: number): ChainTree => {
      if (depth === 0) return { node, children: [], omitted: 0 };
      const all = this.children(node, direction);
      const shown = all.slice(0, Math.max(0, left));
      left -= shown.length;
      return { node, children: shown.map((child) => grow(child, depth - 1)), omitted: all.length - shown.length };
    };
    return grow(root, maxDepth);
  }

  #awaits({ path, scope, point }: Anchor, lineage: readonly string[]): ChainNode[] {
    const record = this.#index.record(path);
    const only = point === undefined ? undefined : record?.points[point];
    const edges = only
      ? edgesOfPoint({ path, scope }, only, this.#index.evaluator)
      : this.#index.edges({ path, scope });
    return edges.flatMap((edge) => this.#down(edge, path, lineage) ?? []);
  }

  #down(edge: Edge, path: string, lineage: readonly string[]): ChainNode | undefined {
    const { kind, range, text, target, alternatives, via } = edge;
    const leading = { kind, path, range, text };
    if (target.kind === 'function') return this.#functionNode(target, lineage, { edge: leading, alternatives, via });
    const leaf = {
      kind: target.kind,
      functionKind: undefined,
      definition: undefined,
      edge: leading,
      alternatives,
      via,
      isCycle: false,
      anchor: undefined,
      lineage,
    };
    switch (target.kind) {
      case 'yield':
        return { ...leaf, label: text === '' ? 'yield' : `yield ${text}`, remark: undefined };
      case 'values':
        return { ...leaf, label: text, remark: 'plain values' };
      case 'library':
        return {
          ...leaf,
          label: target.name,
          remark: target.meaning ? `waits for ${target.meaning}` : 'outside the workspace',
        };
      case 'dynamic':
        return { ...leaf, label: text, remark: `dynamic: cannot be told without running (${target.why})` };
    }
  }

  /** Every edge, in the files that may have one, that leads to this function: so up is always the reverse of down. */
  #awaitedBy({ path, scope }: ScopeReference, lineage: readonly string[]): ChainNode[] {
    const target = this.#index.record(path)?.scopes[scope];
    if (!target) return [];
    const found: ChainNode[] = [];
    for (const [file, record] of this.#candidates(target)) {
      const from = new Set([...record.points, ...record.starts].map((edge) => edge.scope));
      for (const caller of from) {
        for (const edge of this.#index.edges({ path: file, scope: caller })) {
          const leadsHere = edge.target.kind === 'function' && edge.target.path === path && edge.target.scope === scope;
          if (!leadsHere) continue;
          const { kind, range, text, alternatives, via } = edge;
          const node = this.#functionNode({ path: file, scope: caller }, lineage, {
            edge: { kind, path: file, range, text },
            alternatives,
            via,
          });
          if (node) found.push(node);
        }
      }
    }
    return found;
  }

  #candidates(target: Scope): Iterable<[string, FileRecord]> {
    // Python calls these without anybody writing their names.
    if (/^__\w+__$/.test(target.name)) return this.#index.mentioning(undefined);
    return this.#index.mentioning(this.#aliases(target.name));
  }

  /** Names under which a function may be called elsewhere: `alias = f`, `import f as g`, `def h(): return f()`. */
  #aliases(name: string): ReadonlySet<string> {
    const names = new Set([name]);
    for (let before = 0; before < names.size;) {
      before = names.size;
      for (const [, { scopes }] of this.#index.mentioning(names)) {
        for (const scope of scopes) addAliases(names, scope);
      }
    }
    return names;
  }

  #functionNode(
    { path, scope }: ScopeReference,
    lineage: readonly string[],
    how: Pick<ChainNode, 'edge' | 'alternatives' | 'via'> | undefined,
  ): ChainNode | undefined {
    const found = this.#index.record(path)?.scopes[scope];
    if (!found) return undefined;
    const key = `${path}#${scope}`;
    return {
      kind: 'function',
      label: found.qualname,
      functionKind: found.functionKind,
      remark: undefined,
      definition: { path, range: found.kind === 'module' ? [0, 0, 0, 0] : found.nameRange },
      edge: how?.edge,
      alternatives: how?.alternatives ?? 1,
      via: how?.via ?? [],
      isCycle: lineage.includes(key),
      anchor: { path, scope },
      lineage: [...lineage, key],
    };
  }
}

function addAliases(names: Set<string>, scope: Scope): void {
  // Local names too: what is returned may have been put into one. It only makes the net wider.
  for (const [name, values] of scope.bindings) if (values.some((value) => mentions(value, names))) names.add(name);
  for (const [name, values] of scope.attributes) {
    if (values.some(({ value }) => mentions(value, names))) names.add(name);
  }
  if (scope.returns.some((value) => mentions(value, names))) names.add(scope.name);
}

function mentions(expression: Expression, names: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'name':
      return names.has(expression.name);
    case 'attribute':
      return names.has(expression.name) || mentions(expression.of, names);
    case 'import':
      return expression.name !== undefined && names.has(expression.name);
    case 'call':
      return mentions(expression.callee, names) || expression.args.some((arg) => mentions(arg, names));
    case 'items':
      return expression.items.some((item) => mentions(item, names));
    case 'either':
      return expression.of.some((one) => mentions(one, names));
    case 'awaited':
    case 'element':
    case 'entered':
    case 'instance':
      return mentions(expression.of, names);
    default:
      return false;
  }
}
