/** Reads one syntax tree from top to bottom and keeps what the analysis needs of it. */
import { bind, Binder, openScope, type OpenScope } from './bindings.js';
import { OPAQUE, toExpression } from './expressions.js';
import { maybeStarter } from './library.js';
import type { FileRecord, Operand, PointKind, Range, Scope, Start, SuspensionPoint } from './records.js';
import { childrenOf, rangeOf, withoutBrackets, type Node, type Tree } from './syntaxTree.js';

export function extract(tree: Tree): FileRecord {
  return new Extraction().record(tree.rootNode);
}

/** So much of an expression's text is kept, to name it where its target is not known. */
const MAX_TEXT = 80;

class Extraction {
  readonly #scopes: OpenScope[] = [];
  readonly #points: SuspensionPoint[] = [];
  readonly #starts: Start[] = [];
  readonly #stars: { module: string; level: number }[] = [];
  readonly #mentions = new Set<string>();
  readonly #mention = (name: string): void => void this.#mentions.add(name);
  readonly #bind = new Binder(this.#scopes, this.#mention);

  record(root: Node): FileRecord {
    const module = this.#open(undefined, 'module', '<module>', root, root);
    this.#visitAll(childrenOf(root), module);
    this.#points.sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
    return {
      scopes: this.#scopes.map(withoutWorkings),
      points: this.#points,
      starts: this.#starts,
      stars: this.#stars,
      mentions: this.#mentions,
      hasErrors: root.hasError,
    };
  }

