import { homedir } from 'node:os';
import path from 'node:path';

/** The user's folder for what can be made again: it can be deleted at any time. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform = process.platform,
): string {
  const home = homedir();
  if (platform === 'win32')
    return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'coroscope');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'coroscope');
  const cache = environment['XDG_CACHE_HOME'];
  return path.join(cache && path.isAbsolute(cache) ? cache : path.join(home, '.cache'), 'coroscope');
}
