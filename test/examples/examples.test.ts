/** The examples are what their files, their stories and their launch configurations say they are. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findInterpreters, runPython } from '../support/interpreters.js';
import { breakpointStops, examplesFolder, markersOf, readStories } from './stories.js';

const stories = readStories();
const programs = readdirSync(examplesFolder).filter((name) => name.endsWith('.py'));
const interpreters = await findInterpreters();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'coroscope-examples-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const launch = JSON.parse(readFileSync(path.join(examplesFolder, '.vscode', 'launch.json'), 'utf8')) as {
  configurations: { name: string; type: string; request: string; program: string }[];
};

describe('the folder', () => {
  it('has a story for each program, in order', () => {
    expect(stories.map((story) => story.program)).toEqual([...programs].sort());
  });

  it('has a launch configuration for each program, under its title, and one for the current file', () => {
    const own = stories.map(({ program, title }) => ({
      name: `${program.slice(0, 2)} ${title.replaceAll('`', '')}`,
      type: 'coroscope',
      request: 'launch',
      program: `\${workspaceFolder}/${program}`,
    }));
    const current = { name: 'Coroscope: current file', type: 'coroscope', request: 'launch', program: '${file}' };
    expect(launch.configurations).toEqual([...own, current]);
  });
});

describe.each(stories)('$program', (story) => {
  const file = path.join(examplesFolder, story.program);

  it('begins with its number, its title, its PEPs, its idea and what to look at', () => {
    const lines = readFileSync(file, 'utf8').split('\n');
    const comment = lines
      .slice(
        0,
        lines.findIndex((line) => !line.startsWith('#')),
      )
      .join('\n');
    expect(comment.startsWith(`# ${story.program.slice(0, 2)}. ${story.title} `)).toBe(true);
    expect(comment).toMatch(/ {2,}PEP \d+(, PEP \d+)*\n#\n# Idea: [^]+\n#\n# In the debugger: [^]+$/);
  });

  it('has the markers of its story and no other', () => {
    const named = story.stops.flatMap((stop) => ('marker' in stop ? [stop.marker] : []));
    expect([...markersOf(story.program).keys()].sort()).toEqual([...new Set(named)].sort());
  });

  it.skipIf(interpreters.length === 0)('ends by itself with one output on every interpreter', async () => {
    const outcomes = await Promise.all(interpreters.map((interpreter) => runPython(interpreter, [file])));
    for (const [index, outcome] of outcomes.entries()) {
      expect(outcome, interpreters[index]?.version).toEqual(outcomes[0]);
      expect(outcome.exitCode).toBe(story.exitCode);
      expect(outcome.stdout).not.toMatch(/0x[0-9a-f]{6}/i);
    }
  });

  it.skipIf(interpreters.length === 0)('passes the stops of its story, in order, as often as told', async () => {
    const stops = breakpointStops(story).map(({ line, mode }) => [line, mode]);
    const exception = story.stops.find((stop) => 'exception' in stop)?.exception ?? null;
    const passedStops = path.join(import.meta.dirname, 'passed_stops.py');
    await Promise.all(
      interpreters.map(async (interpreter) => {
        const report = path.join(scratch, `${story.program}-${interpreter.version}.json`);
        await runPython(interpreter, [passedStops, file, JSON.stringify(stops), report]);
        expect(JSON.parse(readFileSync(report, 'utf8')), interpreter.version).toEqual({
          passed: stops,
          endedBy: exception,
        });
      }),
    );
  });
});
