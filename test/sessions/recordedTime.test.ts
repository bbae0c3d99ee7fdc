/** What is recorded of a real program, and going back through it at a stop. */
import { describe, expect, test } from 'vitest';
import { RECORDED_THREAD } from '../../src/dap/recordedTime.js';
import { Timeline } from '../../src/model/timeline.js';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

const TALK = `
def inner():
    got = yield 'first'              # @first
    while got:
        got = yield f'echo {got}'    # @echo

def outer():
    yield from inner()               # @from

talk = outer()
next(talk)
talk.send('A')
talk.send('B')
print('end')                         # @end
`;

describe.each(hosts)('on $name', (host) => {
  test('back through the record to the values of each exchange, and forward into the present', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['end'], settings: { record: 'all' } });
    const { threadId } = await story.stop();
    expect(story.client.seen('capabilities')).toEqual([{ capabilities: { supportsStepBack: true } }]);

    const go = async (request: string, thread = RECORDED_THREAD) => {
      await story.client.requestAny(request, { threadId: thread });
      return story.stop();
    };
    // What outer passed on comes after what inner yielded.
    expect((await go('stepBack', threadId)).body.text).toBe("yield 'echo B'");
    const inner = await go('stepBack');
    expect(inner.frames.map(({ line }) => line)).toEqual([story.line('echo'), story.line('from')]);
    expect(await story.values('Recorded', inner)).toMatchObject({
      exchange: 'yield',
      value: "'echo B'",
      sent: "'B'",
      state: 'suspended',
    });

    await story.setBreakpoints('first', 'end');
    const first = await go('reverseContinue');
    expect(first.body.text).toContain('at a breakpoint');
    expect(first.frames[0]?.line).toBe(story.line('first'));
    expect((await story.client.request('threads')).threads[0]?.name).toMatch(
      /^recorded · \d+ events ago · generator inner$/,
    );

    // The line was left and entered again, so it may stop there more than once; the record has a beginning and an end.
    let back = first;
    while (back.body.text?.includes('at a breakpoint')) back = await go('reverseContinue');
    expect(back.body.text).toContain('This is the oldest exchange kept.');
    while (back.threadId === RECORDED_THREAD) back = await go('continue');
    expect(back.threadId).toBe(threadId);
    expect(back.frames[0]?.line).toBe(story.line('end'));
    await story.go(threadId);
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('end\n');
  });

  test('the locals of a coroutine that still stands where its last exchange left it, and of no other exchange', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['end'], settings: { record: 'all' } });
    const { threadId } = await story.stop();
    const { events } = await story.client.request('coroscope/exchanges', {});
    const innermost = events.filter(({ coroutine }) => coroutine === events[1]!.coroutine);
    const localsAt = (at: number) => {
      const { coroutine, seq } = innermost.at(at)!;
      return story.client.requestAny('coroscope/localsAt', { coroutine, seq });
    };
    expect(await localsAt(-1)).toEqual({ locals: [{ name: 'got', value: "'B'" }] });
    expect(await localsAt(-2)).toEqual({});
    expect(await localsAt(0)).toEqual({});
    // Of the outer one its own, not those of what it delegates to.
    const outermost = events.filter(({ coroutine }) => coroutine === events[0]!.coroutine).at(-1)!;
    const { coroutine, seq } = outermost;
    expect(await story.client.requestAny('coroscope/localsAt', { coroutine, seq })).toEqual({ locals: [] });
    await story.go(threadId);
    expect(await story.end()).toBe(0);
  });

  test('the record, asked for or streamed, makes the same timeline', async () => {
    const story = new Story(host, TALK);
    await story.begin({ breakpoints: ['end'], settings: { record: 'all', streamExchanges: true } });
    await story.stop();
    const kept = await story.client.request('coroscope/exchanges', {});
    expect(kept.clockZero).toBeGreaterThan(1.7e15);
    const timeline = new Timeline();
    timeline.append(kept);
    expect(timeline.lanes.map((lane) => [timeline.title(lane), lane.depth, lane.length, lane.closed])).toEqual([
      ['generator outer', 0, 3, false],
      ['generator inner', 1, 3, false],
    ]);
    const streamed = story.client.seen('coroscope/recorded').flatMap(({ events }) => events);
    expect(streamed).toEqual(kept.events);
    await story.go();
    expect(await story.end()).toBe(0);
  });
});
