/** What the names of a scope stand for, as its statements are read one by one. */
import { annotated, OPAQUE, toExpression } from './expressions.js';
import type { Expression, FunctionKind, Range, Scope } from './records.js';
import { childrenOf, withoutBrackets, type Node } from './syntaxTree.js';

/** A scope that is still being read. */
export interface OpenScope extends Scope {
  functionKind: FunctionKind;
  readonly index: number;
  readonly bindings: Map<string, Expression[]>;
  readonly decorators: Expression[];
  readonly returns: Expression[];
  readonly bases: Expression[];
  readonly attributes: Map<string, { value: Expression; scope: number }[]>;
  /** Names declared `global` or `nonlocal`, and the scope that they belong to. */
  readonly declared: Map<string, OpenScope>;
  /** What the methods call the instance; undefined outside a method. */
  receiver: string | undefined;
}

export function openScope(
  given: Pick<Scope, 'kind' | 'name' | 'qualname' | 'parent'> & { index: number; range: Range; nameRange: Range },
): OpenScope {
  return {
    ...given,
    functionKind: 'plain',
    bindings: new Map(),
    decorators: [],
    returns: [],
    bases: [],
    attributes: new Map(),
    declared: new Map(),
    receiver: undefined,
  };
}

/** So many assignments to one name are told apart; past that another one adds nothing that helps. */
const MAX_BINDINGS = 16;

export function bind(scope: OpenScope, name: string, value: Expression): void {
  const { bindings } = scope.declared.get(name) ?? scope;
  const known = bindings.get(name);
  if (!known) bindings.set(name, [value]);
  else if (known.length < MAX_BINDINGS && !(value.kind === 'opaque' && known.some(({ kind }) => kind === 'opaque')))
    known.push(value);
}

export class Binder {
  readonly #scopes: readonly OpenScope[];
  readonly #mention: (name: string) => void;

  constructor(scopes: readonly OpenScope[], mention: (name: string) => void) {
    this.#scopes = scopes;
    this.#mention = mention;
  }

  /** `target = value`; the target may be a pattern or an attribute. */
  assign(scope: OpenScope, target: Node | null, value: Expression): void {
    if (!target) return;
    switch (target.type) {
      case 'identifier':
        bind(scope, target.text, value);
        return;
      case 'attribute':
        this.#assignAttribute(scope, target, value);
        return;
      case 'parenthesized_expression':
        this.assign(scope, withoutBrackets(target), value);
        return;
      case 'tuple':
      case 'list':
      case 'pattern_list':
      case 'tuple_pattern':
      case 'list_pattern':
      case 'expression_list': {
        const parts = childrenOf(target);
        const values = value.kind === 'items' && value.items.length === parts.length ? value.items : [];
        for (const [index, part] of parts.entries()) this.assign(scope, part, values[index] ?? OPAQUE);
        return;
      }
      case 'as_pattern_target':
      case 'list_splat_pattern':
        for (const part of childrenOf(target)) this.assign(scope, part, value);
        return;
      default:
        return;
    }
  }

