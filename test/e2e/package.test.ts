/** The package that the other tests here install: how large it is, and what of it a window reads that does not debug. What is in it: test/architecture/package.test.ts. */
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

test('what is loaded with the first Python file is a small part of it', async () => {
  const bytes = async (file: string): Promise<number> => (await stat(path.join(root, 'dist', file))).size;
  const [atOnce, later] = [await bytes('extension.cjs'), await bytes('whileDebugging.cjs')];
  console.log(
    `At once ${(atOnce / 1_000).toFixed(0)} kB, and once a program is debugged ${(later / 1_000).toFixed(0)} kB more.`,
  );
  expect(atOnce).toBeLessThan(50_000);
  expect(atOnce).toBeLessThan(later / 3);
});
