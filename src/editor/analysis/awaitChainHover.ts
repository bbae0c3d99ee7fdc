import path from 'node:path';
import * as vscode from 'vscode';
import { hoverMarkdown } from './chainText.js';
import { pathOf, toRange, uriOf } from './places.js';
import type { WorkspaceAnalysis } from './workspaceAnalysis.js';

/** On a suspension point or the name of a function that suspends: what it waits for in the end. */
export class AwaitChainHover implements vscode.HoverProvider {
  readonly #analysis: WorkspaceAnalysis;

  constructor(analysis: WorkspaceAnalysis) {
    this.#analysis = analysis;
  }

  async provideHover(
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    if (!vscode.workspace.getConfiguration('coroscope', document).get<boolean>('analysis.hover', true))
      return undefined;
    const found = await this.#analysis.ask('hover', { path: pathOf(document.uri), line, column: character });
    if (found === null) return undefined;
    const text = hoverMarkdown(found, {
      nameOf: (file) => path.basename(file),
      link: (name, { path: file, range: [startLine, startColumn] }) =>
        `[${name}](${uriOf(file)
          .with({ fragment: `L${startLine + 1},${startColumn + 1}` })
          .toString()})`,
      askAwaitedBy: '[Show who awaits this](command:coroscope.showAwaitedBy)',
    });
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: ['coroscope.showAwaitedBy'] };
    return new vscode.Hover(markdown, toRange(found.range));
  }
}
