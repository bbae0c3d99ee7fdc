/** Breakpoints that cannot do what was asked, assignments that cannot be made, and small facts of the session. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { describe, expect, test } from 'vitest';
import { hosts, type Host } from '../support/interpreters.js';
import { Story, type Stopped } from '../sessions/story.js';

const THREADS = `
import threading
go, ready = threading.Event(), threading.Event()

def wait():
    ready.set()
    go.wait()

thread = threading.Thread(target=wait, name="helper")
thread.start()
ready.wait()
here = 1                                      # @stop
go.set()
thread.join()
print("joined")                               # @joined
`;

const PLAIN = `
def numbers():
    base = 0
    got = yield 1                             # @yield
    plain = 2                                 # @plain
    later = plain + base + (got or 0)
    yield later

def chain():
    for each in (1, 2):
        yield from numbers()                  # @from

g = chain()
next(g)
here = 1                                      # @stop
print(g.send(40))
`;

const LOADS = `
here = 1                                      # @stop
import later
print(next(later.later()))
`;

const LATER = `def later():
    yield 1
    plain = 2
`;

/** As the client knows them by now: with what it was told of them after the answer. */
function shown(story: Story, answered: readonly DAP.Breakpoint[]): DAP.Breakpoint[] {
  const told = new Map(story.client.seen('breakpoint').map(({ breakpoint }) => [breakpoint.id, breakpoint]));
  return answered.map((each) => told.get(each.id) ?? each);
}

/** At a stop, with a client that reads variables again when it is told to. */
async function refreshing(host: Host): Promise<{ story: Story; stopped: Stopped }> {
  const story = new Story(host, PLAIN);
  await story.client.start(
    { program: story.program, cwd: story.folder, python: host.python },
    {
      breakpoints: { [story.program]: [story.line('stop')] },
      client: { supportsInvalidatedEvent: true },
    },
  );
  return { story, stopped: await story.stop() };
}

