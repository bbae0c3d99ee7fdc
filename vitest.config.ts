import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const fakeVscode = path.join(import.meta.dirname, 'test/editor/fakeVscode.ts');

export default defineConfig({
  // VS Code gives this module to extensions only.
  plugins: [{ name: 'vscode', enforce: 'pre', resolveId: (id) => (id === 'vscode' ? fakeVscode : undefined) }],
  test: {
    include: ['test/**/*.test.ts'],
    // The end-to-end test needs a browser and a whole VS Code: `npm run e2e`.
    exclude: [...configDefaults.exclude, 'test/e2e/**'],
    // Generous because real interpreters start in here, on machines of any speed; no test waits for a time.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
