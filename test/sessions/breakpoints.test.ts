/** Breakpoints: where they can be, when they count, what they see, and that they may be set at any time. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const TALK = `
  """Two people talk."""

  def talk(step):                      # @def
      try:
          while True:
              received = yield step    # @yield
              step += 1                # @step
      finally:
          closed = True                # @finally

  def each():
      yield (yield 1) + (yield 2)      # @three

  g = talk(10)                         # @create
  next(g)
  for word in "ABCD":
      g.send(word)                     # @send
  try:
      g.throw(KeyError("boo"))
  except KeyError:
      pass
  h = talk(0)
  next(h)
  h.close()
  e = each()
  next(e), e.send(5), e.send(6)        # @driven
  doubled = list(x * 2 for x in range(2))  # @genexpr
  print("end")                         # @end
`;

describe.each(hosts)('on $name', (host) => {
  test('a line stops before it runs, with the values it is about to use', async () => {
    const session = await Session.launch(host, TALK, { breakpoints: ['step'] });
    const stopped = await session.stop();
    expect(stopped).toMatchObject({ reason: 'breakpoint', allThreadsStopped: true });
    expect(stopped.hitBreakpointIds).toHaveLength(1);
    expect(await session.stack()).toEqual([
      'talk: step += 1',
      '<module>: g.send(word)',
      expect.stringMatching(/^-- resumed by send\('A'\) at story\.py:\d+$/),
    ]);
    expect(await session.scope('Locals')).toMatchObject({ received: "'A'", step: '10' });
    expect(await session.setBreakpoints('end')).toMatchObject([{ verified: true, line: session.line('end') }]);
    expect(await session.next()).toBe('<module>: print("end")');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('end\n');
  });

  test('conditions, hit counts and log messages decide together', async () => {
    const session = await Session.launch(host, TALK, {
      breakpoints: [
        { at: 'step', condition: "received in 'BD' and all(step > s for s in (1, 2))" },
        { at: 'send', hitCondition: '>= 4' },
        { at: 'finally', logMessage: '{{closing}} at {step} with {[s for s in (step,)]} and {nobody}' },
      ],
    });
    await session.stop();
    expect(session.where).toBe('talk: step += 1');
    expect(await session.scope('Locals')).toMatchObject({ received: "'B'" });
    expect(await session.next()).toBe('<module>: g.send(word)');
    expect(await session.scope('Locals')).toMatchObject({ word: "'D'" });
    expect(await session.next()).toBe('talk: step += 1');
    expect(await session.finish()).toBe(0);
    const said = session.client.outputText('console');
    expect(said).toContain('{closing} at 14 with [14] and <NameError("name \'nobody\' is not defined")>\n');
    expect(said).toContain('{closing} at 0 with [0] and ');
    const logged = session.client.seen('output').find(({ output }) => output.startsWith('{closing}'));
    expect(logged).toMatchObject({ source: { path: session.program }, line: session.line('finally') });
  });

  test('the four modes stop at the suspension point itself', async () => {
    const session = await Session.launch(host, TALK, {
      breakpoints: [
        { at: 'yield', mode: 'suspend', condition: 'yielded == 12' },
        { at: 'yield', mode: 'resume', condition: "sent == 'D' and self_coroutine.gi_running" },
        { at: 'yield', mode: 'throw' },
        { at: 'yield', mode: 'close' },
      ],
    });
    await session.stop();
    expect(await session.scope('Coroutine')).toMatchObject({ kind: 'generator', state: 'running', yielded: '12' });
    expect(session.top).toMatchObject({ line: session.line('yield'), column: 24, endColumn: 34 });
    await session.next();
    // The value is there although the program has not taken it yet.
    expect(await session.scope('Coroutine')).toMatchObject({ sent: "'D'" });
    expect(await session.scope('Locals')).toMatchObject({ received: "'C'" });
    await session.next();
    expect(await session.scope('Coroutine')).toMatchObject({ thrown: "KeyError('boo')" });
    await session.next();
    expect(await session.scope('Coroutine')).toMatchObject({ thrown: 'GeneratorExit()' });
    expect(await session.scope('Locals')).toMatchObject({ step: '0' });
    expect(await session.finish()).toBe(0);
  });

  test('columns choose between the suspension points of a line', async () => {
    const session = await Session.launch(host, TALK, { breakpoints: ['create'] });
    await session.stop();
    const source = { path: session.program };
    const line = session.line('three');
    const { breakpoints: places } = await session.client.request('breakpointLocations', { source, line });
    expect(places).toEqual([
      { line },
      { line, column: 5, endLine: line, endColumn: 32 },
      { line, column: 12, endLine: line, endColumn: 19 },
      { line, column: 24, endLine: line, endColumn: 31 },
    ]);
    const [set] = await session.setBreakpoints({ at: 'three', column: 24 });
    expect(set).toMatchObject({ verified: true, line, column: 24, endColumn: 31 });
    expect(await session.next()).toBe('each: yield (yield 1) + (yield 2)');
    expect(await session.scope('Coroutine')).toMatchObject({ yielded: '2', sent: '5' });

    const genexpr = session.line('genexpr');
    const inner = await session.client.request('breakpointLocations', { source, line: genexpr });
    const column = inner.breakpoints.find((each) => each.column !== undefined)?.column ?? 0;
    await session.setBreakpoints({ at: 'genexpr', column });
    expect(await session.next()).toBe('<genexpr>: doubled = list(x * 2 for x in range(2))');
    await session.setBreakpoints('genexpr', 'end');
    expect(await session.next()).toBe('<module>: print("end")');
  });

  test('one that cannot be hit moves, or is refused and says why', async () => {
    const broken = 'def f():\n    return (\n';
    const session = await Session.launch(host, TALK, { breakpoints: ['create'], files: { 'broken.py': broken } });
    await session.stop();
    const source = { path: session.program };
    const { breakpoints } = await session.client.request('setBreakpoints', {
      source,
      breakpoints: [
        { line: 2 },
        { line: 4000 },
        { line: session.line('end'), mode: 'suspend' },
        { line: session.line('end'), mode: 'sometimes' },
        { line: session.line('end'), condition: 'received =' },
        { line: session.line('end'), hitCondition: 'often' },
        { line: session.line('end'), logMessage: 'all of {received' },
      ],
    });
    expect(breakpoints[0]).toMatchObject({ verified: true, line: session.line('def') });
    expect(breakpoints[0]?.message).toBe(`Moved to line ${session.line('def')}, the next one that can be hit.`);
    const refused = breakpoints.slice(1);
    expect(refused.map(({ verified, reason }) => ({ verified, reason }))).toEqual(
      refused.map(() => ({ verified: false, reason: 'failed' })),
    );
    expect(refused.map(({ message }) => message)).toEqual([
      'There is no code on line 4000 or after it.',
      expect.stringMatching(/^Line \d+ has no suspension point .* so nothing can suspend there\.$/),
      expect.stringMatching(/^There is no breakpoint mode 'sometimes'; there are 'line', 'suspend', /),
      expect.stringMatching(/^The condition is not a Python expression: .*\.$/),
      expect.stringMatching(/^The hit count 'often' is not understood\. Write a number/),
      expect.stringMatching(/^The log message has no whole expression/),
    ]);
    const inBroken = await session.client.request('setBreakpoints', {
      source: { path: path.join(session.folder, 'broken.py') },
      breakpoints: [{ line: 1 }],
    });
    expect(inBroken.breakpoints[0]).toMatchObject({ verified: false });
    expect(inBroken.breakpoints[0]?.message).toMatch(/^The file is not valid Python in line 2: /);
    const { breakpoints: functions } = await session.client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'each' }, { name: '1x' }],
    });
    expect(functions.map(({ verified }) => verified)).toEqual([true, false]);
    expect(functions[1]?.message).toContain('not the name of a function');
    await session.resume();
    expect(await session.stop()).toMatchObject({ reason: 'function breakpoint' });
    expect(session.top.name).toBe('each');
  });

  test('a condition that raises is reported once, and the program goes on', async () => {
    const session = await Session.launch(host, TALK, { breakpoints: [{ at: 'step', condition: 'nobody_knows' }] });
    expect(await session.ended()).toBe(0);
    const said = session.client.outputText('important');
    expect(said.match(/NameError/g)).toHaveLength(1);
    expect(said).toContain(`The condition of the breakpoint at line ${session.line('step')} raised`);
  });

  test('in a module before it is imported, in code that is suspended, and at breakpoint() calls', async () => {
    const later = `
      def f():
          x = 1
          got = yield x
          return got
    `;
    const main = `
      breakpoint()                     # @call
      import later
      g = later.f()
      next(g)
      here = 1                         # @here
      try:
          g.send("A")
      except StopIteration:
          pass
    `;
    const session = await Session.launch(host, main, { files: { 'later.py': later } });
    expect(await session.stop()).toMatchObject({ reason: 'breakpoint' });
    expect(session.where).toBe('<module>: breakpoint()');
    const source = { path: path.join(session.folder, 'later.py') };
    const set = await session.client.request('setBreakpoints', { source, breakpoints: [{ line: 2 }] });
    expect(set.breakpoints).toMatchObject([{ verified: true, line: 2, source: { path: source.path } }]);
    await session.setBreakpoints('here');
    expect(await session.next()).toBe('f: later.py:2');
    expect(await session.next()).toBe('<module>: here = 1');
    await session.client.request('setBreakpoints', { source, breakpoints: [{ line: 4 }] });
    expect(await session.next()).toBe('f: later.py:4');
    expect(await session.scope('Locals')).toMatchObject({ got: "'A'" });
    expect(await session.finish()).toBe(0);
  });

  test('while the program runs, in a busy loop', async () => {
    const session = await Session.launch(
      host,
      `
      print("up")
      going = True
      count = 0
      while going:
          count += 1                   # @loop
      print("down")
      `,
    );
    await session.printed('up');
    expect(await session.setBreakpoints('loop')).toMatchObject([{ verified: true }]);
    await session.stop();
    expect(session.where).toBe('<module>: count += 1');
    await session.setBreakpoints();
    await session.evaluate('going = False');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('up\ndown\n');
  });

  test('in a file that is written, or written anew, only as the program runs', async () => {
    const session = await Session.launch(
      host,
      `
  import importlib, os, sys
  folder = os.path.dirname(os.path.abspath(__file__))
  sys.path.insert(0, folder)
  sys.dont_write_bytecode = True
  def write(*lines):
      with open(os.path.join(folder, "written.py"), "w") as file:
          file.write("\\n".join(lines))
      importlib.invalidate_caches()
  go = 1                                       # @go
  write("def numbers():", "    yield 1", "    yield 2")
  import written
  print(list(written.numbers()))
  write("def numbers():", "    first = 10", "    yield first", "    yield 20")
  importlib.reload(written)
  print(list(written.numbers()))
`,
      { breakpoints: ['go'] },
    );
    await session.stop();
    const written = path.join(path.dirname(session.program), 'written.py');
    const { breakpoints } = await session.client.request('setBreakpoints', {
      source: { path: written },
      breakpoints: [{ line: 3, mode: 'suspend' }],
    });
    expect(breakpoints).toMatchObject([{ verified: false, message: 'The file cannot be read.', reason: 'pending' }]);
    const changed = session.client.waitFor('breakpoint');
    await session.resume();
    expect(await changed).toMatchObject({ reason: 'changed', breakpoint: { id: breakpoints[0]?.id, verified: true } });
    await session.stop();
    expect(await session.stack()).toContainEqual(expect.stringMatching(/numbers/));
    expect(await session.scope('Coroutine')).toMatchObject({ yielded: '2' });
    await session.resume();
    await session.stop();
    expect(await session.scope('Coroutine')).toMatchObject({ yielded: '10' });
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('[1, 2]\n[10, 20]\n');
  });
});
