/** The programs of `test/programs`, which the tests of the runtime run as well. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import type { Host } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const folder = path.resolve(import.meta.dirname, '../programs');

export interface Program {
  /** Its file's, in words. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

export function read(file: string): Program {
  return {
    name: path.basename(file, '.py').replaceAll('_', ' '),
    file: path.basename(file),
    text: readFileSync(path.join(folder, file), 'utf8'),
  };
}

export function readAll(kind: 'healthy' | 'deadlocks'): readonly Program[] {
  const files = readdirSync(path.join(folder, kind)).filter((file) => file.endsWith('.py'));
  return files.sort().map((file) => read(`${kind}/${file}`));
}

/** One session of a driver that runs several programs, with a breakpoint in each of them where it says `# @stop`. */
export class Drive {
  readonly story: Story;

  constructor(
    readonly host: Host,
    driver: string,
    readonly kind: 'healthy' | 'deadlocks',
    whenDone: (close: () => Promise<void>) => void,
  ) {
    this.story = new Story(host, driver, whenDone);
  }

  async begin(programs: readonly Program[]): Promise<void> {
    const { story } = this;
    for (const { file } of programs) copyFileSync(path.join(folder, this.kind, file), this.#path(file));
    await story.client.start(
      { program: story.program, cwd: story.folder, python: this.host.python },
      { breakpoints: Object.fromEntries(programs.map((each) => [this.#path(each.file), [stopIn(each)]])) },
    );
  }

  /** No stop any more in this program. */
  async leave({ file }: Program): Promise<void> {
    await this.story.client.request('setBreakpoints', { source: { path: this.#path(file) }, breakpoints: [] });
  }

  #path(file: string): string {
    return path.join(this.story.folder, file);
  }
}

function stopIn({ text }: Program): DAP.SourceBreakpoint {
  return { line: text.split('\n').findIndex((line) => line.includes('# @stop')) + 1 };
}
