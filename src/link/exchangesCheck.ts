/**
 * The shape of the fact `exchanges`, checked by hand. A batch holds thousands of events and the schema copies every one
 * of them; this looks only. It accepts what the schema in `protocol.ts` accepts, which a property test holds it to.
 */
import { CoroutineKind, ExchangeEvent, type FactBody } from './protocol.js';

type Fields = Readonly<Record<string, unknown>>;

const kinds: ReadonlySet<unknown> = new Set(CoroutineKind.options);
const whats: ReadonlySet<unknown> = new Set(ExchangeEvent.shape.what.options);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As the schema has it: a whole number that a double holds exactly. */
const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isOptionalId = (value: unknown): boolean => value === undefined || isId(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value);

const isOptionalLocation = (value: unknown): boolean =>
  value === undefined ||
  (isFields(value) &&
    isOptionalText(value['path']) &&
    isOptionalId(value['sourceId']) &&
    isText(value['name']) &&
    isId(value['line']) &&
    isOptionalId(value['column']) &&
    isOptionalId(value['endLine']) &&
    isOptionalId(value['endColumn']));

const isCoroutine = (value: unknown): boolean =>
  isFields(value) &&
  isId(value['id']) &&
  kinds.has(value['kind']) &&
  isText(value['name']) &&
  isOptionalLocation(value['location']) &&
  isOptionalText(value['task']);

const isEvent = (value: unknown): boolean =>
  isFields(value) &&
  isId(value['seq']) &&
  Number.isFinite(value['time']) &&
  (value['time'] as number) >= 0 &&
  isId(value['coroutine']) &&
  isId(value['thread']) &&
  whats.has(value['what']) &&
  isOptionalText(value['value']) &&
  isId(value['line']) &&
  isOptionalLocation(value['by']);

/** As `every`, but a hole in an array is an item, too. */
function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (!isItem(item)) return false;
  return true;
}

export function isExchanges(body: unknown): body is FactBody<'exchanges'> {
  return (
    isFields(body) &&
    isId(body['dropped']) &&
    isListOf(body['coroutines'], isCoroutine) &&
    isListOf(body['events'], isEvent)
  );
}
