import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExchangeFold, foldExchanges } from '../../src/model/exchange.js';
import { isIn, type ExchangeEvent, type In, type Out } from '../../src/model/exchangeEvent.js';
import { tornEvents, wholeRun } from './simulation.js';

/** Events from words: `send 1`, `yield 2@3` (on thread 3), `#9` sets the next sequence number. */
function events(...words: string[]): ExchangeEvent[] {
  let seq = 0;
  return words.flatMap((word) => {
    if (word.startsWith('#')) {
      seq = Number(word.slice(1)) - 1;
      return [];
    }
    const [what, who] = word.split(' ') as [In | Out, string];
    const [coroutine, thread = '1'] = who.split('@') as [string, string?];
    seq += 1;
    return [{ seq, time: seq, coroutine: Number(coroutine), thread: Number(thread), what, line: 1 }];
  });
}

/** `who depth in-out status`, an end that is missing as `?`. */
const told = (stream: ExchangeEvent[]): string[] =>
  foldExchanges(stream).map(
    ({ coroutine, depth, in: begin, out, status }) =>
      `${coroutine} ${depth} ${begin?.what ?? '?'}-${out?.what ?? '?'} ${status}`,
  );

describe('events fold into exchanges', () => {
  it('through a delegation', () => {
    expect(told(events('send 1', 'send 2', 'yield 2', 'yield 1', 'send 1', 'send 2', 'return 2', 'return 1'))).toEqual([
      '1 0 send-yield complete',
      '2 1 send-yield complete',
      '1 0 send-return complete',
      '2 1 send-return complete',
    ]);
  });

  it('when a throw goes straight into the delegate, and comes back', () => {
    expect(told(events('throw 2', 'yield 2', 'throw 2', 'raise 2', 'throw 1', 'yield 1'))).toEqual([
      '2 0 throw-yield complete',
      '2 0 throw-raise complete',
      '1 0 throw-yield complete',
    ]);
  });

  it('on threads that interleave', () => {
    expect(told(events('next 1@1', 'next 2@2', 'next 3@1', 'yield 2@2', 'yield 3@1', 'yield 1@1'))).toEqual([
      '1 0 next-yield complete',
      '2 0 next-yield complete',
      '3 1 next-yield complete',
    ]);
  });

  it('while some still run', () => {
    const fold = new ExchangeFold();
    for (const event of events('next 1', 'next 2', 'yield 2', 'next 3')) fold.take(event);
    expect(fold.running(1).map(({ coroutine, parent }) => [coroutine, parent])).toEqual([
      [1, undefined],
      [3, 1],
    ]);
    expect(fold.running(2)).toEqual([]);
  });

  it('with an end missing: the next entry, or the end of one below, proves that it is over', () => {
    expect(told(events('next 1', 'next 2', 'next 1', 'yield 1'))).toEqual([
      '1 0 next-? outMissing',
      '2 1 next-? outMissing',
      '1 0 next-yield complete',
    ]);
    expect(told(events('next 1', 'next 2', 'yield 1'))).toEqual(['1 0 next-yield complete', '2 1 next-? outMissing']);
  });

  it('with a beginning missing, as where recording begins midway', () => {
    expect(told(events('yield 2', 'yield 1', 'next 1', 'yield 1'))).toEqual([
      '2 0 ?-yield inMissing',
      '1 0 ?-yield inMissing',
      '1 0 next-yield complete',
    ]);
  });

  it('when a coroutine goes on in another thread and its end in the first was missed', () => {
    expect(told(events('next 1@1', 'next 1@2', 'yield 1@2'))).toEqual([
      '1 0 next-? outMissing',
      '1 0 next-yield complete',
    ]);
    expect(told(events('next 1@1', 'yield 1@2'))).toEqual(['1 0 next-? outMissing', '1 0 ?-yield inMissing']);
  });

  it('across a gap: what ran before it is let go', () => {
    const fold = new ExchangeFold();
    const [first, second] = events('next 1', '#9', 'next 2') as [ExchangeEvent, ExchangeEvent];
    expect(fold.take(first)).toMatchObject({ gap: 0, abandoned: [] });
    expect(fold.take(second)).toMatchObject({
      gap: 7,
      exchange: { coroutine: 2, depth: 0 },
      abandoned: [{ coroutine: 1, status: 'outMissing' }],
    });
  });

  it('without growing for ever when ends are never seen', () => {
    const fold = new ExchangeFold();
    for (let id = 1; id <= 20_010; id += 1) {
      fold.take({ seq: id, time: id, coroutine: id, thread: 1, what: 'close', line: 1 });
    }
    expect(fold.running(1)).toHaveLength(20_000);
  });
});

describe('whatever the order of events', () => {
  it('a whole run folds into exactly the exchanges that took place', () => {
    fc.assert(
      fc.property(wholeRun, (run) => {
        const folded = foldExchanges(run.events).map((exchange) => {
          expect(exchange.status).toBe('complete');
          const { coroutine, thread, depth } = exchange;
          return { coroutine, thread, depth, in: exchange.in!.seq, out: exchange.out!.seq };
        });
        expect(folded).toEqual([...run.exchanges].sort((a, b) => a.in - b.in));
      }),
    );
  });

  it('a torn one is folded without a guess', () => {
    fc.assert(
      fc.property(tornEvents, (stream) => {
        const fold = new ExchangeFold();
        const abandoned = new Set<unknown>();
        for (const event of stream) {
          const folded = fold.take(event);
          const { exchange } = folded;
          expect(exchange.depth).toBeGreaterThanOrEqual(0);
          expect(isIn(event.what) ? exchange.in : exchange.out).toBe(event);
          expect(exchange.parent === undefined).toBe(exchange.depth === 0);
          for (const over of folded.abandoned) {
            expect(over).toMatchObject({ status: 'outMissing' });
            expect(abandoned.has(over)).toBe(false);
            abandoned.add(over);
          }
          for (const [depth, running] of fold.running(event.thread).entries()) {
            expect(running).toMatchObject({ depth, status: 'running', thread: event.thread });
          }
        }
        const exchanges = foldExchanges(stream);
        const ends = exchanges.flatMap((exchange) => [exchange.in, exchange.out]).filter((end) => end !== undefined);
        expect(ends.sort((a, b) => a.seq - b.seq)).toEqual(stream);
        for (const { in: begin, out, status, coroutine, thread } of exchanges) {
          const known = begin ? (out ? ['complete'] : ['running', 'outMissing']) : ['inMissing'];
          expect(known).toContain(status);
          for (const end of [begin, out]) if (end) expect(end).toMatchObject({ coroutine, thread });
          if (begin && out) expect(begin.seq).toBeLessThan(out.seq);
        }
      }),
    );
  });

  it('even nonsense does not make it throw', () => {
    const nonsense = fc.record({
      seq: fc.nat(50),
      time: fc.nat(),
      coroutine: fc.nat(4),
      thread: fc.nat(2),
      what: fc.constantFrom<In | Out>('next', 'send', 'throw', 'close', 'yield', 'return', 'raise'),
      line: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(nonsense), (stream) => {
        for (const { depth } of foldExchanges(stream)) expect(depth).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
