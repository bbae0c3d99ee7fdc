/** What the suspension points of one function lead to: the edges that await chains are made of. */
import { decoratedWith } from './bindings.js';
import type { Evaluator } from './evaluate.js';
import { isStarting, leafMeaning } from './library.js';
import type { FileRecord, Operand, PointKind, Range, SuspensionPoint } from './records.js';
import { distinct, keep, type ScopeReference, type Thing } from './things.js';

export type Target =
  | (ScopeReference & { readonly kind: 'function' })
  /** A `yield`: here a chain ends. */
  | { readonly kind: 'yield' }
  /** Plain values: a list that is delegated to yields its items itself. */
  | { readonly kind: 'values' }
  /** Outside the workspace. `meaning` says what it waits for, if that is known. */
  | { readonly kind: 'library'; readonly name: string; readonly meaning: string | undefined }
  /** Cannot be told without running the program. */
  | { readonly kind: 'dynamic'; readonly why: string };

export interface Edge {
  readonly kind: PointKind | 'start';
  /** Of the operand, in the file of the function that the edge leaves; of a bare `yield`, the keyword. */
  readonly range: Range;
  readonly text: string;
  readonly target: Target;
  /** How many things it may be; more than one if it is not known which. */
  readonly alternatives: number;
  readonly via: readonly string[];
}

/** One way out of a point, with the alternatives for where it goes. */
interface Way {
  readonly targets: readonly { target: Target; via: readonly string[] }[];
}

export function edgesOf(from: ScopeReference, record: FileRecord, evaluator: Evaluator): Edge[] {
  const points = record.points.filter(({ scope }) => scope === from.scope);
  const edges = points.flatMap((point) => edgesOfPoint(from, point, evaluator));
  const starts = record.starts
    .filter(({ scope }) => scope === from.scope)
    .flatMap((start) => edgesOfStart(from, start, points, evaluator));
  return [...edges, ...starts].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
}

export function edgesOfPoint(from: ScopeReference, point: SuspensionPoint, evaluator: Evaluator): Edge[] {
  const { kind, operands } = point;
  if (kind === 'yield') {
    const text = operands.map((operand) => operand.text).join(', ');
    return [{ kind, range: point.range, text, target: { kind: 'yield' }, alternatives: 1, via: [] }];
  }
  return operands.flatMap((operand) =>
    edgesOfOperand(kind, operand, evaluator.evaluate(operand.expression, from), evaluator),
  );
}

/** `create_task(f())` where nobody awaits it at once: the coroutine runs from here on all the same. */
function edgesOfStart(
  from: ScopeReference,
  start: Operand,
  points: readonly SuspensionPoint[],
  evaluator: Evaluator,
): Edge[] {
  const isAwaited = points.some(
    ({ kind, operands }) => kind !== 'yield' && operands.some(({ range }) => covers(range, start.range)),
  );
  if (isAwaited) return [];
  const things = evaluator.evaluate(start.expression, from);
  const started = flattened(things)
    .flat()
    .some(({ via }) => via?.some((name) => isStarting(name) || name.endsWith('of something not known')));
  if (!started) return [];
  return edgesOfOperand('start', start, things, evaluator).filter(({ target }) => target.kind === 'function');
}

function edgesOfOperand(
  kind: Edge['kind'],
  { range, text }: Operand,
  things: readonly Thing[],
  evaluator: Evaluator,
): Edge[] {
  // Delegating to a list of coroutines yields them; only what awaits its items looks into it.
  const isDelegated = kind !== 'await' && kind !== 'start' && things.every(({ via }) => via === undefined);
  return (isDelegated ? [things] : flattened(things)).flatMap((alternatives) =>
    ways(kind, alternatives, evaluator).flatMap(({ targets }) =>
      targets.map(({ target, via }) => ({ kind, range, text, target, via, alternatives: targets.length })),
    ),
  );
}

/** What goes out together (`gather(a(), b())`) taken apart; each of them may still be one of several. */
function flattened(things: readonly Thing[]): Thing[][] {
  const collections = things.flatMap((thing) => (thing.kind === 'many' ? [thing] : []));
  const alone = things.filter(({ kind }) => kind !== 'many');
  const nested = collections.flatMap((many) => many.items.flatMap((item) => flattened(keep(many, item))));
  // `tasks = []`, then `tasks.append(...)`: the empty list is none of the things awaited.
  if (nested.length > 0 && alone.every(({ kind }) => kind === 'unknown')) return nested;
  return alone.length > 0 ? [alone, ...nested] : nested;
}

