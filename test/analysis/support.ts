import { readdirSync } from 'node:fs';
import path from 'node:path';
import { loadParser, type Parse } from '../../src/analysis/syntaxTree.js';

const WASM = path.join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');

export function parserForTests(): Promise<Parse> {
  return loadParser(WASM);
}

/** All below `folder`; links that lead nowhere are none. */
export function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
