/** What the package holds: what runs, what is shown of it, and nothing else. Its size is looked at where it is made: test/e2e. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { listFiles } from '@vscode/vsce';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const files = await listFiles({ cwd: root, packagedDependencies: [] });

test('it holds no sources, tests, maps or tools', () => {
  const allowed = [
    /^(README|CHANGELOG)\.md$|^LICENSE$|^package\.json$/,
    /^dist\/(\w+\.c?js|THIRD-PARTY-NOTICES\.txt|media\/\w+\.js)$/,
    /^dist\/(pyodide|tree-sitter)\//,
    /^dist\/runtime\/(coroscope|boot)\/([\w/]+)?\w+\.py$/,
    /^media\/(\w+\.css|activity\.svg|icon\.png|pictures\/[\w-]+\.png|timeline\/\w+\.css|walkthrough\/\w+\.md)$/,
    /^syntaxes\/[\w.-]+\.json$/,
    /^examples\/(\d\d_\w+\.py|stories\.json)$/,
  ];
  expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
});

test('it holds all that is loaded', () => {
  const needed = ['extension.cjs', 'whileDebugging.cjs', 'dap.js', 'cli.js', 'analysisWorker.cjs', 'embeddedWorker.js'];
  const others = [
    'media/timeline.js',
    'media/picture.js',
    'runtime/boot/sitecustomize.py',
    'runtime/coroscope/session.py',
  ];
  for (const file of [...needed, ...others]) {
    expect(existsSync(path.join(root, 'dist', file)), `dist/${file} is built`).toBe(true);
    expect(files).toContain(`dist/${file}`);
  }
  expect(files).toContain('dist/pyodide/pyodide.asm.wasm');
  expect(files).toContain('media/timeline/timeline.css');
});
