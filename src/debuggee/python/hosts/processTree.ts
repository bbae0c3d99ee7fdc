import { execFile } from 'node:child_process';
import path from 'node:path';

/**
 * Ends a process that leads a group of its own (`spawn` with `detached`), and all that it started. On Windows its tree,
 * as far as it is still linked. Resolves when the signals are on their way; what is gone already is no error.
 */
export async function killGroup(leader: number, platform = process.platform): Promise<void> {
  if (platform === 'win32') return taskkill(leader);
  signal(-leader);
}

/** Ends one process that somebody else started, with its children where the system can find them. */
export async function killProcess(pid: number, platform = process.platform): Promise<void> {
  if (platform === 'win32') return taskkill(pid);
  signal(pid);
}

/** Whether a process with this id exists, also one that belongs to somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signal(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH' && (error as NodeJS.ErrnoException).code !== 'EPERM')
      throw error;
  }
}

function taskkill(pid: number): Promise<void> {
  const program = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  return new Promise((resolve) => {
    execFile(program, ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => {
      resolve();
    });
  });
}
