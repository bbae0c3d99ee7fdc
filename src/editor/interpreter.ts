/** Which interpreter a launch uses that names none. Free of the editor's API; what it asks of it is handed in. */
import path from 'node:path';

export interface InterpreterSources {
  /** The setting `coroscope.python`; empty if unset. */
  readonly setting: string;
  /** The interpreter chosen in the Python extension; undefined without that extension or a choice. */
  readonly chosen: () => Promise<string | undefined>;
  /** Root of the workspace folder that the launch belongs to, if it belongs to one. */
  readonly folder: string | undefined;
  readonly isFile: (candidate: string) => Promise<boolean>;
  readonly platform: NodeJS.Platform;
}

export interface InterpreterChoice {
  /** Absent: the adapter chooses, `python3` or the embedded interpreter. */
  readonly python?: string;
  readonly from: 'setting' | 'Python extension' | 'virtual environment' | 'machine';
}

export async function chooseInterpreter(sources: InterpreterSources): Promise<InterpreterChoice> {
  if (sources.setting !== '') return { python: sources.setting, from: 'setting' };
  const chosen = await sources.chosen();
  if (chosen !== undefined) return { python: chosen, from: 'Python extension' };
  const [environment] = await presentEnvironments(sources);
  return environment === undefined ? { from: 'machine' } : { python: environment, from: 'virtual environment' };
}

/** The interpreters of the virtual environments that the workspace folder has. */
export async function presentEnvironments({
  folder,
  isFile,
  platform,
}: Pick<InterpreterSources, 'folder' | 'isFile' | 'platform'>): Promise<string[]> {
  const candidates = virtualEnvironments(folder, platform);
  const present = await Promise.all(candidates.map(isFile));
  return candidates.filter((_, index) => present[index]);
}

/** Where the interpreters of a workspace's virtual environments are, by the names in use (PEP 405 for the layout). */
function virtualEnvironments(folder: string | undefined, platform: NodeJS.Platform): string[] {
  if (folder === undefined) return [];
  const names = ['.venv', 'venv'];
  return platform === 'win32'
    ? names.map((name) => path.win32.join(folder, name, 'Scripts', 'python.exe'))
    : names.map((name) => path.posix.join(folder, name, 'bin', 'python'));
}
