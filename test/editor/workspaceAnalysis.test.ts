/** Which files the analysis is told of, and what is said of a workspace that is larger than it reads. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WorkspaceAnalysis } from '../../src/editor/analysis/workspaceAnalysis.js';
import { Uri, user, workspace } from './fakeVscode.js';

const root = path.join(import.meta.dirname, '../..');
const log = { error: vi.fn(), debug: vi.fn() };
let analysis: WorkspaceAnalysis;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'coroscope-many-'));
  user.settings.clear();
  user.progress.length = 0;
  // No patience: whatever is read says how far it is.
  analysis = new WorkspaceAnalysis(Uri.file(root) as never, log as never, 0);
});

afterEach(async () => {
  analysis.dispose();
  await rm(folder, { recursive: true });
});

test('each folder of a workspace excludes what its own settings say', async () => {
  workspace.workspaceFolders = [{ uri: Uri.file('/work/one') }, { uri: Uri.file('/work/two') }];
  user.settings.set('coroscope.analysis.exclude', { '**/venv/**': true });
  user.settings.set('coroscope.analysis.exclude@/work/two', { '**/generated/**': true });
  user.settings.set('files.exclude', { '**/.git': true });
  const asked: unknown[] = [];
  user.findFiles = (pattern, exclude, limit) => {
    asked.push([(pattern as { baseUri: { uri: Uri } }).baseUri.uri.path, exclude, limit]);
    return [];
  };
  await analysis.examine();
  expect(asked).toEqual([
    ['/work/one', '{**/venv/**,**/.git}', 10_001],
    ['/work/two', '{**/generated/**,**/.git}', 10_001],
  ]);
});

/** A workspace of 50,000 files, of which the first `count` are on the disk. */
async function manyFiles(count: number): Promise<void> {
  const file = (n: number): string => path.join(folder, `${Math.floor(n / 500)}`, `file_${n}.py`);
  for (let n = 0; n < count; n += 500) {
    await mkdir(path.dirname(file(n)));
    const some = Array.from({ length: 500 }, (_, each) => n + each);
    await Promise.all(some.map((each) => writeFile(file(each), `async def f${each}():\n    await f${each + 1}()\n`)));
  }
  workspace.workspaceFolders = [{ uri: Uri.file(folder) }];
  user.findFiles = (_pattern, _exclude, limit) =>
    Array.from({ length: Math.min(limit, 50_000) }, (_, n) => Uri.file(file(n)));
}

test('of a workspace of 50,000 files the first 10,000 are read, and what is missing is said', async () => {
  await manyFiles(10_000);
  expect(await analysis.examine()).toBe(
    'The workspace has more than 10000 Python files; the others were left out (coroscope.analysis.maxFiles).',
  );
  const [shown] = user.progress;
  expect(shown!.title).toBe('Coroscope: reading the workspace to find who awaits this');
  expect(shown!.reports.length).toBeGreaterThan(2);
  for (const report of shown!.reports) expect(report).toMatch(/^\d+ of 10000 files$/);
  // Asked again, nothing is read a second time.
  await analysis.examine();
  expect(log.error).not.toHaveBeenCalled();
});

test('reading can be called off, says how far it came, and goes on when it is asked again', async () => {
  await manyFiles(5000);
  user.settings.set('coroscope.analysis.maxFiles', 5000);
  const examined = analysis.examine();
  await expect.poll(() => user.progress.length).toBe(1);
  user.progress[0]!.cancel();
  const said = await examined;
  const [, read] = /^Only (\d+) of 5000 files were read\. Refresh to go on\. The workspace has more than 5000/.exec(
    said!,
  )!;
  expect(Number(read)).toBeLessThan(5000);
  expect(await analysis.examine()).toMatch(/^The workspace has more than 5000 Python files/);
});
