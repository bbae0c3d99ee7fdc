import * as vscode from 'vscode';
import { DEBUG_TYPE } from './configuration.js';
import { chosenItem, type StackItem } from './stackItem.js';

/**
 * The commands `coroscope.runToSuspension` and `coroscope.runUntilResumed`: the request of the same name to the session,
 * for the coroutine that the call stack shows as selected.
 */
export function runCoroutine(request: 'runToSuspension' | 'runUntilResumed'): (clicked?: unknown) => Promise<void> {
  return async (clicked) => {
    const item = vscode.debug.activeStackItem;
    const session = item?.session ?? vscode.debug.activeDebugSession;
    const chosen = chosenItem(clicked, focusOf(item));
    if (session?.type !== DEBUG_TYPE || chosen === undefined) {
      void vscode.window.showInformationMessage(
        'No program of Coroscope is paused. Pause one, and select the generator or task in the call stack.',
      );
      return;
    }
    try {
      await session.customRequest(`coroscope/${request}`, chosen);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
}

function focusOf(item: vscode.DebugThread | vscode.DebugStackFrame | undefined): StackItem | undefined {
  if (item === undefined) return undefined;
  return 'frameId' in item ? { threadId: item.threadId, frameId: item.frameId } : { threadId: item.threadId };
}
