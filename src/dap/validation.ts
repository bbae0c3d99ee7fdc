/**
 * What enters is checked with zod; what does not fit is told in a sentence that names the argument, what was found and
 * what is allowed. Nobody but its author can read a schema library's own report.
 */
import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** The first thing that is wrong: `args[0]`, `a text`, `5`. */
export interface Misfit {
  /** Name of the part, such as `source.path`; empty when the whole is meant. */
  readonly name: string;
  /** What is allowed there. */
  readonly allowed: string;
  /** What was found there, as bounded text; absent when there was nothing. */
  readonly found: string | undefined;
}

/** Finds the most telling misfit of `error`, which came from validating `root`. */
export function misfit(error: z.ZodError, root: unknown): Misfit {
  const issue = deepest(error.issues);
  const value = issue.path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null ? (inside as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
  return {
    name: nameOf(issue.path),
    allowed: allowedBy(issue),
    found: value === undefined ? undefined : shorten(value),
  };
}

/** `must be a text, but it is 5`. */
export function complaint({ allowed, found }: Misfit): string {
  return found === undefined ? `is missing; it must be ${allowed}` : `must be ${allowed}, but it is ${found}`;
}

/** Of a union, the alternative that got furthest says best what is wrong. */
function deepest(issues: readonly Issue[]): Issue {
  const [first] = issues;
  if (first?.code !== 'invalid_union')
    return first ?? { code: 'custom', path: [], message: 'something else', input: undefined };
  const inner = first.errors.flatMap((branch) => (branch.length === 0 ? [] : [deepest(branch)]));
  const further = inner.find((issue) => issue.path.length > 0);
  return further === undefined ? first : { ...further, path: [...first.path, ...further.path] };
}

function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return list(issue.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))));
    case 'invalid_union':
      return list([...new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map(allowedBy)))]);
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`),
    '',
  );
}

function shorten(value: unknown): string {
  const text =
    typeof value === 'string' ? `'${value}'` : ((JSON.stringify(value) as string | undefined) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
