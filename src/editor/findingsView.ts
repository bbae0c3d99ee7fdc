/** The Findings view in Run and Debug: what is wrong with the program's coroutines while it is paused, and what to do. */
import * as vscode from 'vscode';
import type { DebuggedProgram } from './debuggedProgram.js';
import { EntryView } from './entryView.js';
import { findingEntries, type FindingIcon } from './findingTree.js';
import type { ProgramClient } from './programClient.js';

const ICONS: Readonly<Record<FindingIcon, vscode.ThemeIcon>> = {
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  hint: new vscode.ThemeIcon('info'),
  advice: new vscode.ThemeIcon('lightbulb'),
  place: new vscode.ThemeIcon('location'),
};

export class FindingsView extends EntryView<FindingIcon> {
  constructor(program: DebuggedProgram) {
    super(program, 'findings', ICONS);
    this.subscriptions.push(
      program.onDidChange((reason) => {
        // What was found at a stop stays to be read while the program goes on to the next one.
        if (reason === 'stopped' || reason === 'session') this.refresh();
      }),
    );
  }

  protected async find(client: ProgramClient) {
    const found = await client.findings();
    const { length } = found.findings;
    const badge = length === 0 ? undefined : { value: length, tooltip: `${length} findings about coroutines` };
    return { entries: findingEntries(found), badge };
  }
}
