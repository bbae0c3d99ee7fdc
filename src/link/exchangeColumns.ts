/**
 * Batches of exchange events cross the link as columns, one list for each field, because a great number of them passes:
 * a list of numbers is what both sides encode and decode fastest. Behind the link they are records again.
 */
import type { ExchangeEvent, FactOnWire, Location } from './protocol.js';

/** All columns have one item for each event. */
export interface ExchangeColumns {
  readonly seq: readonly number[];
  readonly time: readonly number[];
  readonly coroutine: readonly number[];
  readonly thread: readonly number[];
  /** One letter for each event; see {@link LETTERS}. */
  readonly what: string;
  readonly value: readonly (string | null)[];
  readonly line: readonly number[];
  /** An index into the `places` of the batch; -1 where there is none. */
  readonly by: readonly number[];
}

const LETTERS = {
  n: 'next',
  s: 'send',
  t: 'throw',
  c: 'close',
  y: 'yield',
  r: 'return',
  x: 'raise',
} as const satisfies Record<string, ExchangeEvent['what']>;

const whats: ReadonlyMap<string, ExchangeEvent['what']> = new Map(Object.entries(LETTERS));

/** What is wrong with columns whose items are all of the right type; undefined if nothing is. */
export function columnsFault(columns: ExchangeColumns, places: readonly Location[]): string | undefined {
  const { seq, time, coroutine, thread, what, value, line, by } = columns;
  for (const column of [time, coroutine, thread, what, value, line, by])
    if (column.length !== seq.length) return 'the columns differ in length';
  for (const letter of what) if (!whats.has(letter)) return `the letter "${letter}" means no event`;
  for (const place of by) if (place < -1 || place >= places.length) return `there is no place ${place}`;
  return undefined;
}

/** The events that faultless columns hold. */
export function toEvents(columns: ExchangeColumns, places: readonly Location[]): ExchangeEvent[] {
  const { seq, time, coroutine, thread, what, value, line, by } = columns;
  const events: ExchangeEvent[] = [];
  for (let index = 0; index < seq.length; index += 1) {
    const text = value[index];
    const place = places[by[index] ?? -1];
    events.push({
      seq: seq[index] ?? 0,
      time: time[index] ?? 0,
      coroutine: coroutine[index] ?? 0,
      thread: thread[index] ?? 0,
      what: whats.get(what[index] ?? '') ?? 'next',
      ...(typeof text === 'string' && { value: text }),
      line: line[index] ?? 0,
      ...(place && { by: place }),
    });
  }
  return events;
}

/** The other way round, for whoever plays a runtime. */
export function toColumns(events: readonly ExchangeEvent[]): Pick<FactOnWire<'exchanges'>, 'events' | 'places'> {
  const letter = new Map(Object.entries(LETTERS).map(([key, what]) => [what, key]));
  const places: Location[] = [];
  const by = events.map((event) => (event.by ? places.push(event.by) - 1 : -1));
  return {
    events: {
      seq: events.map(({ seq }) => seq),
      time: events.map(({ time }) => time),
      coroutine: events.map(({ coroutine }) => coroutine),
      thread: events.map(({ thread }) => thread),
      what: events.map(({ what }) => letter.get(what) ?? '').join(''),
      value: events.map(({ value }) => value ?? null),
      line: events.map(({ line }) => line),
      by,
    },
    places,
  };
}
