/**
 * `npm run e2e`: drives the packaged extension in a real VS Code, which test/provision/vscode.sh puts on the machine.
 * Arguments go to vitest.
 */
import { binOf, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();
const code = await runNode(['scripts/package.mjs']);
if (code !== 0) process.exit(code);
process.exitCode = await runNode([
  binOf('vitest'),
  'run',
  '--config',
  'test/e2e/vitest.config.ts',
  ...process.argv.slice(2),
]);
