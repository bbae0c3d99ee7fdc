/** What is known of one exchange, in words, for below the picture. */
import { isIn } from '../../src/model/exchangeEvent.js';
import { placeText } from '../../src/model/location.js';
import type { Timeline } from '../../src/model/timeline.js';
import { duration } from './viewport.js';

/** Local variables at an exchange: those of a coroutine that still stands there, or why they are not known. */
export type Locals = readonly { readonly name: string; readonly value: string }[] | string;

export const NOT_RECORDED = 'not recorded: only the values that went into and came out of coroutines are kept';

/** `Into generator listener · from program.py:30 · value 'hello' · 1.25 ms after the first event`. */
export function factsOf(timeline: Timeline, position: number): string {
  const arrow = timeline.arrow(position);
  if (!arrow) return '';
  const { by, time, value } = timeline.event(position);
  const { inward, lane, peer } = arrow;
  const through = timeline.through(position);
  const other = peer ?? through;
  const outside = by ? placeText(by) : 'code outside of any coroutine';
  return [
    `${inward ? 'Into' : 'Out of'} ${timeline.title(lane)}`,
    `${inward ? (through ? 'through' : 'from') : 'to'} ${other ? timeline.title(other) : outside}`,
    value === undefined ? 'no value' : `value ${value}`,
    position === 0 ? 'the first event' : `${duration(time - timeline.from)} after the first event`,
  ].join(' · ');
}

/** Whether the coroutine may still stand where this event left it: it is suspended, and nothing of it came since. */
export function mayStandThere(timeline: Timeline, position: number): boolean {
  const { what } = timeline.event(position);
  return !isIn(what) && what === 'yield' && timeline.neighbour(position, 1) === undefined;
}

/** What stands in the place of the picture while nothing is recorded: why, and what to do. */
export function emptyText(session: string, live: boolean, recording: boolean): string {
  const always = 'set "record": "all" in its launch configuration, or the setting coroscope.record';
  if (live && recording)
    return 'Everything is recorded from now on, but no generator or coroutine has run since. Let the program go on.';
  if (live)
    return `Nothing is recorded of “${session}” yet. Press Record, or, to have it from the beginning, ${always}.`;
  if (session !== '')
    return `“${session}” has ended, and nothing of it was recorded. To see its exchanges here, ${always}, and start it again.`;
  return (
    'No program is being debugged with Coroscope, and of one that has ended before this view was opened nothing is left. ' +
    `To see a program's exchanges here, ${always}, and start it while this view is open.`
  );
}

export function localsText(locals: Locals): string {
  if (typeof locals === 'string') return `Locals: ${locals}`;
  if (locals.length === 0) return 'Locals, as it still stands there: none';
  return `Locals, as it still stands there: ${locals.map(({ name, value }) => `${name} = ${value}`).join(' · ')}`;
}
