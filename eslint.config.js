/**
 * Lint rules; the second half enforces the layers: commands flow `editor -> dap -> link -> runtime`, facts flow
 * `runtime -> link -> model -> dap and views`, and no layer knows one above it.
 */
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const LAYERS = ['analysis', 'cli', 'common', 'dap', 'debuggee', 'editor', 'link', 'model'];

/** @param {...string} types */
const layers = (...types) => types.map((type) => ({ to: { element: { type } } }));

/** Node's own modules, and packages by name. @param {...string} packages */
const node = (...packages) => [
  { to: { module: { origin: 'core' } } },
  ...packages.map((source) => ({ to: { module: { origin: 'external', source } } })),
];

/** Every package but the editor's own API. */
const packages = [{ to: { module: { origin: 'external', source: '!vscode' } } }];

export default defineConfig(
  globalIgnores(['dist/', 'test/e2e/out/', 'examples/']),
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // Command lines talk through the console.
    files: ['scripts/**', 'src/cli/**', 'test/e2e/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['scripts/**', '*.config.js'],
    rules: {
      // What JSON.parse and untyped packages return is `any` in plain JavaScript.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src/**'],
    // The package declares the type of its module, not of the plugin that the module is.
    plugins: { boundaries: /** @type {import('eslint').ESLint.Plugin} */ (/** @type {unknown} */ (boundaries)) },
    settings: {
      'import/resolver': { [`${import.meta.dirname}/scripts/lib/importResolver.cjs`]: {} },
      'boundaries/include': ['src/**/*'],
      'boundaries/elements': LAYERS.map((type) => ({ type, pattern: `src/${type}`, partialMatch: false })),
      'boundaries/files': [
        { category: 'composition root', pattern: 'src/extension.ts' },
        { category: 'adapter entry', pattern: 'src/dap/main.ts' },
        { category: 'backend interface', pattern: 'src/debuggee/backend.ts' },
        { category: 'backend registry', pattern: 'src/debuggee/registry.ts' },
      ],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          checkAllOrigins: true,
          policies: [
            // model imports nothing.
            { from: { element: { type: 'common' } }, allow: node() },
            { from: { element: { type: 'link' } }, allow: [...layers('model'), ...node('zod')] },
            // The analysis runs nothing and knows neither debuggee nor editor.
            {
              from: { element: { type: 'analysis' } },
              allow: [...layers('common'), ...node('@vscode/tree-sitter-wasm')],
            },
            {
              from: { element: { type: 'debuggee' } },
              allow: [...layers('link', 'model', 'common'), ...node(), ...packages],
            },
            {
              from: { element: { type: 'dap' } },
              allow: [
                ...layers('link', 'model', 'common'),
                { to: { file: { categories: 'backend interface' } } },
                ...node(),
                ...packages,
              ],
            },
            {
              from: { file: { categories: 'adapter entry' } },
              allow: { to: { file: { categories: 'backend registry' } } },
            },
            {
              from: { element: { type: 'cli' } },
              allow: [...layers('dap', 'debuggee', 'link', 'model', 'common'), ...node(), ...packages],
            },
            {
              from: { element: { type: 'editor' } },
              allow: [...layers('analysis', 'dap', 'link', 'model', 'common'), ...node('vscode'), ...packages],
            },
            {
              from: { file: { categories: 'composition root' } },
              allow: [...layers('editor', 'common'), ...node('vscode')],
            },
          ],
        },
      ],
    },
  },
);
