import * as vscode from 'vscode';
import type { OutlinePoint } from '../../analysis/requests.js';
import { isAnalysed, pathOf, toRange } from './places.js';
import type { WorkspaceAnalysis } from './workspaceAnalysis.js';

type Item = vscode.QuickPickItem & { readonly point?: OutlinePoint };

/** The command "Go to Suspension Point…": those of the current file, by function; moving through them shows them. */
export async function goToSuspensionPoint(analysis: WorkspaceAnalysis): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isAnalysed(editor.document)) {
    void vscode.window.showInformationMessage('Open a Python file to go to its suspension points.');
    return;
  }
  const { points, hasErrors } = await analysis.ask('outline', { path: pathOf(editor.document.uri) });
  if (points.length === 0) {
    const why = hasErrors ? ' that could be read: it has syntax errors' : '';
    void vscode.window.showInformationMessage(`This file has no suspension points${why}.`);
    return;
  }
  const before = { selection: editor.selection, visible: editor.visibleRanges[0] };
  const chosen = await pick(points, hasErrors, editor);
  if (chosen) {
    const { start } = toRange(chosen.range);
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(toRange(chosen.range), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  } else {
    editor.selection = before.selection;
    if (before.visible) editor.revealRange(before.visible, vscode.TextEditorRevealType.AtTop);
  }
}

async function pick(
  points: readonly OutlinePoint[],
  hasErrors: boolean,
  editor: vscode.TextEditor,
): Promise<OutlinePoint | undefined> {
  const items = points.flatMap((point, index): Item[] => {
    const starts = points[index - 1]?.within !== point.within;
    const item = { label: `${point.kind} ${point.text}`.trimEnd(), description: `line ${point.range[0] + 1}`, point };
    const heading = point.within === '' ? 'module' : `${point.within} · ${point.functionKind}`;
    return starts ? [{ label: heading, kind: vscode.QuickPickItemKind.Separator }, item] : [item];
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Suspension Points',
    placeHolder: hasErrors
      ? 'The file has syntax errors: these are the points that could be read'
      : 'Type what is awaited or yielded',
    matchOnDescription: true,
    onDidSelectItem: (item: Item) => {
      if (!item.point) return;
      const range = toRange(item.point.range);
      editor.selection = new vscode.Selection(range.start, range.end);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    },
  });
  return chosen?.point;
}
