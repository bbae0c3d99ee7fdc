/**
 * Formats and lints Python with ruff's WebAssembly build, by the rules of `ruff.toml`, where no Python tool can be
 * installed. Without arguments it checks; with `--fix` it writes the format and the order of imports.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { parse } from 'smol-toml';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const fix = process.argv.includes('--fix');

/** Folders whose Python is linted; in the others it is only formatted, because debuggees do odd things on purpose. */
const LINTED = ['src', 'test/runtime'];
const FORMATTED = ['examples', 'test'];

const ORDER_OF_IMPORTS = 'I001';

const options = parse(await readFile(path.join(root, 'ruff.toml'), 'utf8'));
const workspace = new Workspace(options, PositionEncoding.Utf16);

/** @param {string} folder relative to the root, with `/` */
async function pythonFiles(folder) {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

/**
 * @param {string} text
 * @param {import('@astral-sh/ruff-wasm-nodejs').Diagnostic} diagnostic
 */
function applied(text, diagnostic) {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const offset = (/** @type {{row: number, column: number}} */ at) =>
    (starts[at.row - 1] ?? text.length) + at.column - 1;
  const edits = [...(diagnostic.fix?.edits ?? [])].reverse();
  return edits.reduce(
    (result, edit) =>
      result.slice(0, offset(edit.location)) + (edit.content ?? '') + result.slice(offset(edit.end_location)),
    text,
  );
}

/**
 * @param {string} file
 * @returns {Promise<string[]>} what is wrong with it
 */
async function problems(file) {
  const original = await readFile(path.join(root, file), 'utf8');
  const linted = LINTED.some((folder) => file.startsWith(`${folder}/`));
  let text = original;
  try {
    if (fix) {
      const order = linted
        ? workspace.check(text).find((/** @type {any} */ { code }) => code === ORDER_OF_IMPORTS)
        : undefined;
      if (order) text = applied(text, order);
      text = workspace.format(text);
      if (text !== original) await writeFile(path.join(root, file), text);
    }
    /** @type {import('@astral-sh/ruff-wasm-nodejs').Diagnostic[]} */
    const diagnostics = linted ? workspace.check(text) : [];
    const found = diagnostics.map(
      ({ code, message, start_location: at }) => `${file}:${at.row}:${at.column} ${code ?? 'syntax'} ${message}`,
    );
    if (workspace.format(text) !== text) found.push(`${file}: not formatted; run \`node scripts/ruff.mjs --fix\`.`);
    return found;
  } catch (error) {
    return [`${file}: ${String(error)}`];
  }
}

const files = [...new Set((await Promise.all([...LINTED, ...FORMATTED].map(pythonFiles))).flat())].sort();
const found = (await Promise.all(files.map(problems))).flat();
for (const problem of found) console.error(problem);
console.log(`ruff ${Workspace.version()}: ${files.length} files, ${found.length} problems`);
if (found.length > 0) process.exitCode = 1;
