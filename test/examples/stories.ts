/** The stories of `examples/stories.json` as the tour reads them, and what only the tests ask of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  markersOf as markersIn,
  readStories as readStoriesOf,
  type Story,
  type StoryBreakpoint,
} from '../../src/cli/tour/story.js';

export const examplesFolder = path.resolve(import.meta.dirname, '../../examples');

export function readStories(): Story[] {
  return readStoriesOf(examplesFolder);
}

/** Line numbers (1-based) of the markers of a program. */
export function markersOf(program: string): ReadonlyMap<string, number> {
  return markersIn(readFileSync(path.join(examplesFolder, program), 'utf8'));
}

/** The stops of a story at breakpoints, in order, with the lines of their markers. */
export function breakpointStops(story: Story): StoryBreakpoint[] {
  const markers = markersOf(story.program);
  return story.stops.flatMap((stop) => {
    if (!('marker' in stop)) return [];
    const line = markers.get(stop.marker);
    if (line === undefined) throw new Error(`${story.program} has no marker ${stop.marker}, which its story stops at.`);
    return [{ line, mode: stop.mode }];
  });
}
