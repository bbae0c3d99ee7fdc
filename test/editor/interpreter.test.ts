import { expect, test } from 'vitest';
import { chooseInterpreter, type InterpreterSources } from '../../src/editor/interpreter.js';

function sources(given: Partial<InterpreterSources> & { files?: string[] }): InterpreterSources {
  return {
    setting: '',
    chosen: () => Promise.resolve(undefined),
    folder: '/project',
    isFile: (candidate) => Promise.resolve(given.files?.includes(candidate) ?? false),
    platform: 'linux',
    ...given,
  };
}

const everything = {
  setting: 'python3.14',
  chosen: () => Promise.resolve('/opt/conda/bin/python'),
  files: ['/project/.venv/bin/python', '/project/venv/bin/python'],
};

test('the setting comes first', async () => {
  expect(await chooseInterpreter(sources(everything))).toEqual({ python: 'python3.14', from: 'setting' });
});

test('then what the Python extension has chosen', async () => {
  expect(await chooseInterpreter(sources({ ...everything, setting: '' }))).toEqual({
    python: '/opt/conda/bin/python',
    from: 'Python extension',
  });
});

test('then the virtual environment of the workspace', async () => {
  expect(await chooseInterpreter(sources({ files: everything.files }))).toEqual({
    python: '/project/.venv/bin/python',
    from: 'virtual environment',
  });
  expect(await chooseInterpreter(sources({ files: ['/project/venv/bin/python'] }))).toEqual({
    python: '/project/venv/bin/python',
    from: 'virtual environment',
  });
});

test('which has another layout on Windows', async () => {
  const windows = sources({
    folder: 'C:\\project',
    platform: 'win32',
    files: ['C:\\project\\.venv\\Scripts\\python.exe'],
  });
  expect(await chooseInterpreter(windows)).toEqual({
    python: 'C:\\project\\.venv\\Scripts\\python.exe',
    from: 'virtual environment',
  });
});

test('else, and without a workspace, the adapter chooses', async () => {
  expect(await chooseInterpreter(sources({}))).toEqual({ from: 'machine' });
  expect(await chooseInterpreter(sources({ folder: undefined, files: everything.files }))).toEqual({ from: 'machine' });
});
