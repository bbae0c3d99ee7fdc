/** Values, and exceptions among them. */
import * as z from 'zod';
import { id } from './fields.js';
import { Location } from './words.js';

export const Variable = z.object({
  name: z.string(),
  value: z.string(),
  type: z.string().optional(),
  /** For `variables`; 0 when there is nothing inside. Valid until the program runs on. */
  ref: id,
  named: id.optional(),
  indexed: id.optional(),
  /** An expression that yields this value again in the frame it belongs to. */
  evaluateName: z.string().optional(),
  /** Where the value stands: the suspension point of a coroutine, the definition of a function. */
  valueLocation: Location.optional(),
  /** The coroutine that the value is, or (for a task, and in the `Coroutine` scope) belongs to. */
  coroutine: id.optional(),
  hints: z.array(z.enum(['readOnly', 'constant', 'rawString', 'lazy', 'internal', 'virtual'])).optional(),
});
export type Variable = z.infer<typeof Variable>;

/** What a well-known error about coroutines means; absent for every other exception. */
export const Explanation = z.object({
  /** One sentence: what happened. */
  what: z.string(),
  /** One sentence: what to do. */
  whatToDo: z.string(),
  /** The coroutine that the error is about, where the source names it. */
  coroutine: id.optional(),
  /** Locations worth a link, and what is there: `where it is suspended`. */
  places: z.array(z.object({ label: z.string(), location: Location })),
});
export type Explanation = z.infer<typeof Explanation>;

/** An exception, and those behind it and in it. Each is there once, where it is met first. */
export interface ExceptionDetails {
  /** What it is to the one that holds it; absent at the outermost. `context`: it was being handled at the raise. */
  readonly relation?: 'member' | 'cause' | 'context' | undefined;
  readonly typeName: string;
  readonly fullTypeName: string;
  /** Its arguments as text, and the notes added to it. */
  readonly message: string;
  /** Where it came through, as the language writes it; of inner ones the last frames. */
  readonly stackTrace: string;
  readonly inner: readonly ExceptionDetails[];
  /** How many inner ones are left out; absent for none. */
  readonly left?: number | undefined;
}
export const exceptionDetails = {
  relation: z.enum(['member', 'cause', 'context']).optional(),
  typeName: z.string(),
  fullTypeName: z.string(),
  message: z.string(),
  stackTrace: z.string(),
  inner: z.lazy(() => z.array(ExceptionDetails)),
  left: z.int().positive().optional(),
};
export const ExceptionDetails: z.ZodType<ExceptionDetails> = z.object(exceptionDetails);

export const Scope = z.object({
  /** `Coroutine`, `Locals`, `Closure`, `Globals`. */
  name: z.string(),
  hint: z.enum(['locals', 'arguments', 'globals', 'coroutine']).optional(),
  ref: id,
  expensive: z.boolean(),
  named: id.optional(),
});
export type Scope = z.infer<typeof Scope>;
