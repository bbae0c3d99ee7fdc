/** What stands beside the lines of a stopped frame, free of the editor's API. Lines are 1-based. */
import type { ExchangeEvent } from '../link/protocol.js';
import { exchangeText } from '../model/coroutineTexts.js';

export interface LineValue {
  readonly line: number;
  readonly text: string;
}

/** The events of a coroutine's history that say something at a suspension point. */
type Event = Pick<ExchangeEvent, 'seq' | 'time' | 'what' | 'line' | 'value'>;

const INTO: ReadonlySet<Event['what']> = new Set(['next', 'send', 'throw', 'close']);

/**
 * `yielded 3 · sent 'A'` for each line the coroutine last went through. What came in is left out where the coroutine
 * still stands: the last value in belongs to the trip before. What an `await` hands up to the event loop is the loop's
 * own business, so that only a `yield` of the source (`isYield`) tells of it; an exception thrown in is told everywhere.
 *
 * @param history in any order
 */
export function suspensionValues(history: readonly Event[], isYield: (line: number) => boolean): LineValue[] {
  const out = new Map<number, Event>();
  const into = new Map<number, Event>();
  for (const event of [...history].sort((one, other) => one.seq - other.seq || one.time - other.time)) {
    if (event.what === 'yield') {
      out.set(event.line, event);
      into.delete(event.line);
    } else if (INTO.has(event.what) && out.has(event.line)) into.set(event.line, event);
  }
  return [...out].flatMap(([line, yielded]) => {
    const received = into.get(line);
    const thrown = received?.what === 'throw' || received?.what === 'close' ? [exchangeText(received)] : [];
    const words = isYield(line)
      ? [exchangeText(yielded), ...(received === undefined ? [] : [exchangeText(received)])]
      : thrown;
    return words.length === 0 ? [] : [{ line, text: words.join(' · ') }];
  });
}

/** Longer values would push the source out of sight. */
const LONGEST = 60;

/**
 * `name = value` beside each line of the function, as far as the stop, that mentions a local variable: what the editor
 * itself shows in languages without inline values of their own.
 *
 * @param lines of the file
 * @param stop the line that the frame stands in
 */
export function localValues(
  lines: readonly string[],
  stop: number,
  locals: readonly { readonly name: string; readonly value: string }[],
): LineValue[] {
  const first = firstLine(lines, stop);
  return lines.slice(first - 1, stop).flatMap((text, index) => {
    const words = new Set(text.replace(/#.*$/, '').match(/[\p{L}_][\p{L}\p{N}_]*/gu));
    return locals
      .filter(({ name }) => words.has(name))
      .map(({ name, value }) => ({
        line: first + index,
        text: `${name} = ${value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}`,
      }));
  });
}

/** Of the function around a line: the nearest `def` above that stands further left; 1 for the module. */
function firstLine(lines: readonly string[], stop: number): number {
  const indent = (text: string): number => text.search(/\S|$/);
  const own = indent(lines[stop - 1] ?? '');
  for (let line = stop; line > 1; line -= 1) {
    const text = lines[line - 1] ?? '';
    if (/^\s*(async\s+)?def\b/.test(text) && (line === stop || indent(text) < own)) return line;
  }
  return 1;
}
