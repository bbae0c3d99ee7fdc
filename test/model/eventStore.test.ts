import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStore } from '../../src/model/eventStore.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';

const event = (seq: number, coroutine = 1, time = seq): ExchangeEvent => ({
  seq,
  time,
  coroutine,
  thread: 1,
  what: 'next',
  line: 1,
});

/** Events with growing `seq` (with gaps), of a few coroutines, on clocks that are nearly in order. */
const stream = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), coroutine: fc.nat(4), jitter: fc.nat(5) }))
  .map((items) => {
    let seq = 0;
    return items.map(({ gap, coroutine, jitter }) => event((seq += gap), coroutine, seq * 2 + jitter));
  });

describe('the event store', () => {
  it('answers as a list of the newest events would', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 20 }), fc.nat(60), fc.nat(60), (events, capacity, a, b) => {
        const store = new EventStore(capacity);
        for (const each of events) expect(store.append(each)).toBe(true);
        const kept = events.slice(-capacity);
        expect([store.size, store.first, store.last]).toEqual([kept.length, kept[0], kept.at(-1)]);
        expect(store.dropped).toBe(events.length - kept.length);
        expect(store.before(a)).toBe(kept.findLast(({ seq }) => seq < a));
        expect(store.after(a)).toBe(kept.find(({ seq }) => seq > a));
        expect(store.bySeqRange(a, b)).toEqual(kept.filter(({ seq }) => seq >= a && seq < b));
        let clock = 0;
        const times = new Map(events.map((each) => [each, (clock = Math.max(clock, each.time))]));
        const within = (each: ExchangeEvent): boolean => times.get(each)! >= a && times.get(each)! < b;
        expect(store.byTimeRange(a, b)).toEqual(kept.filter(within));
        for (let coroutine = 0; coroutine <= 5; coroutine += 1) {
          const own = kept.filter((each) => each.coroutine === coroutine);
          expect(store.bySeqRange(0, Infinity, 3, coroutine)).toEqual(own.slice(0, 3));
          expect(store.hasEventsOf(coroutine)).toBe(own.length > 0);
        }
      }),
    );
  });

  it('counts what it does not hold, whoever lost it', () => {
    const store = new EventStore(2);
    for (const seq of [1, 2, 3]) store.append(event(seq));
    store.addLost(10);
    expect([store.evicted, store.dropped]).toEqual([1, 11]);
  });

  it('does not take an event twice, or one that is late', () => {
    const store = new EventStore(4);
    expect([store.append(event(5)), store.append(event(5)), store.append(event(4))]).toEqual([true, false, false]);
    expect([store.size, store.dropped]).toEqual([1, 2]);
  });

  it('needs room for one event', () => {
    for (const capacity of [0, -1, 1.5, NaN]) expect(() => new EventStore(capacity)).toThrow(RangeError);
  });
});
