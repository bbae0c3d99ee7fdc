/**
 * The Python runtime's own tests, as Python, on every CPython that is found and (what needs no process) on the embedded
 * one. A failure shows unittest's own report.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadPyodide } from 'pyodide';
import { afterAll, describe, expect, test } from 'vitest';
import { cpythons } from '../support/interpreters.js';

const root = path.resolve(import.meta.dirname, '../..');
const runtime = path.join(root, 'src/debuggee/python/runtime');
/** Some 330 tests, most of which start a program: a minute or two on an idle machine. */
const PATIENCE = 1_200_000;

const compiled = mkdtempSync(path.join(tmpdir(), 'coroscope-compiled-'));
afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
});

describe('the runtime', () => {
  test.each(cpythons)(
    'passes its tests on CPython $version',
    async ({ path: python, version }) => {
      // Compiling the runtime is most of a program's start, and is done once for all of them, outside of the project.
      const env = { ...process.env, PYTHONPATH: runtime, PYTHONDONTWRITEBYTECODE: '1', COROSCOPE_BYTECODE: compiled };
      const args = ['-W', 'error', '-m', 'unittest', 'discover', '-v', '-s', path.join(root, 'test/runtime')];
      const { stderr } = await promisify(execFile)(python, args, { env, timeout: PATIENCE });
      expect(stderr).toMatch(/Ran \d{2,} tests[^]*\nOK/);
      saySkipped(`CPython ${version}`, stderr);
    },
    PATIENCE,
  );

  test(
    'passes its tests on the embedded CPython',
    async () => {
      const report: string[] = [];
      const say = (line: string): void => void report.push(line);
      const python = await loadPyodide({ stdout: say, stderr: say });
      for (const folder of ['src', 'test']) {
        (python.FS as { mkdirTree(path: string): void }).mkdirTree(`/project/${folder}`);
        python.mountNodeFS(`/project/${folder}`, path.join(root, folder));
      }
      const passed: unknown = python.runPython(`
import sys, unittest
sys.dont_write_bytecode = True
sys.path[:0] = ["/project/src/debuggee/python/runtime", "/project/test/runtime"]
import glob, os
names = sorted(os.path.splitext(os.path.basename(path))[0] for path in glob.glob("/project/test/runtime/test_*.py"))
# Those that start programs of their own; the stories in test/sessions do that on the embedded host.
names = [name for name in names if "from adapter import" not in open("/project/test/runtime/" + name + ".py").read()]
suite = unittest.defaultTestLoader.loadTestsFromNames(names)
result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
result.wasSuccessful() and result.testsRun > 20
`);
      expect(passed, report.join('\n')).toBe(true);
      saySkipped('the embedded CPython', report.join('\n'));
    },
    PATIENCE,
  );
});

/** "Ran … OK" counts what was skipped as passed: how many, and why, stands in the log. */
function saySkipped(where: string, report: string): void {
  const reasons = [...report.matchAll(/ \.\.\. skipped (['"])(.*)\1$/gm)].map(([, , reason]) => reason ?? '');
  const counted = [...new Set(reasons)].map((each) => `${reasons.filter((one) => one === each).length} ${each}`);
  const total = Number(/\bskipped=(\d+)/.exec(report)?.[1] ?? 0);
  process.stderr.write(
    `SKIPPED on ${where}: ${total} of the runtime's tests${counted.length > 0 ? ` (${counted.join('; ')})` : ''}\n`,
  );
}
