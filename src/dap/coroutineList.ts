/**
 * The list of all coroutines, for views and other clients: the requests `coroscope/coroutines`, `coroscope/coroutine` and
 * `coroscope/parallelStacks`, and the event `coroscope/changed`. Positions are the runtime's own: 1-based, native paths.
 */
import * as z from 'zod';
import { CoroutineGrouping, CoroutineKind, CoroutineState, type CommandResult } from '../link/protocol.js';
import { ChangePace, type Clock } from './changePace.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';

/** A page that a client can ask for at once. */
const MAX_PAGE = 1000;
const PAGE = 200;

const query = {
  filter: z.string().optional(),
  kinds: z.array(CoroutineKind).optional(),
  states: z.array(CoroutineState).optional(),
};

/** As the command `coroutines` of the link; `start` is 0 and `count` 200 unless given. */
export const CoroutinesArguments = z
  .object({
    ...query,
    group: CoroutineGrouping.optional(),
    path: z.string().optional(),
    start: z.int().min(0).optional(),
    count: z.int().positive().max(MAX_PAGE).optional(),
  })
  .default({});
export type CoroutinesArguments = z.infer<typeof CoroutinesArguments>;
export type CoroutinesBody = CommandResult<'coroutines'>;

export const CoroutineArguments = z.object({ coroutine: z.int().positive() });
export type CoroutineBody = CommandResult<'coroutine'>;

export const ParallelStacksArguments = z
  .object({ ...query, limit: z.int().positive().max(MAX_PAGE).optional() })
  .default({});
export type ParallelStacksArguments = z.infer<typeof ParallelStacksArguments>;
export type ParallelStacksBody = CommandResult<'parallelStacks'>;

/** Body of the event `coroscope/changed`: what was listed may not be so any more, because of this. */
export interface ChangedBody {
  readonly reason: 'stopped' | 'continued' | 'running';
}

export class CoroutineList {
  private readonly pace: ChangePace;

  constructor(
    private readonly program: Program,
    outbox: Outbox,
    clock?: Clock,
  ) {
    this.pace = new ChangePace((reason) => {
      outbox.send('coroscope/changed', { reason } satisfies ChangedBody);
    }, clock);
  }

  /** `coroscope/coroutines` */
  coroutines({ start = 0, count = PAGE, ...rest }: CoroutinesArguments, signal?: AbortSignal): Promise<CoroutinesBody> {
    return this.pace.measured(() => this.program.request('coroutines', { start, count, ...rest }, signal));
  }

  /** `coroscope/coroutine` */
  coroutine(args: z.infer<typeof CoroutineArguments>, signal?: AbortSignal): Promise<CoroutineBody> {
    return this.pace.measured(() => this.program.request('coroutine', args, signal));
  }

  /** `coroscope/parallelStacks` */
  parallelStacks(
    { limit = MAX_PAGE, ...rest }: ParallelStacksArguments,
    signal?: AbortSignal,
  ): Promise<ParallelStacksBody> {
    return this.pace.measured(() => this.program.request('parallelStacks', { limit, ...rest }, signal));
  }

  /** For other requests whose answer changes with the list, such as the await graph. */
  measured<T>(ask: () => Promise<T>): Promise<T> {
    return this.pace.measured(ask);
  }

  stopped(): void {
    this.pace.stopped();
  }

  continued(): void {
    this.pace.continued();
  }

  /** The program is over or replaced. */
  ended(): void {
    this.pace.ended();
  }
}
