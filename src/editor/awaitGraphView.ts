/** The Await Graph view in Run and Debug: who waits for whom as a tree, deadlocks on top. */
import * as vscode from 'vscode';
import { awaitEntries, type AwaitIcon } from './awaitTree.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { EntryView } from './entryView.js';
import type { ProgramClient } from './programClient.js';

/** More than a person reads in a tree; those in a deadlock come first. */
const LIMIT = 500;

const ERROR = new vscode.ThemeColor('list.errorForeground');
const ICONS: Readonly<Record<AwaitIcon, vscode.ThemeIcon>> = {
  deadlock: new vscode.ThemeIcon('error', ERROR),
  stuck: new vscode.ThemeIcon('circle-slash', ERROR),
  task: new vscode.ThemeIcon('tasklist'),
  coroutine: new vscode.ThemeIcon('symbol-function'),
  lock: new vscode.ThemeIcon('lock'),
  timer: new vscode.ThemeIcon('watch'),
  io: new vscode.ThemeIcon('plug'),
  thing: new vscode.ThemeIcon('symbol-object'),
};

export class AwaitGraphView extends EntryView<AwaitIcon> {
  constructor(program: DebuggedProgram) {
    super(program, 'awaitGraph', ICONS);
    this.subscriptions.push(
      program.onDidChange(() => {
        this.refresh();
      }),
    );
  }

  protected async find(client: ProgramClient) {
    const graph = await client.awaitGraph(LIMIT);
    const { length } = graph.deadlocks;
    return {
      entries: awaitEntries(graph),
      badge: length === 0 ? undefined : { value: length, tooltip: graph.sentences.join('\n') },
    };
  }

  protected override get limits(): string {
    return this.program.client?.limits ?? '';
  }
}