  #visitAll(nodes: readonly (Node | null)[], scope: OpenScope): void {
    for (const node of nodes) if (node) this.#visit(node, scope);
  }

  /** One case for each kind of node that means something here; of the others only the children are looked at. */
  #visit(node: Node, scope: OpenScope): void {
    switch (node.type) {
      case 'decorated_definition':
        this.#visitAll(childrenOf(node), scope);
        return;
      case 'function_definition':
        this.#function(node, scope);
        return;
      case 'class_definition':
        this.#class(node, scope);
        return;
      case 'lambda':
        this.#lambda(node, scope);
        return;
      case 'generator_expression':
        this.#generatorExpression(node, scope);
        return;
      case 'list_comprehension':
      case 'set_comprehension':
      case 'dictionary_comprehension':
        this.#comprehension(childrenOf(node), scope);
        return;
      case 'yield':
        this.#yield(node, scope);
        break;
      case 'await': {
        const [operand] = childrenOf(node);
        this.#point('await', node, rangeOf(node.child(0) ?? node), operand ? [operand] : [], scope);
        break;
      }
      case 'for_statement':
        this.#for(node, scope);
        break;
      case 'with_statement':
        this.#with(node, scope);
        break;
      case 'call':
        this.#call(node, scope);
        break;
      case 'assignment':
        this.#bind.assignment(scope, node);
        break;
      case 'augmented_assignment':
        this.#bind.assign(scope, node.childForFieldName('left'), OPAQUE);
        break;
      case 'named_expression':
        this.#bind.assign(scope, node.childForFieldName('name'), this.#expression(node.childForFieldName('value')));
        break;
      case 'return_statement':
        this.#returned(childrenOf(node)[0] ?? null, scope);
        break;
      case 'as_pattern':
        // `except E as e` and `case p as name`; the one of `with` was bound by its statement.
        if (node.parent?.type !== 'with_item') this.#bind.assign(scope, node.childForFieldName('alias'), OPAQUE);
        break;
      case 'import_statement':
        this.#bind.imports(scope, node);
        return;
      case 'import_from_statement': {
        const from = this.#bind.importsFrom(scope, node);
        if (childrenOf(node).some(({ type }) => type === 'wildcard_import')) this.#stars.push(from);
        return;
      }
      case 'global_statement':
      case 'nonlocal_statement':
        this.#bind.declare(scope, node);
        return;
      default:
    }
    this.#visitAll(childrenOf(node), scope);
  }

  #function(node: Node, scope: OpenScope): void {
    const name = node.childForFieldName('name');
    const parameters = node.childForFieldName('parameters');
    const opened = this.#open(scope, 'function', name?.text ?? '', node, name ?? node);
    bind(scope, opened.name, { kind: 'scope', scope: opened.index });
    if (isAsync(node)) opened.functionKind = 'coroutine';
    this.#decorators(node, opened);
    this.#bind.parameters(opened, parameters);
    // Defaults and annotations belong to whoever defines the function.
    this.#parameterDefaults(parameters, scope);
    this.#visitAll([node.childForFieldName('return_type')], scope);
    this.#visitAll([node.childForFieldName('body')], opened);
  }

  #class(node: Node, scope: OpenScope): void {
    const name = node.childForFieldName('name');
    const superclasses = node.childForFieldName('superclasses');
    const opened = this.#open(scope, 'class', name?.text ?? '', node, name ?? node);
    bind(scope, opened.name, { kind: 'scope', scope: opened.index });
    this.#decorators(node, opened);
    for (const base of superclasses ? childrenOf(superclasses) : []) {
      // `class A(Generic[T])`: what matters is Generic.
      const named = base.type === 'subscript' ? base.childForFieldName('value') : base;
      if (base.type !== 'keyword_argument') opened.bases.push(this.#expression(named));
    }
    this.#visitAll([superclasses], scope);
    this.#visitAll([node.childForFieldName('body')], opened);
  }

  #lambda(node: Node, scope: OpenScope): void {
    const parameters = node.childForFieldName('parameters');
    const body = node.childForFieldName('body');
    const opened = this.#open(scope, 'lambda', '<lambda>', node, node);
    this.#bind.parameters(opened, parameters);
    this.#parameterDefaults(parameters, scope);
    this.#returned(body, opened);
    this.#visitAll([body], opened);
  }

  #parameterDefaults(parameters: Node | null, scope: OpenScope): void {
    for (const parameter of parameters ? childrenOf(parameters) : []) {
      this.#visitAll([parameter.childForFieldName('type'), parameter.childForFieldName('value')], scope);
    }
  }

  /**
   * A generator expression is a function of its own whose first iterable is evaluated outside (Python's language
   * reference, 6.2.8). With an `await` or `async for` inside it makes an async generator (PEP 530).
   */
  #generatorExpression(node: Node, scope: OpenScope): void {
    const opened = this.#open(scope, 'generator expression', '<genexpr>', node, node);
    opened.functionKind = 'generator';
    const children = childrenOf(node);
    const first = children.find(({ type }) => type === 'for_in_clause');
    const before = this.#points.length;
    this.#comprehension(children, opened, first && { clause: first, scope });
    if (this.#points.slice(before).some((point) => point.scope === opened.index)) {
      opened.functionKind = 'async generator';
    }
  }

  #comprehension(children: Node[], scope: OpenScope, outside?: { clause: Node; scope: OpenScope }): void {
    for (const child of children) {
      if (child.type !== 'for_in_clause') {
        this.#visit(child, scope);
        continue;
      }
      const iterable = child.childForFieldName('right');
      if (isAsync(child)) {
        const keyword = span(child.child(0), child.child(1));
        this.#point('async comprehension', child, keyword, iterable ? [iterable] : [], scope);
      }
      this.#bind.assign(scope, child.childForFieldName('left'), this.#elementOf(iterable));
      this.#visitAll([iterable], outside && outside.clause.id === child.id ? outside.scope : scope);
    }
  }

  #yield(node: Node, scope: OpenScope): void {
    const from = node.children.find((child) => child?.type === 'from');
    const operands = childrenOf(node);
    const kind = from ? 'yield from' : 'yield';
    this.#point(kind, node, span(node.child(0), from ?? node.child(0)), operands, scope);
    // PEP 525: a `yield` makes an `async def` an async generator.
    scope.functionKind = ['coroutine', 'async generator'].includes(scope.functionKind)
      ? 'async generator'
      : 'generator';
  }

  #for(node: Node, scope: OpenScope): void {
    const iterable = node.childForFieldName('right');
    if (isAsync(node)) {
      const header = span(node, iterable);
      this.#point('async for', header, span(node.child(0), node.child(1)), iterable ? [iterable] : [], scope);
    }
    this.#bind.assign(scope, node.childForFieldName('left'), this.#elementOf(iterable));
  }

  #with(node: Node, scope: OpenScope): void {
    const clause = childrenOf(node).find(({ type }) => type === 'with_clause');
    const items = (clause ? childrenOf(clause) : []).flatMap((item) => item.childForFieldName('value') ?? []);
    // `with (a as b, c):` is read as one item that is a tuple by some versions of the grammar, and as two by others.
    const flat = items.flatMap((item) => (item.type === 'tuple' ? childrenOf(item) : item));
    const entered = flat.map((item) =>
      item.type === 'as_pattern'
        ? { value: childrenOf(item)[0] ?? item, alias: item.childForFieldName('alias') }
        : { value: item },
    );
    for (const { value, alias } of entered) {
      if (alias) this.#bind.assign(scope, alias, { kind: 'entered', of: this.#expression(value) });
    }
    if (isAsync(node)) {
      const header = span(node, clause ?? node);
      const keyword = span(node.child(0), node.child(1));
      this.#point(
        'async with',
        header,
        keyword,
        entered.map(({ value }) => value),
        scope,
      );
    }
  }

  #call(node: Node, scope: OpenScope): void {
    this.#bind.collected(scope, node);
    const callee = node.childForFieldName('function');
    const name = callee?.childForFieldName('attribute')?.text ?? callee?.text ?? '';
    if (maybeStarter(name)) this.#starts.push({ ...this.#operand(node), scope: scope.index });
  }

  #returned(value: Node | null, scope: OpenScope): void {
    const expression = this.#expression(value);
    if (expression.kind !== 'opaque') scope.returns.push(expression);
  }

  #decorators(definition: Node, opened: OpenScope): void {
    const around = definition.parent?.type === 'decorated_definition' ? childrenOf(definition.parent) : [];
    for (const { type, namedChild } of around.map((node) => ({ type: node.type, namedChild: node.namedChild(0) }))) {
      if (type === 'decorator') opened.decorators.push(this.#expression(namedChild));
    }
  }

  #point(kind: PointKind, whole: Node | Range, keyword: Range, operands: Node[], scope: OpenScope): void {
    const range = 'length' in whole ? whole : rangeOf(whole);
    const read = operands.map((operand) => this.#operand(operand));
    this.#points.push({ kind, range, keyword, operands: read, scope: scope.index });
  }

  #operand(node: Node): Operand {
    const inner = withoutBrackets(node);
    const text = inner.text.slice(0, MAX_TEXT * 2).replace(/\s+/g, ' ');
    return {
      range: rangeOf(inner),
      text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text,
      expression: this.#expression(inner),
    };
  }

  #expression(node: Node | null): ReturnType<typeof toExpression> {
    return toExpression(node, this.#mention);
  }

  #elementOf(iterable: Node | null): ReturnType<typeof toExpression> {
    const of = this.#expression(iterable);
    return of.kind === 'opaque' ? of : { kind: 'element', of };
  }

  #open(parent: OpenScope | undefined, kind: Scope['kind'], name: string, node: Node, nameNode: Node): OpenScope {
    const within =
      parent && parent.kind !== 'module' ? `${parent.qualname}${parent.kind === 'class' ? '' : '.<locals>'}.` : '';
    const opened = openScope({
      kind,
      name,
      qualname: within + name,
      index: this.#scopes.length,
      parent: parent?.index ?? -1,
      range: rangeOf(node),
      nameRange: rangeOf(nameNode),
    });
    this.#scopes.push(opened);
    return opened;
  }
}

function isAsync(node: Node): boolean {
  return node.child(0)?.type === 'async';
}

function span(from: Node | null, to: Node | null): Range {
  const [startLine, startColumn] = from ? rangeOf(from) : [0, 0];
  const [, , endLine, endColumn] = to ? rangeOf(to) : [0, 0, startLine, startColumn];
  return [startLine, startColumn, endLine, endColumn];
}

function withoutWorkings({ declared: _declared, receiver: _receiver, index: _index, ...scope }: OpenScope): Scope {
  return scope;
}
