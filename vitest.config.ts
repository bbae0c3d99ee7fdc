import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The end-to-end test needs a browser and a whole VS Code: `npm run e2e`.
    exclude: [...configDefaults.exclude, 'test/e2e/**'],
    // Generous because real interpreters start in here, on machines of any speed; no test waits for a time.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
