/**
 * The Chrome trace event format, which Perfetto, chrome://tracing and Speedscope open ("Trace Event Format", JSON object
 * form). What is here:
 *
 * | in the trace                | is                                                                                  |
 * |-----------------------------|-------------------------------------------------------------------------------------|
 * | `M`                         | names of the process and its threads                                                |
 * | `B` and `E` on a thread     | a trip into a coroutine and out of it; the values are arguments of both ends        |
 * | `b` and `e`, one id each    | the life of a coroutine, and in it each stretch of being suspended                  |
 * | `s` and `f`, name `resumed` | an arrow from where it suspended to where it was resumed                            |
 * | `i`                         | an end whose beginning was not recorded; a place where events were dropped          |
 *
 * `ts` are microseconds on the program's own clock; `otherData.clockZero` says when that stood at 0, in microseconds
 * since 1970 (UTC), and is what {@link mergeTraces} puts the clocks of several processes together by.
 */
import type { CoroutineIntroduction } from '../coroutine.js';
import { ExchangeFold, type Exchange } from '../exchange.js';
import { isIn, type ExchangeEvent } from '../exchangeEvent.js';
import { placeText } from '../location.js';
import { coroutineTitle } from '../names.js';
import type { TraceProcess, TraceWriter } from './traceWriter.js';

type TraceEvent = Readonly<Record<string, unknown>> & { readonly ph: string; readonly ts: number };

const CATEGORY = 'coroutine';

/** Writes a trace while it happens: pieces of text which, one after the other, are the file. Nothing is kept of what ended. */
export class ChromeTraceWriter implements TraceWriter {
  readonly #fold = new ExchangeFold();
  readonly #introductions = new Map<number, CoroutineIntroduction>();
  readonly #threads = new Map<number, number>();
  readonly #named = new Set<number>();
  /** Coroutines that began and have not ended; of a suspended one the flow that leads to its next resumption, if one does. */
  readonly #living = new Map<number, { readonly suspended: boolean; readonly flow?: number | undefined }>();
  #lastFlow = 0;
  #latest = 0;

  constructor(private readonly process: TraceProcess) {}

  open(): string {
    const { pid, name } = this.process;
    return `{"displayTimeUnit":"ns","traceEvents":[\n${JSON.stringify(metadata(pid, 0, 'process_name', name))}`;
  }

  /** What a thread is called; without it, `thread 1`. */
  nameThread(thread: number, name: string): string {
    const tid = this.#tid(thread);
    this.#named.add(tid);
    return line(metadata(this.process.pid, tid, 'thread_name', name));
  }

