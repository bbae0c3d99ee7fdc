/**
 * Whether a program of another debugger's is paused, and which thread has stopped, from what its adapter says to the
 * editor. Free of the editor's API.
 */
import * as z from 'zod';

const Event = z.object({
  type: z.literal('event'),
  event: z.string(),
  body: z.object({ threadId: z.number().optional() }).optional(),
});
const Response = z.object({ type: z.literal('response'), command: z.string(), success: z.literal(true) });

/** After these a program runs, and an adapter need not say so in an event (DAP, "Continued Event"). */
const RESUMING = ['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'goto'];

export class BorrowedStops {
  #thread: number | undefined;
  #count = 0;

  /** The thread that stopped last; undefined while the program runs. */
  get thread(): number | undefined {
    return this.#thread;
  }

  /** How many stops there were. */
  get count(): number {
    return this.#count;
  }

  /** Takes in a message of the adapter's; what it changed, if anything. */
  take(message: unknown): 'stopped' | 'continued' | undefined {
    const { data: event } = Event.safeParse(message);
    if (event?.event === 'stopped' && event.body?.threadId !== undefined) {
      this.#thread = event.body.threadId;
      this.#count += 1;
      return 'stopped';
    }
    const { data: response } = Response.safeParse(message);
    const runs = event?.event === 'continued' || (response !== undefined && RESUMING.includes(response.command));
    if (!runs || this.#thread === undefined) return undefined;
    this.#thread = undefined;
    return 'continued';
  }
}
