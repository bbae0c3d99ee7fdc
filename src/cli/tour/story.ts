/** The example programs and where their sessions stop; `examples/README.md` describes the file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const Stop = z.union([
  z.strictObject({
    marker: z.string(),
    mode: z.enum(['line', 'suspend', 'resume']).default('line'),
    look: z.string().min(1),
  }),
  z.strictObject({ exception: z.string(), filter: z.string(), look: z.string().min(1) }),
]);

const StorySchema = z.strictObject({
  program: z.string().regex(/^\d\d_\w+\.py$/),
  title: z.string().min(1),
  exitCode: z.number().int().default(0),
  stops: z.array(Stop).min(1).max(4),
});

export type Story = z.infer<typeof StorySchema>;

export interface StoryBreakpoint {
  readonly line: number;
  readonly mode: 'line' | 'suspend' | 'resume';
}

export function readStories(folder: string): Story[] {
  const text = readFileSync(path.join(folder, 'stories.json'), 'utf8');
  return z.strictObject({ stories: z.array(StorySchema) }).parse(JSON.parse(text)).stories;
}

/** Line numbers (1-based) of the `# @marker name` comments of a program. Throws when a name stands there twice. */
export function markersOf(text: string): ReadonlyMap<string, number> {
  const markers = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const name = /# @marker ([\w-]+)$/.exec(line)?.[1];
    if (name === undefined) continue;
    if (markers.has(name)) throw new Error(`The marker '${name}' stands there twice; give one of them another name.`);
    markers.set(name, index + 1);
  }
  return markers;
}

/** The breakpoints of a story, each once, whatever the number of times it is hit. */
export function breakpointsOf(story: Story, text: string): StoryBreakpoint[] {
  const markers = markersOf(text);
  const found = new Map<string, StoryBreakpoint>();
  for (const stop of story.stops) {
    if (!('marker' in stop)) continue;
    const line = markers.get(stop.marker);
    if (line === undefined) throw new Error(`${story.program} has no marker '${stop.marker}'.`);
    found.set(`${stop.mode} ${line}`, { line, mode: stop.mode });
  }
  return [...found.values()];
}

/** The exception filters of a story. */
export function filtersOf(story: Story): string[] {
  return [...new Set(story.stops.flatMap((stop) => ('filter' in stop ? [stop.filter] : [])))];
}
