/** The status bar item that says which Python a debug start would use, and the command that chooses another. */
import process from 'node:process';
import * as vscode from 'vscode';
import { DEBUG_TYPE, isFile, launchInterpreter } from './configuration.js';
import { orSay } from './goTo.js';
import { presentEnvironments } from './interpreter.js';
import type { InterpreterProbe } from './interpreterProbe.js';
import { isFailedLaunch, statusText } from './interpreterTexts.js';
import { chosenInterpreter, onEnvironmentChange } from './pythonExtension.js';

const COMMAND = 'coroscope.selectInterpreter';

type Choice = vscode.QuickPickItem & { readonly python?: string | undefined; readonly browse?: boolean };

export class InterpreterStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('coroscope.interpreter', vscode.StatusBarAlignment.Right, 90);
  readonly #subscriptions: vscode.Disposable;
  #environments: vscode.Disposable | undefined;
  /** Counts the questions: an answer that a later question has overtaken is not shown. */
  #asked = 0;

  constructor(
    private readonly probe: InterpreterProbe,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#item.name = 'Coroscope: Python to debug with';
    this.#item.command = COMMAND;
    this.#subscriptions = vscode.Disposable.from(
      this.#item,
      vscode.window.onDidChangeActiveTextEditor(() => void this.#update()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('coroscope.python')) void this.#update(true);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#update()),
      // Another setting of the interpreter's may hold from now on.
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#update()),
      // Whatever was chosen elsewhere meanwhile: a start has just looked at it.
      vscode.debug.onDidStartDebugSession(({ type }) => {
        if (type === DEBUG_TYPE) void this.#update(true);
      }),
      // A start that fails is none to the editor: perhaps it failed for want of a Python.
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: () => ({
          onDidSendMessage: (message) => {
            if (isFailedLaunch(message)) void this.#update(true);
          },
        }),
      }),
      vscode.commands.registerCommand(COMMAND, () => orSay(() => this.#select())),
    );
    void this.#update();
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#environments?.dispose();
  }

  /** @param ask somebody debugs, or chooses: that is worth a process. Else what is known without one is shown. */
  async #update(ask = false): Promise<void> {
    const turn = (this.#asked += 1);
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'python') {
      this.#item.hide();
      return;
    }
    try {
      const scope = scopeOf(editor.document.uri);
      const choice = await launchInterpreter(scope, this.log);
      // That has activated the Python extension, if there is one.
      this.#environments ??= onEnvironmentChange(() => void this.#update());
      const question = [choice.python, scope?.uri.fsPath] as const;
      // What an untrusted workspace names is not run, not even to be asked for its version.
      const answer =
        ask && vscode.workspace.isTrusted ? await this.probe.ask(...question) : await this.probe.known(...question);
      if (turn !== this.#asked) return;
      const { text, tooltip, isWarning } = statusText(choice, answer);
      this.#item.text = text;
      this.#item.tooltip = tooltip;
      this.#item.backgroundColor = isWarning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
      this.#item.show();
    } catch (error) {
      this.log.warn('It is not known which Python a debug start would use.', error);
      if (turn === this.#asked) this.#item.hide();
    }
  }

  async #select(): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const scope = uri === undefined ? vscode.workspace.workspaceFolders?.[0] : scopeOf(uri);
    const chosen = await vscode.window.showQuickPick(this.#choices(scope), {
      placeHolder: 'Which Python is to run the programs that Coroscope debugs?',
      matchOnDescription: true,
    });
    if (chosen === undefined) return;
    const python = chosen.browse === true ? await browse() : chosen.python;
    if (chosen.browse === true && python === undefined) return;
    const { ConfigurationTarget } = vscode;
    // In a folder it is a matter of that folder: another one may have another environment.
    const target = scope === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
    await vscode.workspace.getConfiguration(DEBUG_TYPE, scope).update('python', python, target);
  }

  async #choices(scope: vscode.WorkspaceFolder | undefined): Promise<Choice[]> {
    const folder = scope?.uri.fsPath;
    const extension = await chosenInterpreter(scope?.uri, this.log);
    const environments = await presentEnvironments({ folder, isFile, platform: process.platform });
    return [
      {
        label: 'Automatic',
        description: 'of the Python extension, the workspace or the PATH; else embedded',
        python: undefined,
      },
      ...(extension === undefined
        ? []
        : [{ label: 'Chosen in the Python extension', description: extension, python: extension }]),
      ...environments.map((python) => ({ label: 'Virtual environment', description: python, python })),
      { label: 'python3', description: 'as a terminal finds it', python: 'python3' },
      { label: 'Embedded', description: 'the Python inside the extension; nothing to install', python: 'embedded' },
      { label: 'Browse…', description: 'a Python elsewhere on this machine', browse: true },
    ];
  }
}

function scopeOf(uri: vscode.Uri): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
}

async function browse(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title: 'Python interpreter', openLabel: 'Use This' })) ?? [];
  return file?.fsPath;
}
