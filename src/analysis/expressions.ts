/** From the syntax tree to the few kinds of expressions that can lead to a function. */
import type { Expression } from './records.js';
import { childrenOf, withoutBrackets, type Node } from './syntaxTree.js';

export const OPAQUE: Expression = { kind: 'opaque' };

/** @param mention is told every name by which something may be called */
export function toExpression(node: Node | null, mention: (name: string) => void): Expression {
  if (!node) return OPAQUE;
  const inner = (child: Node | null): Expression => toExpression(child, mention);
  const field = (name: string): Expression => inner(node.childForFieldName(name));
  switch (node.type) {
    case 'parenthesized_expression':
      return inner(withoutBrackets(node));
    case 'identifier':
      mention(node.text);
      return { kind: 'name', name: node.text };
    case 'attribute': {
      const name = node.childForFieldName('attribute')?.text ?? '';
      mention(name);
      return { kind: 'attribute', of: field('object'), name };
    }
    case 'call':
      return { kind: 'call', callee: field('function'), args: argumentsOf(node).map(inner) };
    case 'await':
      return { kind: 'awaited', of: inner(childrenOf(node)[0] ?? null) };
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return { kind: 'items', items: childrenOf(node).map(inner) };
    case 'list_splat':
      // Whoever takes all of a list's items takes the list: `gather(*tasks)`.
      return inner(childrenOf(node)[0] ?? null);
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
      return { kind: 'items', items: [field('body')] };
    case 'subscript':
      return { kind: 'element', of: field('value') };
    case 'conditional_expression': {
      const [yes, , no] = childrenOf(node);
      return { kind: 'either', of: [inner(yes ?? null), inner(no ?? null)] };
    }
    case 'boolean_operator':
      return { kind: 'either', of: [field('left'), field('right')] };
    case 'named_expression':
      return field('value');
    case 'assignment':
      return field('right');
    default:
      return OPAQUE;
  }
}

/** The values given to a call, without the names of keywords. */
function argumentsOf(call: Node): Node[] {
  const given = call.childForFieldName('arguments');
  if (!given) return [];
  // `f(x for x in y)` has the generator expression in the place of the list.
  if (given.type === 'generator_expression') return [given];
  return childrenOf(given).flatMap((argument) =>
    argument.type === 'keyword_argument' ? (argument.childForFieldName('value') ?? []) : argument,
  );
}

/** What a value of this annotation is. `None` in a union says nothing and is left out. */
export function annotated(type: Node | null, mention: (name: string) => void): Expression {
  const node = type?.type === 'type' ? (childrenOf(type)[0] ?? null) : type;
  switch (node?.type) {
    case 'identifier':
    case 'attribute':
      return { kind: 'instance', of: toExpression(node, mention) };
    case 'parenthesized_expression':
      return annotated(withoutBrackets(node), mention);
    case 'binary_operator': {
      const sides = [node.childForFieldName('left'), node.childForFieldName('right')];
      return {
        kind: 'either',
        of: sides.filter((side) => side?.type !== 'none').map((side) => annotated(side, mention)),
      };
    }
    case 'generic_type':
    case 'subscript': {
      const name = node.type === 'subscript' ? node.childForFieldName('value') : (childrenOf(node)[0] ?? null);
      if (name?.text.replace(/^.*\./, '') !== 'Optional') return annotated(name, mention);
      const [argument] = childrenOf(node)
        .slice(1)
        .flatMap((child) => (child.type === 'type_parameter' ? childrenOf(child) : child));
      return annotated(argument ?? null, mention);
    }
    case 'string':
      return quoted(node.text, mention);
    default:
      return OPAQUE;
  }
}

/** An annotation in quotes: a plain or dotted name; more than that is not read. */
function quoted(text: string, mention: (name: string) => void): Expression {
  const dotted = /^["']{1,3}\s*([\p{L}_][\p{L}\p{N}_.]*)\s*["']{1,3}$/u.exec(text)?.[1];
  const [first, ...rest] = dotted?.split('.') ?? [];
  if (first === undefined) return OPAQUE;
  mention(first);
  const of = rest.reduce<Expression>((base, name) => ({ kind: 'attribute', of: base, name }), {
    kind: 'name',
    name: first,
  });
  return { kind: 'instance', of };
}
