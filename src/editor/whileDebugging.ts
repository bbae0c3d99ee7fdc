/**
 * Everything that is there while a program is debugged, in a file of its own: reading and checking what debug sessions say
 * takes more code than all the rest, and a window that does not debug must not load it.
 */
import * as vscode from 'vscode';
import { AwaitGraphView } from './awaitGraphView.js';
import { CoroutinesView } from './coroutinesView.js';
import { DebuggedProgram } from './debuggedProgram.js';
import { FindingsView } from './findingsView.js';
import { InlineValues } from './inlineValuesProvider.js';
import { PictureViews } from './pictureView.js';
import { SuspendedLines } from './suspendedLinesView.js';
import { TimelineView } from './timelineView.js';

export interface WhileDebugging {
  /** What listens to a session of another debugger. */
  track(session: vscode.DebugSession): vscode.DebugAdapterTracker;
  dispose(): void;
}

export function startDebugging(
  { extensionUri, workspaceState }: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): WhileDebugging {
  const program = new DebuggedProgram(extensionUri);
  const parts = vscode.Disposable.from(
    program,
    new CoroutinesView(program, workspaceState),
    new AwaitGraphView(program),
    new FindingsView(program),
    new PictureViews(program, extensionUri, log),
    TimelineView.register(extensionUri, log),
    new InlineValues(program, log),
    new SuspendedLines(program, log),
  );
  return {
    track: (session) => program.track(session),
    dispose: () => {
      parts.dispose();
    },
  };
}
