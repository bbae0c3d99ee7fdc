/** What the Python extension says of the environment that is chosen there: behind a double of its public API. */
import { beforeEach, expect, test } from 'vitest';
import { chosenInterpreter, onEnvironmentChange } from '../../src/editor/pythonExtension.js';
import { EventEmitter, extensions, Uri } from './fakeVscode.js';

const warned: unknown[] = [];
const log = { warn: (...args: unknown[]) => warned.push(args) } as never;
const changed = new EventEmitter<unknown>();
const api = {
  environments: {
    getActiveEnvironmentPath: () => ({ id: 'x', path: '/env' }),
    resolveEnvironment: () => Promise.resolve({ executable: { uri: Uri.file('/env/bin/python') } }),
    onDidChangeActiveEnvironmentPath: changed.event,
  },
};

beforeEach(() => {
  warned.length = 0;
  extensions.installed.clear();
});

test('without it nothing is chosen, and nobody listens', async () => {
  expect(await chosenInterpreter(undefined, log)).toBeUndefined();
  expect(onEnvironmentChange(() => undefined)).toBeUndefined();
});

test('what is chosen there, and that another one is from now on', async () => {
  extensions.installed.set('ms-python.python', { isActive: true, exports: api, activate: () => Promise.resolve(api) });
  expect(await chosenInterpreter(undefined, log)).toBe('/env/bin/python');
  let times = 0;
  const listening = onEnvironmentChange(() => (times += 1));
  changed.fire({});
  listening?.dispose();
  changed.fire({});
  expect(times).toBe(1);
});

test('its failure keeps nobody from debugging', async () => {
  extensions.installed.set('ms-python.python', { activate: () => Promise.reject(new Error('broken')) });
  expect(await chosenInterpreter(undefined, log)).toBeUndefined();
  expect(warned).toHaveLength(1);
});
