/** Traces and diagrams for other tools, held to the rules of their formats. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CoroutineIntroduction } from '../../src/model/coroutine.js';
import type { ExchangeEvent } from '../../src/model/exchangeEvent.js';
import { ChromeTraceWriter } from '../../src/model/export/chromeTrace.js';
import { OtlpTraceWriter } from '../../src/model/export/otlpTrace.js';
import { mermaidSequence } from '../../src/model/export/mermaid.js';
import { mergeTraces, TraceError } from '../../src/model/export/mergeTraces.js';
import { sequenceOf } from '../../src/model/sequence.js';
import { longTalk, tornEvents, wholeRun } from './simulation.js';

interface TraceEvent {
  ph: string;
  name: string;
  cat?: string;
  pid: number;
  tid: number;
  ts: number;
  id?: number;
  id2?: { local: string };
  bp?: string;
  args?: Record<string, unknown>;
}
interface Trace {
  traceEvents: TraceEvent[];
  otherData: { clockZero?: number };
}

function trace(
  events: readonly ExchangeEvent[],
  coroutines: readonly CoroutineIntroduction[] = [],
  process = { pid: 7, name: 'talk.py', clockZero: 1_000_000 },
): Trace {
  const writer = new ChromeTraceWriter(process);
  const text = writer.open() + [...writer.batch(coroutines, events)].join('') + writer.close();
  return JSON.parse(text) as Trace;
}

/** What the format demands of a file ("Trace Event Format"), and Perfetto counts as an import error. */
function check({ traceEvents }: Trace): void {
  const open = new Map<string, string[]>();
  const flows = new Map<number, string>();
  const latest = new Map<string, number>();
  for (const { ph, name, cat, pid, tid, ts, id, id2, bp } of traceEvents) {
    expect([Number.isInteger(pid), Number.isInteger(tid), Number.isFinite(ts)]).toEqual([true, true, true]);
    expect(tid).toBeLessThan(2 ** 31);
    if (ph === 'M') continue;
    const thread = `${pid}/${tid}`;
    expect(ts).toBeGreaterThanOrEqual(latest.get(thread) ?? 0);
    latest.set(thread, ts);
    const key = ph === 'b' || ph === 'e' ? `${pid}/${cat}/${id2?.local}` : thread;
    const stack = open.get(key) ?? [];
    open.set(key, stack);
    if (ph === 'B' || ph === 'b') stack.push(name);
    else if (ph === 'E' || ph === 'e') expect(stack.pop()).toBe(name);
    else if (ph === 's' || ph === 'f') {
      // Both ends lie inside a slice, and have the name and the category in common.
      expect(stack.length).toBeGreaterThan(0);
      if (ph === 's') flows.set(id!, `${cat}/${name}`);
      else expect([flows.get(id!), bp]).toEqual([`${cat}/${name}`, 'e']);
    } else expect(ph).toBe('i');
  }
  for (const stack of open.values()) expect(stack).toEqual([]);
}

describe('a Chrome trace', () => {
  test('keeps the rules of the format, whatever is missing', () => {
    fc.assert(
      fc.property(wholeRun, ({ events, coroutines }) => {
        check(trace(events, coroutines));
      }),
    );
    fc.assert(
      fc.property(tornEvents, (events) => {
        check(trace(events));
      }),
    );
  });

  test('has a slice for each exchange and an arrow for each resumption', () => {
    fc.assert(
      fc.property(wholeRun, ({ events, exchanges, coroutines }) => {
        const { traceEvents } = trace(events, coroutines);
        expect(traceEvents.filter(({ ph }) => ph === 'B')).toHaveLength(exchanges.length);
        const lastWas = new Map<number, string>();
        let resumptions = 0;
        for (const { coroutine, what } of events) {
          if (lastWas.get(coroutine) === 'yield') resumptions += 1;
          lastWas.set(coroutine, what);
        }
        expect(traceEvents.filter(({ ph }) => ph === 'f')).toHaveLength(resumptions);
      }),
    );
  });

  test('says who, what and where', () => {
    const events: ExchangeEvent[] = [
      {
        seq: 1,
        time: 5,
        coroutine: 3,
        thread: 140_000_000_000,
        what: 'send',
        value: '"<x>"',
        line: 4,
        by: { name: 'a.py', line: 9 },
      },
      { seq: 2, time: 8, coroutine: 3, thread: 140_000_000_000, what: 'return', value: '1', line: 6 },
    ];
    const location = { name: 'talk.py', line: 3 };
    const { traceEvents, otherData } = trace(events, [{ id: 3, kind: 'generator', name: 'talk', location }]);
    const args = { in: 'send', value: '"<x>"', at: 'talk.py:4', by: 'a.py:9' };
    expect(traceEvents).toContainEqual(
      expect.objectContaining({ ph: 'B', name: 'generator talk', tid: 1, ts: 5, args }),
    );
    expect(traceEvents[0]).toMatchObject({ ph: 'M', name: 'process_name', args: { name: 'talk.py' } });
    expect(traceEvents[1]).toMatchObject({ ph: 'M', name: 'thread_name', tid: 1, args: { name: 'thread 1' } });
    expect(otherData.clockZero).toBe(1_000_000);
  });
});

