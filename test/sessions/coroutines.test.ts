import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

const TALK = `
def internal(name, number):
    received = yield name, number   # @yield
    try:
        received = yield received
    except KeyError:
        yield "caught"
    return name

def general():
    first = yield from internal("first", 10)  # @from
    return first

def tens():
    with open(__file__) as file:
        for n in iter_numbers():
            yield n * 10

def iter_numbers():
    yield from [1, 2, 3]

talk = general()
pipeline = tens()
fresh = general()
next(talk); next(pipeline)
talk.send("A")                      # @sent
talk.throw(KeyError("boo"))         # @thrown
try:
    next(talk)
except StopIteration as stop:
    print(stop.value)
done = talk                         # @closed
pipeline.close()
`;

const HOT = `
def count():                         # @count
    number = 0
    while True:
        yield number
        number += 1

def rest():
    yield "calm"

def main():
    calm, hot = rest(), count()
    next(calm)
    for _ in range(200_000):
        next(hot)
    late = count()
    next(late)
    return calm, hot, late           # @stop

main()
`;

const TASKS = `
import asyncio, types

@types.coroutine
def leaf():
    got = yield
    return got

async def agen():
    await asyncio.sleep(60)
    yield 1

async def over():
    async for each in agen():
        pass

async def fetch(n):
    await asyncio.sleep(60)         # @sleep

async def child():
    here = 1                        # @stop

async def main():
    by_hand = by_hand_coroutine()
    by_hand.send(None)
    tasks = [asyncio.create_task(fetch(1), name="fetcher"), asyncio.create_task(over(), name="looper")]
    await asyncio.sleep(0)
    late = asyncio.create_task(fetch(2), name="late")
    child_task = asyncio.create_task(child(), name="child")
    await child_task                # @await
    for task in [*tasks, late]:
        task.cancel()
    by_hand.close()

async def by_hand_coroutine():
    await leaf()

asyncio.run(main())                 # @run
`;

/** The locals at the next stop, which have been shown, as an editor does before it offers anything of them. */
async function localsOf(story: Story): Promise<number> {
  const { frames } = await story.stop();
  const { scopes } = await story.client.request('scopes', { frameId: frames[0]?.id ?? 0 });
  const reference = scopes.find(({ name }) => name === 'Locals')?.variablesReference ?? 0;
  await story.client.children(reference);
  return reference;
}

/** What a data breakpoint on a variable is set with; null where there is none to be had. */
async function watchable(story: Story, variablesReference: number, name: string): Promise<string | null> {
  const info = await story.client.requestAny('dataBreakpointInfo', { name, variablesReference });
  return (info as { dataId: string | null }).dataId;
}

/** What a coroutine shows of itself when it is opened, by name. */
const viewIn =
  (story: Story) =>
  async (of: { variablesReference: number } | undefined): Promise<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(await story.client.children(of?.variablesReference ?? 0)).map(([name, { value }]) => [
        name,
        value,
      ]),
    );

