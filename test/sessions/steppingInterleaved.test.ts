/** Steps stay in their instance, however many others of the same function run in between: 100 times of 100. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions, type Host } from './session.js';

useSessions();

const STEPS = 100;

function tasks(count: number): string {
  return `
    import asyncio
    ran = 0
    async def work(name):
        global ran
        while ran < ${String(count * STEPS)}:
            await asyncio.sleep(0)     # @sleep
            ran += 1                   # @count
    async def main():
        await asyncio.gather(*(work(n) for n in range(${String(count)})))
    asyncio.run(main())
  `;
}

function generators(count: number): string {
  return `
    ran = 0
    def numbers(name):
        global ran
        while True:
            got = yield name             # @yield
            ran += 1                     # @count
    def drive():
        all = [numbers(n) for n in range(${String(count)})]
        for each in all:
            next(each)
        for turn in range(200):
            for each in all:
                each.send(turn)
    drive()
  `;
}

function asyncGenerators(count: number): string {
  return `
    import asyncio
    ran = 0
    async def numbers(name):
        global ran
        while True:
            await asyncio.sleep(0)
            got = yield name             # @yield
            ran += 1                     # @count
    async def drive(each):
        await anext(each)
        for turn in range(200):
            await each.asend(turn)
    async def main():
        await asyncio.gather(*(drive(numbers(n)) for n in range(${String(count)})))
    asyncio.run(main())
  `;
}

/** Takes 100 steps over; each must end in the same instance, and in turn on one of these lines. */
async function steps(host: Host, source: string, at: string, name: string, lines: readonly string[]): Promise<number> {
  const session = await Session.stopped(host, source, { breakpoints: [{ at, condition: `name == ${name}` }] });
  await session.setBreakpoints();
  const began = Number((await session.evaluate('ran', 'watch')).result);
  const seen: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const where = await session.step('next');
    seen.push(`${where} of ${(await session.evaluate('name', 'hover')).result}`);
  }
  const first = lines.indexOf(seen[0]?.replace(/ of .*/, '') ?? '');
  expect(seen).toEqual(seen.map((_, step) => `${lines[(first + step) % lines.length] ?? ''} of ${name}`));
  const ran = Number((await session.evaluate('ran', 'watch')).result) - began;
  await session.client.request('disconnect', { terminateDebuggee: true });
  return ran;
}

const IN_TASK = ['work: ran += 1', 'work: while ran < ', 'work: await asyncio.sleep(0)'];
const inTask = (count: number): string[] => IN_TASK.map((line) => line.replace(/< $/, `< ${String(count * STEPS)}:`));

describe.each(hosts)('on $name, 100 steps over stay in the same', (host) => {
  test.each([2, 1000])(
    'generator, of %d that take turns',
    async (count) => {
      const lines = ['numbers: while True:', 'numbers: got = yield name', 'numbers: ran += 1'];
      expect(await steps(host, generators(count), 'count', '1', lines)).toBeGreaterThan((count * STEPS) / 4);
    },
    180_000,
  );

  test.each([2, 1000])(
    'async generator, of %d that take turns',
    async (count) => {
      const lines = ['while True:', 'await asyncio.sleep(0)', 'got = yield name', 'ran += 1'];
      const there = lines.map((line) => `numbers: ${line}`);
      expect(await steps(host, asyncGenerators(count), 'count', '1', there)).toBeGreaterThan((count * STEPS) / 8);
    },
    180_000,
  );

  test('task, of two', async () => {
    expect(await steps(host, tasks(2), 'sleep', '1', inTask(2))).toBeGreaterThan(STEPS / 2);
  });

  test('task, of a thousand', async () => {
    expect(await steps(host, tasks(1000), 'sleep', '500', inTask(1000))).toBeGreaterThan((1000 * STEPS) / 4);
  }, 180_000);
});
