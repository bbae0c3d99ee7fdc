import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Packages that are copied whole or in part instead of being bundled, and what they carry inside. */
const COPIED = {
  pyodide:
    'Carries CPython and its standard library (PSF-2.0, https://docs.python.org/3/license.html) compiled with ' +
    'Emscripten (MIT). The source code of this file set is at https://github.com/pyodide/pyodide.',
  '@vscode/tree-sitter-wasm':
    'Carries tree-sitter and tree-sitter-python compiled to WebAssembly, both MIT: ' +
    'https://github.com/tree-sitter/tree-sitter (Copyright (c) 2018 Max Brunsfeld) and ' +
    'https://github.com/tree-sitter/tree-sitter-python (Copyright (c) 2016 Max Brunsfeld).',
};

/**
 * Writes the licenses of everything of others that ships: the packages behind `inputs` (paths of bundled files,
 * relative to `root`) and those that are copied.
 *
 * @param {string} root
 * @param {string} target
 * @param {string[]} inputs
 */
export async function writeNotices(root, target, inputs) {
  const bundled = inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  const names = [...new Set([...bundled, ...Object.keys(COPIED)])].sort();
  const parts = await Promise.all(names.map((name) => notice(path.join(root, 'node_modules', name), name)));
  const head = 'Coroscope contains the following packages of others, each under its own license.\n';
  await writeFile(target, [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`));
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function notice(folder, name) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const lines = [`${name} ${manifest.version}, ${manifest.license}`];
  const remark = COPIED[/** @type {keyof typeof COPIED} */ (name)];
  if (remark) lines.push(remark);
  if (file) lines.push((await readFile(path.join(folder, file), 'utf8')).trim());
  return `${lines.join('\n\n')}\n`;
}
