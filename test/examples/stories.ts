/** Reads `examples/stories.json`, whose fields `examples/README.md` describes, and finds markers in the programs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const examplesFolder = path.resolve(import.meta.dirname, '../../examples');

const Stop = z.union([
  z.strictObject({
    marker: z.string(),
    mode: z.enum(['line', 'suspend', 'resume']).default('line'),
    look: z.string().min(1),
  }),
  z.strictObject({ exception: z.string(), filter: z.string(), look: z.string().min(1) }),
]);

const Story = z.strictObject({
  program: z.string().regex(/^\d\d_\w+\.py$/),
  title: z.string().min(1),
  exitCode: z.number().int().default(0),
  stops: z.array(Stop).min(1).max(4),
});
type Story = z.infer<typeof Story>;

export function readStories(): Story[] {
  const text = readFileSync(path.join(examplesFolder, 'stories.json'), 'utf8');
  return z.strictObject({ stories: z.array(Story) }).parse(JSON.parse(text)).stories;
}

/** Line numbers (1-based) of the `# @marker name` comments of a program. Throws when a name stands there twice. */
export function markersOf(program: string): Map<string, number> {
  const markers = new Map<string, number>();
  const lines = readFileSync(path.join(examplesFolder, program), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    const name = /# @marker ([\w-]+)$/.exec(line)?.[1];
    if (name === undefined) continue;
    if (markers.has(name)) throw new Error(`${program} has the marker ${name} twice; give one of them another name.`);
    markers.set(name, index + 1);
  }
  return markers;
}

interface BreakpointStop {
  readonly line: number;
  readonly mode: 'line' | 'suspend' | 'resume';
}

/** The stops of a story at breakpoints, in order, with the lines of their markers. */
export function breakpointStops(story: Story): BreakpointStop[] {
  const markers = markersOf(story.program);
  return story.stops.flatMap((stop) => {
    if (!('marker' in stop)) return [];
    const line = markers.get(stop.marker);
    if (line === undefined) throw new Error(`${story.program} has no marker ${stop.marker}, which its story stops at.`);
    return [{ line, mode: stop.mode }];
  });
}
