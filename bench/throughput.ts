/** How many exchanges pass from the program to a client in a second, and how many the adapter's side alone takes. */
import { performance } from 'node:perf_hooks';
import { Connection } from '../src/link/connection.js';
import { toColumns } from '../src/link/exchangeColumns.js';
import type { ExchangeEvent } from '../src/link/protocol.js';
import { memoryPair } from '../src/link/transports/memory.js';
import { coroscope, programPath } from './debuggers.js';
import { table } from './statistics.js';

export interface ThroughputRow {
  readonly what: string;
  readonly events: number;
  readonly seconds: number;
}

export async function measureThroughput(
  python: string,
  scale: number,
  tell: (text: string) => void,
): Promise<ThroughputRow[]> {
  const [few, many] = [await streamed(python, 0.1 * scale), await streamed(python, 0.5 * scale)];
  const rows = [
    many,
    {
      what: 'program to client, every exchange, start not counted',
      events: many.events - few.events,
      seconds: many.seconds - few.seconds,
    },
    await decoded(scale),
  ];
  for (const row of rows) tell(`${row.what}: ${rate(row)}`);
  return rows;
}

/** A hot program whose every exchange is streamed to a client over the adapter; the difference of two sizes has no start. */
async function streamed(python: string, scale: number): Promise<ThroughputRow> {
  const debugger_ = coroscope(python, 'all');
  const client = debugger_.connect();
  try {
    const over = client.waitFor('terminated');
    const begin = performance.now();
    await client.start({
      ...debugger_.settings(programPath('ping_pong'), [String(scale)]),
      streamExchanges: true,
    });
    await over;
    const seconds = (performance.now() - begin) / 1000;
    const events = client.seen('coroscope/recorded').reduce((sum, batch) => sum + batch.events.length, 0);
    return { what: 'program to client, every exchange, start included', events, seconds };
  } finally {
    await client.close();
  }
}

/** The adapter's end of the link alone: text in, checked events out. */
async function decoded(scale: number): Promise<ThroughputRow> {
  const { adapter, runtime } = memoryPair();
  const connection = new Connection(adapter);
  const batches = Math.ceil(1000 * scale);
  const events: ExchangeEvent[] = Array.from({ length: 512 }, (_, index) => ({
    seq: index + 1,
    time: index * 1.5,
    coroutine: (index % 7) + 1,
    thread: 1,
    what: index % 2 === 0 ? 'send' : 'yield',
    value: `'value ${index}'`,
    line: 10 + (index % 5),
    ...(index % 2 === 0 && { by: { path: '/work/talk.py', name: 'talk.py', line: 30 } }),
  }));
  const frame = JSON.stringify({ fact: 'exchanges', body: { coroutines: [], ...toColumns(events), dropped: 0 } });
  let seen = 0;
  const all = new Promise<void>((resolve) => {
    connection.on('exchanges', (batch) => {
      seen += batch.events.length;
      if (seen === batches * events.length) resolve();
    });
  });
  const begin = performance.now();
  for (let batch = 0; batch < batches; batch += 1) runtime.send(frame);
  await all;
  const seconds = (performance.now() - begin) / 1000;
  connection.close();
  return { what: "the adapter's end of the link", events: seen, seconds };
}

const rate = ({ events, seconds }: ThroughputRow): string =>
  `${Math.round(events / seconds).toLocaleString('en')} events a second`;

export const throughputTable = (rows: readonly ThroughputRow[]): string =>
  table(
    ['what', 'events', 'measured'],
    rows.map((row) => [row.what, row.events.toLocaleString('en'), rate(row)]),
  );
