/**
 * The errors that suspension is feared for: at the stop, one sentence on what happened, one on what to do, and the lines
 * that are concerned, which an editor makes links of. One program raises them all, one after the other.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const ERRORS = `
import asyncio, contextlib, warnings
warnings.simplefilter("ignore")

def averager():                                   # @averager
    total = yield
def itself():
    next(running)                                 # @running
    yield
async def fetch():                                # @fetch
    await asyncio.sleep(0)                       # @fetching
def first(source):
    yield next(source)                            # @pep479
def stubborn():
    try:
        yield
    except GeneratorExit:
        yield "no"                                # @refuses
async def ticks():
    await asyncio.sleep(0)                        # @ticking
    yield 1

def generators():
    global running
    a = averager()
    with contextlib.suppress(TypeError):
        a.send(3)                                 # @unprimed
    running = itself()
    with contextlib.suppress(ValueError):
        next(running)
    leaking = first(iter(()))
    with contextlib.suppress(RuntimeError):
        next(leaking)                             # @leaks
    s = stubborn()
    next(s)
    with contextlib.suppress(RuntimeError):
        s.close()                                 # @ignored

async def awaits(run):
    await run                                     # @awaits
async def too(run):
    await run                                     # @too

async def asynchronous(foreign):
    run = fetch()
    await run
    with contextlib.suppress(RuntimeError):
        await run                                 # @twice
    shared = fetch()
    await asyncio.gather(awaits(shared), too(shared), return_exceptions=True)
    c = fetch()
    with contextlib.suppress(TypeError):
        c["name"]                                 # @unawaited
    c.close()
    source = ticks()
    one = asyncio.create_task(anext(source))
    await asyncio.sleep(0)
    with contextlib.suppress(RuntimeError):
        await anext(source)                       # @asking
    await one
    await source.aclose()
    with contextlib.suppress(RuntimeError):
        await foreign                             # @foreign
    inner = fetch()
    with contextlib.suppress(RuntimeError):
        asyncio.run(inner)                        # @inside
    inner.close()

def other_loop():
    loop = asyncio.new_event_loop()
    made = loop.create_future()
    loop.close()
    return made

generators()
asyncio.run(asynchronous(other_loop()))
print("done")
`;

const SWALLOWED = `
import asyncio
async def download():
    try:
        await asyncio.sleep(10)                   # @cancelled
    except BaseException:                         # @swallows
        pass
async def main():
    task = asyncio.create_task(download(), name="downloader")
    await asyncio.sleep(0)
    task.cancel()
    await task
    print("swallowed")
asyncio.run(main())
`;

const FORGOTTEN = `
import asyncio, gc
async def background():                           # @background
    await asyncio.get_running_loop().create_future()
async def save():
    pass
def averager():                                   # @averager
    total = yield
def busy():
    yield stop()                                  # @busy
def stop():
    a, again = averager(), walking
    return a, again                               # @stop
async def main():
    global walking
    asyncio.create_task(background(), name="lost")
    await asyncio.sleep(0)
    gc.collect()
    save()                                        # @unawaited
    walking = busy()
    next(walking)
asyncio.run(main())
`;

interface Case {
  readonly name: string;
  /** Marker of the line that raises. */
  readonly at: string;
  readonly what: string;
  readonly whatToDo: string;
  /** Markers of the lines that are offered as links. */
  readonly links: readonly string[];
}

/** In the order in which the program raises them. */
const CASES: readonly Case[] = [
  {
    name: 'a value for a generator that has not begun',
    at: 'unprimed',
    what: "The generator 'averager' at program.py:<averager> has not begun, so it stands at no 'yield' that could receive the value.",
    whatToDo: "Drive it to its first 'yield' with 'next(a)' before the first send(value).",
    links: ['averager'],
  },
  {
    name: 'already executing',
    at: 'running',
    what: "The generator 'itself' is running at program.py:<running> and was resumed once more, by code that it called itself.",
    whatToDo: 'Resume it only while it is suspended',
    links: ['running'],
  },
  {
    name: 'StopIteration inside a generator (PEP 479)',
    at: 'leaks',
    what: "A StopIteration left the body of the generator 'first' at program.py:<pep479>",
    whatToDo: "End it with 'return', and where next(…) may find nothing, catch StopIteration around it",
    links: ['pep479'],
  },
  {
    name: 'ignored GeneratorExit',
    at: 'ignored',
    what: "The generator 'stubborn' was told to close with a GeneratorExit and yielded once more at program.py:<refuses>",
    whatToDo: "Let GeneratorExit pass: no 'yield' or 'await' in a 'finally'",
    links: ['refuses'],
  },
  {
    name: 'already awaited',
    at: 'twice',
    what: "The coroutine 'fetch' at program.py:<fetch> has run to its end already, and a coroutine can be awaited only once.",
    whatToDo: "Call 'fetch(…)' again for a new one",
    links: ['fetch'],
  },
  {
    name: 'awaited by another one already',
    at: 'too',
    what: "The coroutine 'fetch' is being awaited by 'awaits' at program.py:<awaits>",
    whatToDo: 'Make one task of it with asyncio.create_task()',
    links: ['awaits', 'fetching'],
  },
  {
    name: 'never awaited, and used as if it were its result',
    at: 'unawaited',
    what: "The coroutine 'fetch' is not the result of its function but a run of it that has not begun",
    whatToDo: "Use '(await fetch(…))' in its place.",
    links: ['fetch'],
  },
  {
    name: 'an async generator that is running already',
    at: 'asking',
    what: "The async generator 'ticks' is still at an earlier step, which stands at program.py:<ticking>",
    whatToDo: 'Await one step before asking for the next',
    links: ['ticking'],
  },
  {
    name: 'a future of another loop',
    at: 'foreign',
    what: "'foreign' belongs to another event loop than the one this code runs in",
    whatToDo: 'Create it inside the coroutine that asyncio.run() is given',
    links: [],
  },
  {
    name: 'asyncio.run inside a loop',
    at: 'inside',
    what: "An event loop is running in this thread already, inside the task 'Task-1' at program.py:<inside>",
    whatToDo: "Write 'await' in place of the call",
    links: ['inside'],
  },
];

