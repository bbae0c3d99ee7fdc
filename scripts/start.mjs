/** `npm start`: from a fresh clone to a running tour, with nothing but Node. Arguments replace `tour`. */
import { build, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();
await build();
const args = process.argv.slice(2);
process.exitCode = await runNode(['dist/cli.js', ...(args.length > 0 ? args : ['tour'])]);
