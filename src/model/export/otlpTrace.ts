/**
 * Traces in OTLP's JSON encoding, one `TracesData` a line ("OpenTelemetry Protocol File Exporter"), which a collector of
 * OpenTelemetry reads from a file (`otlpjsonfile`) and hands on to whatever keeps spans. What is here:
 *
 * | span                | is                                                                                          |
 * |---------------------|---------------------------------------------------------------------------------------------|
 * | of a coroutine      | its life; its parent is the coroutine that ran it first, so a task and all below it are a trace |
 * | of an exchange      | a trip into the coroutine and out of it, with the values of both ends; a child of its life  |
 * | event `exception`   | what was raised out of it; the span is an error then                                        |
 *
 * Times are nanoseconds since 1970 (UTC), so the files of several processes need no merging: a collector takes them all.
 * Names of attributes are those of OpenTelemetry's semantic conventions where there is one.
 */
import type { CoroutineIntroduction } from '../coroutine.js';
import { ExchangeFold, type Exchange } from '../exchange.js';
import { isIn, type ExchangeEvent } from '../exchangeEvent.js';
import { coroutineTitle } from '../names.js';
import type { TraceProcess, TraceWriter } from './traceWriter.js';

/** A coroutine that began and has not ended. */
interface Life {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly started: number;
  /** The last that was heard of it. */
  latest: ExchangeEvent;
  /** What it raises then is how it is closed. */
  isClosing: boolean;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 1;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly object[];
  readonly status?: { readonly code: 2; readonly message: string };
}

/** Whoever reads a line holds it whole. */
const MOST_A_LINE = 1000;

const text = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } });
/** 64 bits, which JSON has as text (protobuf's JSON mapping). */
const whole = (key: string, value: number): Attribute => ({ key, value: { intValue: String(value) } });

/** Writes a trace while it happens, as {@link ChromeTraceWriter} does. Nothing is kept of what ended. */
export class OtlpTraceWriter implements TraceWriter {
  readonly #fold = new ExchangeFold();
  readonly #introductions = new Map<number, CoroutineIntroduction>();
  readonly #threads = new Map<number, string>();
  readonly #lives = new Map<number, Life>();
  #spans = 0;
  #latest = 0;

  constructor(private readonly process: TraceProcess) {}

  open(): string {
    return '';
  }

  nameThread(thread: number, name: string): string {
    this.#threads.set(thread, name);
    return '';
  }

  *batch(
    coroutines: readonly CoroutineIntroduction[],
    events: Iterable<ExchangeEvent>,
  ): Generator<string, void, undefined> {
    for (const each of coroutines) this.#introductions.set(each.id, each);
    let spans: Span[] = [];
    for (const event of events) {
      spans.push(...this.#event(event));
      if (spans.length < MOST_A_LINE) continue;
      yield this.#line(spans);
      spans = [];
    }
    if (spans.length > 0) yield this.#line(spans);
  }

  close(): string {
    const spans = this.#fold.cut().map((exchange) => this.#exchange(exchange, this.#latest));
    for (const [coroutine, life] of this.#lives) spans.push(this.#life(coroutine, life, this.#latest));
    return spans.length > 0 ? this.#line(spans) : '';
  }

  *#event(event: ExchangeEvent): Generator<Span, void, undefined> {
    const { coroutine, what } = event;
    this.#latest = Math.max(this.#latest, event.time);
    const { exchange, abandoned } = this.#fold.take(event);
    for (const each of abandoned) yield this.#exchange(each, this.#latest);
    const life = this.#lives.get(coroutine) ?? this.#begun(exchange, event);
    life.latest = event;
    if (isIn(what)) life.isClosing = what === 'close';
    if (exchange.out) yield this.#exchange(exchange, event.time);
    if (what !== 'return' && what !== 'raise') return;
    yield this.#life(coroutine, life, event.time);
    this.#lives.delete(coroutine);
    this.#introductions.delete(coroutine);
  }

  #begun({ coroutine, parent }: Exchange, event: ExchangeEvent): Life {
    const above = parent === undefined ? undefined : this.#lives.get(parent);
    const life: Life = {
      traceId: above?.traceId ?? this.#traceId(coroutine),
      spanId: this.#nextSpanId(),
      parentSpanId: above?.spanId,
      started: event.time,
      latest: event,
      isClosing: false,
    };
    this.#lives.set(coroutine, life);
    return life;
  }