describe('merging traces', () => {
  const run = (id: number): ExchangeEvent[] => [
    { seq: 1, time: 10, coroutine: id, thread: 1, what: 'next', line: 1 },
    { seq: 2, time: 20, coroutine: id, thread: 1, what: 'yield', value: '1', line: 1 },
    { seq: 3, time: 30, coroutine: id, thread: 1, what: 'next', line: 1 },
    { seq: 4, time: 40, coroutine: id, thread: 1, what: 'return', value: '1', line: 1 },
  ];
  const named = (name: string, content: unknown) => ({ name, content });

  test('puts them on one clock, and keeps processes and arrows apart', () => {
    const a = trace(run(1), [], { pid: 7, name: 'a', clockZero: 5_000 });
    const b = trace(run(1), [], { pid: 7, name: 'b', clockZero: 5_025 });
    const merged = mergeTraces([named('a', a), named('b', b)]) as unknown as Trace;
    check(merged);
    const begins = merged.traceEvents.filter(({ ph }) => ph === 'B').map(({ pid, ts }) => [pid, ts]);
    expect(begins).toEqual([
      [7, 10],
      [7, 30],
      [8, 35],
      [8, 55],
    ]);
    expect(new Set(merged.traceEvents.filter(({ ph }) => ph === 's').map(({ id }) => id)).size).toBe(2);
    expect(merged.otherData.clockZero).toBe(5_000);
    // A merged trace is a trace.
    check(mergeTraces([named('ab', merged), named('b', b)]) as unknown as Trace);
  });

  test.each([
    [[], 'bad.json is no trace in the Chrome trace event format.'],
    [{ traceEvents: [1] }, 'bad.json is no trace in the Chrome trace event format.'],
    [{ traceEvents: [] }, 'bad.json does not say when its clock began'],
  ])('refuses %j', (content, words) => {
    expect(() => mergeTraces([named('bad.json', content)])).toThrow(TraceError);
    expect(() => mergeTraces([named('bad.json', content)])).toThrow(words);
  });
});

describe('a Mermaid diagram', () => {
  const two: CoroutineIntroduction[] = [
    { id: 1, kind: 'generator', name: 'outer' },
    { id: 2, kind: 'generator', name: 'inner' },
  ];
  const event = (seq: number, coroutine: number, what: ExchangeEvent['what'], value?: string): ExchangeEvent => ({
    seq,
    time: seq,
    coroutine,
    thread: 1,
    what,
    line: 1,
    ...(value !== undefined && { value }),
  });

  test('draws who said what to whom', () => {
    const events = [
      event(1, 1, 'next'),
      event(2, 2, 'send', "'A'"),
      event(3, 2, 'yield', '7'),
      event(4, 1, 'yield', '7'),
      event(5, 2, 'throw', 'KeyError()'),
      event(6, 2, 'raise', 'KeyError()'),
    ];
    expect(mermaidSequence(sequenceOf(events, two, [1, 2], 100))).toBe(`sequenceDiagram
  participant p0 as program
  participant p1 as generator outer
  participant p2 as generator inner
  p0->>p1: next()
  p1->>p2: send('A')
  p2-->>p1: yield 7
  p1-->>p0: yield 7
  p0-xp2: throw(KeyError())
  p2--xp0: raise KeyError()
`);
    const one = sequenceOf(events, two, [2], 1);
    expect(one.participants.map(({ title }) => title)).toEqual(['generator inner', 'program'].reverse());
    expect(one).toMatchObject({ left: 3, messages: [{ event: { seq: 6 } }] });
  });

  test('holds any value on one line, with nothing in it that is syntax', () => {
    const grammar =
      /^sequenceDiagram\n( {2}participant p\d+ as (#\d+;|[^;#<>\n])+\n)+( {2}p\d+(->>|-->>|-x|--x)p\d+: (#\d+;|[^;#<>:\n])+\n)+$/u;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: 'binary', minLength: 1 }),
        (value, name) => {
          const who: CoroutineIntroduction[] = [{ id: 1, kind: 'generator', name }];
          const text = mermaidSequence(sequenceOf([event(1, 1, 'send', value)], who, [1], 9));
          expect(text).toMatch(grammar);
        },
      ),
    );
    const text = mermaidSequence(sequenceOf([event(1, 1, 'send', "'end'; #x <b>")], two, [1], 9));
    expect(text).toContain("send('e#110;d'#59; #35;x #60;b#62;)");
  });

  test('names that are the same are told apart', () => {
    const same: CoroutineIntroduction[] = [1, 2].map((id) => ({ id, kind: 'generator', name: 'g' }));
    const events = [event(1, 1, 'next'), event(2, 2, 'next')];
    expect(sequenceOf(events, same, [1, 2], 9).participants.map(({ title }) => title)).toEqual([
      'program',
      'generator g #1',
      'generator g #2',
    ]);
  });
});
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status?: { code: number; message: string };
}

