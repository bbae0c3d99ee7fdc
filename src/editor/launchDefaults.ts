/**
 * What a launch configuration lacks, filled in from what surrounds it. Free of the editor's API, so that it is tested
 * without one.
 */

/** Of a launch of the file in the active editor, wherever it is begun. */
export const CURRENT_FILE = 'Coroscope: current file';

/** A launch configuration as the user left it: any field may be absent. F5 without a launch.json gives an empty one. */
export interface PartialLaunch {
  type?: string;
  name?: string;
  request?: string;
  [setting: string]: unknown;
}

/** A complete one: the editor starts it. */
export type Launch = PartialLaunch & { type: string; name: string; request: string };

export interface ActiveFile {
  readonly path: string;
  readonly languageId: string;
  /** False for a text that was never saved: it has no file that an interpreter could read. */
  readonly onDisk: boolean;
}

/** The settings `coroscope.*`, for launches that do not say. */
export interface LaunchSettings {
  readonly justMyCode: boolean;
  readonly record: string;
  readonly console: string;
  readonly maxLogicalThreads: number;
  readonly freezeClocks: boolean;
  readonly blockedLoopMs: number;
}

export type Completion =
  | { readonly kind: 'complete'; readonly launch: Launch }
  /** Cannot be launched; `reason` says why, and what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

const TARGETS = ['program', 'module', 'code'] as const;

export function completeLaunch(
  given: PartialLaunch,
  activeFile: ActiveFile | undefined,
  settings: LaunchSettings,
): Completion {
  const launch: Launch = {
    ...settings,
    ...given,
    type: given.type ?? 'coroscope',
    request: given.request ?? 'launch',
    name: given.name ?? CURRENT_FILE,
  };
  if (launch.request !== 'launch') {
    return refused(`Coroscope cannot ${launch.request} yet. Set "request" of "${launch.name}" to "launch".`);
  }

  const targets = TARGETS.filter((target) => launch[target] !== undefined);
  if (targets.length > 1) {
    const named = targets.map((target) => `"${target}"`).join(' and ');
    return refused(`"${launch.name}" names ${named}. Keep one of them in launch.json.`);
  }
  if (targets.length === 0) launch['program'] = '${file}';
  if (launch['program'] === '${file}') return withActiveFile(launch, activeFile);
  return { kind: 'complete', launch };
}

/** `${file}` is replaced here and not by the editor: only here is it known whether it can be run. */
function withActiveFile(launch: Launch, file: ActiveFile | undefined): Completion {
  if (file?.languageId !== 'python') {
    return refused('No Python file is open to debug. Open one, or name a "program" in launch.json.');
  }
  if (!file.onDisk) {
    return refused('This Python file has not been saved yet. Save it to debug it.');
  }
  return { kind: 'complete', launch: { ...launch, program: file.path } };
}

function refused(reason: string): Completion {
  return { kind: 'refused', reason };
}
