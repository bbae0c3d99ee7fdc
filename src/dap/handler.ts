/** How a request stands in the table: the shape of its arguments, and who carries it out. */
import type * as z from 'zod';
import { AdapterError } from './errors.js';
import { complaint, misfit } from './validation.js';

export interface RequestContext {
  /** Aborted by the request `cancel`. */
  readonly signal: AbortSignal;
  /** Calls `action` when the response has been sent. */
  readonly afterResponse: (action: () => void) => void;
}

/** Carries out one request: unchecked arguments in, the response's body out. */
export type Handler = (name: string, args: unknown, context: RequestContext) => Promise<object | undefined>;

/** @throws AdapterError `wrongArgument` (as a rejection) when the arguments do not fit `schema` */
export function request<S extends z.ZodType>(
  schema: S,
  carryOut: (args: z.infer<S>, context: RequestContext) => object | undefined | Promise<object | undefined>,
): Handler {
  return async (name, args, context) => {
    const parsed = schema.safeParse(args);
    if (parsed.success) return carryOut(parsed.data, context);
    const found = misfit(parsed.error, args);
    const argument = found.name === '' ? 'the object of arguments' : `the argument '${found.name}'`;
    throw new AdapterError('wrongArgument', { request: name, argument, complaint: complaint(found) });
  };
}
