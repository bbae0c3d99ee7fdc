/** Where `boot/_coroscope_bytecode.py` keeps the runtime's compiled modules: compiling them takes most of a start. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../cacheFolder.js';

const PREFIX = 'bytecode-';

/** How many are kept: of two versions in use side by side, neither throws out the other's. */
const KEPT = 2;

/** A folder for the runtime that lies there, for all interpreters. Undefined when it cannot be made: then it goes without. */
export async function bytecodeFolder(runtime: string, cache = cacheFolder()): Promise<string | undefined> {
  const place = createHash('sha256').update(runtime).digest('hex').slice(0, 16);
  const folder = path.join(cache, PREFIX + place);
  try {
    // What lies in it is run: it is nobody else's to write.
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await discardOld(cache);
    return folder;
  } catch {
    return undefined;
  }
}

async function discardOld(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(PREFIX));
  const folders = await Promise.all(
    names.map(async (name) => ({ name, age: (await stat(path.join(cache, name))).mtimeMs })),
  );
  folders.sort((one, other) => other.age - one.age);
  for (const { name } of folders.slice(KEPT)) await rm(path.join(cache, name), { recursive: true, force: true });
}
