/** The parser: tree-sitter's grammar of Python, loaded from two WebAssembly files at first use. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import treeSitter, { type Node, type Parser, type Tree } from '@vscode/tree-sitter-wasm';
import type { Range } from './records.js';

export type { Node, Tree };

/** Parses Python text. `previous` must have been told about every edit (`Tree.edit`); what did not change is reused. */
export type Parse = (text: string, previous?: Tree) => Tree;

/** @param folder where `tree-sitter.wasm` and `tree-sitter-python.wasm` are */
export async function loadParser(folder: string): Promise<Parse> {
  await treeSitter.Parser.init({ locateFile: (file) => path.join(folder, file) });
  const language = await treeSitter.Language.load(await readFile(path.join(folder, 'tree-sitter-python.wasm')));
  const parser: Parser = new treeSitter.Parser();
  parser.setLanguage(language);
  return (text, previous) => {
    const tree = parser.parse(text, previous ?? null);
    // Only a parser without a language, or one that was cancelled, returns none.
    if (!tree) throw new Error('The parser gave no tree.');
    return tree;
  };
}

export function rangeOf(node: Node): Range {
  const { startPosition: start, endPosition: end } = node;
  return [start.row, start.column, end.row, end.column];
}

/** Its children that are part of the program: named, and no comment. */
export function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}

/** Without the brackets around it, which Python's own syntax tree does not have either. */
export function withoutBrackets(node: Node): Node {
  let inner = node;
  while (inner.type === 'parenthesized_expression') {
    const [only] = childrenOf(inner);
    if (!only) break;
    inner = only;
  }
  return inner;
}
