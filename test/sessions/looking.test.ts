import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

const HOSTILE = `
import time
calls = []
class Hostile:
    def __getattribute__(self, name): calls.append(name); raise RuntimeError(name)
    def __repr__(self): calls.append("repr"); raise RuntimeError
    def __len__(self): calls.append("len"); return 3
    def __iter__(self): calls.append("iter"); return iter(())
    def __eq__(self, other): calls.append("eq"); return True
    __hash__ = None
class Lazy:
    def __getattr__(self, name): calls.append(name); time.sleep(60)
    def __repr__(self): calls.append("repr"); return repr(self)
    @property
    def prop(self): calls.append("prop"); return 1
def gen():
    yield 1
    yield 2
g = gen()
hostile, lazy = Hostile(), Lazy()
big = {i: i for i in range(1_000_000)}
text = "x" * 100_000_000
loop = []; loop.append(loop)
here = 1                            # @stop
print(next(g), calls)
`;

describe.each(hosts)('looking on $name', (host) => {
  test('never runs the program, and costs no more than a page', async () => {
    const story = new Story(host, HOSTILE);
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    const locals = await story.scope('Locals', stopped);
    for (const name of ['hostile', 'lazy', 'g', 'loop']) {
      const reference = locals[name]?.variablesReference ?? 0;
      if (reference > 0) await story.client.children(reference);
      await story.evaluate(name, stopped, 'hover');
    }
    const { variables } = await story.client.request('variables', {
      variablesReference: locals['big']?.variablesReference ?? 0,
      filter: 'indexed',
      start: 999_990,
      count: 10,
    });
    expect(variables.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, n) => String(999_990 + n)));
    expect(locals['big']?.indexedVariables).toBe(1_000_000);
    expect(locals['text']?.value.length).toBeLessThan(2000);
    for (const expression of ['list(g)', 'lazy.prop', 'next(g)', '[x for x in g]']) {
      const failed = await story.client.failure(story.evaluate(expression, stopped, 'hover'));
      expect(failed.message, expression).not.toBe('');
    }
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('1 []\n');
  });

  test('assigning in running and suspended frames, statements, completions', async () => {
    const story = new Story(
      host,
      `
def gen(a):
    b = a + 1
    got = yield b
    print(got, b)
def outer(x):
    y = x * 2
    return y                        # @stop
g = gen(1)
next(g)
print(outer(5))
try:
    g.send("in")
except StopIteration:
    pass
`,
    );
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    const [thread] = await story.logical();
    const suspended = await story.stackOf(thread?.id ?? 0);
    const localsOf = async ({ frames }: { frames: readonly { id: number }[] }): Promise<number> => {
      const { scopes } = await story.client.request('scopes', { frameId: frames[0]?.id ?? 0 });
      return scopes.find(({ name }) => name === 'Locals')?.variablesReference ?? 0;
    };
    await story.client.request('setVariable', {
      variablesReference: await localsOf(suspended),
      name: 'b',
      value: '[1, 2]',
    });
    await story.client.request('setVariable', {
      variablesReference: await localsOf(stopped),
      name: 'y',
      value: 'x + 1',
    });
    const frameId = stopped.frames[0]?.id ?? 0;
    await story.client.request('setExpression', { frameId, expression: 'y', value: 'y * 7' });
    expect(await story.evaluate('y', stopped)).toBe('42');
    await story.evaluate('import math; print(math.floor(2.5))', stopped);
    const { targets } = await story.client.request('completions', { frameId, text: 'oute', column: 5 });
    expect(targets.map(({ label }) => label)).toContain('outer');
    const failed = await story.client.failure(story.evaluate('1 / 0', stopped));
    expect(failed.message).toContain('ZeroDivisionError');
    await story.go();
    expect(await story.end()).toBe(0);
    expect(story.output).toBe('2\n42\nin [1, 2]\n');
  });

  test('an evaluation that hangs is cancelled, and stepping still works', async () => {
    const story = new Story(host, 'def f():\n    x = 1\n    y = 2      # @stop\n    z = 3\nf()\n');
    await story.begin({ breakpoints: ['stop'] });
    const stopped = await story.stop();
    const hanging = story.client.request('evaluate', {
      expression: '[0 for _ in iter(int, 1)]',
      context: 'repl',
      frameId: stopped.frames[0]?.id ?? 0,
    });
    await story.client.request('cancel', { requestId: hanging.seq });
    expect((await story.client.failure(hanging)).short).toBe('cancelled');
    expect(await story.evaluate('x', stopped)).toBe('1');
    expect(await story.step('next')).toBe('f: z = 3');
  });

  test('references of an earlier stop, unknown requests and wrong arguments are named', async () => {
    const story = new Story(host, 'x = 1   # @stop\ny = 2\nz = 3\n');
    await story.begin({ breakpoints: ['stop'] });
    const { frames } = await story.stop();
    const frameId = frames[0]?.id ?? 0;
    const { scopes } = await story.client.request('scopes', { frameId });
    await story.step('next');
    const stale = await story.client.failure(story.client.request('scopes', { frameId }));
    expect(stale.message).toMatch(/frame/i);
    const old = { variablesReference: scopes[0]?.variablesReference ?? 0 };
    expect((await story.client.failure(story.client.request('variables', old))).message).not.toBe('');
    expect((await story.client.failure(story.client.requestAny('fly'))).message).toContain('fly');
    const wrong = story.client.requestAny('scopes', { frameId: 'one' });
    expect((await story.client.failure(wrong)).message).toContain('frameId');
    await story.go();
    expect(await story.end()).toBe(0);
  });
});
