/** `coroscope python`: which interpreter a run would use, decided by what starts the runs. */
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { LaunchError } from '../debuggee/backend.js';
import { chooseInterpreter, namedInterpreter, type Surroundings } from '../debuggee/python/interpreters.js';

export interface PythonAnswer {
  /** Absent for the embedded one, and where there is an `error`. */
  readonly executable?: string;
  /** `3.14.2`; absent for the embedded one, which is started to be asked. */
  readonly version?: string;
  readonly embedded: boolean;
  /** Why the one that was named cannot be used, and what to do. */
  readonly error?: string;
}

/** Status 1 if the interpreter named cannot be used. */
export async function pythonCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, cwd: { type: 'string', default: '.' } },
    allowPositionals: true,
  });
  const answer = await ask(positionals[0], { cwd: path.resolve(values.cwd), environment: process.env });
  process.stdout.write(values.json ? `${JSON.stringify(answer)}\n` : `${inWords(answer)}\n`);
  return answer.error === undefined ? 0 : 1;
}

async function ask(python: string | undefined, surroundings: Surroundings): Promise<PythonAnswer> {
  if (python === 'embedded') return { embedded: true };
  try {
    const found = await (python === undefined
      ? chooseInterpreter(surroundings)
      : namedInterpreter(python, surroundings));
    return found === undefined ? { embedded: true } : { ...found, embedded: false };
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    return { embedded: false, error: `${error.message} ${error.hint}` };
  }
}

function inWords({ executable, version, embedded, error }: PythonAnswer): string {
  if (error !== undefined) return error;
  return embedded ? 'The embedded Python' : `Python ${version ?? ''} at ${executable ?? ''}`;
}
