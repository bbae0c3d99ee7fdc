/** What Coroscope offers while nothing runs. Registering it starts nothing: the analysis begins with the first question. */
import * as vscode from 'vscode';
import type { ChainNode } from '../../analysis/requests.js';
import { AwaitChainHover } from './awaitChainHover.js';
import { AwaitChainView, goTo } from './awaitChainView.js';
import { SELECTOR } from './places.js';
import { goToSuspensionPoint } from './suspensionPicker.js';
import { WorkspaceAnalysis } from './workspaceAnalysis.js';

export function registerWhileCoding(extension: vscode.Uri, log: vscode.LogOutputChannel): vscode.Disposable {
  const analysis = new WorkspaceAnalysis(extension, log);
  const view = new AwaitChainView(analysis, log);
  const command = vscode.commands.registerCommand;
  void vscode.commands.executeCommand('setContext', 'coroscope.pythonSeen', true);
  return vscode.Disposable.from(
    analysis,
    view,
    vscode.languages.registerHoverProvider(SELECTOR, new AwaitChainHover(analysis)),
    command('coroscope.goToSuspensionPoint', () => goToSuspensionPoint(analysis)),
    command('coroscope.showAwaitChain', () => view.open('awaits')),
    command('coroscope.showAwaitedBy', () => view.open('awaited by')),
    command('coroscope.awaitChain.awaits', () => {
      view.turn('awaits');
    }),
    command('coroscope.awaitChain.awaitedBy', () => {
      view.turn('awaited by');
    }),
    command('coroscope.awaitChain.pin', () => {
      view.pin(true);
    }),
    command('coroscope.awaitChain.unpin', () => {
      view.pin(false);
    }),
    command('coroscope.awaitChain.refresh', () => {
      view.refresh();
    }),
    command('coroscope.awaitChain.goToPoint', (node: ChainNode) => goTo(node.edge)),
    command('coroscope.awaitChain.goToDefinition', (node: ChainNode) => goTo(node.definition)),
  );
}
