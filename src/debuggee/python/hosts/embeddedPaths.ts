import { readdirSync, statSync } from 'node:fs';

/**
 * Paths of the host inside the embedded interpreter, whose system is a POSIX one. On POSIX they are the same; a drive of
 * Windows is a folder at the root: `C:\work\talk.py` is `/c/work/talk.py`.
 */
export function toEmbedded(path: string, platform = process.platform): string {
  if (platform !== 'win32') return path;
  const forward = path.replaceAll('\\', '/');
  return forward.replace(/^([A-Za-z]):(?=\/|$)/, (_, drive: string) => `/${drive.toLowerCase()}`);
}

/**
 * Where the interpreter keeps things of its own at the root. `/lib` is its standard library; a program that lies under
 * these on the host cannot be seen.
 */
const OWN = new Set(['dev', 'lib', 'proc', 'sys']);

/** What to mount so that `paths`, and on POSIX everything else, are seen where they are: `[host, embedded]`. */
export function mounts(
  paths: readonly string[],
  platform = process.platform,
): readonly (readonly [host: string, embedded: string])[] {
  if (platform === 'win32') {
    const drives = new Set(paths.flatMap((each) => /^[A-Za-z]:/.exec(each)?.[0].toUpperCase() ?? []));
    return [...drives].map((drive) => [`${drive}\\`, toEmbedded(drive, platform)]);
  }
  return readdirSync('/')
    .filter((name) => !OWN.has(name))
    .map((name): [string, string] => [`/${name}`, `/${name}`])
    .filter(([folder]) => statSync(folder, { throwIfNoEntry: false })?.isDirectory());
}
