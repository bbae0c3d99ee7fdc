import process from 'node:process';
import * as vscode from 'vscode';

/** Starts the debug adapter as a process of its own: a busy or crashed debuggee leaves the editor alone. */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  readonly #adapter: string;

  constructor(extension: vscode.Uri) {
    this.#adapter = vscode.Uri.joinPath(extension, 'dist', 'dap.js').fsPath;
  }

  createDebugAdapterDescriptor(): vscode.DebugAdapterDescriptor {
    // The extension host's executable is Electron's on a desktop and Node's on a server; the variable makes the first
    // one behave as the second, which ignores it.
    return new vscode.DebugAdapterExecutable(process.execPath, [this.#adapter], {
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
  }
}
