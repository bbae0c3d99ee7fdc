/** The package that the other tests here install: how large it is. What is in it: test/architecture/package.test.ts. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const MEGABYTE = 1_000_000;

test('it is smaller than 16 MB', async () => {
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const { size } = await stat(path.join(root, `${name}-${version}.vsix`));
  console.log(`The package has ${(size / MEGABYTE).toFixed(1)} MB.`);
  expect(size).toBeLessThan(16 * MEGABYTE);
});
