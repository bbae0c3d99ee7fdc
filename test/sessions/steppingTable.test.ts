/**
 * The stepping table, cell by cell: at which line a step ends, and with what in view. The whole of each story is kept in
 * `test/transcripts/stepping_<row>.txt`, the same on every host. `COROSCOPE_UPDATE_TRANSCRIPTS=1` writes them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { printSteps, type Shown } from '../support/transcript.js';
import { hosts, Session, useSessions, type Host, type Place } from './session.js';

useSessions();

type How = 'next' | 'stepIn' | 'stepOut';
const CELLS = { 'step over': 'next', 'step into': 'stepIn', 'step out': 'stepOut' } as const;

interface Cell {
  /** What the table says. */
  readonly to: string;
  /** Where the steps lead, one after the other. */
  readonly ends: readonly string[];
  /** Where it begins, if not where its row does. */
  readonly at?: Place;
  /** Steps that lead to where it begins. */
  readonly after?: readonly How[];
}

interface Row {
  readonly file: string;
  readonly at: string;
  readonly begins: Place;
  readonly program: string;
  readonly cells: Readonly<Record<keyof typeof CELLS, Cell>>;
}

const TASKS = `
  import asyncio

  async def fetch(name):
      await asyncio.sleep(0)
      return name.upper()            # @return

  async def work(name):
      got = await fetch(name)        # @await
      return got                     # @got

  async def main():
      both = await asyncio.gather(work("a"), work("b"), work("c"))
      one = await work("d")          # @one
      print(both, one)

  asyncio.run(main())
`;

const ASYNC_WITH_AND_FOR = `
  import asyncio

  class Room:
      async def __aenter__(self):
          await asyncio.sleep(0)     # @enter
          return self
      async def __aexit__(self, *exc):
          await asyncio.sleep(0)

  async def ticks(count):
      for tick in range(count):
          await asyncio.sleep(0)
          yield tick                 # @tick

  async def visit(name):
      async with Room() as room:     # @with
          inside = room              # @inside
      async for tick in ticks(2):    # @for
          seen = tick                # @seen
      return name

  async def main():
      other = asyncio.create_task(visit("other"))
      name = await visit("one")
      print(name, await other)       # @print

  asyncio.run(main())
`;

const GENERATORS = `
  def numbers(name):
      got = None
      for i in range(2):
          got = yield i              # @yield
          total = (i, got)           # @total
      return name                    # @return

  def outer():
      result = yield from numbers("inner")  # @from
      after = result                 # @after
      yield after

  def outermost():
      yield from outer()
      last = "done"                  # @last
      yield last

  def drive():
      one, two = numbers("one"), numbers("two")  # @create
      first = next(one)              # @next
      second = next(two)             # @second
      third = one.send("A")          # @send
      fourth = two.send("B")         # @fourth
      for each in numbers("loop"):   # @for
          print(each)                # @body
      squares = [q * q for q in range(2)]  # @comprehension
      total = sum(q for q in squares)  # @genexp
      chained = list(outermost())    # @list
      chain = outermost()            # @chain
      heads = next(chain), next(chain)  # @heads
      end = total                    # @end

  drive()
`;

const COROUTINE = `
  import asyncio

  async def work():
      return 1

  async def main():
      made = work()                  # @create
      value = await made             # @await
      return value                   # @return

  asyncio.run(main())
`;

const ASYNC_GENERATOR = `
  import asyncio

  async def ticks():
      yield 1

  async def main():
      made = ticks()                 # @create
      first = await anext(made)      # @anext
      await made.aclose()
      return first

  asyncio.run(main())
`;

