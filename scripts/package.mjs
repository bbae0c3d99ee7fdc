/** `npm run package`: writes coroscope-VERSION.vsix. Everything is bundled, so nothing is installed for it. */
import { binOf, ensureDependencies, runNode } from './lib/run.mjs';

await ensureDependencies();
process.exitCode = await runNode([
  binOf('@vscode/vsce'),
  'package',
  '--no-dependencies',
  // Nothing in the package is linked to a hosting site.
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
]);
