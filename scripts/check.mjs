/** `npm run check`: everything that can be said about the source without running it. One failure does not hide another. */
import { binOf, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();

/** @type {[string, string[]][]} */
const checks = [
  ['types', [binOf('typescript', 'tsc'), '--noEmit']],
  ['types of the webviews', [binOf('typescript', 'tsc'), '--noEmit', '-p', 'media']],
  ['lint and layers', [binOf('eslint'), '.', '--max-warnings', '0']],
  ['format', [binOf('prettier'), '--check', '--log-level', 'warn', '.']],
  ['types of the Python runtime', [binOf('pyright'), '--warnings']],
  ['lint and format of Python', ['scripts/ruff.mjs']],
  ['unused code and packages', [binOf('knip')]],
];

const failed = [];
for (const [name, command] of checks) {
  const started = performance.now();
  const code = await runNode(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`check: ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (code !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check: failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
