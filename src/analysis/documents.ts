/** The files that are open in the editor: their text as it is typed, and their syntax trees, parsed again edit by edit. */
import { extract } from './extract.js';
import type { FileRecord } from './records.js';
import type { Parse, Tree } from './syntaxTree.js';

/** As the editor tells it: `offset` and `length` in UTF-16 code units of the text before the edit. */
export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

interface Document {
  text: string;
  tree: Tree;
  /** Undefined after an edit, until somebody asks. */
  record: FileRecord | undefined;
}

export class Documents {
  readonly #parse: Parse;
  readonly #documents = new Map<string, Document>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  has(path: string): boolean {
    return this.#documents.has(path);
  }

  open(path: string, text: string): void {
    this.close(path);
    this.#documents.set(path, { text, tree: this.#parse(text), record: undefined });
  }

  close(path: string): void {
    this.#documents.get(path)?.tree.delete();
    this.#documents.delete(path);
  }

  /** Edits one after the other, each in the text that the one before it left. */
  change(path: string, edits: readonly Edit[]): void {
    const document = this.#documents.get(path);
    if (!document) return;
    const { tree } = document;
    for (const { offset, length, text } of edits) {
      const before = document.text;
      const after = before.slice(0, offset) + text + before.slice(offset + length);
      tree.edit({
        startIndex: offset,
        oldEndIndex: offset + length,
        newEndIndex: offset + text.length,
        startPosition: positionAt(before, offset),
        oldEndPosition: positionAt(before, offset + length),
        newEndPosition: positionAt(after, offset + text.length),
      });
      document.text = after;
    }
    document.tree = this.#parse(document.text, tree);
    document.record = undefined;
    tree.delete();
  }

  tree(path: string): Tree | undefined {
    return this.#documents.get(path)?.tree;
  }

  record(path: string): FileRecord | undefined {
    const document = this.#documents.get(path);
    if (!document) return undefined;
    document.record ??= extract(document.tree);
    return document.record;
  }
}

/** Lines are what `\n` ends, for the parser. */
function positionAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    row++;
    start = end + 1;
  }
  return { row, column: offset - start };
}
