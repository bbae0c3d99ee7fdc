/**
 * `npm run pictures`: takes the pictures of README.md, of real runs in a real VS Code (as `npm run e2e` has it), into
 * media/pictures. Run by hand when what they show has changed.
 */
import { binOf, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();
const code = await runNode(['scripts/package.mjs']);
if (code !== 0) process.exit(code);
process.exitCode = await runNode([binOf('vitest'), 'run', '--config', 'test/e2e/pictures.config.ts']);
