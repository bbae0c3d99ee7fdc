/** Which exceptions stop the program, and what is known of the one that did. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Backend } from '../debuggee/backend.js';
import type { CommandArgs } from '../link/protocol.js';
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
    const { typeName, fullTypeName, message, breakMode, stackTrace, causes } = await this.program.request(
      'exceptionInfo',
      address,
      signal,
    );
    return {
      exceptionId: fullTypeName,
      description: message,
      breakMode,
      details: { typeName, fullTypeName, message, stackTrace, innerException: causes },
    };
  }
}
