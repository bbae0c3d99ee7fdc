/** Lanes, arrows and levels of detail, from events in every order that a system of coroutines can make. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CoroutineIntroduction } from '../../src/model/coroutine.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';
import { Mark, type Cluster, type Lane } from '../../src/model/lane.js';
import { BLOCKED_AFTER, Timeline, type Recorded } from '../../src/model/timeline.js';
import { tornEvents, wholeRun } from './simulation.js';

function timelineOf(events: readonly ExchangeEvent[], rest: Partial<Recorded> = {}): Timeline {
  const timeline = new Timeline();
  timeline.append({ coroutines: [], events, ...rest });
  return timeline;
}

interface Item {
  readonly lane: Lane;
  readonly first: number;
  readonly cluster?: Cluster;
  readonly x0: number;
  readonly x1: number;
}

function draw(timeline: Timeline, from: number, to: number, width: number) {
  const items: Item[] = [];
  const drawn = timeline.draw({ from, to, width }, timeline.rows(), {
    lane: (lane) => ({
      stretch: (first, x0, x1) => items.push({ lane, first, x0, x1 }),
      cluster: (cluster, first, x0, x1) => items.push({ lane, first, cluster, x0, x1 }),
    }),
  });
  return { ...drawn, shown: items };
}

const generator = (id: number): CoroutineIntroduction => ({ id, kind: 'generator', name: `gen${id}` });
const coroutine = (id: number): CoroutineIntroduction => ({ id, kind: 'coroutine', name: `co${id}` });

describe('from generated runs', () => {
  test('every exchange is one stretch of its lane, with both of its events and under who drove it', () => {
    fc.assert(
      fc.property(wholeRun, ({ events, coroutines, exchanges }) => {
        const timeline = timelineOf(events, { coroutines });
        const stretches = timeline.lanes.flatMap((lane) =>
          Array.from({ length: lane.length }, (_, index) => ({
            coroutine: lane.coroutine,
            in: timeline.event(lane.ins.at(index)).seq,
            out: timeline.event(lane.outs.at(index)).seq,
          })),
        );
        const bySeq = (a: { in: number }, b: { in: number }): number => a.in - b.in;
        expect(stretches.sort(bySeq)).toEqual(
          exchanges.map(({ coroutine: id, in: into, out }) => ({ coroutine: id, in: into, out })).sort(bySeq),
        );
        for (const { coroutine: id, in: into, depth } of exchanges) {
          const arrow = timeline.arrow(into - 1)!;
          expect(arrow).toMatchObject({ inward: true, lane: { coroutine: id } });
          expect(arrow.peer === undefined).toBe(depth === 0);
        }
      }),
    );
  });

  test('what is stored comes back, however it is cut into batches, and twice the same batch is once', () => {
    fc.assert(
      fc.property(tornEvents, fc.integer({ min: 1, max: 20 }), (events, size) => {
        const timeline = new Timeline();
        for (let at = 0; at < events.length; at += size) {
          const batch = { coroutines: [], events: events.slice(at, at + size) };
          timeline.append(batch);
          timeline.append(batch);
        }
        expect([...timeline.events()]).toEqual(events);
        expect(timeline.dropped).toBe(timelineOf(events).dropped);
      }),
    );
  });

  test('stretches of a lane never overlap, whatever is missing', () => {
    fc.assert(
      fc.property(tornEvents, (events) => {
        for (const lane of timelineOf(events).lanes) {
          for (let index = 0; index < lane.length; index += 1) {
            expect(lane.ends.at(index)).toBeGreaterThanOrEqual(lane.starts.at(index));
            if (index > 0) expect(lane.starts.at(index)).toBeGreaterThanOrEqual(lane.ends.at(index - 1));
          }
        }
      }),
    );
  });

  test('at every zoom, what is drawn is everything in view, once, and sums are those of the single stretches', () => {
    const view = fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 200 }));
    fc.assert(
      fc.property(tornEvents, view, (events, [from, span, width]) => {
        const timeline = timelineOf(events);
        const { shown } = draw(timeline, from, from + span, width);
        for (const lane of timeline.lanes) {
          const drawn = shown
            .filter((item) => item.lane === lane)
            .flatMap(({ first, cluster }) => Array.from({ length: cluster?.count ?? 1 }, (_, index) => first + index));
          const wanted = Array.from({ length: lane.length }, (_, index) => index).filter(
            (index) => Math.min(lane.ends.at(index), timeline.to) >= from && lane.starts.at(index) <= from + span,
          );
          // A cluster may reach over the right edge.
          expect(drawn.slice(0, wanted.length)).toEqual(wanted);
          expect(drawn.every((each, index) => index === 0 || each === drawn[index - 1]! + 1)).toBe(true);
        }
        for (const { lane, first, cluster } of shown) {
          if (!cluster) continue;
          let [busy, marks] = [0, 0];
          for (let index = first; index < first + cluster.count; index += 1) {
            busy += lane.duration(index, timeline.to);
            marks |= lane.marks.at(index);
          }
          expect(cluster.busy).toBeCloseTo(busy, 6);
          expect(cluster.marks).toBe(marks);
        }
      }),
    );
  });

  test('rows are all lanes, each one below the one that drove it first', () => {
    fc.assert(
      fc.property(wholeRun, ({ events, coroutines }) => {
        const timeline = timelineOf(events, { coroutines });
        const rows = timeline.rows();
        expect(new Set(rows)).toEqual(new Set(timeline.lanes));
        rows.forEach((lane, row) => {
          if (lane.parent) expect(rows.indexOf(lane.parent)).toBeLessThan(row);
          if (row > 0) expect(lane.depth).toBeLessThanOrEqual(rows[row - 1]!.depth + 1);
        });
      }),
    );
  });
});

describe('a lot', () => {
  const LANES = 20;
  const EXCHANGES = 200_000;
  const big = new Timeline();
  big.append({
    coroutines: Array.from({ length: LANES }, (_, index) => generator(index + 1)),
    events: Array.from({ length: EXCHANGES * 2 }, (_, index): ExchangeEvent => {
      const exchange = index >> 1;
      return {
        seq: index + 1,
        time: index * 3 + (exchange % 97),
        coroutine: (exchange % LANES) + 1,
        thread: 1,
        what: index % 2 ? 'yield' : 'next',
        line: 1,
      };
    }),
  });

  test.each([1, 0.1, 0.01, 0.001, 0.0001])(
    'the cost of a view is that of its pixels, at a zoom to %d of it all',
    (share) => {
      for (const width of [100, 1000]) {
        const span = (big.to - big.from) * share;
        const from = big.from + (big.to - big.from) * 0.4;
        const { items, probes } = draw(big, from, from + span, width);
        expect(items).toBeGreaterThan(0);
        expect(items).toBeLessThanOrEqual(LANES * (2 * width + 3));
        // Each item is found by doubling steps: a factor that grows by two when there is twice as much.
        expect(probes).toBeLessThanOrEqual(LANES * (width + 10) * 2 * Math.log2(EXCHANGES / LANES));
      }
    },
  );

  test('of a million exchanges a whole view draws about two items a pixel and lane, wherever it is zoomed to', () => {
    const MILLION = 1_000_000;
    const million = new Timeline();
    const all = Array.from({ length: LANES }, (_, index) => generator(index + 1));
    // In batches, as they come from a live program.
    for (let from = 0; from < MILLION; from += 50_000) {
      million.append({
        coroutines: from === 0 ? all : [],
        events: Array.from({ length: 100_000 }, (_, index): ExchangeEvent => {
          const exchange = from + (index >> 1);
          const seq = 2 * exchange + (index % 2) + 1;
          return {
            ...{ seq, time: seq * 3 + (exchange % 97), coroutine: (exchange % LANES) + 1, thread: 1, line: 1 },
            what: index % 2 ? 'yield' : 'next',
          };
        }),
      });
    }
    expect(million.length).toBe(2 * MILLION);
    const whole = million.to - million.from;
    for (const share of [1, 0.1, 0.001, 0.00001]) {
      const from = million.from + whole * 0.4;
      const { items, probes } = draw(million, from, from + whole * share, 1000);
      expect(items).toBeGreaterThan(0);
      expect(items).toBeLessThanOrEqual(LANES * (2 * 1000 + 3));
      expect(probes).toBeLessThanOrEqual(LANES * (1000 + 10) * 2 * Math.log2(MILLION / LANES));
    }
  });

  test('ten times as many exchanges in the same view do not draw more', () => {
    const count = (share: number): number => draw(big, big.from, big.from + (big.to - big.from) * share, 50).items;
    expect(count(1)).toBeLessThanOrEqual(count(0.1) + LANES);
  });

  test('lanes that are not seen cost nothing', () => {
    const { items } = big.draw({ from: big.from, to: big.to, width: 100 }, big.rows().slice(3, 5), {
      lane: () => ({ stretch: () => undefined, cluster: () => undefined }),
    });
    expect(items).toBeLessThanOrEqual(2 * 203);
  });
});

describe('marks', () => {
  const long = (what: 'next' | 'send', rest: Partial<ExchangeEvent> = {}): ExchangeEvent[] => [
    { seq: 1, time: 0, coroutine: 1, thread: 1, what, line: 1, ...rest },
    { seq: 2, time: BLOCKED_AFTER, coroutine: 1, thread: 1, what: 'yield', line: 2, ...rest },
  ];
  const marksOf = (timeline: Timeline): number => timeline.lane(1)!.marks.at(0);

  test('a coroutine that runs for long blocks the loop', () => {
    expect(marksOf(timelineOf(long('next'), { coroutines: [coroutine(1)] }))).toBe(Mark.blocked);
  });

  test('a generator does not, nor does time in the debugger', () => {
    expect(marksOf(timelineOf(long('next'), { coroutines: [generator(1)] }))).toBe(0);
    const paused = timelineOf(long('next'), { coroutines: [coroutine(1)], pauses: [1] });
    expect(marksOf(paused)).toBe(0);
    expect(paused.pauses).toEqual([{ after: 1, from: 0, to: BLOCKED_AFTER }]);
  });

  test('one that another coroutine drove is not who blocks', () => {
    const inner = long('next').map((event) => ({ ...event, seq: event.seq + 1, time: event.time + 1, coroutine: 2 }));
    const outer: ExchangeEvent[] = [
      { seq: 1, time: 0, coroutine: 1, thread: 1, what: 'next', line: 1 },
      { seq: 4, time: BLOCKED_AFTER + 2, coroutine: 1, thread: 1, what: 'yield', line: 1 },
    ];
    const timeline = timelineOf([outer[0]!, ...inner, outer[1]!], { coroutines: [coroutine(1), coroutine(2)] });
    expect(timeline.lane(2)!.marks.at(0)).toBe(0);
    expect(marksOf(timeline)).toBe(Mark.blocked);
    expect(timeline.lane(2)!.parent).toBe(timeline.lane(1));
  });

  test('exceptions, and ends that are not there', () => {
    const events: ExchangeEvent[] = [
      { seq: 1, time: 0, coroutine: 1, thread: 1, what: 'throw', value: 'E()', line: 1 },
      { seq: 2, time: 1, coroutine: 1, thread: 1, what: 'yield', value: '1', line: 1 },
      { seq: 9, time: 2, coroutine: 1, thread: 1, what: 'return', value: '2', line: 1 },
    ];
    const timeline = timelineOf(events);
    expect(marksOf(timeline)).toBe(Mark.exception);
    expect(timeline.lane(1)!.marks.at(1)).toBe(Mark.torn);
    expect(timeline).toMatchObject({ dropped: 6, gaps: [{ time: 2, count: 6 }] });
    expect(timeline.lane(1)!.closed).toBe(true);
  });
});

describe('finding', () => {
  const run: ExchangeEvent[] = [
    { seq: 1, time: 0, coroutine: 1, thread: 1, what: 'next', line: 1 },
    { seq: 2, time: 1, coroutine: 2, thread: 1, what: 'send', value: "'Apple'", line: 5 },
    { seq: 3, time: 2, coroutine: 2, thread: 1, what: 'yield', value: '7', line: 6 },
    { seq: 4, time: 3, coroutine: 1, thread: 1, what: 'yield', value: '7', line: 2 },
    { seq: 5, time: 4, coroutine: 2, thread: 1, what: 'close', line: 6 },
  ];
  const timeline = timelineOf(run, { coroutines: [generator(1), generator(2)] });

  test('by value, kind and name, in both directions', () => {
    expect(timeline.find('apple', -1, 1)).toBe(1);
    expect(timeline.find('7', 2, 1)).toBe(3);
    expect(timeline.find('close', 0, 1)).toBe(4);
    expect(timeline.find('gen1', 5, -1)).toBe(3);
    expect(timeline.find('nowhere', -1, 1)).toBeUndefined();
  });

  test('an exception that is thrown into a delegating generator is said to come through it', () => {
    const at = (seq: number, who: number, what: ExchangeEvent['what']): ExchangeEvent => ({
      ...{ seq, time: seq, coroutine: who, thread: 1, what, line: 1 },
    });
    // next(outer), which delegates to the inner one; outer.throw(), twice; then the inner one by itself.
    const events = [
      ...[at(1, 1, 'next'), at(2, 2, 'next'), at(3, 2, 'yield'), at(4, 1, 'yield')],
      ...[at(5, 2, 'throw'), at(6, 2, 'yield')],
      ...[at(7, 1, 'next'), at(8, 2, 'next'), at(9, 2, 'yield'), at(10, 1, 'yield')],
      ...[at(11, 1, 'close'), at(12, 1, 'raise'), at(13, 2, 'throw'), at(14, 2, 'yield')],
    ];
    const timeline = timelineOf(events, { coroutines: [generator(1), generator(2)] });
    const through = events.map((_, position) => timeline.through(position)?.coroutine);
    expect(through.flatMap((who, position) => (who === undefined ? [] : [[events[position]!.seq, who]]))).toEqual([
      [5, 1],
    ]);
  });

  test('neighbours of the same coroutine, and events by their number', () => {
    expect(timeline.neighbour(1, 1)).toBe(2);
    expect(timeline.neighbour(2, 1)).toBe(4);
    expect(timeline.neighbour(1, -1)).toBeUndefined();
    expect(timeline.neighbour(4, 1)).toBeUndefined();
    expect(timeline.positionOf(3)).toBe(2);
    expect(timeline.positionOf(6)).toBeUndefined();
  });
});
