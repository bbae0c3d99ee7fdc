/** Exception groups and chains: found by what they hold, browsed with the traceback of each, and never run by looking. */
import { describe, expect, test } from 'vitest';
import { hosts, like, Session, useSessions } from './session.js';

useSessions();

/** Three levels of exceptions, one of them with a text of its own that says it was asked for. */
const GROUP = `
class Hostile(Exception):
    asked = 0
    def __str__(self):
        Hostile.asked += 1
        return "ran"
    __repr__ = __str__
    @property
    def args(self):
        Hostile.asked += 1
        return ()
    @property
    def __notes__(self):
        Hostile.asked += 1
        return []
def fails(make, inside):
    raise make                                # @inner
def caught(make, inside=None):
    try:
        fails(make, inside)
    except BaseException as error:
        return error
one = caught(ValueError("one"), "here")
one.add_note("a note")
try:
    raise KeyError("two") from one
except KeyError as error:
    two = error
nested = ExceptionGroup("nested", [caught(Hostile("h")), two])
outer = ExceptionGroup("outer", [OSError("three"), nested])
raise outer                                   # @raise
`;

const byName = (one: { name: string }, other: { name: string }): number => one.name.localeCompare(other.name);

describe.each(hosts)('on $name', (host) => {
  test('need 21 · a group (debugpy#1047) is told with each member, its message, its causes and their tracebacks, and no __str__ is called', async () => {
    const session = await Session.stopped(host, GROUP, { exceptions: ['uncaught'] });
    expect(session.where).toBe('<module>: raise outer');
    const info = await session.client.request('exceptionInfo', { threadId: session.threadId });
    expect(info).toMatchObject({ exceptionId: 'ExceptionGroup', description: 'outer', breakMode: 'unhandled' });
    expect(info.details?.innerException).toMatchObject([
      { typeName: 'OSError', fullTypeName: 'OSError', message: 'three', stackTrace: '', innerException: [] },
      {
        typeName: 'ExceptionGroup',
        message: 'nested',
        innerException: [
          { typeName: 'Hostile', fullTypeName: like(/\bHostile$/), message: 'h', stackTrace: like(/in fails\n/) },
          {
            typeName: 'KeyError',
            message: 'two',
            stackTrace: like(/raise KeyError\("two"\) from one/),
            innerException: [{ typeName: 'ValueError', message: 'one\na note', stackTrace: like(/in fails\n/) }],
          },
        ],
      },
    ]);
    // What an editor shows is the outermost text: every part is in it.
    const lines = (info.details?.stackTrace ?? '').split('\n').filter((line) => line.includes(' · '));
    expect(lines).toEqual([
      'Member 1 of 2 · OSError: three',
      'Member 2 of 2 · ExceptionGroup: nested',
      like(/^ {2}Member 1 of 2 · .*Hostile: h$/),
      '  Member 2 of 2 · KeyError: two',
      '    Caused by · ValueError: one',
    ]);
    expect((await session.evaluate('Hostile.asked')).result).toBe('0');
  });

  test('in Variables: members, cause, notes and the places of a traceback, each with a link and the locals there', async () => {
    const session = await Session.stopped(host, GROUP, { exceptions: ['uncaught'] });
    const { client } = session;
    const open = async (reference: number | undefined): Promise<Record<string, (typeof page)[number]>> => {
      const page = (await client.request('variables', { variablesReference: reference ?? 0 })).variables;
      // A property of the same name comes behind.
      return Object.fromEntries(page.reverse().map((each) => [each.name, each]));
    };
    const page = (await client.request('scopes', { frameId: session.top.id })).scopes.map((each) => ({
      ...each,
      value: '',
      valueLocationReference: undefined as number | undefined,
    }));
    const exception = await open(page.find(({ name }) => name === 'Exception')?.variablesReference);
    const members = await open(exception['exceptions']?.variablesReference);
    expect(
      Object.values(members)
        .sort(byName)
        .map(({ value }) => value),
    ).toEqual(["OSError('three')", like(/^ExceptionGroup\('nested', /)]);
    const nested = await open((members['1'] ?? members['[1]'])?.variablesReference);
    const inNested = Object.values(await open(nested['exceptions']?.variablesReference)).sort(byName);
    expect(inNested.map(({ value }) => value)).toEqual(["Hostile('h')", "KeyError('two')"]);
    const hostile = await open(inNested[0]?.variablesReference);
    const two = await open(inNested[1]?.variablesReference);
    const one = await open(two['__cause__']?.variablesReference);
    expect(one['__notes__']?.value).toBe("['a note']");
    const places = Object.values(await open(one['traceback']?.variablesReference)).sort(byName);
    expect(places.map(({ value }) => value)).toEqual([
      like(/^story\.py:\d+ in caught$/),
      like(/^story\.py:\d+ in fails$/),
    ]);
    const inner = places[1];
    const link = await client.request('locations', { locationReference: inner?.valueLocationReference ?? 0 });
    expect(link).toMatchObject({ source: { path: session.program }, line: session.line('inner') });
    expect((await open(inner?.variablesReference))['inside']?.value).toBe("'here'");
    // The exception itself leads to where it was raised.
    const raised = two['__cause__']?.valueLocationReference ?? 0;
    expect(await client.request('locations', { locationReference: raised })).toMatchObject({
      line: session.line('inner'),
    });
    expect(hostile['args']?.value).toBe("('h',)");
    expect((await session.evaluate('Hostile.asked')).result).toBe('0');
  });

  test('a condition finds a group by what it holds, at any depth, by class or by expression', async () => {
    const source = `
    for make in (
        lambda: ExceptionGroup("a", [TypeError(1)]),
        lambda: ExceptionGroup("b", [TypeError(1), ExceptionGroup("c", [ValueError(2)])]),
        lambda: ExceptionGroup("d", [KeyError(3)]),
    ):
        try:
            raise make()
        except ExceptionGroup:
            pass
    `;
    for (const [condition, found] of [
      ['ValueError', "ExceptionGroup('b'"],
      ['isinstance(exception, KeyError)', "ExceptionGroup('d'"],
      ['exception.args[0] == 2', "ExceptionGroup('b'"],
    ] as const) {
      const session = await Session.stopped(host, source, { settings: { stopOnEntry: true } });
      await session.client.request('setExceptionBreakpoints', {
        filters: [],
        filterOptions: [{ filterId: 'raised', condition }],
      });
      await session.next();
      expect(session.client.seen('stopped').at(-1)?.text).toContain(found);
      expect(await session.finish()).toBe(0);
      expect(session.client.seen('stopped')).toHaveLength(2);
    }
  });

  test('uncaught: except* takes its members, and what none of them takes is uncaught', async () => {
    const session = await Session.stopped(
      host,
      `
      import contextlib
      try:
          raise ExceptionGroup("all taken", [ValueError(1), ExceptionGroup("in", [TypeError(2)])])
      except* ValueError:
          pass
      except* TypeError:
          pass
      with contextlib.suppress(ValueError, TypeError):
          raise ExceptionGroup("all taken", [ValueError(1), TypeError(2)])
      try:
          try:
              raise ExceptionGroup("taken on the way", [ValueError(1), TypeError(2)])
          except* ValueError:
              pass
      except* TypeError:
          pass
      try:
          raise ExceptionGroup("one is left", [ValueError(1), TypeError(2)])
      except* ValueError:
          pass
      `,
      { exceptions: ['uncaught'] },
    );
    expect(session.client.seen('stopped')).toMatchObject([{ text: like(/^ExceptionGroup\('one is left'/) }]);
    expect(await session.finish()).toBe(1);
    expect(session.client.seen('stopped')).toHaveLength(1);
  });

  test('a group of ten thousand members and a chain of a thousand causes are told in part, and say so', async () => {
    const session = await Session.stopped(
      host,
      `
      group = ExceptionGroup("many", [ValueError(n) for n in range(10_000)])
      last = None
      for n in range(1000):
          error = KeyError(n)
          error.__cause__ = last
          last = error
      group.__cause__ = last
      raise group
      `,
      { exceptions: ['uncaught'] },
    );
    const info = await session.client.request('exceptionInfo', { threadId: session.threadId });
    expect(info.details?.innerException).toHaveLength(199);
    expect(info.details?.stackTrace).toContain('… and 9802 more');
  });
});
