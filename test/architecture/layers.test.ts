/** The layers of ARCHITECTURE.md are lint rules; here each of them is broken once, to see that somebody would notice. */
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, test } from 'vitest';

let eslint: ESLint;

beforeAll(() => {
  eslint = new ESLint({
    ruleFilter: ({ ruleId }) => ruleId.startsWith('boundaries/'),
    // These rules need no types, and without them a file may be imagined.
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } }],
  });
});

/** The rules that object to one import, were it written in `file`. */
async function objections(file: string, imported: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`import '${imported}';\n`, { filePath: file });
  return result!.messages.map((message) => message.ruleId ?? message.message);
}

describe('forbidden', () => {
  test.each([
    ['link must not know a language', 'src/link/transport.ts', '../debuggee/backend.js'],
    ['link takes no package but zod', 'src/link/transport.ts', '@vscode/debugadapter'],
    ['debuggee must not know the Debug Adapter Protocol', 'src/debuggee/backend.ts', '../dap/main.js'],
    ['debuggee must not know the editor', 'src/debuggee/backend.ts', 'vscode'],
    ['the adapter must not know a language', 'src/dap/session.ts', '../debuggee/registry.js'],
    ['the adapter must not know a language', 'src/dap/main.ts', '../debuggee/python/backend.js'],
    ['the adapter must not know the editor', 'src/dap/main.ts', 'vscode'],
    ['the model must not read files', 'src/model/ids.ts', 'node:fs'],
    ['the model must not know the wire', 'src/model/ids.ts', '../link/protocol.js'],
    ['the analysis must not know the editor', 'src/analysis/chains.ts', 'vscode'],
    ['the analysis must not know the wire', 'src/analysis/chains.ts', '../link/protocol.js'],
    ['the editor must not know a language', 'src/editor/configuration.ts', '../debuggee/registry.js'],
  ])('%s: %s importing %s', async (_rule, file, imported) => {
    expect(await objections(file, imported)).toEqual(['boundaries/dependencies']);
  });
});

describe('allowed', () => {
  test.each([
    ['src/link/transport.ts', 'zod'],
    ['src/debuggee/backend.ts', '../link/transport.js'],
    ['src/dap/main.ts', '../debuggee/registry.js'],
    ['src/dap/main.ts', '../debuggee/backend.js'],
    ['src/dap/main.ts', 'node:net'],
    ['src/editor/configuration.ts', 'vscode'],
    ['src/editor/awaitChainView.ts', '../analysis/requests.js'],
    ['src/extension.ts', './editor/configuration.js'],
  ])('%s importing %s', async (file, imported) => {
    expect(await objections(file, imported)).toEqual([]);
  });
});
