/**
 * `npm run bench`: measures Coroscope beside an undebugged run and beside debugpy. For the arguments see `bench/options.ts`, or `--help`.
 *
 * The interpreter is that of `--python`, of `COROSCOPE_BENCH_PYTHON`, or a CPython 3.14 with debugpy, which
 * `test/provision/interpreters.sh` puts into a cache outside the repository (Linux, as root).
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensureDependencies, root, runNode } from './lib/run.mjs';

async function provisioned() {
  console.error('Looking for CPython 3.14 with debugpy, or bringing it (some two minutes, once) ...');
  const script = path.join(root, 'test/provision/interpreters.sh');
  const { stdout } = await promisify(execFile)('bash', [script]);
  const python = stdout.split('\n').find((line) => line.endsWith('python3.14'));
  if (!python) throw new Error('Provisioning brought no CPython 3.14. Name an interpreter with --python.');
  return python;
}

await ensureDependencies();
const given = process.argv.slice(2);
if (!given.some((each) => each === '--help' || each.startsWith('--python')) && !process.env['COROSCOPE_BENCH_PYTHON'])
  given.push('--python', await provisioned());
const { build } = await import('esbuild'); // which a fresh clone has only now
const built = await runNode(['scripts/build.mjs', '--production']);
if (built !== 0) process.exit(built);
await build({
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
process.exitCode = await runNode(['dist/bench/main.js', ...given]);
