import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layeredLayout } from '../../src/model/layeredLayout.js';
import { arrowRoutes } from '../../src/model/arrowRoutes.js';
import { awaitPicture, stacksPicture } from '../../src/model/picture.js';

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

test('in a narrow window no row is longer than there is room, but for a box that is too wide by itself', () => {
  fc.assert(
    fc.property(graphs, fc.integer({ min: 500, max: 2000 }), ({ boxes, links }, room) => {
      // 500 hold the widest box of 400 and the arrows beside it.
      expect(layeredLayout(boxes, links, room).width).toBeLessThanOrEqual(Math.min(room, 1200));
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

const task = (id: number) => ({ id, kind: 'task' as const, name: `Task-${id}`, waits: 'Lock' });
const lock = (id: number, name: string) => ({ id, kind: 'lock' as const, name });

test('two tasks with each other’s locks: each says which lock, and no arrow or text lies on another', () => {
  const { boxes, arrows } = awaitPicture({
    nodes: [task(0), lock(1, "Lock 'other'"), task(2), lock(3, "Lock 'mine'")],
    edges: [
      { from: 0, to: 1, relation: 'wants' },
      { from: 2, to: 1, relation: 'holds' },
      { from: 2, to: 3, relation: 'wants' },
      { from: 0, to: 3, relation: 'holds' },
    ],
    ...{ deadlocks: [[0, 1, 2, 3]], total: 2, sentences: [] },
  });
  expect(boxes.map(({ lines }) => lines[1])).toEqual([
    ...["waits for Lock 'other'", undefined],
    ...["waits for Lock 'mine'", undefined],
  ]);
  const layout = layeredLayout(
    boxes.map(({ id }) => ({ id, width: 150, height: 50 })),
    arrows,
  );
  const routes = arrowRoutes(layout, arrows).map((route) => route!);
  const labels = routes.map(({ label }) => label);
  labels.forEach((a, at) => {
    for (const b of labels.slice(at + 1)) expect(Math.abs(a.x - b.x) > 60 || Math.abs(a.y - b.y) >= 16).toBe(true);
  });
  // The last one leads back to the first, around what is between, and all of it is inside the picture.
  const back = arrows.findIndex(({ from, to }) => from === 3 && to === 0);
  const xs = points(routes[back]!.path).map(([x]) => x);
  expect(Math.max(...xs)).toBeGreaterThan(150);
  expect(labels[back]!.x + 60).toBeLessThan(layout.width);
  for (const [x, y] of points(routes[back]!.path))
    for (const id of [1, 2]) {
      const box = layout.boxes.get(id)!;
      expect(x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height).toBe(false);
    }
});

test('an arrow down past a box leads around it, and not behind it into what could be that box’s own', () => {
  const layout = layeredLayout(
    [0, 1, 2].map((id) => ({ id, width: 150, height: 50 })),
    [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 0, to: 2 },
    ],
  );
  const [straight, , past] = arrowRoutes(layout, [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 0, to: 2 },
  ]);
  expect(Math.max(...points(straight!.path).map(([x]) => x))).toBeLessThan(150);
  const box = layout.boxes.get(1)!;
  for (const [x, y] of points(past!.path))
    expect(x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height).toBe(false);
  expect(Math.max(...points(past!.path).map(([x]) => x))).toBeLessThan(layout.width);
  // With a neighbour on its right there is no way around that would not cross that one.
  const beside = { id: 3, x: 178, y: 0, width: 150, height: 50 };
  const crowded = { ...layout, boxes: new Map([...layout.boxes, [3, beside]]) };
  const [behind] = arrowRoutes(crowded, [{ from: 0, to: 2 }]);
  expect(Math.max(...points(behind!.path).map(([x]) => x))).toBeLessThan(150);
});

test('texts of arrows into one box stand below each other where they would be in one place', () => {
  const layout = {
    boxes: new Map([
      [0, { id: 0, x: 0, y: 0, width: 100, height: 20 }],
      [1, { id: 1, x: 0, y: 80, width: 100, height: 20 }],
    ]),
    ...{ width: 100, height: 100 },
  };
  const twice = { from: 0, to: 1, text: 'get' };
  const [first, second] = arrowRoutes(layout, [twice, twice]).map((route) => route!.label.y);
  expect(second! - first!).toBe(16);
  expect(arrowRoutes(layout, [{ from: 0, to: 7 }])).toEqual([undefined]);
});

/** Points along a path of one cubic curve. */
function points(path: string): [number, number][] {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = Array.from(path.matchAll(/-?[\d.]+/g), Number);
  const at = (t: number, a: number, b: number, c: number, d: number): number =>
    a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
  return Array.from({ length: 41 }, (_, step) => [
    at(step / 40, x0!, x1!, x2!, x3!),
    at(step / 40, y0!, y1!, y2!, y3!),
  ]);
}
