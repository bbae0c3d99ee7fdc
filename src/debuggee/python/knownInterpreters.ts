/**
 * What interpreters said of themselves, from one session to the next: asking costs the start of a Python. Only for
 * binaries that named themselves; what stands for another one (a shim, a launcher) may do so differently tomorrow.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from './cacheFolder.js';
import type { Interpreter } from './interpreters.js';

/** How many are kept, the newest: a folder of tests makes one virtual environment after the other. */
const KEPT = 50;

/** One state of a file: any change to the interpreter makes another. */
export interface BinaryState {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

interface Entry extends BinaryState {
  readonly version: string;
}

const storeIn = (cache: string): string => path.join(cache, 'interpreters.json');

/** The interpreter of that file, if it has answered before and is still the same. */
export async function recall(state: BinaryState, cache = cacheFolder()): Promise<Interpreter | undefined> {
  const entry = (await entries(cache)).find((each) => isSame(each, state));
  return entry && { executable: entry.path, version: entry.version };
}

/** Remembers an answer. That it cannot be kept costs time at the next start, and nothing else. */
export async function remember(
  state: BinaryState,
  { executable, version }: Interpreter,
  cache = cacheFolder(),
): Promise<void> {
  if (executable !== state.path) return;
  const others = (await entries(cache)).filter((each) => each.path !== state.path);
  const file = storeIn(cache);
  const unfinished = `${file}.${process.pid}`;
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    await writeFile(unfinished, JSON.stringify([{ ...state, version }, ...others].slice(0, KEPT)), { mode: 0o600 });
    await rename(unfinished, file);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

const isSame = (one: BinaryState, other: BinaryState): boolean =>
  one.path === other.path && one.size === other.size && one.modified === other.modified;

async function entries(cache: string): Promise<Entry[]> {
  try {
    const value: unknown = JSON.parse(await readFile(storeIn(cache), 'utf8'));
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  const { path: file, size, modified, version } = (value ?? {}) as Partial<Record<keyof Entry, unknown>>;
  return (
    typeof file === 'string' && typeof size === 'number' && typeof modified === 'number' && typeof version === 'string'
  );
}
