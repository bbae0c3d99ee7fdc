/** Steps in plain code and in generators: DESIGN's table, row by row. A step is never lost and never becomes Continue. */
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions } from './session.js';

useSessions();

const NUMBERS = `
  def numbers(name):
      for i in range(100):
          got = yield i                # @yield
          total = i                    # @after
      return name

  def helper(x):
      y = x + 1
      return y                         # @helped

  def drive():
      one, two = numbers("one"), numbers("two")  # @create
      next(one), next(two)
      one.send("A")                    # @send
      two.send("B")
      squares = [q * q
                 for q in range(5)
                 if q]                 # @squares
      total = sum(q for q in squares)
      value = helper(
          3)
      for each in one:                 # @for
          print(each)
          break
      one.close()
      return value

  drive()
  print("end")
`;

const DELEGATING = `
  def inner():
      yield 1                          # @inner
      return "done"                    # @return

  def outer():
      before = 0
      result = yield from inner()      # @from
      after = result                   # @after
      yield after                      # @last

  def middle():
      result = yield from inner()      # @middle
      return result

  def outermost():
      yield from middle()
      yield "more"

  def quits():
      yield "only"                     # @only

  h = outermost()
  print(next(h), next(h))
  g = outer()
  print(next(g))                       # @first
  print(next(g))                       # @second
  for each in quits():                 # @loop
      print(each)                      # @body
  gone = quits()
  next(gone)                           # @next
  del gone                             # @del
  print("end")                         # @end
`;

