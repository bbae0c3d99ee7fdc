/** What is kept of a Python file: plain records, small enough to have one for each file of a workspace. */

/**
 * Start line, start column, end line, end column. All from 0; columns in UTF-16 code units, as the editor counts;
 * the end is exclusive.
 */
export type Range = readonly [startLine: number, startColumn: number, endLine: number, endColumn: number];

export const POINT_KINDS = ['yield', 'yield from', 'await', 'async for', 'async with', 'async comprehension'] as const;
export type PointKind = (typeof POINT_KINDS)[number];

/** What calling the function gives: `plain` runs at once, the others are objects that suspend. */
export type FunctionKind = 'plain' | 'generator' | 'coroutine' | 'async generator';

/**
 * The part of an expression that tells which function it may lead to. Constants, operators and the like are all
 * `opaque`; a name is looked up only when somebody asks.
 */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  /** Arguments in their order, those given by keyword included. */
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  /** What an `await` gives. */
  | { readonly kind: 'awaited'; readonly of: Expression }
  /** A display or comprehension: all of these are in it. */
  | { readonly kind: 'items'; readonly items: readonly Expression[] }
  /** One of these: `a if c else b`, `a or b`. */
  | { readonly kind: 'either'; readonly of: readonly Expression[] }
  /** One of the things in it: what a loop takes out, a subscript. */
  | { readonly kind: 'element'; readonly of: Expression }
  /** The name after `as` in a `with` statement. */
  | { readonly kind: 'entered'; readonly of: Expression }
  /** A value of this annotation. */
  | { readonly kind: 'instance'; readonly of: Expression }
  /** A function or class defined here, by its index in `FileRecord.scopes`. */
  | { readonly kind: 'scope'; readonly scope: number }
  /** `import module` or, with a name, `from module import name`; `level` counts the dots. */
  | { readonly kind: 'import'; readonly module: string; readonly level: number; readonly name?: string }
  /** The first parameter of a method; of a class method it is the class itself. */
  | { readonly kind: 'receiver'; readonly isClass: boolean }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'opaque' };

/** An expression at its place, with the beginning of its text. */
export interface Operand {
  readonly range: Range;
  readonly text: string;
  readonly expression: Expression;
}

export interface SuspensionPoint {
  readonly kind: PointKind;
  /** The whole of it. For `async for` and `async with`, which are statements, the header up to its colon. */
  readonly range: Range;
  readonly keyword: Range;
  /** What is yielded, awaited, iterated or entered. Empty for a bare `yield`, several for `async with a, b`. */
  readonly operands: readonly Operand[];
  /** The function it suspends, by its index in `FileRecord.scopes`; 0 is the module itself. */
  readonly scope: number;
}

/** A call by whose name it may start a coroutine, such as `create_task(f())`. What it really is, is found on demand. */
export interface Start extends Operand {
  readonly scope: number;
}

export interface Scope {
  readonly kind: 'module' | 'class' | 'function' | 'lambda' | 'generator expression';
  readonly name: string;
  /** As Python's `__qualname__`. */
  readonly qualname: string;
  readonly range: Range;
  readonly nameRange: Range;
  /** -1 for the module. */
  readonly parent: number;
  readonly functionKind: FunctionKind;
  /** Everything a name may stand for: each of its assignments. */
  readonly bindings: ReadonlyMap<string, readonly Expression[]>;
  readonly decorators: readonly Expression[];
  /** What a function returns. */
  readonly returns: readonly Expression[];
  readonly bases: readonly Expression[];
  /** What the methods of a class assign to attributes of their receiver. */
  readonly attributes: ReadonlyMap<string, readonly { readonly value: Expression; readonly scope: number }[]>;
}

export interface FileRecord {
  readonly scopes: readonly Scope[];
  /** In the order of their start. */
  readonly points: readonly SuspensionPoint[];
  readonly starts: readonly Start[];
  /** `from module import *`. */
  readonly stars: readonly { readonly module: string; readonly level: number }[];
  /** Names of functions and attributes that its expressions mention: who is not in here is not called here. */
  readonly mentions: ReadonlySet<string>;
  /** The parser had to skip something: what is here is what it could read. */
  readonly hasErrors: boolean;
}
