/** The analysis' places as the editor's. A file is known by its path, a text without a file by its whole URI. */
import * as vscode from 'vscode';
import type { Range } from '../../analysis/records.js';

/** The texts that are analysed. */
export const SELECTOR: readonly vscode.DocumentFilter[] = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'untitled' },
];

export function isAnalysed(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}

export function pathOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

export function uriOf(path: string): vscode.Uri {
  return path.startsWith('untitled:') ? vscode.Uri.parse(path) : vscode.Uri.file(path);
}

export function toRange([startLine, startColumn, endLine, endColumn]: Range): vscode.Range {
  return new vscode.Range(startLine, startColumn, endLine, endColumn);
}
