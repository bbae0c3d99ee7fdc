/** Needs 11, 12 and 15: looking and awaiting at a stop, on the program's own loop and under its own clock. */
import { describe, expect, test } from 'vitest';
import { RequestFailed } from '../support/dapClient.js';
import { hosts } from '../support/interpreters.js';
import { Story, type Stopped } from '../sessions/story.js';

const IDLE = `
import asyncio, threading

async def answer(asked, given):
    while True:
        number = await asked.get()
        await asyncio.sleep(0)
        given.put_nowait(number * 2)          # @answer

async def main():
    global asked, given, never, stop
    asked, given = asyncio.Queue(), asyncio.Queue()
    never, stop = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(answer(asked, given), name="answerer")
    print("idle", flush=True)
    await stop.wait()                         # @wait
    after = asked.qsize(), given.qsize()      # @after
    print("went on", *after, never.is_set())
    task.cancel()

asyncio.run(main())
`;

/** The user's own frames, of which an editor selects the innermost. */
function users({ frames }: Stopped): Pick<Stopped, 'frames'> {
  return { frames: frames.filter(({ presentationHint }) => presentationHint === undefined) };
}

/**
 * Pauses where the console can await. A pause that comes a moment after the output finds the loop on its way to rest, in the
 * middle of a turn, which says so and is gone on from.
 */
async function pausedAtRest(story: Story): Promise<Pick<Stopped, 'frames'>> {
  for (;;) {
    const paused = users(await story.pause());
    try {
      await story.evaluate('await asyncio.sleep(0)', paused);
      return paused;
    } catch (error) {
      if (!(error instanceof RequestFailed && error.message.includes('inside the event loop itself'))) throw error;
    }
    await story.go();
  }
}

describe.each(hosts)('on $name', (host) => {
  test('need 12 · await in the console while a pause caught the loop idle; stepping still works (debugpy#951)', async () => {
    const story = new Story(host, IDLE);
    await story.begin({ breakpoints: ['answer'] });
    await story.client.waitFor('output', ({ output }) => output.includes('idle'));
    const paused = await pausedAtRest(story);
    // No breakpoint stops what the console awaits, the other tasks run meanwhile, and there may be more than one.
    expect(await story.evaluate('asked.put_nowait(21)\nawait given.get()', paused)).toBe('');
    expect(await story.evaluate('await asyncio.sleep(0, 42)', paused)).toBe('42');
    await story.evaluate('asked.put_nowait(4)', paused);
    expect(await story.evaluate('await given.get()', paused)).toBe('8');
    expect(await story.evaluate('threading.current_thread().name', paused)).toBe("'MainThread'");
    expect(await story.evaluate('stop.set()', paused)).toBe('None');
    const [main] = (await story.logical()).filter(({ name }) => name.includes('main'));
    expect(await story.step('next', main?.id)).toBe('main: after = asked.qsize(), given.qsize()');
    expect(await story.step('next')).toBe('main: print("went on", *after, never.is_set())');
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('idle\nwent on 0 0 False\n');
    expect(story.client.outputText('stderr')).toBe('');
  });

  test('need 12 · a console await that hangs is cancelled, cut off by its limit, or ends with the program', async () => {
    const story = new Story(host, IDLE);
    await story.begin({ settings: { evaluateTimeout: 0.3 } });
    await story.client.waitFor('output', ({ output }) => output.includes('idle'));
    const paused = await pausedAtRest(story);
    const late = await story.client.failure(story.evaluate('await never.wait()', paused));
    expect(late.message).toMatch(/^The evaluation was cut off after 0\.3 seconds/);
    expect(await story.evaluate('await asyncio.sleep(0, len(never._waiters))', paused)).toBe('0');
    await story.client.request('terminate');
    await story.ended;
    expect(story.output).toBe('idle\n');
  });

  test('need 12 · cancel and terminate reach a console await that hangs', async () => {
    const story = new Story(host, IDLE);
    await story.begin({ settings: { evaluateTimeout: 600 } });
    await story.client.waitFor('output', ({ output }) => output.includes('idle'));
    const paused = await pausedAtRest(story);
    const hang = (text: string): Promise<unknown> & { readonly seq: number } =>
      story.client.request('evaluate', {
        expression: `print("${text}", flush=True); await never.wait()`,
        context: 'repl',
        frameId: paused.frames[0]?.id ?? 0,
      });
    const first = hang('first');
    await story.client.waitFor('output', ({ output }) => output.includes('first'));
    await story.client.request('cancel', { requestId: first.seq });
    expect((await story.client.failure(first)).short).toBe('cancelled');
    expect(await story.evaluate('await asyncio.sleep(0, "alive")', paused)).toBe("'alive'");
    const second = story.client.failure(hang('second'));
    await story.client.waitFor('output', ({ output }) => output.includes('second'));
    await story.client.request('terminate');
    await second;
    await story.ended;
    expect(story.output).toBe('idle\nfirst\nsecond\n');
  });
});
