/** A step is never lost and never becomes Continue: whatever becomes of its coroutine, it ends at the code that takes over. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { afterAll, describe, expect, test } from 'vitest';
import { dedent, hosts, Session, useSessions, type Host } from './session.js';
import { fates, type Fate, type How } from './steppingFates.js';
import { Story, type Stopped } from './story.js';

useSessions();

const STEPS = { over: 'next', into: 'stepIn', out: 'stepOut' } as const;

/** Runs the program that the debug console names, and then the next one. */
const DRIVER = `
import gc

def run(path):
    with open(path) as source:
        code = compile(source.read(), path, "exec")
    exec(code, {"__name__": "__main__"})
    gc.collect()

path = ""
while True:
    ready = True                       # @ready
    if not path:
        break
    run(path)
`;

/** One session for all the fates on a host. It stands at the driver's line between them. */
class Course {
  private story: Story | undefined;
  private readonly close: (() => Promise<void>)[] = [];
  private driver: Stopped | undefined;
  private programs = 0;

  constructor(private readonly host: Host) {}

  /** Where the steps end that begin at the fate's `# @here`. Nothing of it stops any more after them. */
  async follow({ program, ...fate }: Fate, how: How): Promise<string[]> {
    const { story, driver } = await this.ready();
    this.driver = undefined;
    const text = dedent(program);
    const file = path.join(story.folder, `fate${(this.programs += 1)}.py`);
    writeFileSync(file, text);
    const lines = text.split('\n');
    const here = lines.findIndex((line) => line.includes('# @here')) + 1;
    await story.evaluate(`path = ${JSON.stringify(file)}`, driver);
    await setBreakpoints(story, file, { line: here, ...(fate.mode && { mode: fate.mode }) });
    await story.go();
    let stopped = await story.stop();
    expect(stopped.body.reason).toBe('breakpoint');
    await setBreakpoints(story, file);
    const other = fate.of === undefined ? undefined : await suspended(story, fate.of);
    const ends: string[] = [];
    for (let step = 0; step < fate[how].length; step += 1) {
      await story.client.request(how, { threadId: (step === 0 ? other : undefined) ?? stopped.threadId });
      stopped = await story.stop();
      expect(stopped.body.reason).toBe('step');
      ends.push(where(stopped, file, lines));
    }
    await story.go(stopped.threadId);
    const back = await story.stop();
    expect(story.where(back)).toBe('<module>: ready = True');
    this.driver = back;
    return ends;
  }

  /** The session at the driver's line: begun anew if it stands anywhere else, because a test failed. */
  private async ready(): Promise<{ story: Story; driver: Stopped }> {
    if (this.story === undefined || this.driver === undefined) {
      await this.abandon();
      this.story = new Story(this.host, DRIVER, (close) => this.close.push(close));
      await this.story.begin({ breakpoints: ['ready'] });
      this.driver = await this.story.stop();
    }
    return { story: this.story, driver: this.driver };
  }

  private async abandon(): Promise<void> {
    for (const close of this.close.splice(0)) await close();
  }

  async end(): Promise<void> {
    if (this.story !== undefined && this.driver !== undefined) {
      await this.story.evaluate('path = ""', this.driver);
      await this.story.go();
      expect(await this.story.end()).toBe(0);
    }
    await this.abandon();
  }
}

async function setBreakpoints(story: Story, path: string, ...breakpoints: DAP.SourceBreakpoint[]): Promise<void> {
  await story.client.request('setBreakpoints', { source: { path }, breakpoints });
}

/** The suspended thread whose name begins so: the last, if there are several. */
async function suspended(story: Story, name: string): Promise<number> {
  const found = (await story.logical()).filter((thread) => thread.name.startsWith(name)).at(-1);
  if (found === undefined) throw new Error(`No thread is a ${name}.`);
  return found.id;
}

function where({ frames }: Stopped, file: string, lines: readonly string[]): string {
  const top = frames.find((frame: DAP.StackFrame) => frame.presentationHint === undefined);
  const inFile = top?.source?.path === file;
  const text = inFile ? (lines[top.line - 1] ?? '').replace(/#.*/, '').trim() : `${top?.source?.name}:${top?.line}`;
  return `${top?.name}: ${text}`;
}

describe.each(hosts)('on $name, a step', (host) => {
  const course = new Course(host);
  afterAll(() => course.end());

  for (const fate of fates) {
    for (const [name, how] of Object.entries(STEPS)) {
      test.skipIf(fate.threads === true && host.embedded)(`${name}, when ${fate.name}`, async () => {
        expect(await course.follow(fate, how)).toEqual(fate[how]);
      });
    }
  }
});

describe.each(hosts)('on $name, a step over, when', (host) => {
  test('a breakpoint of another coroutine is hit in between: the breakpoint wins, and the step is over', async () => {
    const session = await Session.stopped(
      host,
      `
      import asyncio
      async def one():
          await asyncio.sleep(0)       # @here
          await asyncio.sleep(0)
          return 1
      async def two():
          await asyncio.sleep(0)
          hit = True                   # @other
          await asyncio.sleep(0)
          await asyncio.sleep(0)
          last = True                  # @last
      async def main():
          await asyncio.gather(two(), one())
      asyncio.run(main())
      `,
      { breakpoints: ['here', 'other', 'last'] },
    );
    await session.client.request('next', { threadId: session.threadId });
    expect((await session.stop()).reason).toBe('breakpoint');
    expect(session.where).toBe('two: hit = True');
    await session.setBreakpoints('last');
    // Nothing is left of the step: 'one' goes on to its end unnoticed.
    expect(await session.next()).toBe('two: last = True');
    expect(await session.finish()).toBe(0);
  });
});
