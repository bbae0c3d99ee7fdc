/**
 * Which Python a start would use, as it was answered before: a process need not be started to be told again. An answer
 * holds as long as the files it speaks of are as old as they were. Free of the editor's API.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { PythonAnswer } from './interpreterTexts.js';

/** What outlives a window, like `vscode.Memento`. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

interface Entry {
  readonly executable: string;
  readonly version: string;
  /** Times of last change by path, in milliseconds. */
  readonly ages: Readonly<Record<string, number>>;
}

export class RememberedAnswers {
  constructor(private readonly memory: Memory) {}

  /**
   * @param python as a launch names it; undefined leaves the choice
   * @param folder where a virtual environment is looked for
   */
  async recall(python: string | undefined, folder: string | undefined): Promise<PythonAnswer | undefined> {
    if (python === 'embedded') return { embedded: true };
    const entry = this.memory.get(keyOf(python, folder)) as Entry | undefined;
    if (entry === undefined) return undefined;
    const { executable, version, ages } = entry;
    for (const [file, age] of Object.entries(ages)) if ((await ageOf(file)) !== age) return undefined;
    return { executable, version, embedded: false };
  }

  /** Only what was found is kept: what failed, or was missing, may be there the next time. */
  async keep(python: string | undefined, folder: string | undefined, answer: PythonAnswer): Promise<void> {
    const { executable, version } = answer;
    if (executable === undefined || version === undefined) {
      await this.memory.update(keyOf(python, folder), undefined);
      return;
    }
    const named = python !== undefined && path.isAbsolute(python) ? [python] : [];
    const ages: Record<string, number> = {};
    for (const file of [executable, ...named]) ages[file] = (await ageOf(file)) ?? 0;
    const entry: Entry = { executable, version, ages };
    await this.memory.update(keyOf(python, folder), entry);
  }
}

function keyOf(python: string | undefined, folder: string | undefined): string {
  return `coroscope.python ${JSON.stringify([python ?? null, folder ?? null])}`;
}

async function ageOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
