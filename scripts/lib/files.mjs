import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes `to` hold exactly those files of `from` that `wanted` accepts (it gets relative paths with `/`). Files that
 * are the same already are left alone, so that a build does not pull them away under a running program.
 *
 * @param {string} from
 * @param {string} to
 * @param {(name: string) => boolean} wanted
 */
export async function syncFiles(from, to, wanted) {
  const names = new Set((await filesBelow(from)).filter(wanted));
  await mkdir(to, { recursive: true });
  for (const name of await filesBelow(to)) {
    if (!names.has(name)) await rm(path.join(to, name));
  }
  for (const name of names) {
    const source = path.join(from, name);
    const target = path.join(to, name);
    if (await isSame(source, target)) continue;
    await mkdir(path.dirname(target), { recursive: true });
    await cp(source, target, { preserveTimestamps: true });
  }
}

/** @param {string} folder */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

/**
 * @param {string} source
 * @param {string} target
 */
async function isSame(source, target) {
  const [a, b] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  return b !== undefined && a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) < 1000;
}
