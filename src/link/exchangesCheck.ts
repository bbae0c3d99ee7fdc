/**
 * The shape of the fact `exchanges`, checked by hand. A batch holds thousands of events and the schema copies every one
 * of them; this looks only. It accepts what the schema in `protocol/exchanges.ts` accepts, which a property test holds it to.
 */
import { columnsFault, toEvents } from './exchangeColumns.js';
import { CoroutineKind, type FactBody, type FactOnWire } from './protocol.js';

type Fields = Readonly<Record<string, unknown>>;

const kinds: ReadonlySet<unknown> = new Set(CoroutineKind.options);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As the schema has it: a whole number that a double holds exactly. */
const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isOptionalId = (value: unknown): boolean => value === undefined || isId(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value);

const isLocation = (value: unknown): boolean =>
  isFields(value) &&
  isOptionalText(value['path']) &&
  isOptionalId(value['sourceId']) &&
  isText(value['name']) &&
  isId(value['line']) &&
  isOptionalId(value['column']) &&
  isOptionalId(value['endLine']) &&
  isOptionalId(value['endColumn']);

const isOptionalLocation = (value: unknown): boolean => value === undefined || isLocation(value);

const isCoroutine = (value: unknown): boolean =>
  isFields(value) &&
  isId(value['id']) &&
  kinds.has(value['kind']) &&
  isText(value['name']) &&
  isOptionalLocation(value['location']) &&
  isOptionalText(value['task']);

const isTime = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

const areColumns = (value: unknown): boolean =>
  isFields(value) &&
  isListOf(value['seq'], isId) &&
  isListOf(value['time'], isTime) &&
  isListOf(value['coroutine'], isId) &&
  isListOf(value['thread'], isId) &&
  isText(value['what']) &&
  isListOf(value['value'], isTextOrNull) &&
  isListOf(value['line'], isId) &&
  isListOf(value['by'], Number.isSafeInteger);

/** As `every`, but a hole in an array is an item, too. */
function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (!isItem(item)) return false;
  return true;
}

function isExchanges(body: unknown): body is FactOnWire<'exchanges'> {
  return (
    isFields(body) &&
    isId(body['dropped']) &&
    isListOf(body['coroutines'], isCoroutine) &&
    isListOf(body['places'], isLocation) &&
    areColumns(body['events'])
  );
}

/** The batch, or undefined where the schema will say what does not fit. */
export function readExchanges(body: unknown): FactBody<'exchanges'> | undefined {
  if (!isExchanges(body) || columnsFault(body.events, body.places)) return undefined;
  return { coroutines: body.coroutines, events: toEvents(body.events, body.places), dropped: body.dropped };
}
