import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { loadParser, type Parse } from '../../src/analysis/syntaxTree.js';
import { findInterpreters } from '../support/interpreters.js';

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

/** Folders of the standard libraries of the interpreters on this machine. */
export async function standardLibraries(): Promise<string[]> {
  const interpreters = await findInterpreters();
  return await Promise.all(interpreters.map(({ path: python }) => libraryOf(python)));
}

export async function libraryOf(python: string): Promise<string> {
  const child = spawn(python, ['-I', '-c', "import sysconfig; print(sysconfig.get_path('stdlib'))"]);
  return (await text(child.stdout)).trim();
}
