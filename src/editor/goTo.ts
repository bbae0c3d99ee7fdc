/** Opening the place in the source that a row, a node or a box stands for. */
import * as vscode from 'vscode';
import type { Location } from '../link/protocol.js';

/** Shows a place; the keyboard stays where it is if `preserveFocus`. Code without a file is asked of the session. */
export async function goTo(
  location: Location,
  session: vscode.DebugSession | undefined,
  preserveFocus = false,
): Promise<void> {
  const uri =
    location.path !== undefined
      ? vscode.Uri.file(location.path)
      : session !== undefined && location.sourceId !== undefined
        ? vscode.debug.asDebugSourceUri({ name: location.name, sourceReference: location.sourceId }, session)
        : undefined;
  if (uri === undefined) {
    void vscode.window.showInformationMessage(`The source of ${location.name} is not available.`);
    return;
  }
  const start = new vscode.Position(location.line - 1, (location.column ?? 1) - 1);
  const end =
    location.endLine === undefined || location.endColumn === undefined
      ? start
      : new vscode.Position(location.endLine - 1, location.endColumn - 1);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, end), preserveFocus });
}

/** Runs what a command does and says in a message what went wrong. */
export async function orSay(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
