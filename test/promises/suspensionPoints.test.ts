/** Breakpoints at every kind of suspension point: its columns, its modes, and the names of what goes in and out. */
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const POINTS = `
import asyncio
async def one(n):
    await asyncio.sleep(0)                          # @sleep
    return n
class Door:
    async def __aenter__(self): await asyncio.sleep(0)
    async def __aexit__(self, *error): await asyncio.sleep(0)
async def ticks():
    for n in range(2):
        await asyncio.sleep(0)
        got = yield n                               # @ticks
async def thrown():
    try:
        await asyncio.get_running_loop().create_future()   # @future
    except asyncio.CancelledError:
        pass
async def main():
    begun = True                                    # @begun
    a = await one(1) + await one(2)                 # @two
    async for n in ticks():                         # @for
        pass
    async with Door():                              # @with
        pass
    b = [n async for n in ticks()]                  # @comprehension
    c = [await one(n) for n in (1, 2)]              # @awaits
    f = lambda: (yield (yield 1))                   # @lambda
    list(f())
    between = True                                  # @between
    source = ticks()
    await anext(source)
    await source.asend("word")
    try:
        await source.athrow(KeyError("boo"))
    except KeyError:
        pass
    source = ticks()
    await anext(source)
    await source.aclose()
    task = asyncio.create_task(thrown())
    await asyncio.sleep(0)
    task.cancel()
    await task
    print("end")                                    # @end
asyncio.run(main())
`;

/** Markers of lines, and how what is offered on each of them begins. */
const POINTS_OF = [
  ['two', 'await one(1)', 'await one(2)'],
  ['for', 'async for n '],
  ['with'],
  ['comprehension', '[n async for'],
  ['awaits', 'await one(n)'],
  ['lambda', 'yield (yield', 'yield 1))   '],
] as const;

const NAMES = `
def numbers():
    while True:
        try:
            got = yield "out"             # @yield
        except KeyError:
            pass

g = numbers()
next(g)
g.send("in")
g.throw(KeyError("boo"))
g.close()
`;

describe.each(hosts)('on $name', (host) => {
  test('columns: await, two on a line, async for, async with, an async comprehension, a lambda; each is hit by itself', async () => {
    const story = new Story(host, POINTS);
    await story.begin({ breakpoints: ['begun'] });
    await story.stop();
    const shown = (line: number, from = 1, to = from): string =>
      story.source.split('\n')[line - 1]?.slice(from - 1, to - 1) ?? '';
    const points: { at: string; column: number; mode: 'suspend' }[] = [];
    // 3.12 gives the statement, later ones what is entered.
    const opened = host.name.startsWith('3.12') ? 'async with D' : 'Door():     ';
    for (const [at, ...begins] of POINTS_OF) {
      const expected = at === 'with' ? [opened] : begins;
      const line = story.line(at);
      const { breakpoints } = await story.client.request('breakpointLocations', {
        source: { path: story.program },
        line,
      });
      const offered = breakpoints.filter((each) => each.endColumn !== undefined);
      expect([at, ...offered.map(({ column = 1 }) => shown(line, column, column + 12))]).toEqual([at, ...expected]);
      points.push(...offered.map(({ column = 1 }) => ({ at, column, mode: 'suspend' as const })));
    }
    const set = await story.setBreakpoints(...points, 'between');
    expect(set.map(({ verified }) => verified)).toEqual([...points.map(() => true), true]);
    const hits: string[] = [];
    for (;;) {
      await story.go();
      const { frames, body } = await story.stop();
      const { line = 0, column = 1, endColumn = 1 } = frames[0] ?? {};
      if (line === story.line('between')) break;
      const own = set.filter(({ id }) => body.hitBreakpointIds?.includes(id ?? 0));
      expect(own.map((each) => [each.line, each.column])).toEqual([[line, column]]);
      hits.push(shown(line, column, Math.max(endColumn, column + 12)));
    }
    const each = '[n async for n in ticks()]';
    expect(hits).toEqual([
      ...['await one(1)', 'await one(2)', 'async for n ', 'async for n ', opened, opened],
      ...[each, each, 'await one(n)', 'await one(n)', 'yield 1))   ', 'yield (yield 1)'],
    ]);
  });

  test('yielded, sent, thrown and self_coroutine are names in every mode: what does not pass there is None', async () => {
    const story = new Story(host, NAMES);
    const logMessage = '{yielded} {sent} {thrown} {self_coroutine.__name__}';
    const modes = ['line', 'suspend', 'resume', 'throw', 'close'] as const;
    await story.begin({
      breakpoints: modes.map((mode) => ({
        at: 'yield',
        mode,
        logMessage: `${mode} ${logMessage}`,
        condition: '(yielded, sent, thrown, self_coroutine) != (1, 2, 3, 4)',
      })),
    });
    expect(await story.end()).toBe(0);
    const logged = story.client.outputText('console').split('\n');
    expect(logged.filter((line) => line.endsWith(' numbers'))).toEqual([
      'line None None None numbers',
      'suspend out None None numbers',
      'resume None in None numbers',
      'line None None None numbers',
      'suspend out None None numbers',
      "throw None None KeyError('boo') numbers",
      'line None None None numbers',
      'suspend out None None numbers',
      'close None None GeneratorExit() numbers',
    ]);
  });

  test('modes on await and in an async generator: values in and out in conditions, hit counts and log messages', async () => {
    const story = new Story(host, POINTS);
    await story.begin({
      breakpoints: [
        { at: 'ticks', mode: 'suspend', logMessage: 'out {yielded} of {self_coroutine.__name__}' },
        { at: 'ticks', mode: 'resume', logMessage: 'in {sent}', condition: 'sent is not None' },
        { at: 'ticks', mode: 'throw', condition: 'isinstance(thrown, KeyError)' },
        { at: 'ticks', mode: 'close', condition: 'isinstance(thrown, GeneratorExit)' },
        { at: 'sleep', mode: 'suspend', hitCondition: '3' },
        { at: 'sleep', mode: 'resume', hitCondition: '4', condition: 'sent is None and self_coroutine.cr_running' },
        { at: 'future', mode: 'throw', condition: 'isinstance(thrown, asyncio.CancelledError)' },
      ],
    });
    const seen: unknown[] = [];
    for (let stop = 0; stop < 5; stop += 1) {
      const stopped = await story.stop();
      const { kind, yielded, sent, thrown } = await story.values('Coroutine', stopped);
      seen.push([stopped.frames[0]?.name, kind, yielded, thrown ?? sent]);
      await story.go();
    }
    expect(seen).toEqual([
      ['one', 'coroutine', 'None', 'None'],
      ['one', 'coroutine', 'None', 'None'],
      ['ticks', 'async generator', '1', "KeyError('boo')"],
      ['ticks', 'async generator', '0', 'GeneratorExit()'],
      ['thrown', 'coroutine', '<Future, pending>', 'CancelledError()'],
    ]);
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('end\n');
    const logged = story.client
      .outputText('console')
      .split('\n')
      .filter((line) => /^(in|out) /.test(line));
    const twice = ['out 0 of ticks', 'out 1 of ticks'];
    expect(logged).toEqual([...twice, ...twice, 'out 0 of ticks', 'in word', 'out 1 of ticks', 'out 0 of ticks']);
  });
});
