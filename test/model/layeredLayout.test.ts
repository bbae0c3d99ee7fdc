import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layeredLayout } from '../../src/model/layeredLayout.js';
import { stacksPicture } from '../../src/model/picture.js';

const graphs = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.record({
    boxes: fc.tuple(
      ...Array.from({ length: count }, (_, id) =>
        fc.integer({ min: 20, max: 400 }).map((width) => ({ id, width, height: 30 })),
      ),
    ),
    links: fc.array(fc.record({ from: fc.nat(count), to: fc.nat(count) }), { maxLength: 80 }),
  }),
);

test('every box has a place inside the picture and none lies on another, cycles and loose ends or not', () => {
  fc.assert(
    fc.property(graphs, ({ boxes, links }) => {
      const layout = layeredLayout(boxes, links);
      const all = [...layout.boxes.values()];
      expect(all.map(({ id }) => id).sort((a, b) => a - b)).toEqual(boxes.map(({ id }) => id));
      for (const a of all) {
        expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= layout.width + 0.01 && a.y + a.height <= layout.height).toBe(
          true,
        );
        for (const b of all)
          if (a.id < b.id)
            expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
              true,
            );
      }
    }),
  );
});

test('without cycles every arrow leads down', () => {
  fc.assert(
    fc.property(graphs, ({ boxes, links }) => {
      const down = links.filter(({ from, to }) => from < to && to < boxes.length);
      const { boxes: placed } = layeredLayout(boxes, down);
      for (const { from, to } of down) expect(placed.get(from)!.y).toBeLessThan(placed.get(to)!.y);
    }),
  );
});

test('parallel stacks: one box for each stretch that the same coroutines share', () => {
  const frame = (id: number, parent: number | undefined, name: string, count: number, ends: number) => ({
    ...{ id, parent, name, count, ends, user: name !== 'sleep' },
    location: { name: 'a.py', path: '/a.py', line: id + 1 },
  });
  const { boxes, arrows } = stacksPicture({
    nodes: [
      frame(0, undefined, 'main', 10, 0),
      frame(1, 0, 'fetch', 10, 2),
      frame(2, 1, 'sleep', 5, 5),
      frame(3, 1, 'read', 3, 3),
      frame(4, undefined, 'g', 1, 1),
    ],
    total: 11,
    left: 0,
  });
  expect(boxes.map(({ lines }) => lines)).toEqual([
    ['10 coroutines', 'fetch · a.py:2', 'main · a.py:1'],
    ['1 coroutine', 'g · a.py:5'],
    ['5 coroutines', 'sleep · a.py:3'],
    ['3 coroutines', 'read · a.py:4'],
  ]);
  expect(arrows.map(({ from, to }) => [from, to])).toEqual([
    [0, 2],
    [0, 3],
  ]);
  expect(boxes.map(({ tone }) => tone)).toEqual(['normal', 'normal', 'library', 'normal']);
});
