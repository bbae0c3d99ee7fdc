/** The scope `Coroutine`: every name of it, where it applies, with what it says; and logical threads by their names. */
import { describe, expect, test } from 'vitest';
import { hosts, like, Session, texts, useSessions } from './session.js';

useSessions();

const GENERATORS = `
  import io

  def inner(name):
      try:
          while True:
              got = yield name         # @yield
      except KeyError as error:
          yield error                  # @caught

  def outer():
      with io.StringIO("text") as file:
          for letter in iter("xyz"):
              yield from inner(letter) # @from

  def numbers():
      yield 1
      return "result"

  def fails():
      yield 1
      raise ValueError("boo")

  fresh = numbers()
  g = outer()
  next(g)                              # @first
  g.send("A")                          # @send
  one = 1                              # @sent
  g.throw(KeyError("k"))               # @throw
  two = 2                              # @thrown
  ended, failed, closed = numbers(), fails(), inner("c")
  list(ended)
  try:
      list(failed)
  except ValueError:
      pass
  next(closed)
  closed.close()
  three = 3                            # @over
`;

const TASKS = `
  import asyncio

  async def sleepy(lock):
      async with lock:                 # @lock
          await asyncio.sleep(3600)    # @sleep

  async def wants(lock):
      async with lock:                 # @wants
          pass

  async def ticks():
      yield "tick"                     # @tick

  async def parent(child):
      return await child               # @child

  class Ask:
      def __await__(self):
          return (yield "question")    # @ask

  async def by_hand():
      return await Ask()               # @byhand

  async def main():
      lock = asyncio.Lock()
      holder = asyncio.create_task(sleepy(lock), name="holder")
      wanter = asyncio.create_task(wants(lock), name="wanter")
      waiter = asyncio.create_task(parent(holder), name="waiter")
      gen = ticks()
      await anext(gen)
      hand = by_hand()
      hand.send(None)
      await asyncio.sleep(0)
      await asyncio.sleep(0)
      late = asyncio.create_task(sleepy(lock), name="late")
      here = 1                         # @here
      late.cancel(), holder.cancel()
      hand.close()
      await asyncio.gather(holder, wanter, waiter, late, return_exceptions=True)

  asyncio.run(main())                  # @run
`;

