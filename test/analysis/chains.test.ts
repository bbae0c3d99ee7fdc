/** Await chains over small workspaces, as they are read from the disk. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ChainNode, Direction } from '../../src/analysis/requests.js';
import { AnalysisService } from '../../src/analysis/service.js';
import type { Parse } from '../../src/analysis/syntaxTree.js';
import { parserForTests } from './support.js';

let parse: Parse;
const folders: string[] = [];

beforeAll(async () => {
  parse = await parserForTests();
});

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A workspace of these files; a `$` in a text marks a place and is not part of it. */
class Workspace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'coroscope-analysis-'));
  readonly service = new AnalysisService(parse, () => undefined);
  readonly #marks = new Map<string, { line: number; column: number }>();

  static async of(files: Record<string, string>, open = Object.keys(files)): Promise<Workspace> {
    const workspace = new Workspace();
    folders.push(workspace.folder);
    const paths: string[] = [];
    for (const [name, marked] of Object.entries(files)) {
      const file = path.join(workspace.folder, name);
      const [before = '', after] = marked.split('$');
      if (after !== undefined) {
        const lines = before.split('\n');
        workspace.#marks.set(name, { line: lines.length - 1, column: lines.at(-1)!.length });
      }
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, before + (after ?? ''));
      paths.push(file);
    }
    await workspace.service.handle('files', { folders: [workspace.folder], files: paths });
    for (const name of open) {
      const text = files[name]!.replace('$', '');
      await workspace.service.handle('open', { path: path.join(workspace.folder, name), text });
    }
    return workspace;
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  async root(name: string): Promise<ChainNode> {
    const at = this.#marks.get(name)!;
    return (await this.service.handle('subject', { path: this.path(name), ...at }))!;
  }

  /** The chain from the mark, one line a node. */
  async chain(name: string, direction: Direction): Promise<string> {
    if (direction === 'awaited by') await this.service.handle('examine', null);
    const lines: string[] = [];
    const add = async (node: ChainNode, depth: number): Promise<void> => {
      lines.push('  '.repeat(depth) + this.line(node));
      for (const child of await this.service.handle('children', { node, direction })) await add(child, depth + 1);
    };
    await add(await this.root(name), 0);
    return `\n${lines.join('\n')}\n`;
  }

  line({ label, edge, remark, alternatives, via, isCycle, functionKind }: ChainNode): string {
    return [
      edge && `${edge.kind} ${path.relative(this.folder, edge.path)}:${edge.range[0] + 1}:`,
      label,
      functionKind && `[${functionKind}]`,
      remark && `(${remark})`,
      via.length > 0 && `through ${via.join(', ')}`,
      alternatives > 1 && `(1 of ${alternatives})`,
      isCycle && '(again)',
    ]
      .filter((part) => typeof part === 'string')
      .join(' ');
  }
}

const SERVICE = {
  'app/__init__.py': '',
  'app/client.py': `
import asyncio
from .wire import Connection, frames as read_frames

class Client:
    def __init__(self, address):
        self.connection = Connection(address)
        self._task = None

    async def fetch(self, key):
        async with self.connection as c:
            await self.connection.send(key)
            async for frame in read_frames(c):
                return frame

    def fetch_later(self, key):
        return self.fetch(key)

    async def poll(self):
        await self.poll()
`,
  'app/wire.py': `
import asyncio

class Connection:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self
    async def __aexit__(self, *exc):
        pass
    async def send(self, data):
        await self.writer.drain()

async def frames(connection):
    while True:
        yield await connection.read()
`,
  'main.py': `
import asyncio
from app.client import Client

async def one(client: Client):
    return await client.fetch_later(1)

async def ma$in():
    client = Client('x')
    first = asyncio.create_task(client.fetch(1))
    await asyncio.gather(*[one(client) for _ in range(3)], client.poll())
    async with asyncio.TaskGroup() as group:
        group.create_task(one(client))
    await first

asyncio.run(main())
`,
};

