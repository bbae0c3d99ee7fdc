import { describe, expect, test } from 'vitest';
import { completeLaunch, type ActiveFile, type PartialLaunch } from '../../src/editor/launchDefaults.js';

const settings = {
  ...{ justMyCode: false, record: 'all', console: 'integratedTerminal' },
  ...{ maxLogicalThreads: 9, freezeClocks: false, blockedLoopMs: 20 },
};
const talk: ActiveFile = { path: '/work/talk.py', languageId: 'python', onDisk: true };

function completed(given: PartialLaunch, file: ActiveFile | undefined = talk) {
  const completion = completeLaunch(given, file, settings);
  if (completion.kind === 'refused') throw new Error(completion.reason);
  return completion.launch;
}

function refusal(given: PartialLaunch, file?: ActiveFile) {
  const completion = completeLaunch(given, file, settings);
  return completion.kind === 'refused' ? completion.reason : undefined;
}

describe('F5 without a launch.json', () => {
  test('debugs the Python file in the active editor, by the settings', () => {
    expect(completed({})).toEqual({
      type: 'coroscope',
      request: 'launch',
      name: 'Coroscope: current file',
      program: '/work/talk.py',
      ...settings,
    });
  });

  test.each([
    ['no editor is open', undefined, /^No Python file is open/],
    ['another language is', { ...talk, languageId: 'markdown' }, /^No Python file is open/],
    ['it was never saved', { ...talk, onDisk: false }, /has not been saved/],
  ])('refuses with a sentence when %s', (_what, file, sentence) => {
    expect(refusal({}, file)).toMatch(sentence);
  });
});

describe('a configuration of launch.json', () => {
  const named = { type: 'coroscope', request: 'launch', name: 'mine' };

  test('keeps what it says, over the settings', () => {
    const given = { ...named, program: '/work/other.py', record: 'off', args: ['-v'] };
    expect(completed(given)).toEqual({ ...settings, ...given });
  });

  test('of ${file} is the active file, and refused without one', () => {
    expect(completed({ ...named, program: '${file}' })['program']).toBe('/work/talk.py');
    expect(refusal({ ...named, program: '${file}' }, undefined)).toMatch(/^No Python file is open/);
  });

  test.each([{ module: 'package.tool' }, { code: 'print(1)' }, { program: '${workspaceFolder}/main.py' }])(
    'of %o needs no open file',
    (target) => {
      const completion = completeLaunch({ ...named, ...target }, undefined, settings);
      expect(completion).toEqual({ kind: 'complete', launch: { ...settings, ...named, ...target } });
    },
  );

  test('names one thing to run', () => {
    expect(refusal({ ...named, module: 'a', code: 'b' }, talk)).toBe(
      '"mine" names "module" and "code". Keep one of them in launch.json.',
    );
  });

  test('that asks for what does not exist is told so', () => {
    expect(refusal({ ...named, request: 'attach' }, talk)).toMatch(/^Coroscope cannot attach yet/);
  });

  test('is not changed in place', () => {
    const given = Object.freeze({ ...named, program: '${file}' });
    completed(given);
    expect(given.program).toBe('${file}');
  });
});
