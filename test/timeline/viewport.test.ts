/** Which part of the time axis is seen. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration, ticks, Viewport } from '../../media/timeline/viewport.js';

const number = (max: number) => fc.double({ min: 1, max, noNaN: true });

test('a time stays under the mouse while it is zoomed at, and comes back from a place as it went there', () => {
  fc.assert(
    fc.property(
      number(1e9),
      number(1e6),
      number(2000),
      fc.double({ min: 0.05, max: 20, noNaN: true }),
      (from, span, width, factor) => {
        const view = new Viewport();
        view.fit(from, from + span);
        const x = width / 3;
        const time = view.time(x, width);
        expect(view.x(time, width)).toBeCloseTo(x, 3);
        view.zoom(factor, time, { from, to: from + span });
        expect(view.x(time, width)).toBeCloseTo(x, 1);
        expect(view.span).toBeGreaterThanOrEqual(0.99);
      },
    ),
  );
});

test('showing a time moves as little as it takes', () => {
  const view = new Viewport();
  view.fit(0, 1000);
  const before = view.from;
  view.show(500);
  expect(view.from).toBe(before);
  view.show(5000);
  expect(5000).toBeGreaterThan(view.from);
  expect(5000).toBeLessThan(view.to);
  view.show(-5000);
  expect(-5000).toBeGreaterThan(view.from);
});

test('ticks are round, in order and no more than fit', () => {
  fc.assert(
    fc.property(number(1e9), number(1e9), (from, span) => {
      const found = ticks(from, from + span, 1000);
      expect(found.length).toBeLessThanOrEqual(1000 / 50);
      for (const { time } of found) expect(time >= from && time <= from + span * 1.0001).toBe(true);
    }),
  );
  expect(ticks(0, 1e6, 500).map(({ label }) => label)).toEqual(['0 ms', '500 ms', '1.0 s']);
});

test('durations in the unit that fits', () => {
  expect([1_250_000, 300_000, 12].map((each) => duration(each))).toEqual(['1.25 s', '300 ms', '12.0 µs']);
});