interface Explained {
  readonly line: number | undefined;
  readonly reason: string;
  /** At the stop itself. */
  readonly text: string;
  readonly description: string;
  readonly links: readonly string[];
}

/** What a stop says: the text, the description, and the lines that its stack trace begins with. */
async function explained(story: Story): Promise<Explained> {
  const { body, threadId, frames } = await story.stop();
  const { description = '', details } = await story.client.request('exceptionInfo', { threadId });
  // Before the traceback itself, whose lines are indented.
  const links = (details?.stackTrace ?? '').split('\n').filter((line) => line.startsWith(story.program));
  return {
    line: frames[0]?.line,
    reason: body.reason,
    text: body.text ?? '',
    description,
    links: links.map((link) => link.replace(/:(\d+)(:\d+)? · .*/, ':$1')),
  };
}

/** A sentence with the numbers of the lines that it names by their markers. */
function numbered(story: Story, text: string): string {
  return text.replace(/<(\w+)>/g, (_, marker: string) => String(story.line(marker)));
}

function check(story: Story, found: Explained | undefined, { at, what, whatToDo, links }: Case): void {
  const [, , happened, advice, ...more] = found?.description.split('\n') ?? [];
  expect({ ...found, description: [happened, advice, ...more] }).toEqual({
    line: story.line(at),
    reason: 'exception',
    // The stop says the same, without another click.
    text: expect.stringContaining(`${happened} ${advice}`) as string,
    description: [
      expect.stringContaining(numbered(story, what)) as string,
      expect.stringContaining(whatToDo) as string,
    ],
    links: links.map((marker) => `${story.program}:${story.line(marker)}`),
  });
}

describe.each(hosts)('on $name an error is explained, with what to do and the lines concerned', (host) => {
  describe('where it is raised', () => {
    let story: Story;
    let close = (): Promise<void> => Promise.resolve();
    const found: Explained[] = [];

    beforeAll(async () => {
      story = new Story(host, ERRORS, (closing) => {
        close = closing;
      });
      await story.begin({ exceptions: ['raised'] });
      for (const _ of CASES) {
        found.push(await explained(story));
        await story.go();
      }
      await story.ended;
    }, 60_000);
    afterAll(() => close());

    test.each(CASES.map((each, index) => [each.name, each, index] as const))('%s', (_, each, index) => {
      check(story, found[index], each);
    });

    test('and the program goes on as it would', () => {
      expect([story.output, story.client.outputText('stderr')]).toEqual(['done\n', '']);
    });
  });

  test('a cancellation that is swallowed: where, and what to do', async () => {
    const story = new Story(host, SWALLOWED);
    await story.begin({ exceptions: ['cancelled'] });
    check(story, await explained(story), {
      name: 'swallowed',
      at: 'cancelled',
      what: "The task 'downloader' was asked to end by cancel(), a timeout or its TaskGroup, and the handler at program.py:<swallows> swallows that, so it goes on.",
      whatToDo: "end the handler with 'raise'",
      links: ['swallows'],
    });
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('swallowed\n');
  });

  test('in the debug console, and in the findings of the run: never awaited, a task destroyed while pending', async () => {
    const story = new Story(host, FORGOTTEN);
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    const said = async (expression: string): Promise<string> =>
      (await story.client.failure(story.evaluate(expression, stopped))).message;
    for (const [expression, ...sentences] of [
      ['a.send(1)', "The generator 'averager' at program.py:<averager> has not begun", "'next(a)'"],
      ['next(again)', "The generator 'busy' is running at program.py:<busy>", 'Resume it only while it is suspended'],
      [
        'len(background())',
        "The coroutine from 'background(…)' is not the result of its function but a run of it",
        '(await background(…))',
      ],
    ] as const) {
      const answer = await said(expression);
      for (const sentence of sentences) expect(answer).toContain(numbered(story, sentence));
    }
    await story.go();
    expect(await story.end()).toBe(0);
    const findings = story.client.outputText('console');
    for (const sentence of [
      "The task 'lost' (background) was thrown away before it was done. Keep what asyncio.create_task() returns",
      "The coroutine 'save' was created at program.py:<unawaited> and never awaited, so not a line of it ran. Write 'await' before the call",
    ]) {
      expect(findings).toContain(numbered(story, sentence));
    }
  });
});