describe.each(hosts)('on $name', (host) => {
  test('plain code: over, into and out; a comprehension and a generator expression are one action', async () => {
    const session = await Session.stopped(host, NUMBERS, { breakpoints: ['create'] });
    // Creating a generator runs nothing, so there is nothing to step into.
    expect(await session.step('stepIn')).toBe('drive: next(one), next(two)');
    expect(await session.step('next')).toBe('drive: one.send("A")');
    expect(await session.step('next')).toBe('drive: two.send("B")');
    // The first line that runs of this statement is its innermost 'for'.
    expect(await session.step('next')).toBe('drive: for q in range(5)');
    expect(await session.step('next')).toBe('drive: total = sum(q for q in squares)');
    expect(await session.step('next')).toBe('drive: value = helper(');
    expect(await session.step('stepIn')).toBe('helper: y = x + 1');
    expect(await session.step('next')).toBe('helper: return y');
    expect(await session.step('stepOut')).toBe('drive: value = helper(');
    expect(await session.step('next')).toBe('drive: for each in one:');
    expect(await session.finish()).toBe(0);
    expect(session.stdout).toBe('2\nend\n');
  });

  test('into a generator expression goes to its body', async () => {
    const session = await Session.stopped(host, NUMBERS, { breakpoints: ['squares'] });
    await session.setBreakpoints();
    while (session.where !== 'drive: total = sum(q for q in squares)') await session.step('next');
    expect(await session.step('stepIn')).toBe('drive.<locals>.<genexpr>: total = sum(q for q in squares)');
    expect(await session.step('stepOut')).toMatch(/^drive: (total = sum|value = helper)/);
  });

  test('over a yield: the next line of the same object, whatever another one does meanwhile', async () => {
    const session = await Session.stopped(host, NUMBERS, { breakpoints: [{ at: 'after', condition: "got == 'A'" }] });
    await session.setBreakpoints();
    expect(await session.step('next')).toBe('numbers: for i in range(100):');
    expect(await session.step('next')).toBe('numbers: got = yield i');
    // 'two' is resumed before 'one' is.
    expect(await session.step('next')).toBe('numbers: total = i');
    expect(await session.scope('Locals')).toMatchObject({ name: "'one'", got: 'None', i: '1' });
  });

  test('into send: the body where it stands, with the value in view; into the yield: the resumer', async () => {
    const session = await Session.stopped(host, NUMBERS, { breakpoints: ['send'] });
    await session.setBreakpoints();
    expect(await session.step('stepIn')).toBe('numbers: got = yield i');
    expect(await session.scope('Coroutine')).toMatchObject({ sent: "'A'" });
    expect(await session.scope('Locals')).toMatchObject({ name: "'one'" });
    expect(await session.step('stepIn')).toBe('numbers: total = i');
    expect(await session.step('stepIn')).toBe('numbers: for i in range(100):');
    expect(await session.step('stepIn')).toBe('numbers: got = yield i');
    expect(await session.step('stepIn')).toBe('drive: one.send("A")');
    expect(await session.step('next')).toBe('drive: two.send("B")');
  });

  test('into a for loop over a generator, out to its user, and over the end of it', async () => {
    const session = await Session.stopped(host, NUMBERS, { breakpoints: ['for'] });
    expect(await session.step('stepIn')).toBe('numbers: got = yield i');
    expect(await session.step('stepOut')).toBe('drive: for each in one:');
    expect(await session.step('next')).toBe('drive: print(each)');
  });

  test('yield from: over stays in the generator, into enters the sub-generator, out comes back after it', async () => {
    const session = await Session.stopped(host, DELEGATING, { breakpoints: ['from'] });
    expect(await session.step('stepIn')).toBe('inner: yield 1');
    // Out of a yield: its resumer, which is whoever called 'next' on the outermost.
    expect(await session.step('stepOut')).toBe('<module>: print(next(g))');
    await session.client.request('restart');
    await session.stop();
    await session.setBreakpoints();
    expect(await session.step('next')).toBe('outer: after = result');
    expect(session.stdout).toMatch(/1 more\n1\n$/);
    expect(await session.scope('Locals')).toMatchObject({ result: "'done'" });
    expect(await session.step('next')).toBe('outer: yield after');
    expect(await session.step('stepOut')).toBe('<module>: print(next(g))');
    expect(session.top.line).toBe(session.line('second'));
    await session.setBreakpoints('middle');
    await session.client.request('restart');
    await session.stop();
    await session.setBreakpoints();
    // Out of a 'yield from': after the 'yield from' of whoever delegates to this one.
    expect(await session.step('stepOut')).toBe('outermost: yield "more"');
  });

  test('over the end of a generator: the code that drove it', async () => {
    const session = await Session.stopped(host, DELEGATING, { breakpoints: ['only'] });
    await session.setBreakpoints('end');
    // Up to 3.13 a 'for' that is through goes on in the middle of its last instruction, which nobody can stop at.
    expect(await session.step('next')).toMatch(/^<module>: (for each in quits\(\):|gone = quits\(\))$/);
    await session.setBreakpoints('only', 'end');
    expect(await session.next()).toBe('quits: yield "only"');
    // Collected while the step waits for it: the step stops at what runs then.
    await session.setBreakpoints();
    expect(await session.step('next')).toMatch(/^<module>: (del gone|print\("end"\))$/);
  });

  test('of a suspended generator: runs until that one is resumed', async () => {
    const session = await Session.stopped(host, NUMBERS, { breakpoints: ['send'] });
    await session.setBreakpoints();
    const threads = await session.logicalThreads();
    expect(threads).toHaveLength(2);
    const names = await Promise.all(
      threads.map(async ({ id }) => (await session.scope('Locals', (await session.framesOf(id))[0]?.id))['name']),
    );
    const two = threads[names.indexOf("'two'")]?.id ?? 0;
    expect(await session.step('stepIn', two)).toBe('numbers: got = yield i');
    expect(await session.scope('Locals')).toMatchObject({ name: "'two'" });
    expect(await session.scope('Coroutine')).toMatchObject({ sent: "'B'" });
    const one = await session.logical('generator numbers');
    expect(await session.step('next', one)).toBe('numbers: total = i');
    expect(await session.scope('Locals')).toMatchObject({ name: "'one'" });
  });

  test('an exception that leaves the stepped code: where it is caught', async () => {
    const session = await Session.stopped(
      host,
      `
      def fails():
          x = 1                        # @in
          raise ValueError(x)
      def gen():
          yield fails()
      def outer():
          try:
              next(gen())
          except ValueError:
              return "caught"
      print(outer())
      `,
      { breakpoints: ['in'] },
    );
    expect(await session.step('next')).toBe('fails: raise ValueError(x)');
    expect(await session.step('next')).toBe('outer: except ValueError:');
    expect(await session.step('stepOut')).toBe('<module>: print(outer())');
  });
});
