import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RememberedAnswers } from '../../src/editor/rememberedAnswers.js';

async function remembered() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'coroscope-remembered-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const python = path.join(folder, 'python');
  await writeFile(python, '');
  const kept = new Map<string, unknown>();
  const answers = new RememberedAnswers({
    get: (key) => kept.get(key),
    update: (key, value) => Promise.resolve(void kept.set(key, value)),
  });
  return { answers, folder, python, found: { executable: python, version: '3.14.8', embedded: false } };
}

test('what was answered once is known again, for that choice and folder', async () => {
  const { answers, folder, python, found } = await remembered();
  expect(await answers.recall(undefined, folder)).toBeUndefined();
  await answers.keep(undefined, folder, found);
  expect(await answers.recall(undefined, folder)).toEqual(found);
  expect(await answers.recall(python, folder)).toBeUndefined();
  expect(await answers.recall(undefined, undefined)).toBeUndefined();
});

test('an interpreter that was changed or taken away has to be asked again', async () => {
  const { answers, folder, python, found } = await remembered();
  await answers.keep(python, folder, found);
  await utimes(python, 1, 1);
  expect(await answers.recall(python, folder)).toBeUndefined();
  await answers.keep(python, folder, found);
  await rm(python);
  expect(await answers.recall(python, folder)).toBeUndefined();
});

test('what failed is not kept, and the embedded one is always known', async () => {
  const { answers, folder, found } = await remembered();
  await answers.keep(undefined, folder, found);
  await answers.keep(undefined, folder, { embedded: false, error: 'broken' });
  expect(await answers.recall(undefined, folder)).toBeUndefined();
  expect(await answers.recall('embedded', folder)).toEqual({ embedded: true });
});
