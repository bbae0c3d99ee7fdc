/** What comes unasked. */
import * as z from 'zod';
import { Finding } from './awaiting.js';
import { exchangeBatch } from './exchanges.js';
import { id, none } from './fields.js';
import { BreakpointState, RuntimeInfo, StopReason } from './running.js';
import { Location } from './words.js';

export const facts = {
  /** First fact, once. */
  hello: RuntimeInfo,
  stopped: z.object({
    reason: StopReason,
    thread: id,
    /** The breakpoints hit. */
    breakpoints: z.array(id),
    /** One sentence for a person: `Paused on ...`, an exception's text. */
    text: z.string().optional(),
  }),
  /** The program runs on (also after `resume`, before any other fact of that run). */
  continued: none,
  thread: z.object({ id, name: z.string(), reason: z.enum(['started', 'exited']) }),
  output: z.object({
    category: z.enum(['stdout', 'stderr', 'console', 'important']),
    text: z.string(),
    location: Location.optional(),
  }),
  /** The program reads its standard input and waits for the command `input`. */
  inputRequested: z.object({ prompt: z.string().optional() }),
  /** A breakpoint's state changed. */
  breakpoint: BreakpointState,
  /**
   * A batch of recorded events, in order, and the coroutines that appear in the stream for the first time. It crosses the
   * link as columns (`exchangeColumns.ts`) and is events behind it.
   */
  exchanges: exchangeBatch,
  /** Once, at the end of a run that had any: what the program did wrong with its coroutines. Comes before `exiting`. */
  findings: z.object({ findings: z.array(Finding), dropped: id }),
  loadedSource: z.object({ path: z.string(), name: z.string() }),
  /** The program ended by itself; a process host knows the exit code better and waits for it. */
  exiting: z.object({ code: z.number().int().optional() }),
} as const;

export type Facts = typeof facts;
export type FactName = keyof Facts;
export type FactBody<N extends FactName> = z.infer<Facts[N]>;
/** A fact as it crosses the link. */
export type FactOnWire<N extends FactName> = z.input<Facts[N]>;
