/** What an expression may stand for, as far as it can be told without running it. */
import type { Module } from './modules.js';

/** A function, class or module body, by its file and its index in `FileRecord.scopes`. */
export interface ScopeReference {
  readonly path: string;
  readonly scope: number;
}

export type Thing = (
  | (ScopeReference & {
      /** `object` is what calling a suspending function gives; `stepper` one of its methods, such as `asend`. */
      readonly kind: 'function' | 'class' | 'instance' | 'super' | 'object' | 'stepper';
    })
  | { readonly kind: 'module'; readonly module: Module }
  /** Something outside the workspace, by its dotted name, and what calling such a thing gives. */
  | { readonly kind: 'library' | 'made'; readonly name: string }
  /** A collection: each of its items may be one of several things. */
  | { readonly kind: 'many'; readonly items: readonly (readonly Thing[])[] }
  | { readonly kind: 'unknown'; readonly why: string }
) & {
  /** The calls that only passed it on, outermost first: `asyncio.create_task`. */
  readonly via?: readonly string[];
};

export function unknown(why: string): Thing {
  return { kind: 'unknown', why };
}

export function through(name: string, things: readonly Thing[]): Thing[] {
  return things.map((thing) => ({ ...thing, via: [name, ...(thing.via ?? [])] }));
}

export function keyOf(thing: Thing): string {
  switch (thing.kind) {
    case 'module':
      return `module ${thing.module.path}`;
    case 'library':
    case 'made':
      return `${thing.kind} ${thing.name}`;
    case 'many':
      return `many ${thing.items.map((item) => item.map(keyOf).join('|')).join()}`;
    case 'unknown':
      return `unknown ${thing.why}`;
    default:
      return `${thing.kind} ${thing.path}#${thing.scope}`;
  }
}

export function distinct(things: readonly Thing[]): Thing[] {
  return [...new Map(things.map((thing) => [keyOf(thing), thing])).values()];
}

/** The calls a thing went through stay known. */
export function keep(from: Thing, things: readonly Thing[]): Thing[] {
  const { via } = from;
  return via ? things.map((thing) => ({ ...thing, via: [...via, ...(thing.via ?? [])] })) : [...things];
}
