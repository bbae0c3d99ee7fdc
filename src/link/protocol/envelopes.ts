/** What every message is wrapped in. */
import * as z from 'zod';
import { id } from './fields.js';

/** Codes a person never sees; `message` is a whole sentence, `hint` says what to do. */
export const WireError = z.object({
  code: z.enum([
    'notPaused',
    'stale',
    'badArgument',
    'unknownCommand',
    'program',
    'wouldRun',
    'timeout',
    'cancelled',
    'unsupported',
    'version',
    'internal',
  ]),
  message: z.string(),
  hint: z.string().optional(),
});
export type WireError = z.infer<typeof WireError>;

export const CommandFrame = z.object({ id, command: z.string(), args: z.unknown() });
export type CommandFrame = z.infer<typeof CommandFrame>;

export const RuntimeFrame = z.union([
  z.object({ reply: id, result: z.unknown(), error: z.undefined().optional() }),
  z.object({ reply: id, error: WireError }),
  z.object({ fact: z.string(), body: z.unknown() }),
]);
export type RuntimeFrame = z.infer<typeof RuntimeFrame>;
