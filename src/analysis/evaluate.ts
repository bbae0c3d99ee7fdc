/**
 * Follows names, attributes and calls to what they may stand for, across files. Every assignment to a name counts, in
 * whatever order the program would run them: so there may be several answers. What is not known says why.
 */
import { decoratedWith, lastName } from './bindings.js';
import { canonical, isBuiltin, made, passing, passingByName } from './library.js';
import type { Module, Modules } from './modules.js';
import type { Expression, FileRecord, Scope } from './records.js';
import { distinct, keep, through, unknown, type ScopeReference, type Thing } from './things.js';

export interface Sources {
  readonly modules: Modules;
  /** Undefined for a file that cannot be read. */
  record(path: string): FileRecord | undefined;
}

/** More answers than these help nobody. */
const MAX_ANSWERS = 16;
/** Steps for one question. Real code takes tens; a class hierarchy made to be hard takes any number. */
const MAX_STEPS = 5000;

/** Decorators that leave the function what it is, as far as awaiting it goes. */
const TRANSPARENT = new Set([
  ...[
    'staticmethod',
    'classmethod',
    'abstractmethod',
    'override',
    'final',
    'overload',
    'coroutine',
    'wraps',
    'property',
  ],
  ...['asynccontextmanager', 'contextmanager', 'cached_property', 'setter'],
]);

