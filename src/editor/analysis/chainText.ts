/** The words for nodes of an await chain. Free of the editor's API. */
import type { ChainNode, ChainTree, Direction, Hover, Place } from '../../analysis/requests.js';

/** What stands beside a node's name: how the chain gets there, and what is not certain about it. */
export function describe(node: ChainNode, nameOf: (path: string) => string): string {
  const { edge, remark, via, alternatives, isCycle } = node;
  const parts = [
    edge && `${edge.kind === 'start' ? 'starts' : edge.kind} · ${nameOf(edge.path)}:${edge.range[0] + 1}`,
    via.length > 0 && `through ${via.join(', ')}`,
    alternatives > 1 && `one of ${alternatives} it may be`,
    isCycle && 'again: recursion',
    remark,
  ];
  return parts.filter((part) => typeof part === 'string').join(' · ');
}

/** Where a click on it goes: down a chain to what is awaited, up to the place that awaits. */
export function placeOf(node: ChainNode, direction: Direction): Place | undefined {
  return direction === 'awaits' ? (node.definition ?? node.edge) : (node.edge ?? node.definition);
}

export interface MarkdownOptions {
  readonly nameOf: (path: string) => string;
  /** A link to a place; its text is escaped already. */
  readonly link: (text: string, place: Place) => string;
  /** A link that shows who awaits the subject, for when it is not known yet. */
  readonly askAwaitedBy: string;
}

export function hoverMarkdown({ subject, awaits, awaitedBy }: Hover, options: MarkdownOptions): string {
  const kind = subject.functionKind === 'plain' ? 'function' : (subject.functionKind ?? '');
  const head = `**Coroscope** · ${subject.remark === undefined ? kind : escaped(subject.remark)}`;
  const down = lines(awaits, 0, 'awaits', options);
  const title = awaitsTitle(subject);
  const parts = [head, down.length > 0 ? `${title}\n\n${down.join('\n')}` : `${title}: nothing`];
  if (!awaitedBy) parts.push(options.askAwaitedBy);
  else if (awaitedBy.children.length === 0) parts.push('Awaited by: nobody that is written down');
  else parts.push(`Awaited by\n\n${lines(awaitedBy, 0, 'awaited by', options).join('\n')}`);
  return parts.join('\n\n');
}

function awaitsTitle({ functionKind, definition, edge, label }: ChainNode): string {
  const isPoint = definition !== undefined && edge === undefined && /^(yield|await|async) ?/.test(label);
  return isPoint ? 'Leads to' : functionKind === 'plain' ? 'Starts' : 'Suspends at';
}

function lines(
  { children, omitted }: ChainTree,
  depth: number,
  direction: Direction,
  options: MarkdownOptions,
): string[] {
  const indent = '  '.repeat(depth);
  const own = children.flatMap((child) => {
    const place = placeOf(child.node, direction);
    const code = inlineCode(child.node.label);
    const name = place ? options.link(code, place) : code;
    const details = describe(child.node, options.nameOf);
    return [
      `${indent}- ${name}${details ? ` ${escaped(details)}` : ''}`,
      ...lines(child, depth + 1, direction, options),
    ];
  });
  return omitted > 0 ? [...own, `${indent}- … ${omitted} more`] : own;
}

/** As code, whatever backticks it has inside (CommonMark 6.1). */
function inlineCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

function escaped(text: string): string {
  return text.replace(/[\\*_{}[\]<>#+!|~$&]/g, '\\$&');
}
