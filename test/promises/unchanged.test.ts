/** Needs 13, 14, 15 and 17: the program stays what it is undebugged, and looking at it cannot hang. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { environmentWith, hosts, type Host } from '../support/interpreters.js';
import { Story, type Stopped } from '../sessions/story.js';

const run = promisify(execFile);

const FASTAPI = `
from fastapi import FastAPI

app = FastAPI()

@app.get("/items/{number}")
async def item(number: int):
    await asyncio.sleep(0)
    answer = {"number": number * 2}                     # @handler
    return answer
`;

/** What every ASGI server calls: no framework, and nothing that is compiled. */
const ASGI = `
async def app(scope, receive, send):
    number = int(scope["path"].rpartition("/")[2])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    answer = {"number": number * 2}                     # @handler
    body = str(answer).replace(" ", "").replace("'", '"').encode()
    await send({"type": "http.response.body", "body": body})
`;

const server = (app: string): string => `
import asyncio, sys, threading, urllib.request
import uvicorn
${app}
config = uvicorn.Config(app, host="127.0.0.1", port=0, loop=sys.argv[1], log_level="warning", lifespan="off")
server = uvicorn.Server(config)

async def main():
    loop = asyncio.get_running_loop()
    print(type(loop).__module__.partition(".")[0], type(loop).__name__)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    fetch = lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/items/21").read().decode()
    print(await asyncio.to_thread(fetch))
    server.should_exit = True
    await serving
    print("stopped")

config.setup_event_loop() if not hasattr(config, "get_loop_factory") else None
with asyncio.Runner(loop_factory=config.get_loop_factory() if hasattr(config, "get_loop_factory") else None) as runner:
    runner.run(main())
`;

const HANGING = `
import threading, time

lock = threading.Lock()

class Locked:
    def __repr__(self):
        with lock:
            return "locked"
    @property
    def value(self):
        with lock:
            return 1
    def __len__(self):
        return self.value

class Remote:
    def __getattr__(self, name):
        lock.acquire()

def hold():
    locked, remote = Locked(), Remote()
    items = list(range(1_000_000))
    text = "x" * 50_000_000
    nested = []
    for _ in range(10_000):
        nested = [nested]
    with lock:
        held = True                                     # @held
    return locked.value

print(hold())
`;

const TIMEOUT = `
import asyncio, time

async def main():
    async with asyncio.timeout(1) as limit:
        deadline = limit.when()
        reached = True                                  # @stop
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    print("in time")

asyncio.run(main())
`;

const LIFETIMES = `
import asyncio, gc, sys, warnings, weakref

log = []
warnings.showwarning = lambda message, *rest, **more: log.append(f"warning {message}")
sys.unraisablehook = lambda args: log.append(f"unraisable {type(args.exc_value).__name__}")

class Thing:
    def __init__(self, name): self.name = name
    def __del__(self):
        log.append(f"del {self.name}")
        if self.name == "bad":
            raise ValueError

async def never():
    pass

def left_open():
    try:
        yield 1
    finally:
        log.append("closed")

def work():
    thing, bad = Thing("thing"), Thing("bad")
    reference = weakref.ref(thing, lambda r: log.append("weak"))
    generator = left_open()
    next(generator)
    forgotten = never()
    here = 1                                            # @stop
    del forgotten
    log.append("one")
    del generator
    log.append("two")
    del bad
    del thing                                           # @after
    log.append(f"three {reference() is None}")

def failing():
    thing = Thing("raised")
    raise LookupError(thing)                            # @raise

def catching():
    try:
        failing()
    except LookupError as error:
        log.append("caught")
    log.append("behind")

async def lost():
    thing = Thing("lost")
    await asyncio.get_running_loop().create_future()    # @lost

async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: log.append(context["message"]))
    reference = weakref.ref(asyncio.create_task(lost()))
    await asyncio.sleep(0)
    before = len(log)
    gc.collect()
    log[before:] = sorted(log[before:])  # what one collection ends, it ends in no order that is promised
    log.append(f"collected {reference() is None}")      # @collected

work()
log.append("returned")
catching()
asyncio.run(main())
print("\\n".join(log))
`;

/** What it prints. */
const LIVED = [
  "warning coroutine 'never' was never awaited",
  'one',
  'closed',
  'two',
  'del bad',
  'unraisable ValueError',
  'del thing',
  'weak',
  'three True',
  'returned',
  'caught',
  'del raised',
  'behind',
  'Task was destroyed but it is pending!',
  'del lost',
  'collected True',
  '',
];

const STEPPED = [
  'breakpoint work: here = 1',
  'step work: del forgotten',
  'step work: log.append("one")',
  'step work: del generator',
  'step work: log.append("two")',
  'step work: del bad',
  'exception Thing.__del__: raise ValueError',
  'exception failing: raise LookupError(thing)',
  'breakpoint lost: await asyncio.get_running_loop().create_future()',
  // The line that runs then, while the task is being collected: which of the two comes first differs.
  expect.stringMatching(/^step (main\.<locals>\.<lambda>|Thing\.__del__): /) as string,
];

