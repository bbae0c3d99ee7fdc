import * as vscode from 'vscode';
import { AdapterFactory } from './editor/adapterFactory.js';
import { registerWhileCoding } from './editor/analysis/whileCoding.js';
import { AwaitGraphView } from './editor/awaitGraphView.js';
import { ConfigurationProvider, DEBUG_TYPE, DynamicConfigurationProvider } from './editor/configuration.js';
import { CoroutinesView } from './editor/coroutinesView.js';
import { debugFile } from './editor/debugFile.js';
import { InlineValues } from './editor/inlineValuesProvider.js';
import { InterpreterProbe } from './editor/interpreterProbe.js';
import { InterpreterStatus } from './editor/interpreterStatus.js';
import { openExample } from './editor/openExample.js';
import { runCoroutine } from './editor/runCoroutine.js';
import { DebuggedProgram } from './editor/debuggedProgram.js';
import { PictureViews } from './editor/pictureView.js';
import { TimelineView } from './editor/timelineView.js';
import { SuspendedLines } from './editor/suspendedLinesView.js';

export function activate({
  extensionUri,
  globalState,
  globalStorageUri,
  subscriptions,
  workspaceState,
}: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Coroscope', { log: true });
  const program = new DebuggedProgram(extensionUri);
  subscriptions.push(
    log,
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, new AdapterFactory(extensionUri)),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, new ConfigurationProvider(log)),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      new DynamicConfigurationProvider(),
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.commands.registerCommand('coroscope.debugFile', debugFile),
    vscode.commands.registerCommand('coroscope.openExample', openExample(extensionUri, globalStorageUri)),
    vscode.commands.registerCommand('coroscope.runToSuspension', runCoroutine('runToSuspension')),
    vscode.commands.registerCommand('coroscope.runUntilResumed', runCoroutine('runUntilResumed')),
    registerWhileCoding(extensionUri, log),
    new InterpreterStatus(new InterpreterProbe(extensionUri, globalState), log),
    program,
    new CoroutinesView(program, workspaceState),
    new AwaitGraphView(program),
    new PictureViews(program, extensionUri),
    TimelineView.register(extensionUri, log),
    new InlineValues(program, log),
    new SuspendedLines(program, log),
  );
}
