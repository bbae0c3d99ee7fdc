/** What the Await Graph view shows, free of the editor's API: the deadlocks first, then who waits for whom. */
import type { AwaitGraphBody } from '../dap/customRequests.js';
import type { AwaitNode } from '../link/protocol.js';
import type { AwaitTree } from '../model/awaitGraph.js';
import { placeText } from '../model/location.js';
import { doing } from '../model/names.js';
import { note, type Entry } from './entry.js';

export type AwaitIcon = 'deadlock' | 'stuck' | 'task' | 'coroutine' | 'lock' | 'timer' | 'io' | 'thing';
export type AwaitEntry = Entry<AwaitIcon>;

/** Of an entry to the one above it. That the one above waits for it goes without saying: it is what the tree is of. */
const RELATIONS: Readonly<Record<NonNullable<AwaitTree['relation']>, string>> = {
  waitsFor: '',
  wants: 'wanted',
  holder: 'holds it',
  child: 'of its task group',
};

export function awaitEntries(graph: AwaitGraphBody): AwaitEntry[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const deadlocks = graph.deadlocks.map((given, index): AwaitEntry => {
    const cycle = beginningWithATask(given, nodes);
    const sentence = graph.sentences[index] ?? 'Deadlock.';
    return {
      id: `deadlock ${index}`,
      label: 'Deadlock',
      description: cycle.flatMap((id) => nodes.get(id)?.name ?? []).join(' → '),
      tooltip: `${sentence} Nothing but a cancellation lets them go on.`,
      icon: 'deadlock',
      children: cycle.flatMap((id) => {
        const node = nodes.get(id);
        return node === undefined ? [] : [entry(node, `deadlock ${index}/${id}`, [], '')];
      }),
      expanded: true,
    };
  });
  const roots = graph.roots.flatMap((tree, index) => branch(tree, nodes, `${index}`));
  const parties = graph.nodes.filter(({ kind }) => kind === 'task' || kind === 'coroutine').length;
  const left = graph.total - parties;
  const notes: AwaitEntry[] = left > 0 ? [note('more', `… and ${left} more tasks and coroutines`)] : [];
  if (parties === 0) notes.push(note('none', 'No task and no coroutine waits for anything at the moment.'));
  return [...deadlocks, ...roots, ...notes];
}

/** A cycle begins anywhere; a person reads it from somebody who waits. */
function beginningWithATask(cycle: readonly number[], nodes: ReadonlyMap<number, AwaitNode>): readonly number[] {
  const first = cycle.findIndex((id) => nodes.get(id)?.row !== undefined);
  return first > 0 ? [...cycle.slice(first), ...cycle.slice(0, first)] : cycle;
}

function branch(tree: AwaitTree, nodes: ReadonlyMap<number, AwaitNode>, path: string): AwaitEntry[] {
  const node = nodes.get(tree.node);
  if (node === undefined) return [];
  const words = [
    ...(tree.relation === undefined || RELATIONS[tree.relation] === '' ? [] : [RELATIONS[tree.relation]]),
    ...(tree.through === undefined ? [] : [`through ${tree.through}`]),
    ...(tree.cycle ? ['stands above: a cycle'] : []),
    ...(tree.repeated ? ['shown in full above'] : []),
  ];
  const children = tree.children.flatMap((each, index) => branch(each, nodes, `${path}/${index}`));
  return [entry(node, path, children, words.join(', '))];
}

function entry(node: AwaitNode, id: string, children: readonly AwaitEntry[], relation: string): AwaitEntry {
  const { row } = node;
  const place = row?.location === undefined ? [] : [placeText(row.location)];
  const stands = row === undefined ? [] : [node.waits === undefined ? doing(row) : `waits for ${node.waits}`];
  return {
    id,
    label: node.name,
    description: [...(relation === '' ? [] : [relation]), ...(children.length > 0 ? [] : stands), ...place].join(' · '),
    tooltip: [node.name, ...stands, ...place, ...(node.stuck ? ['It is in a deadlock or waits for one.'] : [])].join(
      '\n',
    ),
    icon: node.stuck ? 'stuck' : iconOf(node),
    ...(row?.location === undefined ? {} : { location: row.location }),
    ...(row === undefined ? {} : { coroutine: row.id }),
    children,
    expanded: children.length > 0 && children.length <= 20,
  };
}

function iconOf({ kind }: AwaitNode): AwaitIcon {
  switch (kind) {
    case 'task':
    case 'coroutine':
    case 'lock':
    case 'timer':
    case 'io':
      return kind;
    case 'semaphore':
      return 'lock';
    default:
      return 'thing';
  }
}
