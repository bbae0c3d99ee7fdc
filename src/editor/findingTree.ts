/** What the Findings view shows, free of the editor's API: one entry for each finding, its places and what to do below it. */
import { droppedFindings, findingTitle } from '../model/findings.js';
import { placeText } from '../model/location.js';
import { note, type Entry } from './entry.js';
import type { FindingsBody, FoundThing } from './programClient.js';

export type FindingIcon = FoundThing['severity'] | 'advice' | 'place';
export type FindingEntry = Entry<FindingIcon>;

export function findingEntries({ findings, dropped, notes }: FindingsBody): FindingEntry[] {
  const counts = new Map<string, number>();
  const entries = findings.map((finding): FindingEntry => {
    const [first] = finding.places;
    const key = [finding.kind, first?.location && placeText(first.location), finding.message].join(' ');
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return entryOf(finding, `${key} ${count}`);
  });
  if (entries.length === 0)
    entries.push(note('none', 'Nothing was found to be wrong with the coroutines of this program.'));
  const more = droppedFindings(dropped);
  if (more !== undefined) entries.push(note('more', more));
  return [...entries, ...notes.map((text, index) => note(`note ${index}`, text))];
}

function entryOf(finding: FoundThing, id: string): FindingEntry {
  const { message, advice, places, severity } = finding;
  const [first] = places;
  const location = first?.location;
  return {
    id,
    label: findingTitle(finding),
    description: [...(location === undefined ? [] : [placeText(location)]), message].join(' · '),
    tooltip: `${message}\n${advice}`,
    icon: severity,
    ...(location !== undefined && { location }),
    children: [
      { ...note(`${id} advice`, advice), icon: 'advice' },
      ...places.map((place, index): FindingEntry => ({
        id: `${id} ${index}`,
        label: place.location === undefined ? place.label : placeText(place.location),
        description: place.location === undefined ? '' : place.label,
        tooltip: place.location?.path ?? place.label,
        icon: 'place',
        ...(place.location !== undefined && { location: place.location }),
        children: [],
      })),
    ],
  };
}
