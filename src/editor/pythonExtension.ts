/** The environment that the user chose in the Python extension (`ms-python.python`), through its public API. */
import * as vscode from 'vscode';

/** The part of https://github.com/microsoft/vscode-python/blob/main/src/client/api/types.ts that is used here. */
interface PythonExtensionApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly id: string; readonly path: string };
    resolveEnvironment(environment: {
      readonly id: string;
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    /** Absent in old versions. */
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

const PYTHON = 'ms-python.python';

/** Calls back when another environment is chosen there; undefined while that extension is not active, or missing. */
export function onEnvironmentChange(listener: () => void): vscode.Disposable | undefined {
  const extension = vscode.extensions.getExtension<PythonExtensionApi | undefined>(PYTHON);
  if (extension?.isActive !== true) return undefined;
  return extension.exports?.environments.onDidChangeActiveEnvironmentPath?.(listener);
}

/** Path of the interpreter; undefined where the extension is missing or knows none. */
export async function chosenInterpreter(
  resource: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtensionApi | undefined>(PYTHON);
  if (!extension) return undefined;
  try {
    const api = await extension.activate();
    if (!api) return undefined;
    const environment = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(resource));
    return environment?.executable.uri?.fsPath;
  } catch (error) {
    // Another extension's failure must not keep anybody from debugging: the next source is asked.
    log.warn('The Python extension could not say which environment is chosen; looking elsewhere.', error);
    return undefined;
  }
}
