/** What the status bar says of the interpreter that a debug start would use. Free of the editor's API. */
import path from 'node:path';
import type { InterpreterChoice } from './interpreter.js';

/** The answer of `coroscope python --json`. */
export interface PythonAnswer {
  readonly executable?: string;
  readonly version?: string;
  readonly embedded: boolean;
  readonly error?: string;
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly isWarning: boolean;
}

const REASONS: Readonly<Record<InterpreterChoice['from'], string>> = {
  setting: 'The setting coroscope.python says so.',
  'Python extension': 'It is chosen in the Python extension.',
  'virtual environment': 'It is the virtual environment of this folder.',
  machine: 'It is the first on the PATH that is new enough.',
};
const NOTHING_FOUND = 'No Python 3.12 or newer was found on the PATH.';
const FIRST_FOUND = 'python3, or another Python on the PATH if that is older than 3.12, or its own if there is none.';
const CLICK = 'Click to choose another one.';

/** @param answer undefined while no interpreter has been asked, which only a start does */
export function statusText({ python, from }: InterpreterChoice, answer: PythonAnswer | undefined): StatusText {
  if (answer === undefined) {
    const name = python === undefined ? 'python3' : (environmentName(python) ?? baseName(python));
    return {
      text: `Coroscope: ${name}`,
      tooltip: `Coroscope debugs with ${python === undefined ? FIRST_FOUND : `${python}. ${REASONS[from]}`} Its version is known after the first start. ${CLICK}`,
      isWarning: false,
    };
  }
  const { executable, version, embedded, error } = answer;
  if (error !== undefined) {
    return {
      text: '$(warning) Coroscope: no Python',
      tooltip: `Coroscope cannot debug with ${python ?? 'python3'}. ${error} ${CLICK}`,
      isWarning: true,
    };
  }
  if (embedded) {
    const reason = from === 'machine' ? NOTHING_FOUND : REASONS[from];
    return {
      text: 'Coroscope: embedded Python',
      tooltip: `Coroscope debugs with the Python inside the extension. ${reason} ${CLICK}`,
      isWarning: false,
    };
  }
  const environment = from === 'machine' || python === undefined ? undefined : environmentName(python);
  return {
    text: `Coroscope: ${version ?? ''}${environment === undefined || environment === version ? '' : ` (${environment})`}`,
    tooltip: `Coroscope debugs with Python ${version ?? ''} at ${python ?? executable ?? ''}. ${REASONS[from]} ${CLICK}`,
    isWarning: false,
  };
}

/** @param message of the debug adapter's */
export function isFailedLaunch(message: unknown): boolean {
  const { type, command, success } = (message ?? {}) as Readonly<Record<string, unknown>>;
  return type === 'response' && command === 'launch' && success === false;
}

function baseName(python: string): string {
  return (python.includes('\\') ? path.win32 : path.posix).basename(python);
}

/** `.venv` of `/project/.venv/bin/python`; none where the folder around it is the system's. */
function environmentName(python: string): string | undefined {
  const flavour = python.includes('\\') ? path.win32 : path.posix;
  const binaries = flavour.dirname(python);
  const name = flavour.basename(flavour.dirname(binaries));
  if (!/^(bin|Scripts)$/i.test(flavour.basename(binaries)) || /^(usr|local|)$/.test(name)) return undefined;
  return name;
}
