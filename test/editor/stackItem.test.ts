/** Which thread and frame "run to the next suspension" is meant for. */
import { expect, test } from 'vitest';
import { chosenItem, clickedFrame } from '../../src/editor/stackItem.js';

test('from the command palette: what has the focus', () => {
  expect(chosenItem(undefined, { threadId: 1, frameId: 7 })).toEqual({ threadId: 1, frameId: 7 });
  expect(chosenItem(undefined, { threadId: 1 })).toEqual({ threadId: 1 });
  expect(chosenItem(undefined, undefined)).toBeUndefined();
});

test('from the context menu of the call stack: the item it was opened on', () => {
  const clicked = { sessionId: 'a:b', threadId: 'thread:a:b:1000004' };
  expect(chosenItem(clicked, { threadId: 1, frameId: 7 })).toEqual({ threadId: 1_000_004 });
  expect(chosenItem(clicked, { threadId: 1_000_004, frameId: 9 })).toEqual({ threadId: 1_000_004, frameId: 9 });
  expect(chosenItem(clicked, undefined)).toEqual({ threadId: 1_000_004 });
});

test('from the toolbar, which hands over something else: what has the focus', () => {
  expect(chosenItem({ threadId: 5 }, { threadId: 1 })).toEqual({ threadId: 1 });
  expect(chosenItem('session', { threadId: 1 })).toEqual({ threadId: 1 });
});

test('a frame of the call stack is known by its thread and its place', () => {
  const threadId = 'thread:a-b:1000004';
  expect(clickedFrame({ threadId, frameId: `stackframe:${threadId}:2:talk.py` })).toEqual({
    threadId: 1_000_004,
    index: 2,
  });
  expect(clickedFrame({ threadId })).toBeUndefined();
  expect(clickedFrame({ type: 'row' })).toBeUndefined();
  expect(clickedFrame(undefined)).toBeUndefined();
});
