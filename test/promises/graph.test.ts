/** The await graph: whole families of tasks, no false alarm where all goes on, and every deadlock with what is in it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwaitGraph } from '../../src/model/awaitGraph.js';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';
import { Drive, read, readAll, type Program } from './programs.js';

const FAMILY = read('family.py');
const HEALTHY = readAll('healthy');
const DEADLOCKS = readAll('deadlocks');

/** Enough to see a program on its way, of those that come by again and again. */
const STOPS = 8;

const ONE_AFTER_THE_OTHER = `
import glob, runpy
for path in sorted(glob.glob("*.py")):
    if path != "program.py":
        runpy.run_path(path, run_name="__main__")
print("over")
`;

/** The cycles stay, each in its own tasks, while the others go on. */
const ALL_AT_ONCE = `
import asyncio, glob, runpy
async def main():
    paths = [path for path in sorted(glob.glob("*.py")) if path != "program.py"]
    await asyncio.gather(*(runpy.run_path(path)["main"]() for path in paths))
asyncio.run(main())
`;

/** Cycles by the names of their nodes, each turned so that it begins with the least. */
function cycles({ nodes, deadlocks }: AwaitGraph): string[][] {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return deadlocks.map((cycle) => turned(cycle.map((id) => names.get(id) ?? '?')));
}

function turned(cycle: readonly string[]): string[] {
  const at = cycle.indexOf([...cycle].sort()[0] ?? '');
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

function expected({ text }: Program): string[] {
  return turned((/^# deadlock: (.*)/.exec(text)?.[1] ?? '').split(' > '));
}

interface Seen {
  stops: number;
  readonly alarms: unknown[];
}

describe.each(hosts)('on $name', (host) => {
  test('need 10 · the tree of nested tasks, gather and task groups (cpython#135371)', async () => {
    const story = new Story(host, FAMILY.text);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const { nodes, edges, sentences } = await story.client.request('coroscope/awaitGraph', {});
    const names = new Map(nodes.map(({ id, name }) => [id, name.split(' ')[0] ?? '']));
    const below = new Map<string, Set<string>>();
    for (const { from, to, relation } of edges) {
      const [above, child] = relation === 'awaitedBy' ? [to, from] : [from, to];
      const known = names.get(above) ?? '';
      below.set(known, (below.get(known) ?? new Set()).add(names.get(child) ?? ''));
    }
    const children = (name: string): string[] =>
      [...(below.get(name) ?? [])].filter((each) => each !== 'sleep,').sort();
    expect(children('runner')).toEqual(['leaf', 'outer0', 'outer1', 'outer2']);
    for (const outer of ['outer0', 'outer1', 'outer2']) expect(children(outer)).toEqual([`${outer}.0`, `${outer}.1`]);
    expect(sentences).toEqual([]);
    // The same in the call stack: from the leaf to the root, through every function between.
    const leaf = (await story.logical()).find(({ name }) => name.startsWith('outer1.0 '));
    const { frames } = await story.stackOf(leaf?.id ?? 0);
    const shown = frames.filter(({ presentationHint }) => presentationHint !== 'subtle').map(({ name }) => name);
    expect(shown.filter((name) => /^(leaf|inner|middle|outer|runner)$|^awaited by/.test(name))).toEqual([
      'leaf',
      expect.stringMatching(/^awaited by outer1 outer/),
      ...['inner', 'middle', 'outer'],
      expect.stringMatching(/^awaited by runner ·/),
      'runner',
    ]);
    await story.go();
    expect(await story.end()).toBe(0);
  });

  describe('need 20 · no false alarm (tokio-console#203, #149):', () => {
    let drive: Drive;
    let close = (): Promise<void> => Promise.resolve();
    const seen = new Map<string, Seen>(HEALTHY.map(({ file }) => [file, { stops: 0, alarms: [] }]));

    beforeAll(async () => {
      drive = new Drive(host, ONE_AFTER_THE_OTHER, 'healthy', (closing) => {
        close = closing;
      });
      await drive.begin(HEALTHY);
      const { client } = drive.story;
      for (;;) {
        const next = await Promise.race([
          drive.story.stop().then(({ frames }) => frames[0]?.source?.name ?? ''),
          drive.story.ended.then(() => undefined),
        ]).catch(() => undefined);
        if (next === undefined) break;
        const program = HEALTHY.find(({ file }) => file === next);
        const found = seen.get(next);
        if (program === undefined || found === undefined) throw new Error(`Stopped in ${next}.`);
        const graph = await client.request('coroscope/awaitGraph', {});
        found.alarms.push(...cycles(graph), ...graph.sentences, ...graph.nodes.filter(({ stuck }) => stuck === true));
        found.stops += 1;
        if (found.stops === STOPS) await drive.leave(program);
        await drive.story.go();
      }
      await drive.story.ended;
    }, 120_000);
    afterAll(() => close());

    test.each(HEALTHY.map(({ name, file }) => [name, file] as const))('%s', (_, file) => {
      const { stops, alarms } = seen.get(file) ?? { stops: 0, alarms: [] };
      expect(stops).toBeGreaterThan(0);
      expect(alarms).toEqual([]);
    });

    test('and none in the findings of the run, with every limit as it comes', () => {
      expect([drive.story.output, drive.story.client.outputText('stderr')]).toEqual(['over\n', '']);
      expect(drive.story.client.outputText('console')).not.toMatch(/finding/);
    });
  });

  describe('need 20 · a deadlock is found among others (trio#182):', () => {
    let close = (): Promise<void> => Promise.resolve();
    const found = new Map<string, string[][]>();

    beforeAll(async () => {
      const drive = new Drive(host, ALL_AT_ONCE, 'deadlocks', (closing) => {
        close = closing;
      });
      await drive.begin(DEADLOCKS);
      for (const _ of DEADLOCKS) {
        const { frames } = await drive.story.stop();
        found.set(frames[0]?.source?.name ?? '', cycles(await drive.story.client.request('coroscope/awaitGraph', {})));
        await drive.story.go();
      }
    }, 60_000);
    afterAll(() => close());

    test.each(DEADLOCKS.map((each) => [each.name, each] as const))('%s', (_, program) => {
      expect(found.get(program.file)).toContainEqual(expected(program));
    });
  });
});