export class Evaluator {
  readonly #sources: Sources;
  readonly #active = new Set<string | Expression>();
  #steps = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** What `expression`, written in the scope `at`, may be. */
  evaluate(expression: Expression, at: ScopeReference): Thing[] {
    if (this.#active.size === 0) this.#steps = 0;
    // A name defined by itself, such as `x = x or f()`, adds nothing to its other definitions.
    if (this.#active.has(expression)) return [];
    if (++this.#steps > MAX_STEPS) return [unknown('there is too much to follow')];
    this.#active.add(expression);
    try {
      const answers = distinct(this.#expression(expression, at));
      return answers.length > MAX_ANSWERS ? [...answers.slice(0, MAX_ANSWERS), unknown('there are more')] : answers;
    } finally {
      this.#active.delete(expression);
    }
  }

  scope({ path, scope }: ScopeReference): Scope | undefined {
    return this.#sources.record(path)?.scopes[scope];
  }

  /** A method or attribute of a class, as a value of the class would have it. */
  member(of: ScopeReference, name: string): Thing[] {
    return this.#member(of, name, true);
  }

  /** What a function returns, or a coroutine gives once it is awaited. */
  returned(of: ScopeReference): Thing[] {
    return this.#scoped(of, (scope) => scope.returns.flatMap((value) => this.evaluate(value, of)));
  }

  /** Calling it. */
  call(thing: Thing, args: readonly Expression[], at: ScopeReference): Thing[] {
    return keep(thing, this.#call(thing, args, at));
  }

  #expression(expression: Expression, at: ScopeReference): Thing[] {
    const all = (of: Expression, step: (thing: Thing) => Thing[]): Thing[] => this.evaluate(of, at).flatMap(step);
    switch (expression.kind) {
      case 'name':
        return this.#name(expression.name, at);
      case 'attribute':
        return all(expression.of, (thing) => keep(thing, this.attribute(thing, expression.name)));
      case 'call':
        return all(expression.callee, (thing) => this.call(thing, expression.args, at));
      case 'awaited':
        return all(expression.of, (thing) => this.#awaited(thing));
      case 'items':
        return [{ kind: 'many', items: expression.items.map((item) => this.evaluate(item, at)) }];
      case 'either':
        return expression.of
          .flatMap((one) => this.evaluate(one, at))
          .filter((thing) => thing.kind !== 'unknown' || expression.of.length < 2);
      case 'element':
        return all(expression.of, (thing) =>
          thing.kind === 'many' ? keep(thing, thing.items.flat()) : [unknown('it was taken out of something')],
        );
      case 'entered':
        return all(expression.of, (thing) => this.#entered(thing));
      case 'instance':
        return all(expression.of, (thing) =>
          thing.kind === 'class'
            ? [{ ...thing, kind: 'instance' as const }]
            : thing.kind === 'library'
              ? [{ kind: 'made' as const, name: made(thing.name) }]
              : [unknown('its annotation does not name a class')],
        );
      case 'scope':
        return this.#definition({ path: at.path, scope: expression.scope });
      case 'import':
        return this.#import(expression, at);
      case 'receiver': {
        const owner = this.scope(at)?.parent ?? -1;
        return owner < 0 ? [] : [{ kind: expression.isClass ? 'class' : 'instance', path: at.path, scope: owner }];
      }
      case 'parameter':
        return [unknown(`\`${expression.name}\` is a parameter`)];
      case 'opaque':
        return [unknown('its value is computed')];
    }
  }

  /** Python's rule: the scope itself, then the enclosing ones without classes, the module, the built-ins. */
  #name(name: string, at: ScopeReference): Thing[] {
    let scope = this.scope(at);
    for (let index = at.scope; scope; index = scope.parent, scope = this.scope({ path: at.path, scope: index })) {
      const bound = scope.kind === 'class' && index !== at.scope ? undefined : scope.bindings.get(name);
      const home = { path: at.path, scope: index };
      if (bound) return bound.flatMap((value) => this.evaluate(value, home));
    }
    const starred = this.#starred(name, at.path);
    if (starred.length > 0) return starred;
    if (name === 'super') return this.#super(at);
    if (isBuiltin(name)) return [{ kind: 'library', name: `builtins.${name}` }];
    return [unknown(`nothing in its file says what \`${name}\` is`)];
  }

  #super(at: ScopeReference): Thing[] {
    let reference = at;
    for (let scope = this.scope(at); scope && scope.parent >= 0; scope = this.scope(reference)) {
      if (scope.kind === 'class') return [{ kind: 'super', ...reference }];
      reference = { path: at.path, scope: scope.parent };
    }
    return [];
  }

  #definition(reference: ScopeReference): Thing[] {
    const scope = this.scope(reference);
    if (!scope) return [];
    const thing: Thing = { kind: scope.kind === 'class' ? 'class' : 'function', ...reference };
    const others = scope.decorators.map(lastName).filter((name) => name === undefined || !TRANSPARENT.has(name));
    return others.reduceRight<Thing[]>((things, name) => through(`@${name ?? '…'}`, things), [thing]);
  }

  #import({ module, level, name }: Extract<Expression, { kind: 'import' }>, at: ScopeReference): Thing[] {
    const found = this.#sources.modules.resolve(at.path, module, level);
    if (!found) {
      if (level > 0) return [unknown(`the module \`${'.'.repeat(level)}${module}\` is not in the workspace`)];
      return [{ kind: 'library', name: canonical(name === undefined ? module : `${module}.${name}`) }];
    }
    return name === undefined ? [{ kind: 'module', module: found }] : this.#ofModule(found, name);
  }

  #ofModule(module: Module, name: string): Thing[] {
    if (module.kind === 'file') {
      const key = `${module.path} ${name}`;
      // Modules that import a name from each other.
      if (this.#active.has(key)) return [];
      this.#active.add(key);
      try {
        const bound = this.#sources.record(module.path)?.scopes[0]?.bindings.get(name);
        if (bound) return bound.flatMap((value) => this.evaluate(value, { path: module.path, scope: 0 }));
        const starred = this.#starred(name, module.path);
        if (starred.length > 0) return starred;
      } finally {
        this.#active.delete(key);
      }
    }
    const submodule = this.#sources.modules.submodule(module, name);
    return submodule ? [{ kind: 'module', module: submodule }] : [unknown(`its module defines no \`${name}\``)];
  }

  #starred(name: string, path: string): Thing[] {
    for (const { module, level } of this.#sources.record(path)?.stars ?? []) {
      const found = this.#sources.modules.resolve(path, module, level);
      const things = found ? this.#ofModule(found, name).filter(({ kind }) => kind !== 'unknown') : [];
      if (things.length > 0) return things;
    }
    return [];
  }

  /** `thing.name`, as looking it up would find it. */
  attribute(thing: Thing, name: string): Thing[] {
    switch (thing.kind) {
      case 'module':
        return this.#ofModule(thing.module, name);
      case 'class':
      case 'instance':
      case 'super':
        return this.#member(thing, name, thing.kind !== 'super');
      case 'object':
        return /^(a?send|a?throw|a?close|__a?next__|__a?iter__|__await__)$/.test(name)
          ? [{ kind: 'stepper', path: thing.path, scope: thing.scope }]
          : [unknown('it is an attribute of a coroutine')];
      case 'library':
      case 'made':
        return [{ kind: 'library', name: canonical(`${thing.name}.${name}`) }];
      case 'unknown':
        // By its name it is what passes its argument on, whatever has it.
        return passingByName(name) ? [{ kind: 'library', name: `?.${name}` }] : [thing];
      default:
        return [unknown(`\`${name}\` is an attribute of something computed`)];
    }
  }

  #member(of: ScopeReference, name: string, own: boolean): Thing[] {
    // Classes that inherit from each other cannot run, but can be written.
    const key = `${of.path}#${of.scope}.${name} ${own}`;
    if (this.#active.has(key)) return [];
    this.#active.add(key);
    try {
      return this.#findMember(of, name, own);
    } finally {
      this.#active.delete(key);
    }
  }

  #findMember(of: ScopeReference, name: string, own: boolean): Thing[] {
    return this.#scoped(of, (scope) => {
      if (own) {
        const bound = scope.bindings.get(name);
        const assigned = scope.attributes.get(name) ?? [];
        const found = [
          ...(bound ?? []).flatMap((value) => this.evaluate(value, of)),
          ...assigned.flatMap((at) => this.evaluate(at.value, { path: of.path, scope: at.scope })),
        ];
        // `self.task = None` in one method and a task in another: the task is what is meant.
        const known = found.filter(({ kind }) => kind !== 'unknown');
        if (known.length > 0) return known.flatMap((thing) => this.#ifProperty(thing));
        if (found.length > 0) return found;
      }
      const outside: string[] = [];
      for (const base of scope.bases.flatMap((expression) => this.evaluate(expression, enclosing(of, scope)))) {
        if (base.kind === 'library') outside.push(base.name);
        if (base.kind !== 'class') continue;
        const found = this.#member(base, name, true);
        if (found.some(({ kind }) => kind !== 'unknown')) return found;
      }
      const [library] = outside;
      if (library !== undefined) return [{ kind: 'library', name: canonical(`${library}.${name}`) }];
      return [unknown(`the class \`${scope.name}\` has no \`${name}\` that is written down`)];
    });
  }

  #ifProperty(thing: Thing): Thing[] {
    const scope = thing.kind === 'function' ? this.scope(thing) : undefined;
    if (!scope || thing.kind !== 'function') return [thing];
    const isProperty = decoratedWith(scope, 'property') || decoratedWith(scope, 'cached_property');
    return isProperty ? this.call(thing, [], thing) : [thing];
  }

  #call(thing: Thing, args: readonly Expression[], at: ScopeReference): Thing[] {
    switch (thing.kind) {
      case 'function': {
        const scope = this.scope(thing);
        if (!scope) return [];
        if (scope.functionKind !== 'plain') return [{ kind: 'object', path: thing.path, scope: thing.scope }];
        const returned = through(scope.name, this.returned(thing));
        return returned.length > 0 ? returned : [unknown(`\`${scope.name}\` returns nothing that is awaited`)];
      }
      case 'class':
        return [{ kind: 'instance', path: thing.path, scope: thing.scope }];
      case 'instance':
        return this.member(thing, '__call__').flatMap((method) => this.#call(method, args, at));
      case 'super':
        return [thing];
      case 'stepper':
        return [{ kind: 'object', path: thing.path, scope: thing.scope }];
      case 'library':
      case 'made':
        return this.#callLibrary(made(thing.name), args, at);
      case 'unknown':
        return [thing];
      default:
        return [unknown('what is called is computed')];
    }
  }

  #callLibrary(name: string, args: readonly Expression[], at: ScopeReference): Thing[] {
    const [first] = args;
    const [shown, how] = name.startsWith('?.')
      ? [`${name.slice(2)} of something not known`, passingByName(name.slice(2))]
      : [name, passing(name)];
    if (how === undefined || first === undefined) return [{ kind: 'made', name }];
    const plain = !shown.startsWith('builtins.');
    const shownThrough = (things: readonly Thing[]): Thing[] => (plain ? through(shown, things) : [...things]);
    switch (how) {
      case 'first':
        return shownThrough(this.evaluate(first, at));
      case 'all':
        return [{ kind: 'many', items: args.map((arg) => shownThrough(this.evaluate(arg, at))) }];
      case 'function':
        return shownThrough(this.evaluate(first, at).flatMap((thing) => this.call(thing, args.slice(1), at)));
      case 'same':
        return shownThrough(this.evaluate((name === 'typing.cast' ? args[1] : first) ?? first, at));
    }
  }

  #awaited(thing: Thing): Thing[] {
    switch (thing.kind) {
      case 'object':
        return this.scope(thing)?.functionKind === 'coroutine'
          ? this.returned(thing)
          : [unknown('it is a value that came out')];
      case 'made':
      case 'many':
        return [thing];
      default:
        return [unknown('it is what an awaited thing gave')];
    }
  }

  #entered(thing: Thing): Thing[] {
    if (thing.kind === 'made') return [thing];
    if (thing.kind === 'many') return thing.items.flatMap((item) => item.flatMap((one) => this.#entered(one)));
    if (thing.kind === 'object' && thing.via?.includes('contextlib.aclosing')) return [thing];
    if (thing.kind !== 'instance') return [unknown('it is what a `with` block gave')];
    const methods = ['__aenter__', '__enter__'].flatMap((name) => this.member(thing, name));
    return methods.flatMap((method) => (method.kind === 'function' ? this.returned(method) : []));
  }

  #scoped(reference: ScopeReference, read: (scope: Scope) => Thing[]): Thing[] {
    const scope = this.scope(reference);
    return scope && ++this.#steps <= MAX_STEPS ? read(scope) : [];
  }
}

function enclosing(of: ScopeReference, scope: Scope): ScopeReference {
  return { path: of.path, scope: Math.max(0, scope.parent) };
}
