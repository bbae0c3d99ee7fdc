/**
 * A small system of coroutines on a few threads that makes events as CPython does, from random choices: nested calls,
 * delegation, and what `outer.throw(e)` does to the delegate of `outer`.
 */
import fc from 'fast-check';
import type { CoroutineIntroduction } from '../../src/model/coroutine.js';
import type { ExchangeEvent, In, Out } from '../../src/model/exchangeEvent.js';

/** What a run of the system did: the events, and the exchanges that an onlooker with full sight would have written down. */
export interface Run {
  readonly events: ExchangeEvent[];
  readonly coroutines: CoroutineIntroduction[];
  readonly exchanges: { coroutine: number; thread: number; depth: number; in: number; out: number }[];
}

/** So many events of one generator that is resumed again and again. */
export const longTalk = (length: number): ExchangeEvent[] =>
  Array.from({ length }, (_, index) => ({
    seq: index + 1,
    time: index,
    coroutine: 1,
    thread: 1,
    what: index % 2 === 0 ? 'next' : 'yield',
    line: 1,
  }));

interface Actor {
  readonly id: number;
  state: 'idle' | 'busy' | 'closed';
  /** What it stands in a `yield from` of. */
  delegate: Actor | undefined;
}

interface Activation {
  readonly actor: Actor;
  readonly exchange: Run['exchanges'][number];
  /** Those whose `throw` went straight into this one: they have no event and get the exception if it leaves this one. */
  readonly bypassed: Actor[];
}

interface Choice {
  readonly thread: number;
  readonly action: 'create' | 'drive' | 'delegate' | 'throw' | 'close' | 'yield' | 'return' | 'raise';
  readonly pick: number;
}

class System {
  readonly run: Run = { events: [], coroutines: [], exchanges: [] };
  readonly #actors: Actor[] = [];
  readonly #stacks = new Map<number, Activation[]>();

  do({ thread, action, pick }: Choice): void {
    const stack = this.#stack(thread);
    const top = stack.at(-1);
    switch (action) {
      case 'create':
        this.#create();
        break;
      case 'drive':
      case 'delegate': {
        const actor = this.#idle(pick);
        if (!actor) break;
        if (action === 'delegate' && top) top.actor.delegate = actor;
        this.#send(thread, actor);
        break;
      }
      case 'throw':
      case 'close': {
        const actor = this.#idle(pick);
        if (actor) this.#throw(thread, actor, action);
        break;
      }
      case 'yield':
      case 'return':
      case 'raise':
        if (top) this.#leave(thread, action);
        break;
    }
  }

  /** Everything that runs ends with an exception. */
  unwind(): Run {
    for (const [thread, stack] of this.#stacks) while (stack.length > 0) this.#leave(thread, 'raise');
    return this.run;
  }

  #stack(thread: number): Activation[] {
    const stack = this.#stacks.get(thread) ?? [];
    this.#stacks.set(thread, stack);
    return stack;
  }

