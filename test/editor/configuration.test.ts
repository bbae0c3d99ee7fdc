/** F5 in an editor that is not there: what a launch becomes, and when it becomes none. */
import { beforeEach, expect, test } from 'vitest';
import { ConfigurationProvider } from '../../src/editor/configuration.js';
import { Uri, user, window, workspace } from './fakeVscode.js';

const provider = new ConfigurationProvider({ debug: () => undefined, warn: () => undefined } as never);

beforeEach(() => {
  user.messages.length = 0;
  user.settings.clear();
  user.settings.set('coroscope.python', 'embedded');
  workspace.isTrusted = true;
  workspace.workspaceFolders = [{ uri: Uri.file('/work') }];
  window.activeTextEditor = {
    document: { fileName: '/work/a.py', languageId: 'python', uri: Uri.file('/work/a.py') },
  } as never;
});

test('F5 without a launch.json debugs the file that is open', async () => {
  expect(await provider.resolveDebugConfiguration(undefined, {})).toMatchObject({
    ...{ type: 'coroscope', request: 'launch', program: '/work/a.py', cwd: '/work', python: 'embedded' },
  });
});

test('in a workspace that nobody has trusted nothing is started, and a sentence says what to do', async () => {
  workspace.isTrusted = false;
  expect(await provider.resolveDebugConfiguration(undefined, {})).toBeUndefined();
  expect(user.messages).toEqual([
    expect.stringMatching(/^Debugging runs the code of this workspace, .*Manage Workspace Trust/),
  ]);
});
