/**
 * The lines that `coroscope run` prints: one for each end of an exchange, indented by how many coroutines are running,
 * with the code that drove it on the left and the coroutine's own place on the right.
 *
 * ```
 * talk.py:30           → general.send('A')                                        talk.py:12
 *                        → internal.send('A')                                     talk.py:4
 *                        ← internal yields ('first', 20)                          talk.py:5
 *                      ← general yields ('first', 20)                             talk.py:12
 * ```
 */
import type { ExchangeEvent } from '../model/exchangeEvent.js';
import type { Location } from '../model/location.js';
import { ExchangeStream, type ExchangeBatch, type ExchangePrinter } from './exchangeStream.js';
import { columns, cut, fit, paint, safeText, spanColumns, type Span, type Style } from './terminalText.js';

export interface ExchangeLogOptions {
  /** ANSI colours; off unless asked for. */
  readonly colour?: boolean | undefined;
  /** Columns of the terminal. */
  readonly width?: number | undefined;
  /** Shorten values so that every line fits (the default). Without it a long line pushes its place to the right. */
  readonly elide?: boolean | undefined;
  /** Name of a thread, for programs that have several. */
  readonly threadName?: ((thread: number) => string | undefined) | undefined;
}

const DEFAULT_WIDTH = 100;
const MAX_INDENT = 16;
/** Each coroutine keeps its colour. Red is for exceptions. */
const PALETTE: readonly Style[] = ['cyan', 'yellow', 'magenta', 'green', 'blue'];

export class ExchangeLog implements ExchangePrinter {
  readonly #stream = new ExchangeStream();
  readonly #colour: boolean;
  readonly #elide: boolean;
  readonly #placeColumns: number;
  readonly #bodyColumns: number;
  readonly #threadName: (thread: number) => string | undefined;
  #thread: number | undefined;

  constructor(options: ExchangeLogOptions = {}) {
    const width = options.width ?? DEFAULT_WIDTH;
    this.#colour = options.colour ?? false;
    this.#elide = options.elide ?? true;
    this.#placeColumns = Math.min(32, Math.max(12, Math.floor(width / 5)));
    this.#bodyColumns = Math.max(30, width - 2 * this.#placeColumns - 2);
    this.#threadName = options.threadName ?? (() => undefined);
  }

  *lines(batch: ExchangeBatch): Generator<string, void, undefined> {
    for (const item of this.#stream.items(batch)) {
      if (item.kind === 'dropped') {
        yield this.#droppedLine(item.count);
        continue;
      }
      const { thread } = item.event;
      if (this.#thread !== undefined && this.#thread !== thread) yield this.#threadLine(thread);
      this.#thread = thread;
      yield this.#eventLine(item.event, item.depth);
    }
  }

  #eventLine(event: ExchangeEvent, depth: number): string {
    const body = [...indent(depth), ...this.#says(event)];
    const shown = this.#elide ? fit(body, this.#bodyColumns) : body;
    const file = this.#stream.names.introduction(event.coroutine)?.location?.name ?? 'line';
    const own = this.#place({ name: file, line: event.line });
    const padding = ' '.repeat(Math.max(1, this.#bodyColumns - spanColumns(shown) + 1));
    return paint(
      [
        { text: this.#driver(event), style: 'dim' },
        { text: ' ' },
        ...shown,
        { text: padding },
        { text: own, style: 'dim' },
      ],
      this.#colour,
    );
  }

  /** Where control came from, if not from the coroutine on the line above, padded to its column. */
  #driver(event: ExchangeEvent): string {
    const place = event.by ? this.#place(event.by) : '';
    return place + ' '.repeat(Math.max(0, this.#placeColumns - columns(place)));
  }

  /** `talk.py:30`. In a long one the end of the file's name gives way: the line, and how the name begins, say more. */
  #place({ name, line }: Pick<Location, 'name' | 'line'>): string {
    const suffix = `:${line}`;
    return cut(safeText(name), this.#placeColumns - suffix.length) + suffix;
  }

  #says(event: ExchangeEvent): Span[] {
    const name: Span = {
      text: safeText(this.#stream.names.label(event.coroutine)),
      style: PALETTE[event.coroutine % PALETTE.length] ?? 'cyan',
    };
    const value: Span = { text: safeText(event.value ?? ''), elastic: true };
    switch (event.what) {
      case 'next':
      case 'close':
        return [{ text: '→ ', style: 'bold' }, name, { text: `.${event.what}()` }];
      case 'send':
        return [{ text: '→ ', style: 'bold' }, name, { text: '.send(' }, value, { text: ')' }];
      case 'throw':
        return [{ text: '→ ', style: 'bold' }, name, { text: '.throw(' }, { ...value, style: 'red' }, { text: ')' }];
      case 'yield':
        return [{ text: '← ', style: 'bold' }, name, { text: ' yields ' }, value];
      case 'return':
        return [{ text: '← ', style: 'bold' }, name, { text: ' returns ' }, value];
      case 'raise':
        return [{ text: '← ', style: 'bold' }, name, { text: ' raises ' }, { ...value, style: 'red' }];
    }
  }

  #droppedLine(count: number): string {
    const what = count === 1 ? '1 event was dropped here' : `${count} events were dropped here`;
    return paint([{ text: this.#margin() }, { text: `⋯ ${what}`, style: 'yellow' }], this.#colour);
  }

  #threadLine(thread: number): string {
    const name = safeText(this.#threadName(thread) ?? `thread ${thread}`);
    return paint([{ text: this.#margin() }, { text: `── ${name} ──`, style: 'dim' }], this.#colour);
  }

  #margin(): string {
    return ' '.repeat(this.#placeColumns + 1);
  }
}

/** Deep recursion is counted, not drawn: the line must keep room for what it says. */
function indent(depth: number): Span[] {
  if (depth <= MAX_INDENT) return [{ text: '  '.repeat(depth) }];
  return [{ text: '  '.repeat(MAX_INDENT) }, { text: `+${depth - MAX_INDENT} `, style: 'dim' }];
}
