import * as vscode from 'vscode';
import { DEBUG_TYPE } from './configuration.js';
import { CURRENT_FILE } from './launchDefaults.js';

/**
 * The command `coroscope.debugFile`. The editor's title bar hands over the file it stands for; from elsewhere it is
 * the active one.
 */
export async function debugFile(resource?: vscode.Uri): Promise<void> {
  const file = resource ?? vscode.window.activeTextEditor?.document.uri;
  await vscode.debug.startDebugging(file && vscode.workspace.getWorkspaceFolder(file), {
    type: DEBUG_TYPE,
    request: 'launch',
    name: CURRENT_FILE,
    program: file?.scheme === 'file' ? file.fsPath : '${file}',
  });
}
