import { stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { chooseInterpreter, type InterpreterChoice } from './interpreter.js';
import { completeLaunch, CURRENT_FILE, type ActiveFile, type PartialLaunch } from './launchDefaults.js';
import { chosenInterpreter } from './pythonExtension.js';

export const DEBUG_TYPE = 'coroscope';
/** Sessions of debugpy: the type it has, and the one it had. */
export const BORROWED_TYPES = ['debugpy', 'python'];

const UNTRUSTED =
  'Debugging runs the code of this workspace, which you have not trusted. To debug it, run "Workspaces: Manage Workspace Trust" and trust it.';

/** Makes a launch of what the user wrote, which may be nothing at all: F5 on a Python file. */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    given: Partial<vscode.DebugConfiguration>,
  ): Promise<vscode.DebugConfiguration | undefined> {
    // The editor asks before it starts anything; nothing is started either if somebody starts it in another way.
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showErrorMessage(UNTRUSTED);
      return undefined;
    }
    const editor = vscode.window.activeTextEditor;
    const scope = folder ?? vscode.workspace.workspaceFolders?.[0];
    const settings = vscode.workspace.getConfiguration(DEBUG_TYPE, scope);

    const completion = completeLaunch(given satisfies PartialLaunch, editor && activeFile(editor.document), {
      justMyCode: settings.get('justMyCode', true),
      record: settings.get('record', 'auto'),
      console: settings.get('console', 'internalConsole'),
      maxLogicalThreads: settings.get('maxLogicalThreads', 200),
      freezeClocks: settings.get('freezeClocks', true),
      blockedLoopMs: settings.get('blockedLoopMs', 100),
    });
    if (completion.kind === 'refused') {
      void vscode.window.showErrorMessage(completion.reason);
      return undefined;
    }

    const { launch } = completion;
    launch['cwd'] ??= scope?.uri.fsPath ?? folderOf(launch['program']);
    launch['python'] ??= (await launchInterpreter(scope, this.#log)).python;
    return launch;
  }
}

/** Of a launch in that folder that names none. */
export function launchInterpreter(
  scope: vscode.WorkspaceFolder | undefined,
  log: vscode.LogOutputChannel,
): Promise<InterpreterChoice> {
  return chooseInterpreter({
    setting: vscode.workspace.getConfiguration(DEBUG_TYPE, scope).get('python', '').trim(),
    chosen: () => chosenInterpreter(scope?.uri, log),
    folder: scope?.uri.fsPath,
    isFile,
    platform: process.platform,
  });
}

/** What the run view and the "Run and Debug" picker offer without a launch.json. */
export class DynamicConfigurationProvider implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [{ type: DEBUG_TYPE, request: 'launch', name: CURRENT_FILE, program: '${file}' }];
  }
}

function activeFile(document: vscode.TextDocument): ActiveFile {
  return { path: document.fileName, languageId: document.languageId, onDisk: document.uri.scheme === 'file' };
}

function folderOf(program: unknown): string | undefined {
  return typeof program === 'string' && path.isAbsolute(program) ? path.dirname(program) : undefined;
}

export async function isFile(candidate: string): Promise<boolean> {
  const found = await stat(candidate).catch(() => undefined);
  return found?.isFile() ?? false;
}
