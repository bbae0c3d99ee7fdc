/** Where a panel of ours opens: beside the source, and where there is one already, as a tab of the same group. */
import * as vscode from 'vscode';

export function besideColumn(): vscode.ViewColumn {
  const ours = vscode.window.tabGroups.all.find(({ tabs }) =>
    // The editor puts words of its own before the type of a webview.
    tabs.some(({ input }) => input instanceof vscode.TabInputWebview && /\bcoroscope\./.test(input.viewType)),
  );
  return ours?.viewColumn ?? vscode.ViewColumn.Beside;
}