describe.each(hosts)('on $name', (host) => {
  test('a condition that raises is reported once at its breakpoint, and stops nothing', async () => {
    const story = new Story(host, PLAIN);
    await story.begin({ breakpoints: [{ at: 'plain', condition: 'got.nothing > 1' }, 'stop'] });
    expect(story.where(await story.stop())).toBe('<module>: here = 1');
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('42\n');
    const said = story.client.transcript.filter((entry) =>
      JSON.stringify(entry).includes("has no attribute 'nothing'"),
    );
    expect(said).toHaveLength(1);
  });

  test('a condition or log message that awaits is refused with what to do instead', async () => {
    const story = new Story(host, PLAIN);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const advice = 'Await in the program and use the name of what came of it, or await in the debug console at a stop.';
    const still = 'and it cannot: the program stands still while it is evaluated.';
    const lines = await story.setBreakpoints(
      { at: 'plain', condition: 'await fetch(got)' },
      { at: 'yield', condition: '[n async for n in ticks()]' },
      { at: 'from', logMessage: 'got {await fetch(each)}' },
    );
    const functions = await story.client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'numbers', condition: 'await fetch()' }],
    });
    const filters = await story.client.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: [{ filterId: 'raised', condition: 'await fetch(exception)' }],
    });
    expect([...lines, ...functions.breakpoints, ...(filters.breakpoints ?? [])]).toMatchObject([
      { verified: false, message: `The condition awaits, ${still} ${advice}` },
      { verified: false, message: `The condition awaits, ${still} ${advice}` },
      { verified: false, message: `The expression in the log message awaits, ${still} ${advice}` },
      { verified: false, message: `The condition awaits, ${still} ${advice}` },
      { verified: false, message: `The condition awaits, ${still} ${advice}` },
    ]);
  });

  test('what can never be hit is refused with the reason in a file that is not loaded yet, before the program begins too', async () => {
    const story = new Story(host, LOADS);
    const later = path.join(story.folder, 'later.py');
    writeFileSync(later, LATER);
    const absent = path.join(story.folder, 'absent.py');
    const breakpoints = [
      { line: 99 },
      { line: 3, mode: 'suspend' },
      { line: 3, column: 5, mode: 'resume' },
      { line: 2, mode: 'suspend' },
    ];
    const answers = [
      { verified: false, message: 'There is no code on line 99 or after it.' },
      { verified: false, message: expect.stringContaining('Line 3 has no suspension point') as string },
      { verified: false, message: expect.stringContaining('Line 3 has no suspension point') as string },
      { verified: true, line: 2 },
    ];
    const set = async (file: string): Promise<DAP.Breakpoint[]> =>
      (await story.client.request('setBreakpoints', { source: { path: file }, breakpoints })).breakpoints;
    await story.client.request('initialize', { adapterID: 'coroscope', linesStartAt1: true, columnsStartAt1: true });
    const settings = { program: story.program, cwd: story.folder, python: host.python };
    const launched = story.client.request('launch', settings);
    await story.client.waitFor('initialized');
    const atOnce = await set(later);
    const nowhere = await set(absent);
    await story.setBreakpoints('stop');
    await story.client.request('configurationDone');
    await launched;
    await story.stop();
    expect(shown(story, atOnce)).toMatchObject(answers);
    expect(shown(story, nowhere)).toMatchObject(
      answers.map(() => ({ verified: false, message: 'The file cannot be read.' })),
    );
    expect(await set(later)).toMatchObject(answers);
    await story.go();
    const { frames } = await story.stop();
    expect(frames[0]).toMatchObject({ name: 'later', line: 2 });
    await story.go();
    expect(await story.end()).toBe(0);
  });

  test('a mode that cannot apply to a line is refused with the reason', async () => {
    const story = new Story(host, PLAIN);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    for (const mode of ['suspend', 'resume', 'throw', 'close'] as const) {
      const [refused, verified] = await story.setBreakpoints({ at: 'plain', mode }, { at: 'yield', mode });
      expect(refused).toMatchObject({ verified: false });
      expect(refused?.message).toMatch(new RegExp(`no suspension point .*nothing can ${mode}`));
      expect(verified).toMatchObject({ verified: true });
    }
  });

  test('a local of a suspended frame is set, a name that the function has not is refused in words, and views are told', async () => {
    const story = new Story(host, PLAIN);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const [generator] = await story.logical();
    const { frames } = await story.stackOf(generator?.id ?? 0);
    const frameId = frames[0]?.id ?? 0;
    const refused = await story.client.failure(
      story.client.request('setExpression', { frameId, expression: 'fresh', value: '1' }),
    );
    expect(refused.message).toMatch(/has no variable 'fresh'/);
    await story.client.request('setExpression', { frameId, expression: 'base', value: 'base + 100' });
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('142\n');
  });

  test('a plain yield from awaits nothing, and a generator in mid-chain says through whom it was resumed', async () => {
    const story = new Story(host, PLAIN);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const [generator] = await story.logical();
    const { frames } = await story.stackOf(generator?.id ?? 0);
    const [leaf, root] = frames.filter(({ presentationHint }) => presentationHint !== 'label');
    const inner = await story.values('Coroutine', { frames: leaf ? [leaf] : [] });
    expect(inner['resumedBy']).toBe(`through chain, program.py:${story.line('from')}`);
    const outer = await story.values('Coroutine', { frames: root ? [root] : [] });
    expect(outer).toMatchObject({ delegate: expect.stringContaining('numbers') as string });
    expect(Object.keys(outer)).not.toContain('awaiting');
  });

  test('views are told to read again after the console has run something', async () => {
    const { story, stopped } = await refreshing(host);
    await story.evaluate('g', stopped, 'watch');
    await story.evaluate('got = 1', stopped);
    const invalidated = await story.client.waitFor('invalidated');
    expect(invalidated.areas).toEqual(['variables']);
    expect(story.client.seen('invalidated')).toHaveLength(1);
  });

  test('what the console has run leaves the focus where it is, also when other stacks have moved', async () => {
    const { story, stopped } = await refreshing(host);
    const [before] = await story.logical();
    await story.evaluate('1 + 1', stopped);
    await story.evaluate('next(g)', stopped);
    // Only the second one has moved a generator.
    const again = await story.client.waitFor('stopped');
    expect(again).toMatchObject({ threadId: 1, preserveFocusHint: true });
    expect(again).not.toHaveProperty('hitBreakpointIds');
    const [after] = await story.logical();
    expect(after?.name).not.toBe(before?.name);
    for (const _ of ['1 + 1', 'next(g)']) await story.client.waitFor('invalidated');
    expect(story.client.seen('invalidated').map(({ areas }) => areas)).toEqual([['variables'], ['variables']]);
  });

  test.skipIf(host.embedded)('threads that come and go are told of', async () => {
    const story = new Story(host, THREADS);
    await story.begin({ breakpoints: ['stop', 'joined'] });
    await story.stop();
    const { threads } = await story.client.request('threads');
    const helper = threads.find(({ name }) => name === 'helper');
    expect(story.client.seen('thread')).toContainEqual({ reason: 'started', threadId: helper?.id });
    await story.go();
    await story.stop();
    expect(story.client.seen('thread')).toContainEqual({ reason: 'exited', threadId: helper?.id });
    await story.go();
    expect(await story.end()).toBe(0);
  });
});