  #create(): void {
    const id = this.#actors.length + 1;
    this.#actors.push({ id, state: 'idle', delegate: undefined });
    const location = { path: '/sim.py', name: 'sim.py', line: id * 10 };
    this.run.coroutines.push({ id, kind: 'generator', name: `gen${id % 3}`, location });
  }

  /** One that may be driven: nobody's delegate at the moment, or the rules of delegation would be broken. */
  #idle(pick: number): Actor | undefined {
    const delegates = new Set(this.#actors.map(({ delegate }) => delegate));
    const idle = this.#actors.filter((actor) => actor.state === 'idle' && !delegates.has(actor));
    return idle[pick % Math.max(1, idle.length)];
  }

  #send(thread: number, actor: Actor): void {
    this.#enter(thread, actor, actor.id % 2 ? 'next' : 'send', []);
    if (actor.delegate) this.#send(thread, actor.delegate);
  }

  #throw(thread: number, actor: Actor, what: 'throw' | 'close'): void {
    const bypassed: Actor[] = [];
    let leaf = actor;
    for (; leaf.delegate; leaf = leaf.delegate) {
      leaf.state = 'busy';
      bypassed.push(leaf);
    }
    this.#enter(thread, leaf, what, bypassed);
  }

  #enter(thread: number, actor: Actor, what: In, bypassed: Actor[]): void {
    const stack = this.#stack(thread);
    actor.state = 'busy';
    const seq = this.#event(thread, actor, what, stack.length === 0);
    stack.push({
      actor,
      bypassed,
      exchange: { coroutine: actor.id, thread, depth: stack.length, in: seq, out: 0 },
    });
  }

  #leave(thread: number, what: Out): void {
    const stack = this.#stack(thread);
    const { actor, exchange, bypassed } = stack.pop()!;
    exchange.out = this.#event(thread, actor, what, false);
    this.run.exchanges.push(exchange);
    actor.state = what === 'yield' ? 'idle' : 'closed';
    const outer = bypassed.at(-1);
    if (what === 'yield') {
      // A throw that ended in a yield of the delegate left no trace in those above it.
      for (const each of bypassed) each.state = 'idle';
      actor.delegate = undefined;
    } else if (outer) {
      outer.delegate = undefined;
      this.#enter(thread, outer, 'throw', bypassed.slice(0, -1));
      return;
    }
    const below = stack.at(-1);
    if (!outer && below?.actor.delegate === actor) {
      // What a delegate yields goes out through who delegates to it; what it returns stays there.
      if (what === 'yield') this.#yieldThrough(thread);
      else below.actor.delegate = undefined;
    }
  }

  #yieldThrough(thread: number): void {
    const stack = this.#stack(thread);
    const { actor, exchange, bypassed } = stack.pop()!;
    exchange.out = this.#event(thread, actor, 'yield', false);
    this.run.exchanges.push(exchange);
    actor.state = 'idle';
    for (const each of bypassed) each.state = 'idle';
    if (bypassed.length === 0 && stack.at(-1)?.actor.delegate === actor) this.#yieldThrough(thread);
  }

  #event(thread: number, actor: Actor, what: In | Out, driven: boolean): number {
    const seq = this.run.events.length + 1;
    this.run.events.push({
      seq,
      time: seq * 3,
      coroutine: actor.id,
      thread,
      what,
      line: actor.id * 10 + (seq % 10),
      ...(what !== 'next' && what !== 'close' && { value: `'v${seq}'` }),
      ...(driven && { by: { path: '/main.py', name: 'main.py', line: seq } }),
    });
    return seq;
  }
}

const choice: fc.Arbitrary<Choice> = fc.record({
  thread: fc.integer({ min: 1, max: 3 }),
  action: fc.constantFrom(
    'create',
    'drive',
    'drive',
    'delegate',
    'throw',
    'close',
    'yield',
    'yield',
    'return',
    'raise',
  ),
  pick: fc.nat(100),
});

/** Runs of the system that have ended: every `in` has its `out`. */
export const wholeRun: fc.Arbitrary<Run> = fc.array(choice, { maxLength: 120, size: 'max' }).map((choices) => {
  const system = new System();
  for (let count = 0; count < 4; count += 1) system.do({ thread: 1, action: 'create', pick: 0 });
  for (const each of choices) system.do(each);
  return system.unwind();
});

/** The events of such runs of which some are missing: as gaps in `seq`, or, as while recording is off, without a trace. */
export const tornEvents: fc.Arbitrary<ExchangeEvent[]> = fc
  .tuple(wholeRun, fc.infiniteStream(fc.nat(9)), fc.integer({ min: 1, max: 9 }), fc.boolean())
  .map(([{ events }, dice, threshold, gaps]) => {
    const kept = events.filter(() => (dice.next().value as number) < threshold);
    return gaps ? kept : kept.map((event, index) => ({ ...event, seq: index + 1 }));
  });
