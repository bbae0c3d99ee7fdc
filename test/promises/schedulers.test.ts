/** Programs whose tasks trio runs, seen through the adapter. Where trio is missing, the test is skipped by name. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { expect, test } from 'vitest';
import { environmentWith, hosts, type Host } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';

const NURSERY = `
import trio, trio.testing
lock = trio.Lock()

async def holder():
    async with lock:
        await trio.sleep(60)

async def wanting():
    async with lock:
        pass

async def branch():
    async with trio.open_nursery() as inner:
        inner.start_soon(wanting)

async def main():
    async with trio.open_nursery() as nursery:
        nursery.start_soon(holder)
        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(branch)
        await trio.testing.wait_all_tasks_blocked()
        reached = True                          # @stop
        nursery.cancel_scope.cancel()
    print("over")

trio.run(main)
`;

const GROUPS = `
import sys, anyio
async def waits(event):
    await event.wait()
async def wants(lock):
    async with lock: pass
async def main():
    event, lock = anyio.Event(), anyio.Lock()
    await lock.acquire()
    async with anyio.create_task_group() as group:
        group.start_soon(waits, event, name="waits")
        group.start_soon(wants, lock, name="wants")
        await anyio.wait_all_tasks_blocked()
        reached = True                          # @stop
        group.cancel_scope.cancel()
    lock.release()
    print("over")
anyio.run(main, backend=sys.argv[1])
`;

/** The hosts that can import a library, each with the environment it takes. */
async function having(
  library: string,
): Promise<readonly (Host & { readonly env: Readonly<Record<string, string>> })[]> {
  const asked = await Promise.all(hosts.map(async (host) => ({ host, env: await environmentWith(host, library) })));
  return asked.flatMap(({ host, env }) => (env ? [{ ...host, env }] : []));
}

const found = await having('trio');
const withAnyio = await having('anyio');
const backendsOf = (host: Host): string[] =>
  found.some(({ name }) => name === host.name) ? ['asyncio', 'trio'] : ['asyncio'];
const lacking = hosts.filter(({ name }) => !found.some((each) => each.name === name));
const without = hosts.filter(({ name }) => !withAnyio.some((each) => each.name === name));
test.skip.each(without)('on $name: anyio is not installed', () => undefined);

test.each(withAnyio.flatMap((host) => backendsOf(host).map((backend) => [host.name, backend, host] as const)))(
  'on %s need 21 · tasks of anyio (anyio#462) over %s are threads that say what they wait for, and drawn in their group',
  async (_, backend, host) => {
    const story = new Story(host, GROUPS);
    await story.begin({ breakpoints: ['stop'], settings: { args: [backend], env: host.env } });
    await story.stop();
    const threads = await story.logical();
    expect(threads.map(({ name }) => name.replace(/ · program.*/, '')).sort()).toEqual([
      expect.stringMatching(/waits · await anyio\.Event\.wait$/),
      expect.stringMatching(/wants · async with anyio\.Lock$/),
    ]);
    const { nodes, edges } = await story.client.request('coroscope/awaitGraph', {});
    const name = (id: number): string => nodes.find((node) => node.id === id)?.name ?? '';
    // Only over asyncio the lock's name is found.
    const drawn = edges.map(({ from, to, relation }) => `${name(from)} ${relation} ${name(to)}`.replace(/ 'lock'/, ''));
    expect(drawn.sort()).toEqual([
      '__main__.main holds Lock',
      'waits waits awaitedBy __main__.main',
      'waits waits waitsFor Event',
      'wants wants awaitedBy __main__.main',
      'wants wants wants Lock',
    ]);
    await story.go();
    expect([await story.end(), story.output]).toEqual([0, 'over\n']);
  },
);

test.skip.each(lacking)('on $name: trio is not installed', () => undefined);

test.each(found)(
  'on $name need 21 · trio tasks (vscode-python#6694) are threads with stacks, and drawn with their nurseries',
  async (host) => {
    const story = new Story(host, NURSERY);
    await story.begin({ breakpoints: ['stop'], settings: { env: host.env } });
    const stopped = await story.stop();
    expect(folded(stopped.frames)).toEqual(['main', '(unrolled_run)', '(run)', '<module>']);

    const threads = await story.logical();
    expect(threads.map(({ name }) => name)).toEqual([
      '__main__.holder · await trio.sleep · program.py:7',
      '__main__.branch · async with trio.NurseryManager.__aexit__ · program.py:14',
      '__main__.wanting · async with trio.Lock · program.py:10',
    ]);
    const { frames } = await story.stackOf(threads[2]?.id ?? 0);
    const named = folded(frames);
    expect(named.slice(named.indexOf('wanting'))).toEqual([
      'wanting',
      "resumed by next from trio's run loop · created at program.py:15",
      'awaited by __main__.branch · created at program.py:21',
      ...['(_real_async_yield)', '(wait_task_rescheduled)', '(Nursery._nested_child_finished)'],
      ...['(NurseryManager.__aexit__)', 'branch'],
      'awaited by __main__.main · created at program.py:27',
      'main',
    ]);

    const { nodes, edges } = await story.client.request('coroscope/awaitGraph', {});
    const name = (id: number): string => nodes.find((node) => node.id === id)?.name ?? '';
    const drawn = edges.map(({ from, to, relation, through }) =>
      [name(from), relation, name(to), ...(through === undefined ? [] : [`(${through})`])].join(' '),
    );
    expect(drawn).toEqual(
      expect.arrayContaining([
        '__main__.holder awaitedBy __main__.main (nursery)',
        '__main__.branch awaitedBy __main__.main (nursery)',
        '__main__.branch waitsFor __main__.wanting (nursery)',
        "__main__.wanting wants Lock 'lock'",
        "__main__.holder holds Lock 'lock'",
      ]),
    );
    await story.setBreakpoints();
    expect(await story.step('next')).toBe('main: nursery.cancel_scope.cancel()');
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('over\n');
  },
);

/** Names of frames; those that are folded in parentheses. */
function folded(frames: readonly DAP.StackFrame[]): string[] {
  return frames.map(({ name, presentationHint }) => (presentationHint === 'subtle' ? `(${name})` : name));
}