describe.each(hosts)('coroutines on $name', (host) => {
  test('a suspended generator is a thread whose frames are its delegation chain, at exact ranges', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['sent', 'thrown', 'closed'] });
    await story.stop();
    const threads = await story.logical();
    expect(threads.map(({ name }) => name)).toEqual([
      `generator general · yield · program.py:${story.line('yield')}`,
      'generator tens · yield · program.py:17',
      // 3.15 iterates over the (constant) list itself.
      expect.stringMatching(/^generator iter_numbers · yield from (list_iterator|tuple) · program\.py:20$/) as string,
    ]);
    const chain = await story.stackOf(threads[0]?.id ?? 0);
    expect(
      chain.frames.slice(0, 2).map(({ name, line, column, endColumn }) => [name, line, column, endColumn]),
    ).toEqual([
      ['internal', story.line('yield'), 16, 34],
      ['general', story.line('from'), 13, 45],
    ]);
    expect(chain.frames[2]).toMatchObject({ presentationHint: 'label', name: 'resumed by next at program.py:25' });
    const view = await story.values('Coroutine', chain);
    expect(view).toMatchObject({
      kind: 'generator',
      state: 'suspended',
      suspendedAt: `yield · program.py:${story.line('yield')}`,
      yielded: "('first', 10)",
      sent: 'None',
      exchanges: '1',
    });
  });

  test('what it delegates to, iterates over and is inside of can be opened', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['sent'] });
    const stopped = await story.stop();
    const [general, tens] = await story.logical();
    const outer = (await story.stackOf(general?.id ?? 0)).frames.slice(1);
    const delegate = (await story.scope('Coroutine', { frames: outer }))['delegate'];
    expect(await story.client.children(delegate?.variablesReference ?? 0)).toMatchObject({
      kind: { value: 'generator' },
      state: { value: 'suspended' },
      yielded: { value: "('first', 10)" },
    });
    const view = await story.values('Coroutine', await story.stackOf(tens?.id ?? 0));
    expect(view['iterating']).toContain('iter_numbers');
    expect(view['inside']).toContain('TextIOWrapper');
    const { fresh } = await story.scope('Locals', stopped);
    expect(await story.client.children(fresh?.variablesReference ?? 0)).toMatchObject({ state: { value: 'created' } });
  });

  test('values sent and thrown in, the result, and the history newest first', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['thrown', 'closed'] });
    await story.stop();
    const [general] = await story.logical();
    expect(await story.values('Coroutine', await story.stackOf(general?.id ?? 0))).toMatchObject({
      sent: "'A'",
      yielded: "'A'",
    });
    await story.go();
    const { talk } = await story.scope('Locals', await story.stop());
    const closed = await story.client.children(talk?.variablesReference ?? 0);
    expect(closed).toMatchObject({ state: { value: 'closed' }, result: { value: "returned 'first'" } });
    const history = Object.values(await story.client.children(closed['history']?.variablesReference ?? 0));
    expect(history[0]?.value).toContain("return 'first'");
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('first\n');
  });

  test.each([
    ['off', 'recording is off'],
    ['all', '1'],
  ])('record: %s', async (record, exchanges) => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['sent'], settings: { record } });
    await story.stop();
    const [general] = await story.logical();
    const view = await story.values('Coroutine', await story.stackOf(general?.id ?? 0));
    expect(view['exchanges']).toContain(exchanges);
  });

  test('record: auto says which code was too hot to be watched whole', async () => {
    const story = new Story(host, HOT);
    await story.begin({ breakpoints: ['stop'] });
    const { hot, late, calm } = await story.scope('Locals', await story.stop());
    const view = viewIn(story);
    expect((await view(hot))['exchanges']).toMatch(/^\d+ \(at least; too hot to count every one\)$/);
    expect((await view(hot))['history']).toContain('a sample; too hot to keep every one');
    expect((await view(calm))['yielded']).toBe("'calm'");
    // It may have begun in one of the moments in which its code is watched; it is the user's code all the same.
    expect(['0', 'not recorded: too hot']).toContain((await view(late))['yielded']);
    const { record, sampled } = await story.client.request('coroscope/recording');
    expect(record).toBe('auto');
    expect(sampled.map(({ function: name, line }) => [name, line])).toEqual([['count', story.line('count')]]);
  });

  test('record: all says of whom the ring had no room for every exchange, and still knows the last ones', async () => {
    const story = new Story(host, HOT);
    await story.begin({ breakpoints: ['stop'], settings: { record: 'all', recordLimit: 100 } });
    const { hot, late, calm } = await story.scope('Locals', await story.stop());
    const view = viewIn(story);
    const dropped = 'at least; those before were dropped, see recordLimit';
    // The ring begins with the way in or the way out.
    expect(await view(hot)).toMatchObject({
      yielded: '199999',
      exchanges: expect.stringMatching(`^(49|50) \\(${dropped}\\)$`) as string,
    });
    expect(await view(calm)).toMatchObject({ yielded: "'calm'", exchanges: `1 (${dropped})` });
    expect(await view(late)).toMatchObject({ yielded: '0', exchanges: '1' });
  });

  test('tasks, async generators, coroutines driven by hand, and one that has not begun', async () => {
    const story = new Story(host, TASKS);
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    const names = (await story.logical()).map(({ name }) => name).sort();
    expect(names).toEqual([
      `Task-1 main · await child · program.py:${story.line('await')}`,
      'coroutine by_hand_coroutine · yield · program.py:6',
      `fetcher fetch · await asyncio.sleep · program.py:${story.line('sleep')}`,
      expect.stringMatching(/^late fetch · /) as string,
      'looper over · await asyncio.sleep · program.py:10',
    ]);
    // The logical stack of the running task goes on with who awaits it.
    const shown = stopped.frames.map(({ name, presentationHint }) => [name, presentationHint ?? 'normal']);
    expect(shown[0]).toEqual(['child', 'normal']);
    const awaited = shown.findIndex(([name]) => name?.startsWith('awaited by '));
    const run = story.line('run');
    expect(shown[awaited]).toEqual([`awaited by Task-1 main · created at program.py:${run}`, 'label']);
    expect(shown[awaited + 1]).toEqual(['main', 'normal']);
    expect(shown.some(([name, hint]) => name === 'BaseEventLoop._run_once' && hint === 'subtle')).toBe(true);
    const view = await story.values('Coroutine', stopped);
    expect(view).toMatchObject({ kind: 'coroutine', state: 'running', awaitedBy: 'Task-1 main' });
    expect(view['createdAt']).toMatch(/^program\.py:\d+$/);
    expect(view['resumedBy']).toContain('event loop');
  });

  test('a chain is followed through async generators and a custom leaf', async () => {
    const story = new Story(host, TASKS);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const threads = await story.logical();
    const chainOf = async (start: string): Promise<string[]> => {
      const { frames } = await story.stackOf(threads.find(({ name }) => name.startsWith(start))?.id ?? 0);
      return frames.filter(({ presentationHint }) => presentationHint !== 'label').map(({ name }) => name);
    };
    expect(await chainOf('looper')).toEqual(['sleep', 'agen', 'over']);
    expect(await chainOf('coroutine by_hand')).toEqual(['leaf', 'by_hand_coroutine']);
  });

  test('a breakpoint on one coroutine, as a data breakpoint of its variable', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['sent'] });
    const locals = await localsOf(story);
    expect(await watchable(story, locals, 'stop')).toBeNull();
    const dataId = await watchable(story, locals, 'talk');
    await story.setBreakpoints();
    const answer = await story.client.requestAny('setDataBreakpoints', {
      breakpoints: [{ dataId, accessType: 'read' }],
    });
    expect(answer).toMatchObject({ breakpoints: [{ verified: true }] });
    await story.go();
    const resumed = await story.stop();
    expect(resumed.body.reason).toBe('data breakpoint');
    expect(story.where(resumed)).toBe('general: first = yield from internal("first", 10)');
    expect(await story.values('Coroutine', resumed)).toMatchObject({ sent: "'A'" });
  });

  test('a breakpoint of a view and a data breakpoint of the same coroutine: each stays when the other goes', async () => {
    const story = new Story(
      host,
      `
def gen():
    yield 1                          # @one
    yield 2                          # @two
    yield 3                          # @three
def drive():
    g = gen()
    next(g)
    next(g)                          # @here
    next(g)
drive()
`,
    );
    await story.begin({ breakpoints: ['here'] });
    const dataId = await watchable(story, await localsOf(story), 'g');
    const coroutine = Number(dataId?.replace(/\D/g, ''));
    const data = (...breakpoints: object[]): Promise<unknown> =>
      story.client.requestAny('setDataBreakpoints', { breakpoints });
    await story.client.requestAny('coroscope/breakOnCoroutine', { coroutine, on: ['suspend'] });
    expect(await data({ dataId, accessType: 'read' })).toMatchObject({ breakpoints: [{ verified: true }] });
    await story.go();
    expect((await story.stop()).body.description).toMatch(/resumes/);
    expect(await data()).toMatchObject({ breakpoints: [] });
    await story.go();
    expect((await story.stop()).body.description).toMatch(/suspends/);
    const sound = { dataId, accessType: 'read' };
    expect(await data({ dataId, hitCondition: 'often' }, sound, { dataId, condition: 'yielded ==' })).toMatchObject({
      breakpoints: [
        { verified: false, message: expect.stringContaining("'often' is not understood. Write a number") as string },
        { verified: true },
        { verified: false, message: expect.stringContaining('is not a Python expression') as string },
      ],
    });
    await story.client.requestAny('coroscope/breakOnCoroutine', { coroutine, on: [] });
    await story.go();
    expect((await story.stop()).body.description).toMatch(/resumes/);
    await story.go();
    expect(await story.end()).toBe(0);
  });

  test('data breakpoints of one coroutine have conditions and hit counts of their own', async () => {
    const story = new Story(
      host,
      `
def count(name):
    for number in range(100):
        got = yield number           # @point
def drive():
    one, other = count("one"), count("other")
    next(one), next(other)
    here = 1                         # @here
    for sent in range(1, 60):
        one.send(-sent)
        other.send(sent)
drive()
`,
    );
    await story.begin({ breakpoints: ['here'] });
    const dataId = await watchable(story, await localsOf(story), 'other');
    const suspends = { dataId, accessType: 'write', condition: 'yielded == 7' };
    const resumes = { dataId, accessType: 'read', hitCondition: '% 20' };
    const raises = { dataId, accessType: 'write', condition: 'nobody.knows' };
    const set = (...breakpoints: object[]): Promise<unknown> =>
      story.client.requestAny('setDataBreakpoints', { breakpoints });
    expect(await set(suspends, resumes, raises)).toMatchObject({
      breakpoints: [{ verified: true }, { verified: true }, { verified: true }],
    });
    await story.go();
    const suspended = await story.stop();
    expect(suspended.body.description).toMatch(/suspends/);
    expect(await story.values('Locals', suspended)).toMatchObject({ name: "'other'", number: '7', got: '7' });
    expect(story.client.outputText('important')).toMatch(/The condition of the breakpoint .* raised NameError/);
    // Set again, as an editor does whenever another one changes: it goes on counting.
    expect(await set(resumes)).toMatchObject({ breakpoints: [{ verified: true }] });
    for (const number of [20, 40]) {
      await story.go();
      const resumed = await story.stop();
      expect(resumed.body.description).toMatch(/resumes/);
      expect(await story.values('Coroutine', resumed)).toMatchObject({ sent: String(number) });
    }
    await story.go();
    expect(await story.end()).toBe(0);
  });
});
