/** The processes of this machine: read from `/proc` on Linux, where `ps` need not be installed, elsewhere told by `ps`. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface State {
  readonly pid: number;
  readonly parent: number;
  /** Its first letter is Z for one that has ended, and that nobody has asked about. */
  readonly state: string;
}

/** Whether a process runs; one that has ended, and that nobody has asked about, does not. */
export function isRunning(pid: number): boolean {
  const found = process.platform === 'linux' ? fromProc(pid) : fromPs().find((each) => each.pid === pid);
  return found !== undefined && !found.state.startsWith('Z');
}

/** Processes below one, as the operating system has them now. */
export function childrenOf(parent: number): number[] {
  const all =
    process.platform === 'linux'
      ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (fromProc(Number(name)) ?? []) : []))
      : fromPs();
  return all.filter((each) => each.parent === parent).map(({ pid }) => pid);
}

/** `pid (name) state parent ...`, of which the name may hold anything (proc_pid_stat(5)). */
function fromProc(pid: number): State | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(parent), state };
  } catch {
    return undefined;
  }
}

function fromPs(): State[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, state = ''] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
}
