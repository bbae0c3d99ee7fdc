/** Errors of every origin become one answer: who can do something about it is told what. */
import { describe, expect, test } from 'vitest';
import { AdapterError, toErrorResponse } from '../../src/dap/errors.js';
import { LaunchError } from '../../src/debuggee/backend.js';
import { LinkError } from '../../src/link/linkError.js';

const answer = (error: unknown) => toErrorResponse(error, 'launch').error;

describe('what is our own fault asks to be reported, and nothing else does', () => {
  test.each([
    [new Error('no such thing'), true],
    [new LinkError('internal', 'The runtime failed.'), true],
    [new AdapterError('silentRuntime', { seconds: 15 }), true],
    [new LaunchError('embeddedNotStarted', 'It did not start.', 'Try another.'), true],
    [new LaunchError('programNotFound', 'There is no program.', 'Name another.'), false],
    [new LinkError('program', 'ValueError: 3'), false],
    [new LinkError('ended', 'The connection has ended.'), false],
    [new AdapterError('staleReference', { what: 'frame' }), false],
  ])('%s', (error, ours) => {
    expect(/report it/.test(answer(error).format)).toBe(ours);
  });
});

test('the reasons why a launch could not be are told apart by number', () => {
  const codes = ['settingInvalid', 'interpreterTooOld', 'terminalRefused'] as const;
  const answers = codes.map((code) => answer(new LaunchError(code, 'It cannot be.', 'Do this.')));
  expect(answers.map(({ id }) => id)).toEqual([2100, 2107, 2113]);
  for (const { format, showUser } of answers)
    expect({ format, showUser }).toEqual({ format: 'It cannot be. Do this.', showUser: true });
});

test('what to do comes after lines on a line of its own', () => {
  const { format } = answer(new LinkError('program', 'ValueError: 3\na.py:4 · where it runs', 'Do this.'));
  expect(format).toBe('ValueError: 3\na.py:4 · where it runs\nDo this.');
});

test('braces in what a program said are not places for names', () => {
  expect(answer(new LinkError('program', "KeyError: '{request}'")).format).toBe("KeyError: '{request}'");
});
