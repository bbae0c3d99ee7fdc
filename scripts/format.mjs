/** `npm run format`: writes the format that `npm run check` asks for. */
import { binOf, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();
const codes = [
  await runNode([binOf('prettier'), '--write', '--log-level', 'warn', '.']),
  await runNode(['scripts/ruff.mjs', '--fix']),
];
process.exitCode = Math.max(...codes);
