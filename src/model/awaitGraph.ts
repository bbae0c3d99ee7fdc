import type { Named } from './names.js';

export type AwaitKind =
  | 'task'
  | 'coroutine'
  | 'future'
  | 'lock'
  | 'semaphore'
  | 'condition'
  | 'event'
  | 'queue'
  | 'barrier'
  | 'timer'
  | 'io'
  | 'thread'
  | 'process'
  | 'other';

/** Something that waits or is waited for; its id counts within one graph. */
export interface AwaitNode {
  readonly id: number;
  readonly kind: AwaitKind;
  readonly name: string;
  /** Of tasks and coroutines. */
  readonly row?: (Named & { readonly id: number }) | undefined;
  readonly waits?: string | undefined;
  /** It is in a deadlock or waits for one. */
  readonly stuck?: boolean | undefined;
}

export interface AwaitEdge {
  readonly from: number;
  readonly to: number;
  readonly relation: 'waitsFor' | 'wants' | 'holds' | 'awaitedBy';
  readonly through?: string | undefined;
  /** Any one edge like this of `from` is enough. */
  readonly any?: boolean | undefined;
  /** Seconds after which a timeout ends the wait. */
  readonly timeout?: number | undefined;
}

export interface AwaitGraph {
  readonly nodes: readonly AwaitNode[];
  readonly edges: readonly AwaitEdge[];
  /** Each node of a deadlock waits for the next and the last for the first; a lock waits for who holds it. */
  readonly deadlocks: readonly (readonly number[])[];
}

/** A node where it stands in a tree: below it, what it waits for. */
export interface AwaitTree {
  readonly node: number;
  /** What this one is to the node above; absent for a root. `holder`: it holds the lock above. `child`: of its task group. */
  readonly relation?: 'waitsFor' | 'wants' | 'holder' | 'child';
  readonly through?: string;
  /** It stands above itself: the tree ends here. */
  readonly cycle?: true;
  /** It was shown in full earlier (in this tree or another): the tree ends here. */
  readonly repeated?: true;
  readonly children: readonly AwaitTree[];
}

interface Step {
  readonly to: number;
  readonly relation: NonNullable<AwaitTree['relation']>;
  readonly through?: string;
}

/** Under way: a node of the tree whose children are still being made. */
interface Open {
  readonly tree: AwaitTree & { readonly children: AwaitTree[] };
  readonly steps: readonly Step[];
  next: number;
}

/**
 * The graph as trees, from those whom nobody waits for down to what all wait for in the end. Every task and coroutine
 * stands in a tree, a cycle that nobody outside waits for from its first node on. Each node is opened once; no recursion,
 * for chains may be as long as the program likes.
 */
export function awaitTrees(graph: AwaitGraph): AwaitTree[] {
  const steps = stepsOf(graph);
  const parties = graph.nodes.filter(({ kind }) => kind === 'task' || kind === 'coroutine').map(({ id }) => id);
  const awaited = new Set([...steps.values()].flatMap((each) => each.map(({ to }) => to)));
  const opened = new Set<number>();
  const trees: AwaitTree[] = [];
  for (const root of [...parties.filter((id) => !awaited.has(id)), ...parties])
    if (!opened.has(root)) trees.push(grow(root, steps, opened));
  return trees;
}

function grow(root: number, steps: ReadonlyMap<number, readonly Step[]>, opened: Set<number>): AwaitTree {
  const open = (node: number, from?: Step): Open => {
    opened.add(node);
    return { tree: { node, ...shape(from), children: [] }, steps: steps.get(node) ?? [], next: 0 };
  };
  const first = open(root);
  const path = [first];
  const onPath = new Set([root]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const step = top.steps[top.next];
    top.next += 1;
    if (step === undefined) {
      path.pop();
      onPath.delete(top.tree.node);
    } else if (onPath.has(step.to)) {
      top.tree.children.push({ node: step.to, ...shape(step), cycle: true, children: [] });
    } else if (opened.has(step.to) && (steps.get(step.to)?.length ?? 0) > 0) {
      top.tree.children.push({ node: step.to, ...shape(step), repeated: true, children: [] });
    } else {
      const below = open(step.to, step);
      top.tree.children.push(below.tree);
      path.push(below);
      onPath.add(step.to);
    }
  }
  return first.tree;
}

function shape(step?: Step): Partial<Pick<AwaitTree, 'relation' | 'through'>> {
  if (step === undefined) return {};
  return { relation: step.relation, ...(step.through !== undefined && { through: step.through }) };
}

/** Where each node leads: to what it waits for, from a wanted lock to its holders, from a task to its group's children. */
function stepsOf({ edges }: AwaitGraph): Map<number, Step[]> {
  const wanted = new Set(edges.filter(({ relation }) => relation === 'wants').map(({ to }) => to));
  const steps = new Map<number, Step[]>();
  const add = (from: number, step: Step): void => {
    const known = steps.get(from);
    if (known === undefined) steps.set(from, [step]);
    else known.push(step);
  };
  for (const { from, to, relation, through } of edges) {
    const extra = through === undefined ? {} : { through };
    if (relation === 'awaitedBy') add(to, { to: from, relation: 'child', ...extra });
    else if (relation !== 'holds') add(from, { to, relation, ...extra });
    else if (wanted.has(to)) add(to, { to: from, relation: 'holder' });
  }
  return steps;
}

/** `Deadlock: Task-2 one waits for Lock 'db', which Task-3 two holds; Task-3 two waits for Task-2 one.`, one for each. */
export function deadlockSentences(graph: AwaitGraph): string[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.deadlocks.map((cycle) => {
    const around = cycle.flatMap((id) => nodes.get(id) ?? []);
    // A lock does nothing by itself: it is named by who waits for it.
    const waiting = around.flatMap((node, at) => (isLock(node) ? [] : [clause(node, around, at, graph)]));
    return `Deadlock: ${waiting.join('; ')}.`;
  });
}

function clause(node: AwaitNode, around: readonly AwaitNode[], at: number, graph: AwaitGraph): string {
  const next = around[(at + 1) % around.length] ?? node;
  if (isLock(next)) {
    const holder = around[(at + 2) % around.length] ?? node;
    const who = holder.id === node.id ? 'it holds itself' : `${holder.name} holds`;
    return `${node.name} waits for ${next.name}, which ${who}`;
  }
  const edge = graph.edges.find(({ from, to, relation }) => from === node.id && to === next.id && relation !== 'holds');
  const through = edge?.through === undefined ? '' : ` (${edge.through})`;
  return `${node.name} waits for ${next.id === node.id ? 'itself' : next.name}${through}`;
}

function isLock({ kind }: AwaitNode): boolean {
  return kind === 'lock' || kind === 'semaphore';
}
