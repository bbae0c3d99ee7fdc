/**
 * `npm run bench`: measures Coroscope beside an undebugged run and beside debugpy. Arguments go to `bench/main.ts`.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { runNode } from './lib/run.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = await runNode(['scripts/build.mjs', '--production']);
if (built !== 0) process.exit(built);
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['bench/main.ts'],
  outfile: 'dist/bench/main.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
process.exitCode = await runNode(['dist/bench/main.js', ...process.argv.slice(2)]);
