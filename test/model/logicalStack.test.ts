import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  displayWindow,
  stackWindow,
  type DisplayFrame,
  type StackFrame,
  type StackResult,
  type StackWindow,
} from '../../src/model/logicalStack.js';

let nextId = 0;
const frame = (name: string, user = true): StackFrame => ({
  id: (nextId += 1),
  name,
  location: { path: `/${name}.py`, name: `${name}.py`, line: 3 },
  user,
});

/** The debuggee's answer for a window of a stack. */
const answer = (whole: StackResult, { start, count }: StackWindow): StackResult => ({
  ...whole,
  frames: whole.frames.slice(start, start + count),
  awaiters: start + count >= whole.total ? whole.awaiters : [],
});

const shown = (frames: readonly DisplayFrame[]): string[] =>
  frames.map((each) => (each.kind === 'label' ? `-- ${each.text}` : `${each.frame.name} ${each.presentation}`));

const all = (stack: StackResult): readonly DisplayFrame[] => displayWindow(stack, stackWindow()).frames;

describe('the logical stack', () => {
  it('goes on from the frames to those who wait for them', () => {
    const stack: StackResult = {
      frames: [frame('fetch'), frame('run_until_complete', false)],
      total: 2,
      awaiters: [
        { relation: 'awaitedBy', coroutine: 7, name: 'load', task: 'Task-2', cycle: false, frames: [frame('load')] },
        { relation: 'awaitedBy', coroutine: 1, name: 'main', task: 'Task-1', cycle: false, frames: [frame('main')] },
      ],
    };
    expect(shown(all(stack))).toEqual([
      'fetch normal',
      'run_until_complete subtle',
      '-- awaited by Task-2 load',
      'load normal',
      '-- awaited by Task-1 main',
      'main normal',
    ]);
    expect(all(stack)[2]).toMatchObject({ kind: 'label', coroutine: 7 });
  });

  it('marks where a cycle closes', () => {
    const stack: StackResult = {
      frames: [frame('a')],
      total: 1,
      awaiters: [{ relation: 'awaitedBy', coroutine: 1, name: 'a', task: 'Task-1', cycle: true, frames: [] }],
    };
    expect(shown(all(stack))).toEqual(['a normal', '-- awaited by Task-1 a (cycle)']);
  });

  it.each<[string, NonNullable<StackResult['resumedBy']>]>([
    ["resumed by send('A') at talk.py:30", { how: 'send', value: "'A'", location: { name: 'talk.py', line: 30 } }],
    ['resumed by next at talk.py:9', { how: 'next', location: { name: 'talk.py', line: 9 } }],
    ['resumed by send(None) from the event loop', { how: 'send', value: 'None', loop: 'the event loop' }],
    ['resumed by close', { how: 'close' }],
  ])('says %s', (text, resumedBy) => {
    const [, label] = all({ frames: [frame('general')], total: 1, awaiters: [], resumedBy });
    const { location } = resumedBy;
    expect(label).toEqual({ kind: 'label', text, ...(location && { location }) });
  });

  it('does not know its length before its end was seen', () => {
    const whole: StackResult = { frames: [frame('a'), frame('b')], total: 2, awaiters: [] };
    const first = stackWindow(0, 1);
    expect(displayWindow(answer(whole, first), first)).not.toHaveProperty('total');
    const both = stackWindow(0, 2);
    expect(displayWindow(answer(whole, both), both).total).toBe(2);
  });

  it('is the same in pages as in one piece', () => {
    const frames = fc.array(
      fc.boolean().map((user) => frame('f', user)),
      { maxLength: 6 },
    );
    const segment = frames.map((inner) => ({
      relation: 'awaitedBy' as const,
      coroutine: 1,
      name: 'waiter',
      cycle: false,
      frames: inner,
    }));
    const resumed = fc.constantFrom<Pick<StackResult, 'resumedBy'>>({}, { resumedBy: { how: 'next' } });
    fc.assert(
      fc.property(
        frames,
        fc.array(segment, { maxLength: 4 }),
        resumed,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (own, awaiters, resumer, sizes) => {
          const whole: StackResult = { frames: own, total: own.length, awaiters, ...resumer };
          const expected = all(whole);
          const paged: DisplayFrame[] = [];
          for (let turn = 0; paged.length < expected.length; turn += 1) {
            const window = stackWindow(paged.length, sizes[turn % sizes.length]);
            const page = displayWindow(answer(whole, window), window);
            expect(page.frames).toHaveLength(Math.min(window.count, expected.length - paged.length));
            if (page.total !== undefined) expect(page.total).toBe(expected.length);
            paged.push(...page.frames);
          }
          expect(paged).toEqual(expected);
        },
      ),
    );
  });
});