  assignment(scope: OpenScope, node: Node): void {
    const [left, type, right] = ['left', 'type', 'right'].map((name) => node.childForFieldName(name));
    if (type) this.assign(scope, left ?? null, annotated(type, this.#mention));
    if (right) this.assign(scope, left ?? null, toExpression(right, this.#mention));
  }

  /** `tasks.append(x)` and `tasks.add(x)`: one more thing that is in `tasks`. */
  collected(scope: OpenScope, call: Node): void {
    const callee = call.childForFieldName('function');
    const method = callee?.childForFieldName('attribute')?.text;
    if (callee?.type !== 'attribute' || (method !== 'append' && method !== 'add')) return;
    const value = toExpression(call, this.#mention);
    if (value.kind !== 'call') return;
    const items = value.args.filter(({ kind }) => kind !== 'opaque');
    if (items.length > 0) this.assign(scope, callee.childForFieldName('object'), { kind: 'items', items });
  }

  parameters(scope: OpenScope, node: Node | null): void {
    const parameters = node ? childrenOf(node) : [];
    const owner = this.#scopes[scope.parent];
    const isMethod = owner?.kind === 'class' && scope.kind === 'function' && !decoratedWith(scope, 'staticmethod');
    for (const [index, parameter] of parameters.entries()) {
      const name =
        parameter.type === 'identifier'
          ? parameter
          : (parameter.childForFieldName('name') ?? childrenOf(parameter)[0] ?? parameter);
      if (index === 0 && isMethod && name.type === 'identifier') {
        scope.receiver = name.text;
        bind(scope, name.text, { kind: 'receiver', isClass: decoratedWith(scope, 'classmethod') });
        continue;
      }
      const type = name.type === 'identifier' ? parameter.childForFieldName('type') : null;
      const value = annotated(type, this.#mention);
      const target = name.type === 'identifier' ? name : childrenOf(name)[0];
      if (target) bind(scope, target.text, value.kind === 'opaque' ? { kind: 'parameter', name: target.text } : value);
    }
  }

  /** `import a.b, c as d`. */
  imports(scope: OpenScope, node: Node): void {
    for (const imported of childrenOf(node)) {
      const alias = imported.childForFieldName('alias');
      const module = (alias ? imported.childForFieldName('name') : imported)?.text.replace(/\s/g, '') ?? '';
      // Without an alias only the first part is bound, and the others are its attributes.
      const [first = module] = module.split('.');
      bind(scope, alias?.text ?? first, { kind: 'import', module: alias ? module : first, level: 0 });
    }
  }

  /** `from .a import b as c`; a star is the caller's business. */
  importsFrom(scope: OpenScope, node: Node): { module: string; level: number } {
    const text = node.childForFieldName('module_name')?.text.replace(/\s/g, '') ?? '';
    const module = text.replace(/^\.+/, '');
    const from = { module, level: text.length - module.length };
    for (const imported of node.childrenForFieldName('name')) {
      if (!imported) continue;
      const alias = imported.childForFieldName('alias');
      const name = (alias ? imported.childForFieldName('name') : imported)?.text ?? '';
      this.#mention(name);
      bind(scope, alias?.text ?? name, { kind: 'import', ...from, name });
    }
    return from;
  }

  declare(scope: OpenScope, node: Node): void {
    for (const { text } of childrenOf(node)) {
      const owner = node.type === 'global_statement' ? this.#scopes[0] : this.#enclosing(scope, text);
      if (owner && owner !== scope) scope.declared.set(text, owner);
    }
  }

  #enclosing(scope: OpenScope, name: string): OpenScope | undefined {
    for (let outer = this.#scopes[scope.parent]; outer; outer = this.#scopes[outer.parent]) {
      if (outer.kind !== 'class' && outer.bindings.has(name)) return outer;
    }
    return undefined;
  }

  #assignAttribute(scope: OpenScope, target: Node, value: Expression): void {
    const owner = this.#scopes[scope.parent];
    const name = target.childForFieldName('attribute')?.text;
    if (owner?.kind !== 'class' || name === undefined) return;
    if (scope.receiver === undefined || target.childForFieldName('object')?.text !== scope.receiver) return;
    const known = owner.attributes.get(name) ?? [];
    if (known.length < MAX_BINDINGS) known.push({ value, scope: scope.index });
    owner.attributes.set(name, known);
  }
}

export function decoratedWith(scope: Scope, name: string): boolean {
  return scope.decorators.some((decorator) => lastName(decorator) === name);
}

/** `coroutine` of `types.coroutine`, `retry` of `@retry(3)`. */
export function lastName(expression: Expression): string | undefined {
  if (expression.kind === 'name' || expression.kind === 'attribute') return expression.name;
  return expression.kind === 'call' ? lastName(expression.callee) : undefined;
}
