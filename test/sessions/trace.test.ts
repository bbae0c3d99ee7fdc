/** `coroscope run --trace`, `--otlp` and `coroscope merge`, as somebody at a terminal uses them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'coroscope-trace-'));
const coroscope = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args], { cwd: folder });
const read = (name: string) =>
  JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as {
    traceEvents: { ph: string; name: string; pid: number; ts: number }[];
    otherData: { clockZero: number };
  };

interface Span {
  name: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

const otlpSpans = (name: string): Span[] =>
  readFileSync(path.join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(hosts)('on $name', ({ name, python }) => {
  test('two runs, one after the other, stand so in the merged trace', async () => {
    const code = 'def g():\n  got = yield 1\n  yield got\nx = g(); next(x); x.send(2); x.close()';
    const began = Date.now() * 1000;
    for (const run of ['a', 'b']) {
      const { stdout } = await coroscope('run', '--trace', `${name}-${run}.json`, '--python', python, '-c', code);
      expect(stdout).toBe('');
    }
    const b = read(`${name}-b.json`);
    // The wall clock, in microseconds; the program began after this test and is over.
    expect(b.otherData.clockZero).toBeGreaterThan(began - 1000);
    expect(b.otherData.clockZero).toBeLessThan(Date.now() * 1000 + 1000);
    await coroscope('merge', '-o', `${name}.json`, `${name}-a.json`, `${name}-b.json`);
    const { traceEvents } = read(`${name}.json`);
    const slices = traceEvents.filter(({ ph }) => ph === 'B');
    const [first, second] = [...new Set(traceEvents.map(({ pid }) => pid))];
    expect(second).toBeDefined();
    const times = (pid: number | undefined) => slices.filter((each) => each.pid === pid).map(({ ts }) => ts);
    expect(times(first).length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...times(first))).toBeLessThan(Math.min(...times(second)));
  });

  test('three processes that run at the same time overlap in the merged trace', async () => {
    const runs = ['p', 'q', 'r'];
    // Each begins, says so, and goes on once all have begun.
    const program = (run: string): string =>
      [
        'import os',
        'def talk():',
        '  yield "begun"',
        '  yield "met"',
        'talk = talk()',
        'next(talk)',
        `open("${name}-${run}.begun", "w").close()`,
        `while not all(os.path.exists("${name}-%s.begun" % each) for each in "${runs.join('')}"): pass`,
        'next(talk)',
      ].join('\n');
    const files = runs.map((run) => `${name}-${run}.json`);
    const began = Date.now();
    await Promise.all(
      runs.map((run) => {
        const written = ['--trace', `${name}-${run}.json`, '--otlp', `${name}-${run}.jsonl`];
        return coroscope('run', ...written, '--python', python, '-c', program(run));
      }),
    );
    await coroscope('merge', '-o', `${name}-together.json`, ...files);
    const { traceEvents } = read(`${name}-together.json`);
    const slices = traceEvents.filter(({ ph }) => ph === 'B');
    const spans = [...new Set(slices.map(({ pid }) => pid))].map((pid) => {
      const times = slices.filter((each) => each.pid === pid).map(({ ts }) => ts);
      return { from: Math.min(...times), to: Math.max(...times) };
    });
    expect(spans).toHaveLength(3);
    expect(Math.max(...spans.map(({ from }) => from))).toBeLessThan(Math.min(...spans.map(({ to }) => to)));

    // Spans of OpenTelemetry need no merging: their times are the wall clock's.
    const lives = runs.map((run) => {
      // Waiting for the others takes generators, too.
      const found = otlpSpans(`${name}-${run}.jsonl`).filter((each) => each.name === 'generator talk');
      expect(found.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
      const trips = read(`${name}-${run}.json`).traceEvents.filter(
        (each) => each.ph === 'B' && each.name === 'generator talk',
      );
      expect(found).toHaveLength(trips.length + 1);
      const times = found.flatMap((each) => [Number(each.startTimeUnixNano), Number(each.endTimeUnixNano)]);
      return { from: Math.min(...times) / 1e6, to: Math.max(...times) / 1e6 };
    });
    expect(Math.min(...lives.map(({ from }) => from))).toBeGreaterThan(began - 1);
    expect(Math.max(...lives.map(({ to }) => to))).toBeLessThan(Date.now() + 1);
    expect(Math.max(...lives.map(({ from }) => from))).toBeLessThan(Math.min(...lives.map(({ to }) => to)));
  });
});

test('what cannot be written or merged is said in a sentence', async () => {
  writeFileSync(path.join(folder, 'no.json'), '{');
  await expect(coroscope('merge', 'no.json', 'no.json')).rejects.toMatchObject({
    code: 2,
    stderr: 'coroscope merge: no.json is not JSON, or was cut short while it was written.\n',
  });
  for (const option of ['--trace', '--otlp'])
    await expect(coroscope('run', option, 'none/x.json', '-c', '1')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^coroscope: none\/x\.json cannot be written \(.+\)\. Name another file\.\n$/,
      ) as string,
    });
});
