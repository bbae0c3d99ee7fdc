/** Looking at values never runs the program, whatever they are, and never costs more than a page of them. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { describe, expect, test } from 'vitest';
import { hosts, Session, texts, useSessions } from './session.js';

useSessions();

const HOSTILE = `
  import sys, time
  ran = []
  def note(what):
      ran.append(what)
      raise RuntimeError(what)

  class Meta(type):
      def __instancecheck__(cls, other): note("instancecheck")
      def __repr__(cls): note("metarepr")
      def __getattribute__(cls, name): note("metaget " + name)

  class Hostile(metaclass=Meta):
      def __getattribute__(self, name): note("get " + name)
      def __repr__(self): note("repr")
      def __str__(self): note("str")
      def __len__(self): note("len")
      def __iter__(self): note("iter")
      def __eq__(self, other): note("eq")
      def __hash__(self): return 1
      def __bool__(self): note("bool")
      def __del__(self): pass

  class Slow:
      def __init__(self): self.plain = 1
      def __getattr__(self, name): ran.append(name); time.sleep(3600)
      def __repr__(self): ran.append("slow repr"); time.sleep(3600)
      @property
      def prop(self): ran.append("prop"); time.sleep(3600)

  class Recursive:
      def __init__(self): self.me = self
      def __repr__(self): ran.append("recursive repr"); return repr(self)

  class Liar(dict):
      def items(self): note("items")
      def keys(self): note("keys")
      def __len__(self): note("liar len")
      def __getitem__(self, key): note("getitem")

  def gen():
      yield 1
      yield 2

  async def coroutine():
      pass

  class Lazy:
      def __get__(self, instance, owner): note("descriptor")
  class WithDescriptor:
      field = Lazy()
      def __dir__(self): note("dir")

  def look():
      hostile, slow, recursive, liar, described = Hostile(), Slow(), Recursive(), Liar(a=1), WithDescriptor()
      among = {hostile: [slow, hostile], "k": recursive}
      g, it, mapped, c = gen(), iter([1, 2]), map(note, "ab"), coroutine()
      loop = []
      loop.append(loop)
      big = dict.fromkeys(range(1_000_000))
      text = "x" * 100_000_000
      deep = []
      for _ in range(100_000): deep = [deep]
      here = 1                         # @here
      c.close()
      return next(g), next(it), len(big), len(text)

  print(look())                        # @look
  print(ran)
`;

/** Opens everything below a value, some levels and some children deep, as a person who expands all there is. */
async function expandAll(session: Session, variables: readonly DAP.Variable[], levels: number): Promise<number> {
  let seen = 0;
  for (const variable of variables) {
    expect(variable.value.length).toBeLessThan(4096);
    seen += 1;
    if (variable.variablesReference === 0 || levels === 0) continue;
    const page = { variablesReference: variable.variablesReference, start: 0, count: 20 };
    const children = await session.client.request('variables', page);
    seen += await expandAll(session, children.variables, levels - 1);
  }
  return seen;
}

describe.each(hosts)('on $name', (host) => {
  test('expanding, hovering and watching a name run nothing, and the program goes on as if nobody had looked', async () => {
    const session = await Session.stopped(host, HOSTILE, { breakpoints: ['here'] });
    const { client } = session;
    const { scopes } = await client.request('scopes', { frameId: session.top.id });
    const reference = scopes.find(({ name }) => name === 'Locals')?.variablesReference ?? 0;
    const { variables } = await client.request('variables', { variablesReference: reference });
    expect(await expandAll(session, variables, 3)).toBeGreaterThan(100);
    for (const { name } of variables) {
      await session.evaluate(name, 'hover');
      await session.evaluate(name, 'watch');
      if (name !== 'text') await session.evaluate(name, 'clipboard');
      await client.request('completions', { frameId: session.top.id, text: `${name}.`, column: name.length + 2 });
    }
    const locals = Object.fromEntries(variables.map((each) => [each.name, each]));
    expect(texts(await client.children(locals['slow']?.variablesReference ?? 0))).toMatchObject({ plain: '1' });
    expect(await session.evaluate('slow.plain', 'hover')).toMatchObject({ result: '1' });
    expect(await session.evaluate('loop[0][0]', 'hover')).toMatchObject({ type: 'list' });
    await session.setBreakpoints();
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('(1, 1, 1000000, 100000000)\n[]\n');
    expect(session.client.outputText('important')).toBe('');
  });

  test('what would run is refused with a sentence that says so', async () => {
    const session = await Session.stopped(host, HOSTILE, { breakpoints: ['here'] });
    for (const expression of ['slow.prop', 'slow.nothing', 'next(g)', 'list(g)', '[x for x in g]', 'hostile == 1']) {
      const failure = await session.client.failure(session.evaluate(expression, 'hover'));
      expect(failure.message, expression).toMatch(/^[A-Z'].*\.( .*\.)?$/s);
    }
    expect(await session.evaluate('ran')).toMatchObject({ result: '[]' });
    expect((await session.client.failure(session.evaluate('len(hostile)'))).message).toContain('RuntimeError: len');
  });

  test('a dict of a million comes in pages, a text of 100 MB in part, the clipboard gets what it asks for', async () => {
    const session = await Session.stopped(host, HOSTILE, { breakpoints: ['here'] });
    const { client } = session;
    const big = await session.variable('Locals', 'big');
    expect(big.indexedVariables).toBe(1_000_000);
    const page = async (start: number, count: number): Promise<string[]> =>
      (
        await client.request('variables', {
          variablesReference: big.variablesReference,
          filter: 'indexed',
          start,
          count,
        })
      ).variables.map(({ name }) => name);
    expect(await page(0, 3)).toEqual(['0', '1', '2']);
    expect(await page(999_998, 100)).toEqual(['999998', '999999']);
    const all = await client.request('variables', { variablesReference: big.variablesReference });
    expect(all.variables.length).toBeLessThan(1100);
    expect(all.variables.at(-1)?.value).toMatch(/only the first 1000 are shown/);
    expect((await session.variable('Locals', 'text')).value.length).toBeLessThan(2000);
    const copied = await session.evaluate('text[:100_000]', 'repl');
    expect(copied.result.length).toBeLessThan(100_000);
    await session.evaluate('part = text[:100_000]', 'repl');
    const whole = await session.evaluate('part', 'clipboard');
    expect(whole.result).toHaveLength(100_000);
    // What would not go through the link in one piece is cut; the session lives on.
    expect((await session.evaluate('text', 'clipboard')).result.length).toBeLessThan(64 * 1024 * 1024);
    expect(await session.evaluate('len(text)')).toMatchObject({ result: '100000000' });
  });
});
