import * as vscode from 'vscode';
import { DEBUG_TYPE } from './configuration.js';

/**
 * The command `coroscope.debugFile`. The editor's title bar hands over the file it stands for; from elsewhere it is
 * the active one.
 */
export async function debugFile(resource?: vscode.Uri): Promise<void> {
  const file = resource ?? vscode.window.activeTextEditor?.document.uri;
  await vscode.debug.startDebugging(file && vscode.workspace.getWorkspaceFolder(file), {
    type: DEBUG_TYPE,
    request: 'launch',
    name: 'Coroscope: debug this file',
    program: file?.scheme === 'file' ? file.fsPath : '${file}',
  });
}