describe('down', () => {
  test('through methods, attributes, tasks and groups, across files, to the leaves', async () => {
    const workspace = await Workspace.of(SERVICE, ['main.py']);
    expect(await workspace.chain('main.py', 'awaits')).toMatchInlineSnapshot(`
      "
      main [coroutine]
        start main.py:10: Client.fetch [coroutine] through asyncio.create_task
          async with app/client.py:11: Connection.__aenter__ [coroutine]
            await app/wire.py:6: asyncio.sleep (waits for a timer)
          async with app/client.py:11: Connection.__aexit__ [coroutine]
          await app/client.py:12: Connection.send [coroutine]
            await app/wire.py:11: self.writer.drain() (dynamic: cannot be told without running (the class \`Connection\` has no \`writer\` that is written down))
          async for app/client.py:13: frames [async generator]
            yield app/wire.py:15: yield await connection.read()
            await app/wire.py:15: connection.read() (dynamic: cannot be told without running (\`connection\` is a parameter))
        await main.py:11: one [coroutine] through asyncio.gather
          await main.py:6: Client.fetch [coroutine] through fetch_later
            async with app/client.py:11: Connection.__aenter__ [coroutine]
              await app/wire.py:6: asyncio.sleep (waits for a timer)
            async with app/client.py:11: Connection.__aexit__ [coroutine]
            await app/client.py:12: Connection.send [coroutine]
              await app/wire.py:11: self.writer.drain() (dynamic: cannot be told without running (the class \`Connection\` has no \`writer\` that is written down))
            async for app/client.py:13: frames [async generator]
              yield app/wire.py:15: yield await connection.read()
              await app/wire.py:15: connection.read() (dynamic: cannot be told without running (\`connection\` is a parameter))
        await main.py:11: Client.poll [coroutine] through asyncio.gather
          await app/client.py:20: Client.poll [coroutine] (again)
        async with main.py:12: asyncio.TaskGroup (waits for all tasks of the group, at its end)
        start main.py:13: one [coroutine] through asyncio.TaskGroup.create_task
          await main.py:6: Client.fetch [coroutine] through fetch_later
            async with app/client.py:11: Connection.__aenter__ [coroutine]
              await app/wire.py:6: asyncio.sleep (waits for a timer)
            async with app/client.py:11: Connection.__aexit__ [coroutine]
            await app/client.py:12: Connection.send [coroutine]
              await app/wire.py:11: self.writer.drain() (dynamic: cannot be told without running (the class \`Connection\` has no \`writer\` that is written down))
            async for app/client.py:13: frames [async generator]
              yield app/wire.py:15: yield await connection.read()
              await app/wire.py:15: connection.read() (dynamic: cannot be told without running (\`connection\` is a parameter))
        await main.py:14: Client.fetch [coroutine] through asyncio.create_task
          async with app/client.py:11: Connection.__aenter__ [coroutine]
            await app/wire.py:6: asyncio.sleep (waits for a timer)
          async with app/client.py:11: Connection.__aexit__ [coroutine]
          await app/client.py:12: Connection.send [coroutine]
            await app/wire.py:11: self.writer.drain() (dynamic: cannot be told without running (the class \`Connection\` has no \`writer\` that is written down))
          async for app/client.py:13: frames [async generator]
            yield app/wire.py:15: yield await connection.read()
            await app/wire.py:15: connection.read() (dynamic: cannot be told without running (\`connection\` is a parameter))
      "
    `);
  });

  test('through yield from to the yields', async () => {
    const workspace = await Workspace.of({
      'talk.py': `
def leaf():
    got = yield 1
    yield

def middle(n):
    yield from (leaf() if n else other())
    yield from [1, 2]
    yield from range(3)

def other():
    yield 'other'

def ro$ot():
    result = yield from middle(1)
`,
    });
    expect(await workspace.chain('talk.py', 'awaits')).toMatchInlineSnapshot(`
      "
      root [generator]
        yield from talk.py:15: middle [generator]
          yield from talk.py:7: leaf [generator] (1 of 2)
            yield talk.py:3: yield 1
            yield talk.py:4: yield
          yield from talk.py:7: other [generator] (1 of 2)
            yield talk.py:12: yield 'other'
          yield from talk.py:8: [1, 2] (plain values)
          yield from talk.py:9: range(3) (plain values)
      "
    `);
  });

  test('says what it cannot know', async () => {
    const workspace = await Workspace.of({
      'dynamic.py': `
from .missing import gone
import aiohttp

class Late:
    def __await__(self):
        yield

async def ru$n(handler, loop, table):
    await handler()
    await table['x']()
    await gone()
    await aiohttp.request('GET', '/')
    await getattr(loop, 'x')()
    await undefined()
    await Late()
    loop.create_task(helper())
    job = helper if loop else Late
    await job()

async def helper():
    pass
`,
    });
    expect(await workspace.chain('dynamic.py', 'awaits')).toMatchInlineSnapshot(`
      "
      run [coroutine]
        await dynamic.py:10: handler() (dynamic: cannot be told without running (\`handler\` is a parameter))
        await dynamic.py:11: table['x']() (dynamic: cannot be told without running (it was taken out of something))
        await dynamic.py:12: gone() (dynamic: cannot be told without running (the module \`.missing\` is not in the workspace))
        await dynamic.py:13: aiohttp.request (outside the workspace)
        await dynamic.py:14: getattr(loop, 'x')() (dynamic: cannot be told without running (nothing in its file says what \`getattr\` is))
        await dynamic.py:15: undefined() (dynamic: cannot be told without running (nothing in its file says what \`undefined\` is))
        await dynamic.py:16: Late.__await__ [generator]
          yield dynamic.py:7: yield
        start dynamic.py:17: helper [coroutine] through create_task of something not known
        await dynamic.py:19: helper [coroutine] (1 of 2)
        await dynamic.py:19: Late.__await__ [generator] (1 of 2)
          yield dynamic.py:7: yield
      "
    `);
  });
});

describe('up', () => {
  test('everybody who awaits it, by whatever name, to the call that starts it all', async () => {
    const workspace = await Workspace.of(
      {
        ...SERVICE,
        'main.py': SERVICE['main.py'].replace('$', ''),
        'app/client.py': SERVICE['app/client.py'].replace('fetch(', 'fet$ch('),
      },
      ['app/client.py'],
    );
    expect(await workspace.chain('app/client.py', 'awaited by')).toMatchInlineSnapshot(`
      "
      Client.fetch [coroutine]
        await main.py:6: one [coroutine] through fetch_later
          await main.py:11: main [coroutine] through asyncio.gather
            start main.py:16: <module> [plain] through asyncio.run
          start main.py:13: main [coroutine] through asyncio.TaskGroup.create_task
            start main.py:16: <module> [plain] through asyncio.run
        start main.py:10: main [coroutine] through asyncio.create_task
          start main.py:16: <module> [plain] through asyncio.run
        await main.py:14: main [coroutine] through asyncio.create_task
          start main.py:16: <module> [plain] through asyncio.run
      "
    `);
  });
});
