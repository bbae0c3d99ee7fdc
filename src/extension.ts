import * as vscode from 'vscode';
import { AdapterFactory } from './editor/adapterFactory.js';
import { registerWhileCoding } from './editor/analysis/whileCoding.js';
import { ConfigurationProvider, DEBUG_TYPE, DynamicConfigurationProvider } from './editor/configuration.js';
import { debugFile } from './editor/debugFile.js';
import { DebuggingOnDemand } from './editor/debuggingOnDemand.js';
import { InterpreterProbe } from './editor/interpreterProbe.js';
import { InterpreterStatus } from './editor/interpreterStatus.js';
import { openExample } from './editor/openExample.js';
import { runCoroutine } from './editor/runCoroutine.js';

export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const { extensionUri, globalState, globalStorageUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Coroscope', { log: true });
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
    new DebuggingOnDemand(context, log),
  );
  log.info(`Ready after ${(performance.now() - began).toFixed(1)} ms.`);
}
