import { describe, expect, test } from 'vitest';
import { DebugClient } from '../../src/editor/debugClient.js';
import { CoroutineTree } from '../../src/editor/coroutineTree.js';
import { awaitEntries } from '../../src/editor/awaitTree.js';
import { stacksPicture } from '../../src/model/picture.js';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

const MANY = `
import asyncio

def leaf(n):
    yield n                       # @leaf

def outer(n):
    yield from leaf(n)            # @outer

def solo():
    while True:
        yield "solo"

async def fetch(future):
    await future                  # @fetch

async def main():
    future = asyncio.get_running_loop().create_future()
    generators = [outer(n) for n in range(450)]
    for generator in generators:
        next(generator)
    special = solo()
    next(special)
    tasks = [asyncio.create_task(fetch(future), name=f"fetcher-{n}") for n in range(3)]
    await asyncio.sleep(0)
    here = 1                      # @stop
    next(special)
    print("end")
    future.set_result(None)
    await asyncio.gather(*tasks)

asyncio.run(main())
`;

/** What the views use, on the real adapter. */
function clientOf(story: Story): DebugClient {
  return new DebugClient({ customRequest: (command, args) => story.client.requestAny(command, args) });
}

describe.each(hosts)('the list of all coroutines on $name', (host) => {
  test('is shown in groups and pages, filtered, each row in full', async () => {
    const story = new Story(host, MANY);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const client = clientOf(story);
    const tree = new CoroutineTree(client, () => ({ grouping: 'stack', filter: 'leaf', pinned: new Set() }));
    const [group, ...others] = await tree.roots();
    expect(group).toMatchObject({
      group: { name: 'outer → leaf', count: 450, location: { line: story.line('leaf') } },
    });
    expect(others).toEqual([]);
    const rows = await tree.children(group!);
    expect(rows).toHaveLength(201);
    expect(rows.at(-1)).toMatchObject({ type: 'page', start: 200, count: 250 });
    expect(await tree.children(rows.at(-1)!)).toHaveLength(250);
    expect(await tree.children(rows[0]!)).toMatchObject([
      { row: { name: 'leaf', suspension: 'yield', location: { line: story.line('leaf') } } },
    ]);
    const { rows: tasks = [] } = await client.coroutines({ filter: 'fetcher-1' });
    expect(tasks).toMatchObject([{ task: 'fetcher-1', location: { line: story.line('fetch') } }]);
    const whole = await client.coroutine(tasks[0]!.id);
    expect(whole.createdAt).toMatchObject({ path: story.program });
    expect(whole.valueLocation).toMatchObject({ line: story.line('fetch') });
    const { boxes } = stacksPicture(await client.parallelStacks({}));
    expect(boxes.map(({ lines }) => lines[0])).toContain('450 coroutines');
  });

  test('a row can be made to break when it resumes', async () => {
    const story = new Story(host, MANY);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const client = clientOf(story);
    const { rows = [] } = await client.coroutines({ filter: 'solo' });
    expect(await client.breakOnCoroutine(rows[0]!.id, ['resume'])).toMatchObject({ verified: true });
    const changed = story.client.waitFor('coroscope/changed');
    await story.go();
    expect(await changed).toEqual({ reason: 'continued' });
    const stopped = await story.stop();
    expect(stopped.body.reason).toBe('data breakpoint');
    expect(stopped.frames[0]?.name).toBe('solo');
    const running = await client.coroutines({ states: ['running'] });
    expect(running.rows?.map(({ name }) => name)).toEqual(expect.arrayContaining(['solo', 'main']));
    await story.go();
    expect(await story.end()).toBe(0);
  });

  test('the await graph as the view shows it', async () => {
    const story = new Story(host, MANY);
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    const entries = awaitEntries(await clientOf(story).awaitGraph(500));
    const fetcher = entries.find(({ label }) => label === 'fetcher-1 fetch');
    expect(fetcher).toMatchObject({ icon: 'task', location: { line: story.line('fetch') } });
  });
});
