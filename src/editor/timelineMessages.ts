/**
 * What the timeline's panel and the extension say to each other. Both sides import this; what enters the extension is
 * checked, because a page is not trusted.
 */
import * as z from 'zod';
import type { Recorded } from '../model/timeline.js';

export const EXPORT_FORMATS = ['mermaid', 'chromeTrace', 'otlp', 'svg', 'png'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** From the panel. */
const FromPanel = z.discriminatedUnion('type', [
  /** It is there, and has everything up to that `seq`. */
  z.object({ type: z.literal('ready') }),
  /** Show a place in the source; the panel keeps the keyboard unless `focus`. */
  z.object({
    type: z.literal('reveal'),
    path: z.string().min(1),
    line: z.int().positive(),
    focus: z.boolean(),
  }),
  /** What were the local variables of a coroutine at that event? */
  z.object({ type: z.literal('locals'), coroutine: z.int().positive(), seq: z.int().positive() }),
  z.object({ type: z.literal('record'), on: z.boolean() }),
  /** A piece of a file to save; a large one comes in several. Base64 for `png`, else text. */
  z.object({ type: z.literal('export'), format: z.enum(EXPORT_FORMATS), part: z.string(), last: z.boolean() }),
]);
export type FromPanel = z.infer<typeof FromPanel>;

/** To the panel. */
export type ToPanel =
  /** Another session: forget what there was. `processId` and `clockZero`, which come later, are for exports. */
  | {
      readonly type: 'session';
      readonly name: string;
      readonly processId?: number | undefined;
      readonly clockZero?: number | undefined;
      /** A longer step of a task blocked the loop; 0: none did; absent: as long as asyncio has it. */
      readonly blockedLoopMs?: number | undefined;
    }
  | ({ readonly type: 'recorded' } & Recorded)
  /** `live`: a session is there that can record. */
  | { readonly type: 'state'; readonly live: boolean; readonly recording: boolean }
  /** The program stands still: what it is asked for may be another thing now. */
  | { readonly type: 'stopped' }
  /** Local variables at the event `seq`, or a sentence; absent: they were not recorded. */
  | {
      readonly type: 'locals';
      readonly seq: number;
      readonly locals?: readonly { readonly name: string; readonly value: string }[] | string | undefined;
    }
  /** Select a coroutine's newest exchange, and each that comes, until somebody moves. `title` is for who has none yet. */
  | { readonly type: 'follow'; readonly coroutine: number; readonly title?: string | undefined };

/** @returns the message, or a sentence that says what is wrong with it */
export function readFromPanel(message: unknown): FromPanel | string {
  const parsed = FromPanel.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : `its '${issue.path.join('.')}'`;
  return `A message of the timeline's page is none of ours and was passed over: ${where} is wrong (${issue?.message ?? 'unknown'}).`;
}
