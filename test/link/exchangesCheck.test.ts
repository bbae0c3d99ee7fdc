import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toColumns } from '../../src/link/exchangeColumns.js';
import { readExchanges } from '../../src/link/exchangesCheck.js';
import { CoroutineKind, ExchangeEvent, facts } from '../../src/link/protocol.js';

const whole = fc.nat();
const location = fc.record(
  {
    path: fc.string(),
    sourceId: whole,
    name: fc.string(),
    line: whole,
    column: whole,
    endLine: whole,
    endColumn: whole,
  },
  { requiredKeys: ['name', 'line'] },
);
const coroutine = fc.record(
  { id: whole, kind: fc.constantFrom(...CoroutineKind.options), name: fc.string(), location, task: fc.string() },
  { requiredKeys: ['id', 'kind', 'name'] },
);
const event = fc.record(
  {
    seq: whole,
    time: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    coroutine: whole,
    thread: whole,
    what: fc.constantFrom(...ExchangeEvent.shape.what.options),
    value: fc.string(),
    line: whole,
    by: location,
  },
  { requiredKeys: ['seq', 'time', 'coroutine', 'thread', 'what', 'line'] },
);
const decoded = fc.record({ coroutines: fc.array(coroutine), events: fc.array(event), dropped: whole });
const batch = decoded.map(({ coroutines, events, dropped }) => ({ coroutines, ...toColumns(events), dropped }));

/** What a wrong peer might put in a field's place, those that are nearly right above all. */
const intruder = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, NaN, Infinity, -0, -1, 0.5, 2 ** 53, 2 ** 53 - 1, '', '1', [], {}, true),
  fc.constantFrom<unknown>(new Date(0), [1], 'Yield', 'y', 'yn', 'generator', new Map()),
  fc.anything(),
);

type Holder = Record<string, unknown>;

/** Every place in a value where something else could stand. */
function places(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])]);
}

const agrees = (body: unknown): void => {
  const schema = facts.exchanges.safeParse(body);
  expect(readExchanges(body)).toEqual(schema.data);
};

describe('the fast check of exchanges', () => {
  it('brings back the very events that went into the columns', () => {
    fc.assert(
      fc.property(decoded, ({ coroutines, events, dropped }) => {
        const body = { coroutines, ...toColumns(events), dropped };
        expect(readExchanges(body)).toEqual({ coroutines, events, dropped });
        agrees(body);
      }),
    );
  });

  it('agrees with the schema when one field holds something else or is missing', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.option(intruder, { nil: 'missing' as const }), (valid, pick, instead) => {
        const body = structuredClone(valid);
        const every = places(body);
        const { holder, key } = every[pick % every.length]!;
        if (instead === 'missing') Reflect.deleteProperty(holder, key);
        else holder[key] = instead;
        agrees(body);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the schema about anything at all', () => {
    fc.assert(fc.property(intruder, agrees));
    fc.assert(
      fc.property(intruder, intruder, intruder, (coroutines, events, dropped) => {
        agrees({ coroutines, events, dropped });
      }),
    );
  });
});
