/**
 * Builds everything that ships into `dist/`: the extension, the debug adapter, the command line, the worker of the
 * embedded interpreter, the one of the static analysis, the webviews' clients, and beside them what is read from files at run time: the Python
 * runtime, Pyodide, and the parser with its grammar of Python.
 *
 * `--production` minifies and leaves source maps out; `--watch` builds again on every change.
 */
import { readFile, readdir, rm, watch as watchFiles } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { syncFiles } from './lib/files.mjs';
import { writeNotices } from './lib/notices.mjs';
import { ensureDependencies } from './lib/run.mjs';

await ensureDependencies();
const esbuild = await import('esbuild'); // which a fresh clone has only now

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
/** @type {{ version: string }} */
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** What Pyodide reads while it starts in Node. */
const PYODIDE_FILES = [
  'package.json',
  'pyodide-lock.json',
  'pyodide.asm.mjs',
  'pyodide.asm.wasm',
  'pyodide.mjs',
  'python_stdlib.zip',
];

/** The parser and the one grammar of its package that is used. */
const TREE_SITTER_FILES = ['tree-sitter.wasm', 'tree-sitter-python.wasm'];

/** CommonJS libraries inside an ESM bundle still call `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import { createRequire as coroscopeCreateRequire } from 'node:module';" +
  'const require = coroscopeCreateRequire(import.meta.url);';

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  define: { COROSCOPE_VERSION: JSON.stringify(version) },
  minify: production,
  keepNames: true,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** @satisfies {import('esbuild').BuildOptions} */
const modules = { outdir: 'dist', format: /** @type {const} */ ('esm'), external: ['pyodide'] };

/**
 * What the extension imports by `import()` is another of its bundles, and stays a file of its own.
 *
 * @type {import('esbuild').Plugin}
 */
const loadedLater = {
  name: 'loaded later',
  setup(build) {
    build.onResolve({ filter: /^\.\/.*\.js$/ }, ({ kind, path: imported }) =>
      kind === 'dynamic-import' ? { path: imported.replace(/\.js$/, '.cjs'), external: true } : undefined,
    );
  },
};

/**
 * The editor's module and Node's are taken as they are. For `import` of them esbuild would copy every member of a module in
 * each file that imports it: of the editor's, a thousand properties twenty times, most of what the start of the extension took.
 *
 * @type {import('esbuild').Plugin}
 */
const takenAsTheyAre = {
  name: 'taken as they are',
  setup(build) {
    const namespaces = /^import (?:\* as )?(\w+) from ('vscode'|'node:[\w/]+');$/gm;
    build.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(namespaces, 'import $1 = require($2);'),
      loader: 'ts',
    }));
    // And asked for once: the editor looks for the asking extension each time.
    build.onResolve({ filter: /^vscode$/ }, ({ path: module, namespace }) =>
      namespace === 'editor' ? { path: module, external: true } : { path: module, namespace: 'editor' },
    );
    build.onLoad({ filter: /^vscode$/, namespace: 'editor' }, () => ({
      contents: "module.exports = require('vscode');",
    }));
  },
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...common,
    entryPoints: {
      extension: 'src/extension.ts',
      whileDebugging: 'src/editor/whileDebugging.ts',
    },
    outdir: 'dist',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [loadedLater, takenAsTheyAre],
    // `import()` is `require` when its time has come: the editor's own module is there for that alone.
    supported: { 'dynamic-import': false },
  },
  {
    ...common,
    entryPoints: { analysisWorker: 'src/analysis/worker.ts' },
    outdir: 'dist',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...common,
    ...modules,
    entryPoints: {
      dap: 'src/dap/main.ts',
      embeddedWorker: 'src/debuggee/python/hosts/embeddedWorker.ts',
    },
    banner: { js: REQUIRE_BANNER },
  },
  {
    ...common,
    ...modules,
    entryPoints: { cli: 'src/cli/main.ts' },
    banner: { js: `#!/usr/bin/env node\n${REQUIRE_BANNER}` },
  },
];

/** What runs in webviews, each by the name under which its page asks for it in `dist/media`. */
const webviewClients = {
  picture: 'media/picture.ts',
  timeline: 'media/timeline/main.ts',
};

bundles.push({
  ...common,
  entryPoints: webviewClients,
  outdir: 'dist/media',
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
});

const runtime = path.join(root, 'src/debuggee/python/runtime');

async function copyRuntime() {
  const isSource = (/** @type {string} */ name) => !/(^|\/)(__pycache__|\.[^/]*)(\/|$)/.test(name);
  await syncFiles(runtime, path.join(dist, 'runtime'), isSource);
}

async function copyPyodide() {
  const pyodide = path.join(root, 'node_modules/pyodide');
  await syncFiles(pyodide, path.join(dist, 'pyodide'), (name) => PYODIDE_FILES.includes(name));
}

async function copyTreeSitter() {
  const parser = path.join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm');
  await syncFiles(parser, path.join(dist, 'tree-sitter'), (name) => TREE_SITTER_FILES.includes(name));
}

/**
 * Removes what an earlier build wrote at the top of `dist` and this one did not, such as source maps.
 *
 * @param {string[]} outputs
 */
async function removeStale(outputs) {
  const kept = new Set([...outputs.map((output) => path.basename(output)), 'THIRD-PARTY-NOTICES.txt']);
  for (const entry of await readdir(dist, { withFileTypes: true })) {
    if (entry.isFile() && !kept.has(entry.name)) await rm(path.join(dist, entry.name));
  }
}

if (watch) {
  for (const options of bundles) await (await esbuild.context(options)).watch();
  await copyPyodide();
  await copyTreeSitter();
  await copyRuntime();
  console.log('build: watching src');
  for await (const _change of watchFiles(runtime, { recursive: true })) await copyRuntime();
} else {
  const results = await Promise.all(bundles.map((options) => esbuild.build(options)));
  await copyPyodide();
  await copyTreeSitter();
  await copyRuntime();
  await writeNotices(
    root,
    path.join(dist, 'THIRD-PARTY-NOTICES.txt'),
    results.flatMap((result) => Object.keys(result.metafile?.inputs ?? {})),
  );
  await removeStale(results.flatMap((result) => Object.keys(result.metafile?.outputs ?? {})));
}
