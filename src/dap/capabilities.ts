/** What the adapter can do, as `initialize` answers it. What is not listed it cannot. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Backend } from '../debuggee/backend.js';
import { breakpointModes } from './breakpoints.js';
import { exceptionFilters } from './exceptions.js';

export function capabilities(backends: Iterable<Backend>): DebugProtocol.Capabilities {
  return {
    supportsConfigurationDoneRequest: true,
    supportsRestartRequest: true,
    supportsTerminateRequest: true,
    supportTerminateDebuggee: true,
    supportsCancelRequest: true,

    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    supportsFunctionBreakpoints: true,
    supportsDataBreakpoints: true,
    supportsBreakpointLocationsRequest: true,
    breakpointModes: [...breakpointModes],
    exceptionBreakpointFilters: exceptionFilters(backends),
    supportsExceptionFilterOptions: true,
    supportsExceptionOptions: true,
    supportsExceptionInfoRequest: true,

    supportsStepInTargetsRequest: true,
    supportsDelayedStackTraceLoading: true,
    supportsLoadedSourcesRequest: true,
    supportsSetVariable: true,
    supportsSetExpression: true,
    supportsEvaluateForHovers: true,
    supportsClipboardContext: true,
    supportsCompletionsRequest: true,
    completionTriggerCharacters: ['.'],
    supportsANSIStyling: true,
  };
}
