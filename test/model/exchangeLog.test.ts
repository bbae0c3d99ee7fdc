import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ExchangeJson } from '../../src/cli/exchangeJson.js';
import { ExchangeLog, type ExchangeLogOptions } from '../../src/cli/exchangeLog.js';
import type { ExchangeBatch } from '../../src/cli/exchangeStream.js';
import { columns } from '../../src/cli/terminalText.js';
import type { CoroutineIntroduction } from '../../src/model/coroutine.js';
import type { ExchangeEvent, In, Out } from '../../src/model/exchangeEvent.js';
import { wholeRun } from './simulation.js';

const at = (line: number): NonNullable<ExchangeEvent['by']> => ({ path: '/work/talk.py', name: 'talk.py', line });

const coroutine = (id: number, name: string, task?: string): CoroutineIntroduction => ({
  id,
  kind: task === undefined ? 'generator' : 'coroutine',
  name,
  location: at(1),
  ...(task !== undefined && { task }),
});

type Step = readonly [
  what: In | Out,
  coroutine: number,
  line: number,
  value?: string | undefined,
  by?: number | undefined,
  thread?: number,
];

const batch = (coroutines: CoroutineIntroduction[], steps: readonly Step[], dropped = 0): ExchangeBatch => ({
  coroutines,
  dropped,
  events: steps.map(([what, id, line, value, by, thread], index) => ({
    seq: index + 1,
    time: 10 * index,
    coroutine: id,
    thread: thread ?? 1,
    what,
    line,
    ...(value !== undefined && { value }),
    ...(by !== undefined && { by: at(by) }),
  })),
});

const print = (given: ExchangeBatch, options?: ExchangeLogOptions): string =>
  [...new ExchangeLog(options).lines(given)].map((line) => `${line}\n`).join('');

const talk = batch(
  [coroutine(1, 'general'), coroutine(2, 'internal')],
  [
    ['next', 1, 10, undefined, 29],
    ['next', 2, 3],
    ['yield', 2, 4, "('first', 20)"],
    ['yield', 1, 12, "('first', 20)"],
    ['send', 1, 12, "'A'", 30],
    ['send', 2, 4, "'A'"],
    ['return', 2, 6, '42'],
    ['yield', 1, 14, '42'],
    ['throw', 1, 14, "ValueError('x')", 31],
    ['raise', 1, 14, "ValueError('x')"],
  ],
);

describe('the log of exchanges', () => {
  it('reads as a conversation', () => {
    expect(print(talk)).toMatchInlineSnapshot(`
      "talk.py:29           → general.next()                                           talk.py:10
                             → internal.next()                                        talk.py:3
                             ← internal yields ('first', 20)                          talk.py:4
                           ← general yields ('first', 20)                             talk.py:12
      talk.py:30           → general.send('A')                                        talk.py:12
                             → internal.send('A')                                     talk.py:4
                             ← internal returns 42                                    talk.py:6
                           ← general yields 42                                        talk.py:14
      talk.py:31           → general.throw(ValueError('x'))                           talk.py:14
                           ← general raises ValueError('x')                           talk.py:14
      "
    `);
  });

  it('tells living instances of a function apart, and gives the name free at the end', () => {
    const names = print(
      batch(
        [coroutine(3, 'inner'), coroutine(7, 'inner'), coroutine(9, 'inner')],
        [
          ['next', 3, 1, undefined, 20],
          ['yield', 3, 2, '1'],
          ['next', 7, 1, undefined, 21],
          ['yield', 7, 2, '2'],
          ['close', 3, 2, undefined, 22],
          ['raise', 3, 2, 'GeneratorExit()'],
          ['next', 7, 2, undefined, 23],
          ['return', 7, 3, 'None'],
          ['next', 9, 1, undefined, 24],
        ],
      ),
    );
    expect(names.match(/inner(#\d+)?/g)).toEqual([
      ...['inner', 'inner', 'inner#7', 'inner#7', 'inner', 'inner', 'inner#7', 'inner#7', 'inner'],
    ]);
  });

  it('names tasks, threads and what was dropped', () => {
    const threadName = (thread: number): string | undefined => (thread === 2 ? 'Worker' : undefined);
    const tasks = batch(
      [coroutine(1, 'fetch', 'Task-1'), coroutine(2, 'fetch', 'Task-2'), coroutine(3, 'numbers')],
      [
        ['send', 1, 5, 'None', 90],
        ['yield', 1, 5, '<Future pending>'],
        ['send', 2, 5, 'None', 90],
        ['next', 3, 8, undefined, 40, 2],
        ['yield', 3, 9, '1', undefined, 2],
        ['return', 2, 6, "b'…'"],
      ],
      1200,
    );
    expect(print(tasks, { threadName })).toMatchInlineSnapshot(`
      "                     ⋯ 1200 events were dropped here
      talk.py:90           → Task-1 fetch.send(None)                                  talk.py:5
                           ← Task-1 fetch yields <Future pending>                     talk.py:5
      talk.py:90           → Task-2 fetch.send(None)                                  talk.py:5
                           ── Worker ──
      talk.py:40           → numbers.next()                                           talk.py:8
                           ← numbers yields 1                                         talk.py:9
                           ── thread 1 ──
                           ← Task-2 fetch returns b'…'                                talk.py:6
      "
    `);
  });

  it('says where events are missing, once', () => {
    const log = new ExchangeLog();
    const [first, second] = talk.events;
    const lines = (events: ExchangeEvent[], dropped: number): string[] => [
      ...log.lines({ coroutines: talk.coroutines, events, dropped }),
    ];
    expect(lines([first!], 0)).toHaveLength(1);
    expect(lines([{ ...second!, seq: 9 }], 7)[0]).toContain('7 events were dropped here');
    expect(lines([], 1)[0]).toContain('1 event was dropped here');
  });

  it('shortens values to fit, wide characters included, or leaves them whole', () => {
    const value = `'${'日本語'.repeat(40)}'`;
    const long = batch([coroutine(1, 'general')], [['send', 1, 12, value, 30]]);
    const [fitted = ''] = [...new ExchangeLog({ width: 80 }).lines(long)];
    expect(columns(fitted)).toBeLessThanOrEqual(80);
    expect(fitted).toMatch(/…\) +talk\.py:12$/);
    expect(print(long, { elide: false })).toContain(`general.send(${value}) talk.py:12`);
  });

  it('lets no value move the cursor', () => {
    const value = '\u001b[2J\r\n\u0007\u202e\u009b1m\ud800';
    const text = print(batch([coroutine(1, 'a\nb')], [['yield', 1, 2, value]]));
    expect(text).toContain('a\\nb yields \\x1b[2J\\r\\n\\x07\\u202e\\x9b1m\\ud800');
  });

  it('shortens the names of files, never the lines', () => {
    const name = 'a_module_with_a_long_name.py';
    const [line = ''] = new ExchangeLog().lines({
      coroutines: [{ ...coroutine(1, 'general'), location: { name, line: 1 } }],
      events: [{ seq: 1, time: 0, coroutine: 1, thread: 1, what: 'next', line: 1234, by: { name, line: 5 } }],
      dropped: 0,
    });
    expect(line).toMatch(/^a_module_with_a_l…:5 → general\.next\(\) +a_module_with_…:1234$/);
  });

  it('counts what is too deep to be drawn', () => {
    const depth = 40;
    const ids = Array.from({ length: depth }, (_, index) => index + 1);
    const steps = ids.map((id): Step => ['next', id, 3]);
    const lines = print(
      batch(
        ids.map((id) => coroutine(id, 'walk')),
        steps,
      ),
    )
      .trimEnd()
      .split('\n');
    expect(lines[16]).toContain(`${' '.repeat(32)}→ walk`);
    expect(lines[39]).toContain(`${' '.repeat(32)}+23 → walk`);
    for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(100);
  });
});

