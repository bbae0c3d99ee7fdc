/** Needs 2, 4, 7, 8 and 11: generators, comprehensions, and the exceptions that only do their work. */
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const TWO = `
def numbers(name):
    while True:
        got = yield name                  # @yield
        seen = got                        # @seen

def drive():
    one, two = numbers("one"), numbers("two")
    next(one), next(two)
    for turn in range(100):
        one.send(turn)                    # @send
        two.send(-turn)                   # @other
    end = turn                            # @end

drive()
`;

const CONTROL_FLOW = `
import asyncio

def endless():
    try:
        while True:
            yield 1
    finally:
        print("closed")

async def ticks():
    yield 1

async def patient():
    await asyncio.Event().wait()

async def main():
    async for tick in ticks():
        pass
    task = asyncio.create_task(asyncio.wait_for(patient(), 60))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    print(task.cancelled())

class Counter:
    def __init__(self): self.left = 2
    def __iter__(self): return self
    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise StopIteration(self.left)        # @own
        return self.left

print(any(n > 1 for n in (1, 2, 3)), [n for n in range(2)], next(iter(()), None), hasattr(main, "nothing"))
for each in endless():
    break
del each
next(endless())
asyncio.run(main())
for left in Counter():
    pass
print("end")                                      # @end
`;

const COMPREHENSIONS = `
def work(values):
    squares = [v * v for v in values]                   # @list
    total = sum(v + 1 for v in squares)                 # @genexp
    table = {v: [w for w in range(v)] for v in values}  # @nested
    return total, table                                 # @return

print(work([1, 2, 3]))
`;

const COLUMNS = `
double = lambda x: x * 2; triple = lambda x: x * 3      # @lambdas
print(double(4), triple(5))
print(sum(n * n for n in (1, 2, 3) if n > 1))           # @sum
`;

const LOOKING = `
def numbers():
    n = 0
    while True:
        n += 1
        yield n

g, h = numbers(), numbers()
plain = iter([1, 2, 3])
pairs = zip(numbers(), "abc")
next(g)
stop = 1                                                # @stop
print(next(g), next(g), next(h), list(plain), list(pairs))
`;

describe.each(hosts)('on $name', (host) => {
  test('need 2 · over a yield to the next line of the same generator, out to whoever sends: 100 of 100 (debugpy#1508, nodejs/node#29079)', async () => {
    const story = new Story(host, TWO);
    await story.begin({ breakpoints: [{ at: 'seen', condition: 'name == "one"' }] });
    expect(story.where(await story.stop())).toBe('numbers: seen = got');
    await story.setBreakpoints();
    for (let turn = 1; turn < 100; turn += 1) {
      expect(await story.step('next')).toBe('numbers: while True:');
      expect(await story.step('next')).toBe('numbers: got = yield name');
      await story.client.request('next', { threadId: 1 });
      const stopped = await story.stop();
      expect(story.where(stopped)).toBe('numbers: seen = got');
      expect(await story.values('Locals', stopped)).toMatchObject({ name: "'one'", got: String(turn) });
    }
    expect(await story.step('stepOut')).toBe('drive: one.send(turn)');
    await story.go();
    expect(await story.end()).toBe(0);
  }, 300_000);

  test('need 2 · into and out of a yield to whoever resumed this very generator, with the value it gets: 100 of 100 (debugpy#1508)', async () => {
    const story = new Story(host, TWO);
    await story.begin({ breakpoints: [{ at: 'yield', condition: 'name == "one"' }] });
    for (let turn = -1; turn < 99; turn += 1) {
      await story.stop();
      const resumer = turn < 0 ? 'drive: next(one), next(two)' : 'drive: one.send(turn)';
      await story.client.request(turn % 2 === 0 ? 'stepIn' : 'stepOut', { threadId: 1 });
      const stopped = await story.stop();
      expect(story.where(stopped)).toBe(resumer);
      expect(await story.values('Locals', stopped)).toMatchObject(turn < 0 ? {} : { turn: String(turn) });
      await story.go();
    }
    await story.stop();
    await story.setBreakpoints();
    await story.go();
    expect(await story.end()).toBe(0);
  }, 300_000);

  test("need 4 · exceptions that only end loops and coroutines stop nobody; a user's own raise StopIteration does (debugpy#541, #605, #756)", async () => {
    const story = new Story(host, CONTROL_FLOW);
    await story.begin({ exceptions: ['raised'], breakpoints: ['end'] });
    const stops: string[] = [];
    for (let stopped = await story.stop(); ; stopped = await story.stop()) {
      stops.push(`${stopped.body.reason} ${story.where(stopped)}`);
      if (stopped.body.reason !== 'exception') break;
      await story.go();
    }
    expect(stops).toEqual([
      'exception Counter.__next__: raise StopIteration(self.left)',
      'breakpoint <module>: print("end")',
    ]);
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toMatch(/^True \[0, 1\] None False\nclosed\nclosed\nTrue\nend\n$/);
  });

  test('need 7 · a comprehension or generator expression is left in one action, and its value is unchanged (ptvsd#1375, vscode-python#12128, cpython#136057)', async () => {
    const story = new Story(host, COMPREHENSIONS);
    await story.begin({ breakpoints: ['list'] });
    await story.stop();
    expect(await story.step('next')).toBe('work: total = sum(v + 1 for v in squares)');
    expect(await story.step('next')).toBe('work: table = {v: [w for w in range(v)] for v in values}');
    expect(await story.step('next')).toBe('work: return total, table');
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('(17, {1: [0], 2: [0, 1], 3: [0, 1, 2]})\n');
  });

  test('need 8 · column breakpoints inside lambdas and generator expressions (debugpy#1101)', async () => {
    const story = new Story(host, COLUMNS);
    const lines = COLUMNS.split('\n');
    const column = (marker: string, text: string): number => (lines[story.line(marker) - 1] ?? '').indexOf(text) + 1;
    await story.begin({
      breakpoints: [
        { at: 'lambdas', column: column('lambdas', 'x * 3') },
        { at: 'sum', column: column('sum', 'n * n') },
      ],
    });
    const lambda = await story.stop();
    expect(lambda.frames[0]).toMatchObject({ name: '<lambda>', line: story.line('lambdas') });
    expect(await story.values('Locals', lambda)).toEqual({ x: '5' });
    for (const n of ['2', '3']) {
      await story.go();
      const stopped = await story.stop();
      expect(stopped.frames[0]?.name).toContain('<genexpr>');
      expect(await story.values('Locals', stopped)).toMatchObject({ n });
    }
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('8 15\n13\n');
  });

  test('need 11 · looking never consumes: the same sequence afterwards (PTVS#998, vscode#2012)', async () => {
    const story = new Story(host, LOOKING);
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    const locals = await story.scope('Locals', stopped);
    for (const name of ['g', 'h', 'plain', 'pairs']) {
      const open = async (reference: number, depth: number): Promise<void> => {
        if (reference === 0 || depth === 0) return;
        for (const child of Object.values(await story.client.children(reference)))
          await open(child.variablesReference, depth - 1);
      };
      await open(locals[name]?.variablesReference ?? 0, 3);
      for (const context of ['hover', 'watch', 'variables', 'clipboard']) await story.evaluate(name, stopped, context);
      for (const expression of [`list(${name})`, `next(${name})`, `[*${name}]`]) {
        const refused = await story.client.failure(story.evaluate(expression, stopped, 'hover'));
        expect(refused.message).toMatch(/run/);
      }
    }
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe("2 3 1 [1, 2, 3] [(1, 'a'), (2, 'b'), (3, 'c')]\n");
  });
});