const rows: readonly Row[] = [
  {
    file: 'await',
    at: 'a line with await',
    begins: { at: 'await', condition: "name == 'b'" },
    program: TASKS,
    cells: {
      'step over': {
        to: 'the next line of the same coroutine object, however many others run meanwhile',
        ends: ['work: return got'],
      },
      'step into': { to: 'the coroutine awaited', ends: ['fetch: await asyncio.sleep(0)'] },
      'step out': {
        to: 'the line after the await in its awaiter',
        at: { at: 'await', condition: "name == 'd'" },
        ends: ['main: print(both, one)'],
      },
    },
  },
  {
    file: 'async_for',
    at: 'a line with async for',
    begins: { at: 'for', condition: "name == 'one'" },
    program: ASYNC_WITH_AND_FOR,
    cells: {
      'step over': {
        to: 'the next line of the same coroutine object, however many others run meanwhile',
        ends: ['visit: seen = tick', 'visit: async for tick in ticks(2):', 'visit: seen = tick'],
      },
      'step into': { to: 'the async generator, where it stands', ends: ['ticks: for tick in range(count):'] },
      'step out': { to: 'the line after the await in its awaiter', ends: ['main: print(name, await other)'] },
    },
  },
  {
    file: 'async_with',
    at: 'a line with async with',
    begins: { at: 'with', condition: "name == 'one'" },
    program: ASYNC_WITH_AND_FOR,
    cells: {
      'step over': {
        to: 'the next line of the same coroutine object, however many others run meanwhile',
        ends: ['visit: inside = room'],
      },
      'step into': { to: 'the coroutine awaited', ends: ['Room.__aenter__: await asyncio.sleep(0)'] },
      'step out': { to: 'the line after the await in its awaiter', ends: ['main: print(name, await other)'] },
    },
  },
  {
    file: 'yield',
    at: 'a line with yield',
    begins: { at: 'yield', condition: "name == 'one'" },
    program: GENERATORS,
    cells: {
      'step over': {
        to: 'the next line of the same generator object, when it is next resumed',
        ends: ['numbers: total = (i, got)'],
      },
      'step into': { to: 'the resumer, where the value arrives', ends: ['drive: first = next(one)'] },
      'step out': { to: 'the resumer', ends: ['drive: first = next(one)'] },
    },
  },
  {
    file: 'yield_in_async_generator',
    at: 'a line with yield in an async generator',
    begins: 'tick',
    program: ASYNC_WITH_AND_FOR,
    cells: {
      'step over': {
        to: 'the next line of the same generator object, when it is next resumed',
        ends: ['ticks: for tick in range(count):'],
      },
      'step into': {
        to: 'the resumer, where the value arrives',
        ends: ['visit: async for tick in ticks(2):', 'visit: seen = tick'],
      },
      'step out': { to: 'the resumer', ends: ['visit: async for tick in ticks(2):', 'main: print(name, await other)'] },
    },
  },
  {
    file: 'yield_from',
    at: 'a line with yield from',
    begins: 'from',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line of the same generator', ends: ['outer: after = result'] },
      'step into': { to: 'the sub-generator', ends: ['numbers: got = None'] },
      'step out': {
        to: 'the delegating generator, after its yield from',
        ends: ['outermost: last = "done"'],
      },
    },
  },
  {
    file: 'next',
    at: 'next(g)',
    begins: 'next',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line', ends: ['drive: second = next(two)'] },
      'step into': { to: 'the body of g, where it stands', ends: ['numbers: got = None'] },
      'step out': { to: 'as usual', ends: ['<module>: drive()'] },
    },
  },
  {
    file: 'send',
    at: 'g.send(v)',
    begins: 'send',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line', ends: ['drive: fourth = two.send("B")'] },
      'step into': {
        to: 'the body of g, where it stands, with the value sent in view',
        ends: ['numbers: got = yield i', 'numbers: total = (i, got)'],
      },
      'step out': { to: 'as usual', ends: ['<module>: drive()'] },
    },
  },
  {
    file: 'for',
    at: 'for x in g',
    begins: 'for',
    program: GENERATORS,
    cells: {
      'step over': {
        to: 'the next line',
        ends: ['drive: print(each)', 'drive: for each in numbers("loop"):', 'drive: print(each)'],
      },
      'step into': { to: 'the body of g, where it stands', ends: ['numbers: got = None'] },
      'step out': { to: 'as usual', ends: ['<module>: drive()'] },
    },
  },
  {
    file: 'creating_a_generator',
    at: 'creating a generator',
    begins: 'create',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line', ends: ['drive: first = next(one)'] },
      'step into': { to: 'the next line (nothing runs)', ends: ['drive: first = next(one)'] },
      'step out': { to: 'as usual', ends: ['<module>: drive()'] },
    },
  },
  {
    file: 'creating_a_coroutine',
    at: 'creating a coroutine',
    begins: 'create',
    program: COROUTINE,
    cells: {
      'step over': { to: 'the next line', ends: ['main: value = await made'] },
      'step into': { to: 'the next line (nothing runs)', ends: ['main: value = await made'] },
      'step out': { to: 'as usual: the code that started the loop', ends: ['<module>: asyncio.run(main())'] },
    },
  },
  {
    file: 'creating_an_async_generator',
    at: 'creating an async generator',
    begins: 'create',
    program: ASYNC_GENERATOR,
    cells: {
      'step over': { to: 'the next line', ends: ['main: first = await anext(made)'] },
      'step into': { to: 'the next line (nothing runs)', ends: ['main: first = await anext(made)'] },
      'step out': { to: 'as usual: the code that started the loop', ends: ['<module>: asyncio.run(main())'] },
    },
  },
  {
    file: 'comprehension',
    at: 'a comprehension',
    begins: 'comprehension',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line, in one action', ends: ['drive: total = sum(q for q in squares)'] },
      'step into': {
        to: 'its body',
        ends: [
          'drive: squares = [q * q for q in range(2)]',
          'drive: squares = [q * q for q in range(2)]',
          'drive: total = sum(q for q in squares)',
        ],
      },
      'step out': { to: 'its user (as usual outside of its body)', ends: ['<module>: drive()'] },
    },
  },
  {
    file: 'comprehension_body',
    at: 'the body of a comprehension',
    begins: 'comprehension',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line', after: ['stepIn'], ends: ['drive: total = sum(q for q in squares)'] },
      'step into': {
        to: 'its next turn',
        after: ['stepIn'],
        ends: ['drive: squares = [q * q for q in range(2)]', 'drive: total = sum(q for q in squares)'],
      },
      'step out': {
        to: 'its user',
        after: ['stepIn'],
        ends: ['drive: squares = [q * q for q in range(2)]', '<module>: drive()'],
      },
    },
  },
  {
    file: 'generator_expression',
    at: 'a generator expression',
    begins: 'genexp',
    program: GENERATORS,
    cells: {
      'step over': { to: 'the next line, in one action', ends: ['drive: chained = list(outermost())'] },
      'step into': {
        to: 'its body',
        ends: ['drive.<locals>.<genexpr>: total = sum(q for q in squares)'],
      },
      'step out': {
        to: 'its user',
        at: { at: 'genexp', column: 23 },
        ends: ['drive: total = sum(q for q in squares)'],
      },
    },
  },
];

