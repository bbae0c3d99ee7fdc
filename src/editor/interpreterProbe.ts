/**
 * Asks the extension's own command line which interpreter a start would use: what decides there decides here. That starts
 * processes, so it is done for who debugs; what was answered then is known later for nothing.
 */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { PythonAnswer } from './interpreterTexts.js';
import { RememberedAnswers, type Memory } from './rememberedAnswers.js';

const run = promisify(execFile);

export class InterpreterProbe {
  readonly #command: string;
  readonly #remembered: RememberedAnswers;

  constructor(extension: vscode.Uri, memory: Memory) {
    this.#remembered = new RememberedAnswers(memory);
    this.#command = vscode.Uri.joinPath(extension, 'dist', 'cli.js').fsPath;
  }

  /** What can be told without starting anything; undefined if nothing can. */
  known(python: string | undefined, folder: string | undefined): Promise<PythonAnswer | undefined> {
    return this.#remembered.recall(python, folder);
  }

  /**
   * @param python as a launch names it; undefined leaves the choice
   * @throws if the command does not run
   */
  async ask(python: string | undefined, folder: string | undefined): Promise<PythonAnswer> {
    const where = folder === undefined ? [] : ['--cwd', folder];
    const named = python === undefined ? [] : ['--', python];
    const { stdout } = await run(process.execPath, [this.#command, 'python', '--json', ...where, ...named], {
      // As for the debug adapter: Electron behaves as Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    }).catch((error: unknown) => {
      // Status 1 goes with an answer too: the interpreter named cannot be used.
      const { stdout: said } = error as { stdout?: string };
      if (said?.startsWith('{') === true) return { stdout: said };
      throw error;
    });
    const answer = JSON.parse(stdout) as PythonAnswer; // of the same build
    await this.#remembered.keep(python, folder, answer);
    return answer;
  }
}
