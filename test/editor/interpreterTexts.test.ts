import { expect, test } from 'vitest';
import { isFailedLaunch, statusText } from '../../src/editor/interpreterTexts.js';

test('an interpreter is named by its version, and by its environment if it has one', () => {
  const answer = { executable: '/usr/bin/python3.14', version: '3.14.8', embedded: false };
  expect(statusText({ from: 'machine' }, answer)).toEqual({
    text: 'Coroscope: 3.14.8',
    tooltip:
      'Coroscope debugs with Python 3.14.8 at /usr/bin/python3.14. It is the first on the PATH that is new enough. ' +
      'Click to choose another one.',
    isWarning: false,
  });
  const venv = statusText({ python: '/project/.venv/bin/python', from: 'virtual environment' }, answer);
  expect(venv.text).toBe('Coroscope: 3.14.8 (.venv)');
  expect(venv.tooltip).toContain('at /project/.venv/bin/python.');
  const windows = statusText({ python: 'C:\\work\\env\\Scripts\\python.exe', from: 'setting' }, answer);
  expect(windows.text).toBe('Coroscope: 3.14.8 (env)');
  for (const python of ['/usr/bin/python3', '/usr/local/bin/python3', 'python3.14'])
    expect(statusText({ python, from: 'setting' }, answer).text).toBe('Coroscope: 3.14.8');
  // A folder of pyenv's is called after the version.
  const pyenv = '/home/me/.pyenv/versions/3.14.8/bin/python';
  expect(statusText({ python: pyenv, from: 'setting' }, answer).text).toBe('Coroscope: 3.14.8');
});

test('before any was asked, the choice is named', () => {
  const first = statusText({ from: 'machine' }, undefined);
  expect(first.text).toBe('Coroscope: python3');
  expect(first.tooltip).toBe(
    'Coroscope debugs with python3, or another Python on the PATH if that is older than 3.12, or its own if there is ' +
      'none. Its version is known after the first start. Click to choose another one.',
  );
  expect(statusText({ python: '/usr/bin/python3.14', from: 'setting' }, undefined).text).toBe('Coroscope: python3.14');
  const venv = statusText({ python: '/project/.venv/bin/python', from: 'virtual environment' }, undefined);
  expect(venv.text).toBe('Coroscope: .venv');
  expect(venv.tooltip).toContain('Its version is known after the first start.');
});

test('the embedded one says whether it was chosen or is all there is', () => {
  const chosen = statusText({ python: 'embedded', from: 'setting' }, { embedded: true });
  expect(chosen.text).toBe('Coroscope: embedded Python');
  expect(chosen.tooltip).toContain('The setting coroscope.python says so.');
  expect(statusText({ from: 'machine' }, { embedded: true }).tooltip).toContain('No Python 3.12 or newer was found');
});

test('one that cannot be used is a warning in the words of what refused it', () => {
  const said = statusText(
    { python: '/old/python', from: 'setting' },
    { embedded: false, error: '/old/python is Python 3.8.1, and debugging needs 3.12 or newer.' },
  );
  expect(said.isWarning).toBe(true);
  expect(said.tooltip).toContain('Coroscope cannot debug with /old/python. /old/python is Python 3.8.1');
});

test('a launch that fails is told from one that does not', () => {
  const response = { type: 'response', command: 'launch', success: false };
  expect(isFailedLaunch(response)).toBe(true);
  for (const other of [{ ...response, success: true }, { ...response, command: 'evaluate' }, { type: 'event' }, null])
    expect(isFailedLaunch(other)).toBe(false);
});
