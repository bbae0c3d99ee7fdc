import type { CoroutineIntroduction } from './coroutine.js';
import { foldExchanges } from './exchange.js';
import { isIn, type ExchangeEvent } from './exchangeEvent.js';
import { placeText } from './location.js';
import { coroutineTitle } from './names.js';

/** A line of life in a sequence diagram: a coroutine, or the code around them that drove one. */
export interface Participant {
  /** Absent for what is no coroutine. */
  readonly coroutine?: number;
  readonly title: string;
}

export interface Message {
  /** Indices of participants. */
  readonly from: number;
  readonly to: number;
  readonly event: ExchangeEvent;
}

export interface Sequence {
  readonly participants: readonly Participant[];
  readonly messages: readonly Message[];
  /** Messages between them that are not here, because there were more than asked for. */
  readonly left: number;
}

/** The code that is no coroutine, as a participant. */
export const OUTSIDE = 'program';

/**
 * What a few coroutines said to each other and to whoever drove them, in order: the last `limit` messages. Drivers that
 * are not among the coroutines asked for appear as one participant, the {@link OUTSIDE}.
 */
export function sequenceOf(
  events: Iterable<ExchangeEvent>,
  introductions: readonly CoroutineIntroduction[],
  coroutines: readonly number[],
  limit: number,
): Sequence {
  const wanted = new Set(coroutines);
  const known = new Map(introductions.map((each) => [each.id, each]));
  const exchanges = foldExchanges(events).filter(({ coroutine }) => wanted.has(coroutine));
  const ends = exchanges.flatMap((exchange) =>
    [exchange.in, exchange.out].flatMap((event) => (event ? [{ event, parent: exchange.parent }] : [])),
  );
  ends.sort((a, b) => a.event.seq - b.event.seq);
  const shown = ends.slice(Math.max(0, ends.length - limit));

  const participants: Participant[] = [];
  const places = new Map<number | undefined, number>();
  const place = (coroutine: number | undefined): number => {
    const found = places.get(coroutine);
    if (found !== undefined) return found;
    const introduction = coroutine === undefined ? undefined : known.get(coroutine);
    participants.push({
      title: introduction ? coroutineTitle(introduction) : coroutine === undefined ? OUTSIDE : `coroutine ${coroutine}`,
      ...(coroutine !== undefined && { coroutine }),
    });
    places.set(coroutine, participants.length - 1);
    return participants.length - 1;
  };
  const messages = shown.map(({ event, parent }): Message => {
    const other = place(parent !== undefined && wanted.has(parent) ? parent : undefined);
    const self = place(event.coroutine);
    return isIn(event.what) ? { from: other, to: self, event } : { from: self, to: other, event };
  });
  return { participants: distinct(participants), messages, left: ends.length - shown.length };
}

/** What an arrow says: `send('A')`, `yield 3`, `close()`. */
export function messageText({ what, value }: ExchangeEvent): string {
  if (isIn(what)) return `${what}(${value ?? ''})`;
  return value === undefined ? what : `${what} ${value}`;
}

/** One sentence for whoever cannot see the picture. */
export function eventSentence(event: ExchangeEvent, title: string, file: string | undefined): string {
  const by = event.by ? `, from ${placeText(event.by)}` : '';
  const at = file === undefined ? `line ${event.line}` : placeText({ name: file, line: event.line });
  return `${title}: ${messageText(event)}, at ${at}${by}`;
}

function distinct(participants: readonly Participant[]): Participant[] {
  const counts = new Map<string, number>();
  for (const { title } of participants) counts.set(title, (counts.get(title) ?? 0) + 1);
  return participants.map((each) =>
    (counts.get(each.title) ?? 0) > 1 && each.coroutine !== undefined
      ? { ...each, title: `${each.title} #${each.coroutine}` }
      : each,
  );
}