describe.each(hosts)('on $name', (host) => {
  test('a delegating generator: the chain, its exact ranges, and each frame its own scope', async () => {
    const session = await Session.stopped(host, GENERATORS, { breakpoints: ['sent', 'thrown', 'over'] });
    // A generator that has not begun is no thread yet.
    expect(await session.logicalThreads()).toMatchObject([
      { name: `generator outer · yield · story.py:${session.line('yield')}` },
    ]);
    const thread = await session.logical('generator outer');
    const [leaf, root] = await session.framesOf(thread);
    expect(leaf).toMatchObject({ name: 'inner', line: session.line('yield'), column: 19, endColumn: 29 });
    expect(root).toMatchObject({ name: 'outer', line: session.line('from'), column: 13, endColumn: 37 });
    expect(await session.stack(thread)).toEqual([
      'inner: got = yield name',
      'outer: yield from inner(letter)',
      `-- resumed by send('A') at story.py:${session.line('send')}`,
    ]);
    expect(await session.scope('Coroutine', leaf?.id)).toMatchObject({
      kind: 'generator',
      state: 'suspended',
      id: like(/^\d+$/),
      suspendedAt: `yield · story.py:${session.line('yield')}`,
      yielded: "'x'",
      sent: "'A'",
      exchanges: '2',
    });
    const scope = (await session.client.scopes(root?.id ?? 0))['Coroutine'] ?? {};
    expect(texts(scope)).toMatchObject({
      suspendedAt: `yield from · story.py:${session.line('from')}`,
      delegate: like('inner'),
      iterating: like('str'),
      inside: like('StringIO'),
      resumedBy: `send('A') at story.py:${session.line('send')}`,
      createdAt: 'not recorded: creating it runs nothing that can be observed',
    });
    // What does not apply is left out.
    for (const name of ['thrown', 'result', 'awaitedBy']) expect(scope).not.toHaveProperty(name);
    const delegate = await session.client.children(scope['delegate']?.variablesReference ?? 0);
    expect(texts(delegate)).toMatchObject({ kind: 'generator', yielded: "'x'", sent: "'A'" });
    const history = await session.client.children(scope['history']?.variablesReference ?? 0);
    expect(Object.values(history)[0]?.value).toContain("yield 'x'");
    expect(Object.values(history)[1]?.value).toContain("send('A')");
    const place = await session.client.request('locations', {
      locationReference: scope['suspendedAt']?.valueLocationReference ?? 0,
    });
    expect(place).toMatchObject({ source: { path: session.program }, line: session.line('from') });

    await session.next();
    const [thrown] = await session.framesOf(await session.logical('generator outer'));
    expect(await session.scope('Coroutine', thrown?.id)).toMatchObject({
      suspendedAt: `yield · story.py:${session.line('caught')}`,
      thrown: "KeyError('k')",
      yielded: "KeyError('k')",
    });

    await session.next();
    const values =
      (await session.client.scopes(session.top.id))['Globals'] ??
      (await session.client.scopes(session.top.id))['Locals'];
    const results: Record<string, string | undefined> = {};
    for (const name of ['ended', 'failed', 'closed']) {
      const view = texts(await session.client.children(values?.[name]?.variablesReference ?? 0));
      expect(view['state']).toBe('closed');
      results[name] = view['result'];
    }
    expect(results['ended']).toBe("returned 'result'");
    expect(results['failed']).toBe("raised ValueError('boo')");
    expect(results['closed']).toMatch(/^(raised GeneratorExit\(\)|not recorded: )/);
    const fresh = texts(await session.client.children(values?.['fresh']?.variablesReference ?? 0));
    expect(fresh).toMatchObject({ kind: 'generator', state: 'created' });
    for (const name of ['yielded', 'sent', 'exchanges', 'suspendedAt', 'result'])
      expect(fresh).not.toHaveProperty(name);
  });

  test('tasks, a coroutine driven by hand, an async generator, and a task that has not begun', async () => {
    const session = await Session.stopped(host, TASKS, { breakpoints: ['here'] });
    const at = (marker: string): string => `story.py:${session.line(marker)}`;
    expect((await session.logicalThreads()).map(({ name }) => name).sort()).toEqual([
      `async generator ticks · yield · ${at('tick')}`,
      `coroutine by_hand · yield · ${at('ask')}`,
      `holder sleepy · await asyncio.sleep · ${at('sleep')}`,
      `late sleepy · not started · story.py:${session.line('lock') - 1}`,
      `waiter parent · await holder · ${at('child')}`,
      like(/^wanter wants · async with asyncio\.Lock · story\.py:\d+$/),
    ]);
    const view = async (thread: string, frame: string): Promise<Record<string, string>> => {
      const frames = await session.framesOf(await session.logical(thread));
      return session.scope('Coroutine', frames.find(({ name }) => name === frame)?.id);
    };
    const holder = await view('holder', 'sleepy');
    expect(holder).toMatchObject({
      kind: 'coroutine',
      state: 'suspended',
      suspendedAt: `await · ${at('sleep')}`,
      inside: like('Lock'),
      awaiting: like('asyncio.sleep'),
      awaitedBy: 'waiter parent',
      resumedBy: 'next() by the asyncio event loop',
      createdAt: like(/^story\.py:\d+$/),
    });
    // Wanted, not held: it is no block that this one is inside of.
    expect(await view('wanter', 'wants')).not.toHaveProperty('inside');
    expect(await view('waiter', 'parent')).toMatchObject({ awaiting: like('holder') });
    expect(await view('coroutine by_hand', 'by_hand')).toMatchObject({
      kind: 'coroutine',
      suspendedAt: `await · ${at('byhand')}`,
    });
    expect(await view('coroutine by_hand', 'Ask.__await__')).toMatchObject({
      kind: 'generator',
      yielded: "'question'",
    });
    expect(await view('async generator', 'ticks')).toMatchObject({ kind: 'async generator', yielded: "'tick'" });
    expect(await session.stack(await session.logical('holder'))).toEqual([
      '...',
      'sleepy: await asyncio.sleep(3600)',
      like(/^-- resumed by next from the asyncio event loop · created at story\.py:\d+$/),
      like(/^-- awaited by waiter parent · created at story\.py:\d+$/),
      'parent: return await child',
    ]);
    const locals = (await session.client.scopes(session.top.id))['Locals'];
    const task = texts(await session.client.children(locals?.['holder']?.variablesReference ?? 0));
    expect(task).toMatchObject({
      name: 'holder',
      coroutine: like('sleepy'),
      awaitedBy: 'waiter parent',
    });
    await session.setBreakpoints('run');
    expect(await session.finish()).toBe(0);
    expect(session.stderr).toBe('');
  });

  test('recording switched off and all', async () => {
    const off = await Session.stopped(host, GENERATORS, { breakpoints: ['sent'], settings: { record: 'off' } });
    const [leaf] = await off.framesOf(await off.logical('generator outer'));
    const view = await off.scope('Coroutine', leaf?.id);
    expect(view).toMatchObject({
      yielded: 'not recorded: recording is off',
      exchanges: 'not recorded: recording is off',
    });
    expect(view).not.toHaveProperty('history');
    const all = await Session.launch(host, GENERATORS, { settings: { record: 'all', streamExchanges: true } });
    expect(await all.ended()).toBe(0);
    const recorded = all.client.seen('coroscope/recorded');
    const events = recorded.flatMap((batch) => batch.events as { seq: number; what: string; value?: string }[]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(recorded.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(0);
    const sent = events.filter(({ what }) => what === 'send').map(({ value }) => value);
    expect(sent).toEqual(["'A'", "'A'"]);
    expect(events.filter(({ what }) => what === 'throw').map(({ value }) => value)).toContain("KeyError('k')");
  });
});