describe('whatever happens', () => {
  it('every event is one line, in one format, however they are batched and coloured', () => {
    fc.assert(
      fc.property(wholeRun, fc.nat(200), ({ coroutines, events }, cut) => {
        const whole = [...new ExchangeLog().lines({ coroutines, events, dropped: 0 })];
        const inBatches = new ExchangeLog({ colour: true });
        const early = new Set(events.slice(0, cut).map((event) => event.coroutine));
        const parts: ExchangeBatch[] = [
          { coroutines: coroutines.filter(({ id }) => early.has(id)), events: events.slice(0, cut), dropped: 0 },
          { coroutines: coroutines.filter(({ id }) => !early.has(id)), events: events.slice(cut), dropped: 0 },
        ];
        const coloured = parts.flatMap((part) => [...inBatches.lines(part)]);
        expect(coloured.map(stripVTControlCharacters)).toEqual(whole);
        expect(whole.filter((line) => !line.includes('──'))).toHaveLength(events.length);
        for (const line of whole) expect(columns(line)).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('JSON lines hold every field of every event', () => {
    fc.assert(
      fc.property(wholeRun, (run) => {
        const lines = [...new ExchangeJson().lines({ ...run, dropped: 0 })].map((line) => JSON.parse(line) as object);
        expect(lines).toHaveLength(run.events.length);
        for (const [index, { by, ...event }] of run.events.entries()) {
          expect(lines[index]).toMatchObject({ ...event, ...(by && { by: { path: by.path, line: by.line } }) });
          expect(lines[index]).toMatchObject({ name: `gen${event.coroutine % 3}`, path: '/sim.py' });
        }
      }),
    );
  });
});

describe('JSON lines', () => {
  it('keep their fields in their order', () => {
    const [, line] = new ExchangeJson().lines({ ...talk, dropped: 3 });
    expect([...new ExchangeJson().lines({ ...talk, dropped: 3 })][0]).toBe('{"dropped":3}');
    expect(line).toBe(
      '{"seq":1,"time":0,"thread":1,"depth":0,"coroutine":1,"name":"general","kind":"generator","what":"next",' +
        '"path":"/work/talk.py","line":10,"by":{"path":"/work/talk.py","line":29}}',
    );
  });

  it('are one line each, whatever a value holds', () => {
    const value = '\u2028\u0085\n\u001b';
    const [line = ''] = new ExchangeJson().lines(batch([coroutine(1, 'g')], [['yield', 1, 2, value]]));
    expect(line).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(line)).toMatchObject({ value });
  });
});
