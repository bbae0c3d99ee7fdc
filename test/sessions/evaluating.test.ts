/** The debug console, watches and assignments: they run code where the user asked for it, and can always be cut off. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const PROGRAM = `
  class Box:
      def __init__(self):
          self.inside = 1
          self.items = [1, 2, 3]

  limit = 10

  def gen(a):
      b = a + 1
      got = yield b                    # @yield
      print("gen", got, b)

  def outer(x):
      box = Box()
      table = {"k": 1, 2: "two"}
      y = x * 2
      def inner():
          nonlocal y
          z = y                        # @inner
          return z
      inner()
      y += 0                           # @stop
      after = y                        # @after
      print("outer", y, box.inside, box.items, table, limit)
      return y

  g = gen(1)
  next(g)
  outer(5)
  try:
      g.send("in")
  except StopIteration:
      pass
`;

describe.each(hosts)('on $name', (host) => {
  test('assigning to names, attributes, items and closures, in running and in suspended frames', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['inner', 'stop'] });
    const { client } = session;
    const reference = async (scope: string, frameId: number): Promise<number> =>
      (await client.request('scopes', { frameId })).scopes.find(({ name }) => name === scope)?.variablesReference ?? 0;
    const set = async (variablesReference: number, name: string, value: string): Promise<string> =>
      (await client.request('setVariable', { variablesReference, name, value })).value;

    const [suspended] = await session.framesOf(await session.logical('generator gen'));
    expect(await set(await reference('Locals', suspended?.id ?? 0), 'b', '[a, a]')).toBe('[1, 1]');
    const closure = (await client.request('scopes', { frameId: session.top.id })).scopes.map(({ name }) => name);
    expect(closure).toContain('Closure');
    expect(await set(await reference('Closure', session.top.id), 'y', '20')).toBe('20');

    expect(await session.next()).toBe('outer: y += 0');
    const frameId = session.top.id;
    expect(await session.scope('Locals')).toMatchObject({ y: '20' });
    const box = await session.variable('Locals', 'box');
    expect(await set(box.variablesReference, 'inside', "'new'")).toBe("'new'");
    const table = await session.variable('Locals', 'table');
    expect(await set(table.variablesReference, "'k'", 'x + 1')).toBe('6');
    await client.request('setExpression', { frameId, expression: 'box.items[0]', value: '99' });
    await client.request('setExpression', { frameId, expression: 'y', value: 'y * 2 + 2' });
    await client.request('setExpression', { frameId, expression: 'limit', value: '11' });
    const wrong = [
      client.request('setExpression', { frameId, expression: 'f(x)', value: '1' }),
      client.request('setExpression', { frameId, expression: 'y', value: '1 +' }),
      client.request('setExpression', { frameId, expression: 'y', value: '1 / 0' }),
    ];
    for (const request of wrong) expect((await client.failure(request)).message).toMatch(/^[A-Z'].*\w/);
    await session.setBreakpoints();
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe("outer 42 new [99, 2, 3] {'k': 6, 2: 'two'} 11\ngen in [1, 1]\n");
  });

  test('the console runs expressions and statements in the frame, and shows their output and their errors', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['stop'] });
    expect(await session.evaluate('sum(q + x for q in box.items)')).toMatchObject({ result: '21', type: 'int' });
    await session.evaluate('import math\nfor i in range(2):\n    print("said", math.floor(i + 0.5))');
    await session.printed('said 1\n');
    await session.evaluate('y = 50; fresh = y + 1');
    expect(await session.evaluate('y', 'watch')).toMatchObject({ result: '50' });
    expect(await session.evaluate('(lambda: (y, limit))()')).toMatchObject({ result: '(50, 10)' });
    const error = async (text: string): Promise<string> =>
      (await session.client.failure(session.evaluate(text))).message;
    expect(await error('1 / 0')).toBe('ZeroDivisionError: division by zero');
    expect(await error('nobody_knows')).toContain("NameError: name 'nobody_knows' is not defined");
    expect(await error('1 +* 2')).toMatch(/^This is not Python/);
    expect(await error('raise SystemExit(3)')).toContain('SystemExit');
    // In the frames below the innermost, and in a suspended one.
    const module = session.frames.find(({ name }) => name === '<module>');
    expect(await session.evaluate('type(g).__name__', 'repl', module?.id)).toMatchObject({ result: "'generator'" });
    const [suspended] = await session.framesOf(await session.logical('generator gen'));
    expect(await session.evaluate('a, b', 'watch', suspended?.id)).toMatchObject({ result: '(1, 2)' });
    await session.setBreakpoints();
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toContain('outer 50 1 ');
  });

  test('completions of names, attributes and in the middle of a line', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['stop'] });
    const complete = async (text: string, column = text.length + 1): Promise<string[]> => {
      const frameId = session.top.id;
      return (await session.client.request('completions', { frameId, text, column })).targets.map(({ label }) => label);
    };
    expect(await complete('bo')).toEqual(expect.arrayContaining(['box', 'bool']));
    expect(await complete('box.in')).toEqual(['inside']);
    expect(await complete('box.items.ap')).toContain('append');
    expect(await complete('print(box.it) + 1', 13)).toEqual(['items']);
    expect(await complete('wh')).toContain('while');
    expect(await complete('"tab')).toEqual([]);
  });

  test('what hangs is cut off by its time limit; stepping works afterwards', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['stop'], settings: { evaluateTimeout: 0.5 } });
    const { client } = session;
    const late = await client.failure(session.evaluate('all(n == 0 for n in iter(int, 1))'));
    expect(late.message).toMatch(/^The evaluation was cut off after 0\.5 seconds\./);
    expect(await session.evaluate('x')).toMatchObject({ result: '5' });
    expect(await session.step('next')).toBe('outer: after = y');
    await session.setBreakpoints();
    expect(await session.finish()).toBe(0);
  });

  test('cancel reaches what hangs, and what waits behind it is answered', async () => {
    const session = await Session.stopped(host, PROGRAM, { breakpoints: ['stop'] });
    const { client } = session;
    const hanging = session.client.request('evaluate', {
      expression: 'print("in") or all(n == 0 for n in iter(int, 1))',
      context: 'repl',
      frameId: session.top.id,
    });
    await session.printed('in\n');
    const waiting = session.evaluate('x');
    await client.request('cancel', { requestId: hanging.seq });
    expect((await client.failure(hanging)).short).toBe('cancelled');
    expect(await waiting).toMatchObject({ result: '5' });
    expect(await session.step('next')).toBe('outer: after = y');
    // Nobody minds when it comes too late.
    await client.request('cancel', { requestId: hanging.seq });
    await client.request('cancel', { requestId: 4000 });
    expect(await session.step('next')).toMatch(/^outer: print/);
  });
});
