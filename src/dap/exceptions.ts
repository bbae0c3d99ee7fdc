/** Which exceptions stop the program, and what is known of the one that did. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Backend } from '../debuggee/backend.js';
import type { CommandArgs, Explanation } from '../link/protocol.js';
import { AdapterError } from './errors.js';
import type { Program } from './program.js';
import type { Threads } from './threads.js';

type Filter = CommandArgs<'setExceptionBreakpoints'>['filters'][number];

/** The filters of every language that can be debugged: `initialize` is answered before the language is known. */
export function exceptionFilters(backends: Iterable<Backend>): DebugProtocol.ExceptionBreakpointsFilter[] {
  const shown = new Map<string, DebugProtocol.ExceptionBreakpointsFilter>();
  for (const { exceptionFilters } of backends) {
    for (const { filter, label, description, enabledByDefault } of exceptionFilters) {
      if (shown.has(filter)) continue;
      shown.set(filter, {
        filter,
        label,
        description,
        default: enabledByDefault,
        supportsCondition: true,
        conditionDescription: "An expression; the name 'exception' is the exception.",
      });
    }
  }
  return [...shown.values()];
}

export class Exceptions {
  private filters: readonly Filter[] = [];
  private off = false;

  constructor(
    private readonly program: Program,
    private readonly threads: Threads,
  ) {}

  /** DAP: `noDebug`. */
  configure(options: { readonly off: boolean }): void {
    this.off = options.off;
  }

  async setExceptionBreakpoints(args: {
    filters: readonly string[];
    filterOptions?: readonly { filterId: string; condition?: string | undefined }[] | undefined;
  }): Promise<object> {
    const options = (args.filterOptions ?? []).map(({ filterId, condition }): Filter => ({
      filter: filterId,
      ...(condition === undefined || condition === '' ? {} : { condition }),
    }));
    // DAP: the answer lists `filters` first, then `filterOptions`.
    this.filters = [...args.filters.map((filter): Filter => ({ filter })), ...options];
    if (this.off) return { breakpoints: this.filters.map(() => ({ verified: false })) };
    const { filters } = await this.program.request('setExceptionBreakpoints', { filters: [...this.filters] });
    return { breakpoints: filters };
  }

  /** Tells another run of the program. */
  async sendAgain(): Promise<void> {
    if (!this.off) await this.program.request('setExceptionBreakpoints', { filters: [...this.filters] });
  }

  async exceptionInfo(args: { threadId: number }, signal: AbortSignal): Promise<object> {
    const address = this.threads.address(args.threadId);
    if ('coroutine' in address) throw new AdapterError('noException');
    const info = await this.program.request('exceptionInfo', address, signal);
    const { typeName, fullTypeName, message, breakMode, stackTrace, causes, explanation } = info;
    return {
      exceptionId: fullTypeName,
      description: explanation === undefined ? message : described(message, explanation),
      breakMode,
      details: {
        typeName,
        fullTypeName,
        message,
        stackTrace: explanation === undefined ? stackTrace : linked(explanation) + stackTrace,
        innerException: causes,
      },
    };
  }
}

function described(message: string, { what, whatToDo }: Explanation): string {
  return `${message}\n\n${what}\n${whatToDo}`;
}

/** VS Code makes links of `path:line:column` in a stack trace, and only there. */
function linked({ places }: Explanation): string {
  return places
    .map(({ label, location: { path, name, line, column } }) => {
      const at = column === undefined ? `${line}` : `${line}:${column}`;
      return `${path ?? name}:${at} · ${label}\n`;
    })
    .join('');
}