  #exchange({ coroutine, thread, in: begun, out, status }: Exchange, end: number): Span {
    const life = this.#lives.get(coroutine);
    return {
      traceId: life?.traceId ?? this.#traceId(coroutine),
      spanId: this.#nextSpanId(),
      ...(life && { parentSpanId: life.spanId }),
      name: this.#title(coroutine),
      kind: 1,
      startTimeUnixNano: this.#nanos((begun ?? out)?.time ?? end),
      endTimeUnixNano: this.#nanos(end),
      attributes: [
        ...this.#where(coroutine, (begun ?? out)?.line),
        whole('thread.id', thread),
        ...[this.#threads.get(thread)].flatMap((name) => (name === undefined ? [] : [text('thread.name', name)])),
        ...this.#side('in', begun),
        ...this.#side('out', out),
        ...(status === 'complete' ? [] : [text('coroscope.missing', begun ? 'out' : 'in')]),
      ],
      ...(out && this.#error(out, begun?.what === 'close')),
    };
  }

  #life(coroutine: number, life: Life, end: number): Span {
    const { traceId, spanId: own, parentSpanId, started, latest, isClosing } = life;
    const isOver = latest.what === 'return' || latest.what === 'raise';
    return {
      traceId,
      spanId: own,
      ...(parentSpanId !== undefined && { parentSpanId }),
      name: this.#title(coroutine),
      kind: 1,
      startTimeUnixNano: this.#nanos(started),
      endTimeUnixNano: this.#nanos(end),
      attributes: [
        ...this.#where(coroutine, this.#introductions.get(coroutine)?.location?.line),
        whole('coroscope.coroutine', coroutine),
        ...[this.#introductions.get(coroutine)].flatMap((each) =>
          each === undefined
            ? []
            : [
                text('coroscope.kind', each.kind),
                ...(each.task === undefined ? [] : [text('coroscope.task', each.task)]),
              ],
        ),
        ...(isOver ? this.#side('out', latest) : [text('coroscope.state', 'unfinished')]),
      ],
      ...this.#error(latest, isClosing),
    };
  }

  #error(out: ExchangeEvent, isClosing: boolean): Pick<Span, 'events' | 'status'> {
    if (out.what !== 'raise' || isClosing) return {};
    const message = out.value ?? '';
    return {
      events: [
        { timeUnixNano: this.#nanos(out.time), name: 'exception', attributes: [text('exception.message', message)] },
      ],
      status: { code: 2, message },
    };
  }

  #side(side: 'in' | 'out', event: ExchangeEvent | undefined): Attribute[] {
    if (!event) return [];
    return [
      text(`coroscope.${side}`, event.what),
      ...(event.value === undefined ? [] : [text(`coroscope.${side}.value`, event.value)]),
    ];
  }

  #where(coroutine: number, line: number | undefined): Attribute[] {
    const introduction = this.#introductions.get(coroutine);
    const path = introduction?.location?.path;
    return [
      ...(introduction ? [text('code.function.name', introduction.name)] : []),
      ...(path === undefined ? [] : [text('code.file.path', path)]),
      ...(line === undefined ? [] : [whole('code.line.number', line)]),
    ];
  }

  #line(spans: readonly Span[]): string {
    const { pid, name } = this.process;
    const resource = { attributes: [text('service.name', name), whole('process.pid', pid)] };
    return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'coroscope' }, spans }] }] })}\n`;
  }

  #nextSpanId(): string {
    return hex(BigInt(++this.#spans), 16);
  }

  #title(coroutine: number): string {
    const introduction = this.#introductions.get(coroutine);
    return introduction ? coroutineTitle(introduction) : `coroutine ${coroutine}`;
  }

  /** Microseconds of today are more than a double tells apart by less than a quarter of one, so they are added as integers. */
  #nanos(time: number): string {
    return String(BigInt(Math.round(this.process.clockZero ?? 0)) * 1000n + BigInt(Math.round(time * 1000)));
  }

  /** Of the coroutine at the root: which process, which run of it, and which coroutine. */
  #traceId(coroutine: number): string {
    const { pid, clockZero = 0 } = this.process;
    return hex(BigInt(Math.round(clockZero)), 16) + hex(BigInt(pid), 8) + hex(BigInt(coroutine), 8);
  }
}

const hex = (number: bigint, digits: number): string =>
  BigInt.asUintN(4 * digits, number)
    .toString(16)
    .padStart(digits, '0');
