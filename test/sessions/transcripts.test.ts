/**
 * Every example program, debugged on every host, tells what its transcript says: one file for all hosts, and one beside
 * it (`07_chain.3.15.txt`) for a version that really differs. `COROSCOPE_UPDATE_TRANSCRIPTS=1` writes them.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { backends } from '../../src/debuggee/registry.js';
import { assets, overrideAssets } from '../../src/debuggee/python/assets.js';
import { tell } from '../../src/cli/tour/session.js';
import { readStories } from '../../src/cli/tour/story.js';
import { hosts } from '../support/interpreters.js';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'examples');
const update = process.env['COROSCOPE_UPDATE_TRANSCRIPTS'] === '1';

overrideAssets({
  ...assets(),
  worker: path.join(root, 'dist/embeddedWorker.js'),
  runtime: path.join(root, 'dist/runtime'),
});

/** What differs between versions and hosts, and is not the reader's concern. */
function stable(lines: readonly string[]): string {
  return `${lines
    // From 3.13 on, tracebacks mark the part of the line; and the repository lies anywhere.
    .filter((line) => !/^ {2}│ +[~^]+$/.test(line))
    .join('\n')
    .replaceAll(`${folder}${path.sep}`, '')
    // Lines of the standard library.
    .replace(/\b(base_events|tasks)\.py:\d+/g, '$1.py:…')
    .trimEnd()}\n`;
}

/** Writes the common telling, or a version's own where it differs. */
function write(common: string, own: string, told: string, first: boolean): void {
  if (first) writeFileSync(common, told);
  else if (told === readFileSync(common, 'utf8')) rmSync(own, { force: true });
  else writeFileSync(own, told);
}

describe.each(hosts)('examples on $name', (host) => {
  test.each(readStories(folder))('$program', async (story) => {
    const lines: string[] = [];
    for await (const line of tell(story, { backends, folder, python: host.python })) lines.push(line);
    const told = stable(lines);
    const common = path.join(root, 'test/transcripts', story.program.replace(/\.py$/, '.txt'));
    const own = common.replace(/\.txt$/, `.${/^\d+\.\d+/.exec(host.name)?.[0] ?? host.name}.txt`);
    if (update) write(common, own, told, host === hosts[0]);
    expect(told).toBe(readFileSync(existsSync(own) ? own : common, 'utf8'));
    expect(told.match(/^● /gm)?.length ?? 0).toBe(story.stops.length);
  });
});
