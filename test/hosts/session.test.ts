/** Both hosts with the runtime itself: what a session is made of passes through them. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/dap/settings.js';
import { pythonBackend } from '../../src/debuggee/python/backend.js';
import { overrideAssets } from '../../src/debuggee/python/assets.js';
import { Connection } from '../../src/link/connection.js';
import { PROTOCOL_VERSION, type CommandArgs, type FactBody, type FactName } from '../../src/link/protocol.js';
import { findInterpreters } from '../support/interpreters.js';
import { buildWorker, recordingContext, remove, scratchFolder, write } from './support.js';

const folder = scratchFolder();
const interpreters = await findInterpreters();

beforeAll(async () => {
  overrideAssets({});
  await buildWorker(folder);
  process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache');
});
afterAll(() => {
  overrideAssets({});
  Reflect.deleteProperty(process.env, 'XDG_CACHE_HOME');
  remove(folder);
});

const SETTINGS: CommandArgs<'configure'>['settings'] = {
  justMyCode: true,
  stopOnEntry: false,
  record: 'auto',
  recordLimit: 1000,
  historyLength: 10,
  streamExchanges: false,
  redirectConsole: true,
  evaluateTimeout: 5,
  userRoots: [],
  freezeClocks: true,
  findings: true,
  blockedLoopMs: 100,
};

async function begin(python: string, code: string, more: Partial<typeof SETTINGS> = {}) {
  const program = write(folder, 'story.py', code);
  const { context, outputs } = recordingContext();
  const debuggee = await pythonBackend.launch(readSettings({ program, python }), context);
  const link = new Connection(debuggee.transport);
  const facts: { name: FactName; body: unknown }[] = [];
  let printed = '';
  link.on('output', (body) => {
    if (body.category !== 'console') printed += body.text;
  });
  const waiting = new Set<() => void>();
  for (const name of ['hello', 'stopped', 'continued', 'inputRequested', 'exiting'] as const) {
    link.on(name, (body) => {
      facts.push({ name, body });
      for (const each of waiting) each();
    });
  }
  const next = <N extends FactName>(name: N): Promise<FactBody<N>> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const index = facts.findIndex((fact) => fact.name === name);
        if (index < 0) return;
        waiting.delete(look);
        resolve(facts.splice(index, 1)[0]?.body as FactBody<N>);
      };
      void debuggee.exited.then(() => {
        reject(new Error(`It ended without "${name}": ${printed} ${JSON.stringify(outputs)}`));
      });
      waiting.add(look);
      look();
    });
  const hello = await next('hello');
  await link.request('configure', { protocol: PROTOCOL_VERSION, settings: { ...SETTINGS, ...more } });
  return { debuggee, link, program, hello, next, printed: () => printed, outputs };
}

const STORY = `
def talk():
    got = yield 1
    print("got", got)
    yield 2

g = talk()
next(g)
g.send("A")
name = input("name? ")
print("hello", name)
raise SystemExit(4)
`;

describe.each([...interpreters.map(({ version, path: python }) => [version, python]), ['embedded', 'embedded']])(
  'a session with Python %s',
  (_, python = '') => {
    it('stops, answers, reads input and ends', async () => {
      const { debuggee, link, program, hello, next, printed, outputs } = await begin(python, STORY);
      expect(hello.limits.length > 0).toBe(python === 'embedded');
      const set = await link.request('setBreakpoints', { path: program, breakpoints: [{ id: 1, line: 4 }] });
      expect(set.breakpoints).toMatchObject([{ id: 1, verified: true, line: 4 }]);
      await link.request('run', {});
      const stopped = await next('stopped');
      expect(stopped).toMatchObject({ reason: 'breakpoint', breakpoints: [1] });

      const { frames } = await link.request('stack', { thread: stopped.thread, start: 0, count: 10 });
      expect(frames.map(({ name, location }) => [name, location.path, location.line])).toEqual([
        ['talk', program, 4],
        ['<module>', program, 9],
      ]);
      const frame = frames[0]?.id ?? 0;
      // All at once: each is answered, whatever the program is doing when it arrives.
      const many = Array.from({ length: 200 }, (_unused, i) =>
        link.request('evaluate', { expression: `got * ${i % 3}`, frame, context: 'watch' }),
      );
      const values = (await Promise.all(many)).map(({ variable }) => variable.value);
      expect(values.slice(0, 3)).toEqual(["''", "'A'", "'AA'"]);

      await link.request('resume', { action: 'continue', thread: stopped.thread });
      await next('inputRequested');
      await link.request('input', { text: 'you\n' });
      expect(await debuggee.exited).toEqual({ code: 4 });
      expect(printed()).toBe('got A\nname? hello you\n');
      expect(outputs).toEqual([]);
    });

    it.each([
      ['runs', 'while True:\n    pass\n'],
      ['sleeps', 'import time\ntime.sleep(10**6)\n'],
      ['waits', 'import asyncio\nasync def main():\n    await asyncio.Event().wait()\nasyncio.run(main())\n'],
    ])('can be paused while it %s, go on, and be ended as by Ctrl+C', async (__, code) => {
      const { debuggee, link, next, printed } = await begin(python, `print("up")\n${code}`);
      const up = new Promise<void>((resolve) => {
        link.on('output', ({ text }) => {
          if (text.includes('up')) resolve();
        });
      });
      await link.request('run', {});
      await up;
      await link.request('pause', {});
      expect(await next('stopped')).toMatchObject({ reason: 'pause' });
      const { threads } = await link.request('threads', { limit: 10 });
      await link.request('resume', { action: 'continue', thread: threads[0]?.id ?? 0 });
      await link.request('terminate', { kill: false });
      const exit = await debuggee.exited;
      expect(exit.signal ?? exit.code).toBe(python === 'embedded' ? 130 : 'SIGINT');
      expect(printed()).toMatch(/KeyboardInterrupt\n$/);
    });
  },
);
