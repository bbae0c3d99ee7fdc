/** `npm test`: from a fresh clone to test results, with nothing but Node. Arguments go to vitest. */
import { binOf, build, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();
await build();
process.exitCode = await runNode([binOf('vitest'), 'run', ...process.argv.slice(2)]);