/** Locals and exchanged values that tell one object from another. */
const TOLD = ['name', 'i', 'got', 'tick', 'seen', 'q', 'sent'];

async function look(session: Session, reason: string): Promise<Shown> {
  const scopes = { ...(await session.scope('Locals')), ...(await exchanged(session)) };
  const values = Object.fromEntries(TOLD.flatMap((name) => (scopes[name] === undefined ? [] : [[name, scopes[name]]])));
  const frames = session.frames.filter((frame) => frame.presentationHint === undefined).map(({ name }) => name);
  return { reason, where: session.where, stack: frames, values };
}

async function exchanged(session: Session): Promise<Record<string, string>> {
  const { sent } = await session.scope('Coroutine');
  return sent === undefined ? {} : { sent };
}

async function tell(host: Host, row: Row, cell: Cell, how: How): Promise<{ ends: string[]; text: string }> {
  const session = await Session.stopped(host, row.program, { breakpoints: [cell.at ?? row.begins] });
  await session.setBreakpoints();
  const told: (string | Shown)[] = [await look(session, 'breakpoint')];
  for (const step of cell.after ?? []) {
    await session.step(step);
    told.push(step, await look(session, 'step'));
  }
  const ends: string[] = [];
  for (const end of cell.ends) {
    expect(end).toBeDefined();
    ends.push(await session.step(how));
    told.push(how, await look(session, 'step'));
  }
  expect(await session.finish()).toBe(0);
  return { ends, text: printSteps(told) };
}

const folder = path.resolve(import.meta.dirname, '../transcripts');
const update = process.env['COROSCOPE_UPDATE_TRANSCRIPTS'] === '1';

/** The story of one cell in its row's file; written there when asked to. */
function golden(row: Row, heading: string, told: string): string | undefined {
  const file = path.join(folder, `stepping_${row.file}.txt`);
  const stories = new Map(
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split(/^(?=## )/m)
      .slice(1)
      .map((story) => [story.slice(3, story.indexOf('\n')), story.slice(story.indexOf('\n') + 1).trimEnd()]),
  );
  if (update) {
    stories.set(heading, told);
    const texts = [...stories].map(([title, story]) => `## ${title}\n${story}\n`);
    writeFileSync(file, `# ${row.at}\n\n${texts.join('\n')}`);
  }
  return stories.get(heading);
}

describe.each(hosts)('on $name', (host) => {
  for (const row of rows) {
    for (const [name, cell] of Object.entries(row.cells)) {
      const heading = `${name}: ${cell.to}`;
      test(`${row.at} · ${heading}`, async () => {
        const { ends, text } = await tell(host, row, cell, CELLS[name as keyof typeof CELLS]);
        expect(ends).toEqual(cell.ends);
        expect(text).toBe(golden(row, heading, text));
      });
    }
  }
});
