/** Launch settings: their defaults, what is refused and in which words. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitArguments } from '../../src/dap/argumentLine.js';
import { readSettings, runtimeSettings } from '../../src/dap/settings.js';

const complaint = (settings: unknown): string => {
  try {
    readSettings(settings);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

test('defaults', () => {
  expect(readSettings({ program: 'talk.py' })).toEqual({
    language: 'python',
    program: 'talk.py',
    args: [],
    env: {},
    console: 'internalConsole',
    stopOnEntry: false,
    justMyCode: true,
    record: 'auto',
    recordLimit: 250_000,
    historyLength: 16,
    streamExchanges: false,
    maxLogicalThreads: 200,
    freezeClocks: true,
    blockedLoopMs: 100,
    evaluateTimeout: 10,
    userRoots: [],
    noDebug: false,
  });
});

test('what is not known is kept for the backend', () => {
  expect(readSettings({ code: 'x = 1', python: 'embedded', __sessionId: 'y' })).toMatchObject({
    python: 'embedded',
    __sessionId: 'y',
  });
});

describe('refused', () => {
  test.each([
    [undefined, 'Exactly one of the settings program, module and code says what to run, but none is given.'],
    [
      { program: 'a', module: 'b' },
      'Exactly one of the settings program, module and code says what to run, but program and module are given.',
    ],
    [{ program: 5 }, 'The setting program must be a text, but it is 5.'],
    [{ program: '' }, "The setting program must be a text that is not empty, but it is ''."],
    [{ program: 'a', args: { a: 1 } }, 'The setting args must be a list or a text, but it is {"a":1}.'],
    [{ program: 'a', args: ['x', 2] }, 'The setting args[1] must be a text, but it is 2.'],
    [
      { program: 'a', env: { X: ['y'] } },
      'The setting env.X must be a text, a number, true or false or null, but it is ["y"].',
    ],
    [{ program: 'a', record: 'some' }, "The setting record must be 'auto', 'all' or 'off', but it is 'some'."],
    [{ program: 'a', maxLogicalThreads: -1 }, 'The setting maxLogicalThreads must be at least 0, but it is -1.'],
    [{ program: 'a', historyLength: 1.5 }, 'The setting historyLength must be a whole number, but it is 1.5.'],
    [{ program: 'a', evaluateTimeout: 0 }, 'The setting evaluateTimeout must be more than 0, but it is 0.'],
    [{ program: 'a', stopOnEntry: 'yes' }, "The setting stopOnEntry must be true or false, but it is 'yes'."],
    ['talk.py', "The launch configuration must be an object, but it is 'talk.py'."],
  ])('%j', (settings, words) => {
    expect(complaint(settings)).toBe(words);
  });

  test('a long value is cut', () => {
    expect(complaint({ program: 'a', console: 'x'.repeat(1000) }).length).toBeLessThan(200);
  });
});

test('until it is told otherwise the runtime has the same defaults', () => {
  const source = readFileSync(
    path.resolve(import.meta.dirname, '../../src/debuggee/python/runtime/coroscope/protocol.py'),
    'utf8',
  );
  const [, dictionary = ''] = /^DEFAULT_SETTINGS: Settings = (\{.*?^\})/ms.exec(source) ?? [];
  const json = dictionary
    .replace(/\b(True|False)\b/g, (word) => word.toLowerCase())
    .replace(/(?<=\d)_(?=\d)/g, '')
    .replace(/,\s*\}$/, '}');
  expect(JSON.parse(json)).toEqual(runtimeSettings(readSettings({ program: 'a' }), false));
});

test('for the runtime, folders of the user’s code are absolute', () => {
  const settings = readSettings({ program: 'a', cwd: '/work', userRoots: ['lib', '/opt/mine'] });
  expect(runtimeSettings(settings, false)).toMatchObject({
    userRoots: ['/work/lib', '/opt/mine'],
    redirectConsole: false,
  });
});

describe('a line of arguments', () => {
  test.each([
    ['', []],
    ['  a   b ', ['a', 'b']],
    ['--x=\'1 2\' "3 4"', ['--x=1 2', '3 4']],
    ["''", ['']],
    ['a\\ b', ['a b']],
    ['"a\\"b" "c\\d"', ['a"b', 'c\\d']],
    ["'a\\b'", ['a\\b']],
    ['trailing\\', ['trailing\\']],
  ])('%s', (line, words) => {
    expect(splitArguments(line, true)).toEqual(words);
  });

  test('on Windows a backslash is a letter', () => {
    expect(splitArguments('C:\\a\\b "C:\\c d\\"', false)).toEqual(['C:\\a\\b', 'C:\\c d\\']);
  });

  test('quoted words come back as they were', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitArguments(words.map(quote).join(' '), true)).toEqual(words);
      }),
    );
  });
});
