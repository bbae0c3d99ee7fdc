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

const GENERATORS = `
  ran = 0
  def numbers(name):
      global ran
      while True:
          got = yield name             # @yield
          ran += 1                     # @count
  def drive():
      one, two = numbers("one"), numbers("two")
      next(one), next(two)
      for turn in range(200):
          one.send(turn)
          two.send(turn)
  drive()
`;

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
  test('generator, of two that take turns', async () => {
    const ran = await steps(host, GENERATORS, 'count', "'one'", [
      'numbers: while True:',
      'numbers: got = yield name',
      'numbers: ran += 1',
    ]);
    expect(ran).toBeGreaterThan(STEPS / 2);
  });

  test('task, of two', async () => {
    expect(await steps(host, tasks(2), 'sleep', '1', inTask(2))).toBeGreaterThan(STEPS / 2);
  });

  test('task, of a thousand', async () => {
    expect(await steps(host, tasks(1000), 'sleep', '500', inTask(1000))).toBeGreaterThan((1000 * STEPS) / 4);
  }, 180_000);
});