function ways(kind: Edge['kind'], things: readonly Thing[], evaluator: Evaluator): Way[] {
  // A context manager is entered and left: two ways that are both taken.
  const methods = kind === 'async with' ? ['__aenter__', '__aexit__'] : [''];
  const all = methods.map((method) => ({
    targets: distinctTargets(
      distinct(things).flatMap((thing) =>
        targets(kind, thing, method, evaluator).map((target) => ({ target, via: thing.via ?? [] })),
      ),
    ),
  }));
  const [first] = all;
  return first && all.every((way) => JSON.stringify(way) === JSON.stringify(first)) ? [first] : all;
}

function distinctTargets(targets: Way['targets']): Way['targets'] {
  return [...new Map(targets.map((one) => [JSON.stringify(one.target), one])).values()];
}

function targets(kind: Edge['kind'], thing: Thing, method: string, evaluator: Evaluator): Target[] {
  switch (thing.kind) {
    case 'object':
      return [ofObject(kind, thing, evaluator)];
    case 'instance':
      return ofInstance(kind, thing, method, evaluator);
    case 'library':
    case 'made':
      if (thing.name.startsWith('builtins.'))
        return [kind === 'yield from' ? { kind: 'values' } : dynamic('its value is computed')];
      return [{ kind: 'library', name: thing.name, meaning: leafMeaning(thing.name) }];
    case 'many':
      return [{ kind: 'values' }];
    case 'unknown':
      return [dynamic(thing.why)];
    case 'function':
      return [dynamic('it is a function that nobody called')];
    case 'stepper':
    case 'super':
    case 'class':
    case 'module':
      return [dynamic('it is nothing that can be awaited')];
  }
}

function ofObject(kind: Edge['kind'], thing: ScopeReference, evaluator: Evaluator): Target {
  const scope = evaluator.scope(thing);
  const target: Target = { kind: 'function', path: thing.path, scope: thing.scope };
  // PEP 492: a plain generator can be awaited only if `types.coroutine` made it awaitable.
  const awaitable = scope?.functionKind !== 'generator' || decoratedWith(scope, 'coroutine');
  return kind !== 'await' || awaitable ? target : dynamic('a generator cannot be awaited');
}

function ofInstance(kind: Edge['kind'], thing: ScopeReference, entering: string, evaluator: Evaluator): Target[] {
  const name = { await: '__await__', 'yield from': '__iter__', 'async with': entering }[kind as string] ?? '__aiter__';
  if (kind === 'start') return [dynamic('it is no coroutine')];
  const methods = evaluator.member(thing, name);
  return methods.flatMap((method): Target[] => {
    if (method.kind !== 'function') return targets(kind, method, entering, evaluator);
    const scope = evaluator.scope(method);
    const isIteration = name === '__aiter__' || name === '__iter__';
    if (!isIteration || scope?.functionKind !== 'plain')
      return [{ kind: 'function', path: method.path, scope: method.scope }];
    return iterated(method, kind, evaluator);
  });
}

/** `__aiter__` returns what is iterated: mostly the object itself, whose `__anext__` is awaited each time. */
function iterated(method: ScopeReference, kind: Edge['kind'], evaluator: Evaluator): Target[] {
  const next = kind === 'yield from' ? '__next__' : '__anext__';
  const returned = distinct(evaluator.returned(method));
  const found = returned.flatMap((thing): Target[] => {
    if (thing.kind === 'object') return [ofObject(kind, thing, evaluator)];
    if (thing.kind !== 'instance') return targets(kind, thing, '', evaluator);
    return evaluator
      .member(thing, next)
      .map((step): Target =>
        step.kind === 'function'
          ? { kind: 'function', path: step.path, scope: step.scope }
          : dynamic(`its \`${next}\` is computed`),
      );
  });
  return found.length > 0 ? found : [dynamic('what its iteration gives is computed')];
}

function dynamic(why: string): Target {
  return { kind: 'dynamic', why };
}

function covers(outer: Range, inner: Range): boolean {
  const startsBefore = outer[0] < inner[0] || (outer[0] === inner[0] && outer[1] <= inner[1]);
  const endsAfter = outer[2] > inner[2] || (outer[2] === inner[2] && outer[3] >= inner[3]);
  return startsBefore && endsAfter;
}
