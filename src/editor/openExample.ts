/** The command `coroscope.openExample`: a copy of an example program, for the user to run and to change. */
import * as vscode from 'vscode';
import { orSay } from './goTo.js';

/** `examples/stories.json`, as far as it is used here. It comes with the extension, and is not checked like what others write. */
interface Stories {
  readonly stories: readonly { readonly program: string; readonly title: string }[];
}

type Example = vscode.QuickPickItem & { readonly program: string };

export function openExample(extension: vscode.Uri, storage: vscode.Uri): () => Promise<void> {
  const examples = vscode.Uri.joinPath(extension, 'examples');
  return () =>
    orSay(async () => {
      const chosen = await vscode.window.showQuickPick(listed(examples), {
        placeHolder: 'Which example program? They lead from the first generator to a task group.',
        matchOnDescription: true,
      });
      if (chosen === undefined) return;
      const copy = vscode.Uri.joinPath(storage, 'examples', chosen.program);
      // What was changed in an earlier copy is kept.
      if (!(await exists(copy))) await vscode.workspace.fs.copy(vscode.Uri.joinPath(examples, chosen.program), copy);
      await vscode.window.showTextDocument(copy);
    });
}

async function listed(examples: vscode.Uri): Promise<Example[]> {
  const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(examples, 'stories.json'));
  const { stories } = JSON.parse(new TextDecoder().decode(text)) as Stories;
  return stories.map(({ program, title }) => ({ label: title.replaceAll('`', ''), description: program, program }));
}

async function exists(file: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(file)).then(
    () => true,
    () => false,
  );
}
