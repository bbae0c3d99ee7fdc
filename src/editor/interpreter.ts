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

/** Undefined leaves the choice to the adapter: `python3`, or the embedded interpreter. */
export async function chooseInterpreter(sources: InterpreterSources): Promise<string | undefined> {
  if (sources.setting !== '') return sources.setting;
  const chosen = await sources.chosen();
  if (chosen !== undefined) return chosen;
  for (const candidate of virtualEnvironments(sources.folder, sources.platform)) {
    if (await sources.isFile(candidate)) return candidate;
  }
  return undefined;
}

/** Where the interpreters of a workspace's virtual environments are, by the names in use (PEP 405 for the layout). */
function virtualEnvironments(folder: string | undefined, platform: NodeJS.Platform): string[] {
  if (folder === undefined) return [];
  const names = ['.venv', 'venv'];
  return platform === 'win32'
    ? names.map((name) => path.win32.join(folder, name, 'Scripts', 'python.exe'))
    : names.map((name) => path.posix.join(folder, name, 'bin', 'python'));
}
