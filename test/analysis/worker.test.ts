/** The worker as it ships: the bundle in `dist`, which finds its parser beside itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { AnalysisClient } from '../../src/analysis/client.js';

const client = new AnalysisClient(path.join(import.meta.dirname, '../../dist/analysisWorker.cjs'));
const folder = mkdtempSync(path.join(tmpdir(), 'coroscope-worker-'));

afterEach(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test('answers, examines, can be called off, and starts again after its end', async () => {
  const files = Array.from({ length: 300 }, (_, index) => path.join(folder, `m${index}.py`));
  for (const [index, file] of files.entries()) {
    const above = index === 0 ? '' : `from m${index - 1} import f${index - 1}\n`;
    const body = index === 0 ? 'yield' : `yield from f${index - 1}()`;
    writeFileSync(file, `${above}def f${index}():\n    ${body}\n`);
  }
  const list = { folders: [folder], files };
  await client.request('files', list);
  const examining = client.request('examine', null);
  void client.request('cancelExamining', null);
  const { examined } = await examining;
  expect(examined).toBeLessThanOrEqual(300);
  expect(await client.request('examine', null)).toEqual({ files: 300, examined: 300, skipped: 0, isComplete: true });
  const root = (await client.request('subject', { path: files[0]!, line: 0, column: 5 }))!;
  const above = await client.request('children', { node: root, direction: 'awaited by' });
  expect(above.map(({ label }) => label)).toEqual(['f1']);

  // A file that is gone, or is no text, is counted and nothing else.
  rmSync(files[0]!);
  writeFileSync(files[1]!, Buffer.from([0xff, 0x00, 0xc3]));
  for (const file of [files[0]!, files[1]!]) await client.request('written', { path: file });
  expect(await client.request('examine', null)).toEqual({ files: 300, examined: 300, skipped: 1, isComplete: true });

  await client.dispose();
  expect(await client.request('outline', { path: files[2]! })).toEqual({ points: [], hasErrors: false });
  await client.request('files', list);
  expect((await client.request('outline', { path: files[2]! })).points).toHaveLength(1);
});
