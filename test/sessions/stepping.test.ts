import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

const GENERATORS = `
def numbers(name):
    for i in range(100):
        got = yield i                # @yield
        total = i                    # @after
    return name

def helper(x):
    y = x + 1
    return y

def drive():
    one, two = numbers("one"), numbers("two")
    next(one), next(two)
    one.send("A")                    # @send
    two.send("B")
    squares = [q * q for q in range(5)]  # @squares
    value = helper(squares[2])       # @call
    for each in one:
        print(each)
        break
    return value

drive()
print("end")
`;

const TASKS = `
import asyncio

async def work(name):
    a = 1
    await asyncio.sleep(0)           # @sleep
    b = 2
    await asyncio.sleep(0)
    return name

async def main():
    results = await asyncio.gather(*(work(n) for n in range(10)))
    value = await work("last")       # @await
    end = value                      # @end
    print(results[-1], end)

asyncio.run(main())
`;

describe.each(hosts)('stepping on $name', (host) => {
  test('in plain code and comprehensions', async () => {
    const story = new Story(host, GENERATORS);
    await story.begin({ breakpoints: ['squares'] });
    await story.stop();
    expect(await story.step('next')).toBe('drive: value = helper(squares[2])');
    expect(await story.step('stepIn')).toBe('helper: y = x + 1');
    expect(await story.step('stepOut')).toBe('drive: value = helper(squares[2])');
    expect(await story.step('next')).toBe('drive: for each in one:');
  });

  test('over a yield stays in the same generator, whatever runs in between', async () => {
    const story = new Story(host, GENERATORS);
    await story.begin({ breakpoints: [{ at: 'after', condition: "got == 'A'" }] });
    await story.stop();
    await story.setBreakpoints();
    expect(await story.step('next')).toBe('numbers: for i in range(100):');
    expect(await story.step('next')).toBe('numbers: got = yield i');
    await story.client.request('next', { threadId: 1 });
    const stopped = await story.stop();
    expect(story.where(stopped)).toBe('numbers: total = i');
    expect(await story.values('Locals', stopped)).toMatchObject({ name: "'one'" });
  });

  test('into send with the value in view, and out to the resumer', async () => {
    const story = new Story(host, GENERATORS);
    await story.begin({ breakpoints: ['send'] });
    await story.stop();
    await story.client.request('stepIn', { threadId: 1 });
    const inside = await story.stop();
    expect(story.where(inside)).toBe('numbers: got = yield i');
    expect(await story.values('Coroutine', inside)).toMatchObject({ sent: "'A'" });
    expect(await story.step('stepOut')).toBe('drive: one.send("A")');
  });

  test('over, into and out of await, ten tasks in the same function', async () => {
    const story = new Story(host, TASKS);
    await story.begin({ breakpoints: [{ at: 'sleep', condition: 'name == 4' }, 'await'] });
    await story.stop();
    for (const line of ['b = 2', 'await asyncio.sleep(0)', 'return name']) {
      await story.client.request('next', { threadId: 1 });
      const stopped = await story.stop();
      expect(story.where(stopped)).toBe(`work: ${line}`);
      expect(await story.values('Locals', stopped)).toMatchObject({ name: '4' });
    }
    await story.go();
    await story.stop();
    await story.setBreakpoints();
    expect(await story.step('stepIn')).toBe('work: a = 1');
    expect(await story.step('stepOut')).toBe('main: end = value');
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('9 last\n');
  });

  test('of a suspended thread: runs until that one is resumed', async () => {
    const story = new Story(host, TASKS);
    await story.begin({ breakpoints: [{ at: 'sleep', condition: 'name == 9' }] });
    await story.stop();
    await story.setBreakpoints();
    const threads = (await story.logical()).filter(({ name }) => name.includes(' work '));
    const locals = await Promise.all(
      threads.map(async ({ id }) => ({ id, ...(await story.values('Locals', await story.stackOf(id))) })),
    );
    const chosen = locals.find((each) => 'name' in each && each.name === '7');
    await story.client.request('next', { threadId: chosen?.id ?? 0 });
    const stopped = await story.stop();
    expect(story.where(stopped)).toBe('work: b = 2');
    expect(await story.values('Locals', stopped)).toMatchObject({ name: '7' });
  });
});
