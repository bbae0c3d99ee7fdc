/** Reads the envelope of a frame that came from the runtime, and says in a sentence what is wrong with one that is none. */
import type * as z from 'zod';
import { readExchanges } from './exchangesCheck.js';
import { facts, RuntimeFrame, type FactBody, type FactName } from './protocol.js';

export type Envelope =
  | { readonly kind: 'frame'; readonly frame: RuntimeFrame }
  /** Not JSON: the two sides no longer agree on where a frame begins. */
  | { readonly kind: 'broken'; readonly why: string }
  /** JSON that is no envelope; `reply` when it still tells which command it was meant for. */
  | { readonly kind: 'malformed'; readonly why: string; readonly reply?: number };

export function readEnvelope(text: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'broken', why: `The debuggee's runtime sent a message that is not JSON: ${excerpt(text)}.` };
  }
  const frame = RuntimeFrame.safeParse(value);
  if (frame.success) return { kind: 'frame', frame: frame.data };
  const why = `The debuggee's runtime sent a message that is neither a reply nor a fact: ${excerpt(text)}.`;
  const reply = typeof value === 'object' && value !== null && 'reply' in value ? value.reply : undefined;
  return typeof reply === 'number' ? { kind: 'malformed', why, reply } : { kind: 'malformed', why };
}

export const isFactName = (name: string): name is FactName => Object.hasOwn(facts, name);

export type Checked<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly why: string };

/** `why` names the field and what was expected there: `events.3.line: Invalid input: expected number, received null`. */
export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.infer<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, data: result.data };
  const [issue] = result.error.issues;
  if (!issue) return { ok: false, why: result.error.message };
  const field = issue.path.join('.') || 'the whole of it';
  return { ok: false, why: `${field}: ${issue.message}` };
}

export function checkFact<N extends FactName>(name: N, body: unknown): Checked<FactBody<N>> {
  // The schema looks again at a batch that the fast check turned away, because it can name the field.
  const exchanges = name === 'exchanges' ? readExchanges(body) : undefined;
  if (exchanges) return { ok: true, data: exchanges as FactBody<N> };
  return check(facts[name], body) as Checked<FactBody<N>>;
}

const EXCERPT = 120;

function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}… (${text.length} characters)`;
}
