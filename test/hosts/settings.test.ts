import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mergeEnvironment, parseEnvFile } from '../../src/debuggee/python/environment.js';
import { readSettings as readLaunch } from '../../src/dap/settings.js';
import { readSettings } from '../../src/debuggee/python/settings.js';
import { remove, scratchFolder, write } from './support.js';

const folder = scratchFolder();
const program = write(folder, 'app/talk.py', '');
afterAll(() => {
  remove(folder);
});

describe('launch settings', () => {
  it('are complete after they are read', async () => {
    expect(await readSettings(readLaunch({ program, type: 'coroscope', noDebug: false }), { A: '1' })).toEqual({
      program: { kind: 'program', path: program },
      args: [],
      cwd: path.dirname(program),
      environment: { A: '1' },
      environmentChanges: {},
      python: undefined,
      console: 'internalConsole',
    });
  });

  it('name a module or code as well', async () => {
    const base = { cwd: folder };
    expect((await readSettings(readLaunch({ ...base, module: 'a.b' }))).program).toEqual({
      kind: 'module',
      name: 'a.b',
    });
    expect((await readSettings(readLaunch({ ...base, code: ['a', 'b'] }))).program).toEqual({
      kind: 'code',
      text: 'a\nb',
    });
    expect((await readSettings(readLaunch({ ...base, program: 'app' }))).program).toEqual({
      kind: 'program',
      path: path.join(folder, 'app'),
    });
  });

  it('add variables from a file, and those of their own over them', async () => {
    write(folder, 'vars.env', 'ONE=file\nTWO=${BASE}/two\nTHREE=gone');
    const settings = { program, cwd: folder, envFile: 'vars.env', env: { ONE: 1, THREE: null, FLAG: true } };
    const launch = await readSettings(readLaunch(settings), { BASE: '/base', THREE: 'x' });
    expect(launch.environment).toEqual({ BASE: '/base', ONE: '1', TWO: '/base/two', FLAG: 'true' });
    expect(launch.environmentChanges).toEqual({ ONE: '1', TWO: '/base/two', THREE: null, FLAG: 'true' });
  });

  it.each([
    [{ program, python: false }, 'settingInvalid', 'The setting python must be a text that is not empty.'],
    [{ program, python: '' }, 'settingInvalid', 'The setting python must be a text that is not empty.'],
    [{ program: `${folder}/none.py` }, 'programNotFound', `The program ${folder}/none.py does not exist.`],
    [{ program, cwd: `${folder}/none` }, 'folderNotFound', `The working folder ${folder}/none does not exist.`],
    [{ program, cwd: program }, 'folderNotFound', `The working folder ${program} is not a folder.`],
    [
      { program, envFile: `${folder}/none` },
      'envFileUnreadable',
      expect.stringContaining(`${folder}/none cannot be read`) as string,
    ],
  ])('that cannot be used say so: %j', async (settings, code, message) => {
    await expect(readSettings(readLaunch(settings))).rejects.toMatchObject({ name: 'LaunchError', code, message });
  });
});

describe('a file of environment variables', () => {
  it.each([
    ['A=1\nB = two words \n', { A: '1', B: 'two words' }],
    ['\uFEFFA=1\r\nexport B=2\r\n\r\n', { A: '1', B: '2' }],
    ['# comment\n  # another\nA=1 # not part\nB=a#b\nC=# nothing\nD=', { A: '1', B: 'a#b', C: '', D: '' }],
    [`A="x # y" # c\nB='x # y'#c\nC="it's"\nD='say "so"'`, { A: 'x # y', B: 'x # y', C: "it's", D: 'say "so"' }],
    ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['A="a\\nb\\t\\"c\\"\\\\ \\x"\nB=\'a\\nb\'\nC=a\\nb', { A: 'a\nb\t"c"\\ \\x', B: 'a\\nb', C: 'a\\nb' }],
    [
      'A=1\nB=${A}/${OUT}/${NONE}\nC="${B}"\nD=\'${A}\'\nE=\\${A}\nF="\\${A}"\nG=$A',
      { A: '1', B: '1/C:\\new/', C: '1/C:\\new/', D: '${A}', E: '${A}', F: '${A}', G: '$A' },
    ],
    ['just text\n=1\n1A=2\nA', {}],
    ['A=1\nA=2', { A: '2' }],
    ['A="open\nB=2', { A: '"open', B: '2' }],
  ])('%j', (text, variables) => {
    expect(parseEnvFile(text, { OUT: 'C:\\new' })).toEqual(variables);
  });

  it('changes variables whatever their case on Windows', () => {
    expect(mergeEnvironment({ Path: 'a', B: 'b' }, { PATH: 'c', b: null }, 'win32')).toEqual({ PATH: 'c' });
    expect(mergeEnvironment({ Path: 'a' }, { PATH: 'c' }, 'linux')).toEqual({ Path: 'a', PATH: 'c' });
  });
});
