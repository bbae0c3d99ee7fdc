/** What rows of the list of coroutines say to a person. */
import { placeText, type Location } from './location.js';
import { coroutineTitle, doing, type Named } from './names.js';

/** The end of an exchange, as far as words need it. */
export interface Exchanged {
  readonly what: 'next' | 'send' | 'throw' | 'close' | 'yield' | 'return' | 'raise';
  readonly value?: string | undefined;
}

export interface Listed extends Named {
  readonly id: number;
  readonly delegates: number;
  readonly last?: Exchanged | undefined;
}

const WORDS: Readonly<Record<Exchanged['what'], string>> = {
  next: 'resumed',
  send: 'sent',
  throw: 'thrown',
  close: 'closed',
  yield: 'yielded',
  return: 'returned',
  raise: 'raised',
};

/** `yielded 3`, `sent 'A'`, `resumed`. */
export function exchangeText({ what, value }: Exchanged): string {
  return value === undefined ? WORDS[what] : `${WORDS[what]} ${value}`;
}

/** Beside the name of a row: `await asyncio.sleep · client.py:41 · sent None`. */
export function rowDescription(row: Listed): string {
  return [
    doing(row),
    ...(row.location === undefined ? [] : [placeText(row.location)]),
    ...(row.last === undefined ? [] : [exchangeText(row.last)]),
  ].join(' · ');
}

/** A line of a stack: `fetch (client.py:41)`. */
export function stackLine(name: string, location: Location | undefined): string {
  return location === undefined ? name : `${name} (${location.path ?? location.name}:${location.line})`;
}

/** The delegation chain as text, leaf first, under a heading. `links` are the coroutine itself and its delegates. */
export function stackText(row: Named, links: readonly { name: string; location?: Location | undefined }[]): string {
  const lines = [...links].reverse().map(({ name, location }) => `  ${stackLine(name, location)}`);
  return [`${coroutineTitle(row)} · ${doing(row)}`, ...lines].join('\n');
}