  *batch(
    coroutines: readonly CoroutineIntroduction[],
    events: Iterable<ExchangeEvent>,
  ): Generator<string, void, undefined> {
    for (const each of coroutines) this.#introductions.set(each.id, each);
    for (const event of events) {
      let text = '';
      for (const each of this.#event(event)) text += line(each);
      yield text;
    }
  }

  close(): string {
    let text = '';
    for (const exchange of [...this.#fold.cut()].reverse()) text += line(this.#end(exchange, this.#latest));
    for (const [coroutine, { suspended }] of this.#living) {
      if (suspended) text += line(this.#async('e', 'suspended', coroutine, this.#latest));
      text += line(this.#async('e', this.#title(coroutine), coroutine, this.#latest));
    }
    const { clockZero } = this.process;
    const other = clockZero === undefined ? {} : { clockZero };
    return `${text}\n],"otherData":${JSON.stringify({ source: 'coroscope', ...other })}}\n`;
  }

  *#event(event: ExchangeEvent): Generator<TraceEvent, void, undefined> {
    const { coroutine, what } = event;
    const time = (this.#latest = Math.max(this.#latest, event.time));
    const tid = this.#tid(event.thread);
    if (!this.#named.has(tid)) {
      this.#named.add(tid);
      yield metadata(this.process.pid, tid, 'thread_name', `thread ${tid}`);
    }
    const { exchange, abandoned, gap } = this.#fold.take(event);
    for (const each of [...abandoned].reverse()) yield this.#end(each, time);
    if (gap > 0) yield this.#instant(tid, time, `${gap} events were dropped here`, {});
    if (!this.#living.has(coroutine)) {
      this.#living.set(coroutine, { suspended: false });
      yield this.#async('b', this.#title(coroutine), coroutine, time, { coroutine });
    }
    const { suspended, flow } = this.#living.get(coroutine) ?? { suspended: false };
    if (isIn(what)) {
      if (suspended) yield this.#async('e', 'suspended', coroutine, time);
      yield this.#slice('B', tid, time, this.#title(coroutine), { in: what, ...this.#details(event) });
      if (flow !== undefined) yield this.#flow('f', tid, time, flow);
      this.#living.set(coroutine, { suspended: false });
      return;
    }
    // An arrow begins inside a slice, and one whose beginning was not recorded has none.
    const next = what === 'yield' && exchange.in ? ++this.#lastFlow : undefined;
    const details = { out: what, ...this.#details(event) };
    // A flow belongs to the slice that is open at its place in the file, so it goes before the end of it.
    if (exchange.status === 'inMissing') yield this.#instant(tid, time, `${this.#title(coroutine)} ${what}`, details);
    else {
      if (next !== undefined) yield this.#flow('s', tid, time, next);
      yield this.#slice('E', tid, time, this.#title(coroutine), details);
    }
    if (what === 'yield') {
      if (suspended) yield this.#async('e', 'suspended', coroutine, time);
      yield this.#async('b', 'suspended', coroutine, time, details);
      this.#living.set(coroutine, { suspended: true, flow: next });
      return;
    }
    if (suspended) yield this.#async('e', 'suspended', coroutine, time);
    yield this.#async('e', this.#title(coroutine), coroutine, time, details);
    this.#living.delete(coroutine);
    this.#introductions.delete(coroutine);
  }

  #details({ value, line: at, by, coroutine }: ExchangeEvent): Record<string, string> {
    const name = this.#introductions.get(coroutine)?.location?.name;
    return {
      ...(value !== undefined && { value }),
      at: name === undefined ? `line ${at}` : placeText({ name, line: at }),
      ...(by && { by: placeText(by) }),
    };
  }

  #end({ coroutine, thread }: Exchange, time: number): TraceEvent {
    return this.#slice('E', this.#tid(thread), time, this.#title(coroutine), { out: 'not recorded' });
  }

  #slice(ph: 'B' | 'E', tid: number, ts: number, name: string, args: object): TraceEvent {
    return { ph, name, cat: CATEGORY, pid: this.process.pid, tid, ts, args };
  }

  #instant(tid: number, ts: number, name: string, args: object): TraceEvent {
    return { ph: 'i', name, cat: CATEGORY, pid: this.process.pid, tid, ts, s: 't', args };
  }

  #async(ph: 'b' | 'e', name: string, coroutine: number, ts: number, args: object = {}): TraceEvent {
    const id2 = { local: `0x${coroutine.toString(16)}` };
    return { ph, name, cat: CATEGORY, pid: this.process.pid, tid: 0, id2, ts, args };
  }

  /** Both ends are found together by name, category and id, so all of them have the same name. */
  #flow(ph: 's' | 'f', tid: number, ts: number, id: number): TraceEvent {
    const bind = ph === 'f' ? { bp: 'e' } : {};
    return { ph, name: 'resumed', cat: CATEGORY, pid: this.process.pid, tid, ts, id, ...bind };
  }

  #title(coroutine: number): string {
    const introduction = this.#introductions.get(coroutine);
    return introduction ? coroutineTitle(introduction) : `coroutine ${coroutine}`;
  }

  /** The format's thread ids are 32 bits; a program's own may be more. */
  #tid(thread: number): number {
    const known = this.#threads.get(thread) ?? this.#threads.size + 1;
    this.#threads.set(thread, known);
    return known;
  }
}

function metadata(pid: number, tid: number, name: string, value: string): TraceEvent {
  return { ph: 'M', ts: 0, pid, tid, name, args: { name: value } };
}

function line(event: TraceEvent): string {
  return `,\n${JSON.stringify(event)}`;
}
