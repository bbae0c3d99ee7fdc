import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assets, overrideAssets } from '../../src/debuggee/python/assets.js';
import { cacheFolder } from '../../src/debuggee/python/cacheFolder.js';
import {
  openSnapshot,
  readSnapshot,
  saveSnapshot,
  snapshotFile,
  snapshotFolder,
  type Snapshot,
} from '../../src/debuggee/python/hosts/snapshots.js';
import { buildWorker, remove, runToEnd, scratchFolder, useStandInSession, write } from './support.js';

const folder = scratchFolder();
afterAll(() => {
  remove(folder);
});

async function loadSnapshot(file: string): Promise<Snapshot | undefined> {
  const content = await readSnapshot(file);
  return content && openSnapshot(content);
}

describe('a snapshot', () => {
  it('is found again, unless it is damaged', async () => {
    const file = path.join(folder, 'kept', 'python-1.snapshot');
    const memory = new Uint8Array([1, 2, 3, 4]);
    expect(await loadSnapshot(file)).toBeUndefined();
    await saveSnapshot(file, memory);
    const found = await loadSnapshot(file);
    expect([...(found?.memory ?? [])]).toEqual([...memory]);
    expect(await found?.sound).toBe(true);
    const content = readFileSync(file);
    for (const damaged of [
      content.subarray(0, -1),
      Buffer.concat([content, content]),
      Buffer.alloc(40),
      Buffer.alloc(0),
    ]) {
      writeFileSync(file, damaged);
      expect((await (await loadSnapshot(file))?.sound) ?? false).toBe(false);
    }
  });

  it('is one of few', async () => {
    const kept = path.join(folder, 'few');
    for (let i = 0; i < 5; i += 1) await saveSnapshot(path.join(kept, `python-${i}.snapshot`), new Uint8Array([i]));
    write(kept, 'something.else', '');
    expect(readdirSync(kept)).toHaveLength(3);
    expect(existsSync(path.join(kept, 'python-4.snapshot'))).toBe(true);
  });

  it('that cannot be kept is done without', async () => {
    const file = path.join(write(folder, 'file', ''), 'python-1.snapshot');
    await saveSnapshot(file, new Uint8Array([1]));
    expect(await loadSnapshot(file)).toBeUndefined();
  });

  it('has another name for any other runtime', () => {
    const { pyodide } = assets();
    const runtime = path.join(folder, 'named');
    write(runtime, 'coroscope/a.py', 'x = 1');
    const first = snapshotFile(folder, { pyodide, runtime });
    expect(snapshotFile(folder, { pyodide, runtime })).toBe(first);
    write(runtime, 'coroscope/a.py', 'x = 2');
    expect(snapshotFile(folder, { pyodide, runtime })).not.toBe(first);
  });

  it("lies in the user's cache, if it is wanted", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(path.join('/c', 'coroscope'));
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/h' }, 'linux')).toMatch(/\.cache.coroscope$/);
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(path.join('/local', 'coroscope'));
    expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.coroscope$/);
    expect(snapshotFolder({ COROSCOPE_NO_SNAPSHOT: '1' })).toBeUndefined();
  });
});

describe('the embedded Python and its snapshot', () => {
  const cache = path.join(folder, 'cache');
  beforeAll(async () => {
    useStandInSession(folder);
    await buildWorker(folder);
    process.env['XDG_CACHE_HOME'] = cache;
  });
  afterAll(() => {
    overrideAssets({});
    Reflect.deleteProperty(process.env, 'XDG_CACHE_HOME');
    Reflect.deleteProperty(process.env, 'COROSCOPE_NO_SNAPSHOT');
  });

  const CODE = [
    'import random, sys, time, asyncio, os',
    'async def main(): await asyncio.sleep(0.001)',
    'asyncio.run(main())',
    'print(sys.path[1:], sys.version, os.getcwd(), sorted(vars()), abs(time.time() - float(sys.argv[1])) < 3600)',
    'print(random.random(), file=sys.stderr)',
  ];
  const start = async () => {
    const run = await runToEnd({ code: CODE, args: [String(Date.now() / 1000)], python: 'embedded', cwd: folder });
    expect(run.code).toBe(0);
    return { seen: run.text('stdout'), drawn: run.text('stderr') };
  };

  it('come to the same, draw other numbers, and mend what is damaged', async () => {
    process.env['COROSCOPE_NO_SNAPSHOT'] = '1';
    const without = await start();
    expect(existsSync(cache)).toBe(false);
    Reflect.deleteProperty(process.env, 'COROSCOPE_NO_SNAPSHOT');

    const making = await start();
    const [name = '', ...others] = readdirSync(path.join(cache, 'coroscope'));
    expect(others).toEqual([]);
    const file = path.join(cache, 'coroscope', name);
    const [from, again] = [await start(), await start()];
    for (const run of [making, from, again]) expect(run.seen).toBe(without.seen);
    expect(new Set([without, making, from, again].map((run) => run.drawn)).size).toBe(4);

    const good = readFileSync(file);
    writeFileSync(file, good.subarray(0, 1000));
    expect((await start()).seen).toBe(without.seen);
    expect(readFileSync(file)).toHaveLength(good.length);
  });
});
