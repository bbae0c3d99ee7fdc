/**
 * Snapshots of a started interpreter's memory, with the runtime imported: starting from one takes a fraction of starting
 * from nothing. They are kept in the user's cache folder and can be deleted at any time.
 */
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../cacheFolder.js';

const PREFIX = 'python-';
const ENDING = '.snapshot';
const DIGEST_BYTES = 32;

/** How many are kept: of two versions in use side by side, neither throws out the other's. */
const KEPT = 2;

/** The folder they are kept in. COROSCOPE_NO_SNAPSHOT, set to anything, does without. */
export function snapshotFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment['COROSCOPE_NO_SNAPSHOT'] ? undefined : cacheFolder(environment);
}

/** The file for one build of the interpreter and one state of the runtime: any difference makes another name. */
export function snapshotFile(folder: string, build: { readonly pyodide: string; readonly runtime: string }): string {
  // Synchronous, as nothing else can be done meanwhile, and a hundred small files are read in a tenth of the time.
  const hash = createHash('sha256');
  hash.update(readFileSync(path.join(build.pyodide, 'package.json')));
  for (const name of ['pyodide.asm.wasm', 'pyodide.asm.mjs', 'python_stdlib.zip']) {
    const { size, mtimeMs } = statSync(path.join(build.pyodide, name));
    hash.update(`${name}:${size}:${mtimeMs}\n`);
  }
  const modules = readdirSync(path.join(build.runtime, 'coroscope'), { recursive: true, encoding: 'utf8' });
  for (const name of modules.filter((each) => each.endsWith('.py')).sort()) {
    hash.update(`${name}\n`).update(readFileSync(path.join(build.runtime, 'coroscope', name)));
  }
  return path.join(folder, `${PREFIX}${hash.digest('hex').slice(0, 32)}${ENDING}`);
}

export interface Snapshot {
  readonly memory: Uint8Array;
  /** False when its checksum says that it is damaged. Found out beside whatever else is done meanwhile. */
  readonly sound: Promise<boolean>;
}

/** What the file holds, for `openSnapshot`; undefined when there is none. Its memory is its own and can be handed over. */
export async function readSnapshot(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const opened = await open(file).catch(() => undefined);
  try {
    if (opened === undefined) return undefined;
    const content = new Uint8Array((await opened.stat()).size);
    const { bytesRead } = await opened.read(content);
    return content.subarray(0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await opened?.close();
  }
}

/** The snapshot in what was read; undefined when it is too short for one. */
export function openSnapshot(content: Uint8Array<ArrayBuffer>): Snapshot | undefined {
  if (content.length <= DIGEST_BYTES) return undefined;
  const memory = content.subarray(DIGEST_BYTES);
  const sound = webcrypto.subtle
    .digest('SHA-256', memory)
    .then((found) => Buffer.from(found).equals(content.subarray(0, DIGEST_BYTES)));
  return { memory, sound };
}

/** Keeps it for the next start. That it cannot be kept costs time then, and nothing else. */
export async function saveSnapshot(file: string, memory: Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  const unfinished = path.join(folder, `${path.basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(unfinished, Buffer.concat([digest(memory), memory]), { mode: 0o600 });
    await rename(unfinished, file);
    await discardOld(folder);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

async function discardOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(PREFIX) && name.includes(ENDING));
  const files = await Promise.all(
    names.map(async (name) => ({ file: path.join(folder, name), age: (await stat(path.join(folder, name))).mtimeMs })),
  );
  files.sort((one, other) => other.age - one.age);
  for (const { file } of files.slice(KEPT)) await rm(file, { force: true });
}

function digest(memory: Uint8Array): Buffer {
  return createHash('sha256').update(memory).digest();
}