/** What the program prints without a debugger. */
async function undebugged(
  host: Host,
  source: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await run(host.python, ['-c', source, ...args], { env: { ...process.env, ...environment } })).stdout;
}

describe.each(hosts)('on $name', (host) => {
  test.for([
    ['FastAPI', 'asyncio', ['fastapi']],
    ['FastAPI', 'uvloop', ['fastapi', 'uvloop']],
    ['a bare ASGI application', 'asyncio', []],
  ] as const)(
    'need 13 · uvicorn and %s run unchanged on the loop of their choice (uvicorn#2737): %s',
    async ([framework, loop, modules], { skip }) => {
      const env = await environmentWith(host, 'uvicorn', ...modules);
      if (!env) return skip(`no ${['uvicorn', ...modules].join(' and ')} there`);
      const source = server(framework === 'FastAPI' ? FASTAPI : ASGI);
      const story = new Story(host, source);
      await story.begin({ breakpoints: ['handler'], settings: { args: [loop], env } });
      const stopped = await story.stop();
      expect(story.where(stopped)).toMatch(/^(item|app): answer = \{"number": number \* 2\}$/);
      expect(await story.values('Locals', stopped)).toMatchObject({ number: '21' });
      expect(await story.step('next')).toMatch(/^(item: return answer|app: body = str)/);
      await story.go();
      expect(await story.end()).toBe(0);
      expect(story.output).toBe(await undebugged(host, source, [loop], env));
      expect(story.output).toMatch(/\{"number":42\}\nstopped\n$/);
    },
  );

  test('need 14 · inspecting never deadlocks, and large values do not hang (debugpy#2053, #1729, #1660, #1185)', async () => {
    const story = new Story(host, HANGING);
    await story.begin({ breakpoints: ['held'] });
    const stopped = await story.stop();
    const locals = await story.scope('Locals', stopped);
    expect(Object.keys(locals)).toEqual(expect.arrayContaining(['locked', 'remote', 'items', 'text', 'nested']));
    for (const [name, { variablesReference, value }] of Object.entries(locals)) {
      expect(value.length).toBeLessThan(3000);
      if (variablesReference > 0 && name !== 'items') await story.client.children(variablesReference);
      await story.evaluate(name, stopped, 'hover');
      await story.evaluate(name, stopped, 'watch');
    }
    expect(locals['items']?.indexedVariables).toBe(1_000_000);
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('1\n');
  });

  test('need 14 · a watch that would deadlock is cut off with a message, and others go on', async () => {
    const story = new Story(host, HANGING);
    await story.begin({ breakpoints: ['held'], settings: { evaluateTimeout: 0.3 } });
    const stopped = await story.stop();
    const cut = await story.client.failure(story.evaluate('all(n == 0 for n in iter(int, 1))', stopped, 'watch'));
    expect(cut.message).toMatch(/^The evaluation was cut off after 0\.3 seconds/);
    expect(await story.evaluate('lock.locked()', stopped, 'watch')).toBe('True');
    expect(await story.step('next')).toBe('hold: with lock:');
    await story.go();
    expect(await story.end()).toBe(0);
  });

  test('need 15 · a timeout does not fire because one paused (alt-pytest-asyncio#16)', async () => {
    const story = new Story(host, TIMEOUT);
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    await story.evaluate('while time.monotonic() < deadline + 0.05: pass', stopped);
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('in time\n');
  });

  test.each([
    ['record: auto', 'auto'],
    ['record: all, a step in flight and a stop at an exception', 'all'],
  ])(
    'need 17 · never-awaited warnings, weak references, finalizers and hooks come as in an undebugged run (cpython#117207): %s',
    async (_, record) => {
      const expected = host.embedded ? undefined : await undebugged(host, LIFETIMES);
      const story = new Story(host, LIFETIMES);
      const stepped = record === 'all';
      await story.begin({
        breakpoints: stepped ? ['stop', 'lost'] : ['stop', 'after'],
        exceptions: stepped ? ['raised'] : [],
        settings: { record },
      });
      const stops: string[] = [];
      const look = async (stopped: Stopped): Promise<void> => {
        stops.push(`${stopped.body.reason} ${story.where(stopped)}`);
        for (const [name, { variablesReference }] of Object.entries(await story.scope('Locals', stopped))) {
          if (variablesReference > 0) await story.client.children(variablesReference);
          await story.evaluate(name, stopped, 'watch');
        }
        await story.logical();
      };
      const step = async (): Promise<void> => {
        await story.client.request('next', { threadId: 1 });
        await look(await story.stop());
      };
      await look(await story.stop());
      for (let count = 0; stepped && count < 5; count += 1) await step();
      await story.go();
      await look(await story.stop());
      if (stepped) {
        for (let count = 0; count < 2; count += 1) {
          await story.go();
          await look(await story.stop());
        }
        await step();
      }
      await story.go();
      expect(await story.end()).toBe(0);
      expect(stops).toEqual(stepped ? STEPPED : ['breakpoint work: here = 1', 'breakpoint work: del thing']);
      expect(story.output.split('\n')).toEqual(LIVED);
      if (expected !== undefined) expect(story.output).toBe(expected);
    },
  );
});