function spans(
  events: readonly ExchangeEvent[],
  coroutines: readonly CoroutineIntroduction[] = [],
  process = { pid: 7, name: 'talk.py', clockZero: 1_700_000_000_000_000 },
): OtlpSpan[] {
  const writer = new OtlpTraceWriter(process);
  const lines = writer.open() + [...writer.batch(coroutines, events)].join('') + writer.close();
  return lines
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const data = JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };
      return data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    });
}

const attributesOf = ({ attributes }: OtlpSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
const isLife = (span: OtlpSpan): boolean => 'coroscope.coroutine' in attributesOf(span);

/** What OTLP demands of spans, and a tree of them that is whole. */
function checkSpans(found: readonly OtlpSpan[]): void {
  const byId = new Map(found.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(found.length);
  for (const { traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano } of found) {
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(startTimeUnixNano).toMatch(/^\d+$/);
    expect(BigInt(startTimeUnixNano)).toBeLessThanOrEqual(BigInt(endTimeUnixNano));
    if (parentSpanId === undefined) continue;
    const parent = byId.get(parentSpanId);
    expect(parent?.traceId).toBe(traceId);
    expect(parent && isLife(parent)).toBe(true);
    expect(BigInt(parent?.startTimeUnixNano ?? 0)).toBeLessThanOrEqual(BigInt(startTimeUnixNano));
  }
}

describe('spans for OpenTelemetry', () => {
  test('keep the rules of the format, whatever is missing', () => {
    fc.assert(
      fc.property(wholeRun, ({ events, coroutines }) => {
        checkSpans(spans(events, coroutines));
      }),
    );
    fc.assert(
      fc.property(tornEvents, (events) => {
        checkSpans(spans(events));
      }),
    );
  });

  test('are one for each exchange and one for each coroutine that ran', () => {
    fc.assert(
      fc.property(wholeRun, ({ events, exchanges, coroutines }) => {
        const found = spans(events, coroutines);
        const ran = new Set(events.map(({ coroutine }) => coroutine));
        expect(
          found
            .filter(isLife)
            .map((span) => Number(attributesOf(span)['coroscope.coroutine']))
            .sort(),
        ).toEqual([...ran].sort());
        expect(found).toHaveLength(exchanges.length + ran.size);
      }),
    );
  });

  test('come in lines of a bounded length, however many events there are', () => {
    const events = longTalk(10_000);
    const writer = new OtlpTraceWriter({ pid: 1, name: 'long' });
    const lines = [...writer.batch([], events)];
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000_000);
  });

  test('say who, what, where and when, and what below whom', () => {
    const path = '/work/talk.py';
    const event = (seq: number, time: number, coroutine: number, what: ExchangeEvent['what'], value?: string) => ({
      seq,
      time,
      coroutine,
      thread: 140_000_000_000_001,
      what,
      value,
      line: seq,
    });
    const found = spans(
      [
        event(1, 0.5, 1, 'next'),
        event(2, 1, 2, 'send', '"x"'),
        event(3, 2.25, 2, 'raise', "ValueError('no')"),
        event(4, 3, 1, 'yield', '1'),
        event(5, 4, 1, 'close'),
        event(6, 5, 1, 'raise', 'GeneratorExit()'),
      ],
      [
        { id: 1, kind: 'coroutine', name: 'outer', task: 'Task-1', location: { path, name: 'talk.py', line: 1 } },
        { id: 2, kind: 'generator', name: 'inner', location: { path, name: 'talk.py', line: 9 } },
      ],
    );
    const [inner, outer] = [2, 1].map((id) =>
      found.find((span) => attributesOf(span)['coroscope.coroutine'] === String(id)),
    );
    expect(outer).toMatchObject({ name: 'Task-1 outer', startTimeUnixNano: '1700000000000000500' });
    expect(outer).not.toHaveProperty('parentSpanId');
    expect(outer).not.toHaveProperty('status');
    expect(inner).toMatchObject({
      name: 'generator inner',
      traceId: outer?.traceId,
      parentSpanId: outer?.spanId,
      status: { code: 2, message: "ValueError('no')" },
    });
    const [trip] = found.filter((span) => span.parentSpanId === inner?.spanId);
    expect(trip).toMatchObject({ endTimeUnixNano: '1700000000000002250', status: { code: 2 } });
    expect(attributesOf(trip!)).toEqual({
      'code.function.name': 'inner',
      'code.file.path': path,
      'code.line.number': '2',
      'thread.id': '140000000000001',
      'coroscope.in': 'send',
      'coroscope.in.value': '"x"',
      'coroscope.out': 'raise',
      'coroscope.out.value': "ValueError('no')",
    });
    expect(found.filter(({ status }) => status !== undefined)).toHaveLength(2);
  });
});
