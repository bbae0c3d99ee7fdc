import { availableParallelism } from 'node:os';
import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const fakeVscode = path.join(import.meta.dirname, 'test/editor/fakeVscode.ts');

/** Vitest begins with the largest files. The runtime's own tests take longest, from a short file: they would be left over. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isRuntime = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('runtime/runtime.test.ts');
    return [...sorted.filter(isRuntime), ...sorted.filter((file) => !isRuntime(file))];
  }
}

export default defineConfig({
  // VS Code gives this module to extensions only.
  plugins: [{ name: 'vscode', enforce: 'pre', resolveId: (id) => (id === 'vscode' ? fakeVscode : undefined) }],
  test: {
    include: ['test/**/*.test.ts'],
    // The end-to-end test needs a browser and a whole VS Code: `npm run e2e`.
    exclude: [...configDefaults.exclude, 'test/e2e/**'],
    globalSetup: 'test/support/sayInterpreters.ts',
    // By default one processor is left idle; here the tests mostly wait for programs of their own.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    // Generous because real interpreters start in here, on machines of any speed; no test waits for a time.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
