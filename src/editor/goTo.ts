/** Opening the place in the source that a row, a node or a box stands for. */
import * as vscode from 'vscode';
import type { Location } from '../link/protocol.js';

export interface Manner {
  /** A column to leave as it is: that of the picture which was clicked in. */
  readonly avoided?: vscode.ViewColumn | undefined;
  /** The keyboard stays where it is. */
  readonly preserveFocus?: boolean;
}

/**
 * Shows a place, in the editor that shows its file already if there is one. Code without a file is asked of the session.
 */
export async function goTo(
  location: Location,
  session: vscode.DebugSession | undefined,
  { avoided, preserveFocus = false }: Manner = {},
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
  // What spans lines is a whole `async with` or `async for`, or a long call: its beginning says where it is, and a
  // selection to its end would take the cursor to another line.
  const end =
    location.endLine === location.line && location.endColumn !== undefined
      ? new vscode.Position(location.line - 1, location.endColumn - 1)
      : start;
  const viewColumn = columnFor(uri, avoided);
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(start, end),
    preserveFocus,
    ...(viewColumn === undefined ? {} : { viewColumn }),
  });
}

/** Undefined: the active one. */
function columnFor(uri: vscode.Uri, avoided: vscode.ViewColumn | undefined): vscode.ViewColumn | undefined {
  const columns = vscode.window.tabGroups.all.map(({ viewColumn }) => viewColumn).filter((each) => each !== avoided);
  const shows = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri.toString());
  const active = vscode.window.activeTextEditor;
  if (active !== undefined && shows.includes(active)) return active.viewColumn;
  const shown = shows.find(({ viewColumn }) => viewColumn !== undefined && viewColumn !== avoided)?.viewColumn;
  if (shown !== undefined || avoided === undefined) return shown;
  return columns[0] ?? vscode.ViewColumn.Beside;
}

/** Runs what a command does and says in a message what went wrong. */
export async function orSay(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
