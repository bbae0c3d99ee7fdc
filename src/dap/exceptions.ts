/** Which exceptions stop the program, and what is known of the one that did. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Backend } from '../debuggee/backend.js';
import type { CommandArgs, ExceptionDetails, Explanation } from '../link/protocol.js';
import { AdapterError } from './errors.js';
import type { Program } from './program.js';
import type { Threads } from './threads.js';

type Filter = CommandArgs<'setExceptionBreakpoints'>['filters'][number];
type Answer = Pick<DebugProtocol.Breakpoint, 'verified' | 'message'>;

interface ExceptionOption {
  readonly path?: readonly { readonly negate?: boolean | undefined; readonly names: readonly string[] }[] | undefined;
  readonly breakMode: 'never' | 'always' | 'unhandled' | 'userUnhandled';
}

/** The filters that every language has, by DAP's break modes. */
const FILTER_OF = { always: 'raised', unhandled: 'uncaught', userUnhandled: 'userUncaught' } as const;

/** The filters of every language that can be debugged: `initialize` is answered before the language is known. */
export function exceptionFilters(backends: Iterable<Backend>): DebugProtocol.ExceptionBreakpointsFilter[] {
  const shown = new Map<string, DebugProtocol.ExceptionBreakpointsFilter>();
  for (const { exceptionFilters, exceptionConditions } of backends) {
    for (const { filter, label, description, enabledByDefault } of exceptionFilters) {
      if (shown.has(filter)) continue;
      shown.set(filter, {
        filter,
        label,
        description,
        default: enabledByDefault,
        supportsCondition: true,
        conditionDescription: exceptionConditions,
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
    exceptionOptions?: readonly ExceptionOption[] | undefined;
  }): Promise<object> {
    // DAP: the answer lists `filters` first, then `filterOptions`, then `exceptionOptions`.
    const asked: (Filter | Answer)[] = [
      ...args.filters.map((filter) => ({ filter })),
      ...(args.filterOptions ?? []).map(({ filterId, condition }) => withCondition(filterId, condition)),
      ...(args.exceptionOptions ?? []).map(fromOption),
    ];
    this.filters = asked.filter((each) => 'filter' in each);
    if (this.off) return { breakpoints: asked.map(() => ({ verified: false })) };
    const { filters } = await this.program.request('setExceptionBreakpoints', { filters: [...this.filters] });
    const answers = filters.values();
    return { breakpoints: asked.map((each) => ('filter' in each ? answers.next().value : each)) };
  }

  /** Tells another run of the program. */
  async sendAgain(): Promise<void> {
    if (!this.off) await this.program.request('setExceptionBreakpoints', { filters: [...this.filters] });
  }

  async exceptionInfo(args: { threadId: number }, signal: AbortSignal): Promise<object> {
    const address = this.threads.address(args.threadId);
    if ('coroutine' in address) throw new AdapterError('noException');
    const info = await this.program.request('exceptionInfo', address, signal);
    const { message, breakMode, stackTrace, explanation } = info;
    return {
      exceptionId: info.fullTypeName,
      description: explanation === undefined ? message : described(message, explanation),
      breakMode,
      // VS Code shows the text of the outermost alone: in that one are the others', each under its heading.
      details: {
        ...details(info),
        stackTrace: (explanation === undefined ? '' : linked(explanation)) + stackTrace + behind(info),
      },
    };
  }
}

function withCondition(filter: string, condition: string | undefined): Filter {
  return { filter, ...(condition === undefined || condition === '' ? {} : { condition }) };
}

/** DAP: by convention the first segment of a path is a category; the last one names exceptions. */
function fromOption({ path = [], breakMode }: ExceptionOption): Filter | Answer {
  if (breakMode === 'never') return { verified: true };
  const last = path.length < 2 ? undefined : path.at(-1);
  if (path.some(({ negate }) => negate === true)) {
    return {
      verified: false,
      message: 'All exceptions except some cannot be asked for by name. Use a filter with a condition.',
    };
  }
  return withCondition(FILTER_OF[breakMode], last?.names.join(', '));
}

function details({
  typeName,
  fullTypeName,
  message,
  stackTrace,
  inner,
}: ExceptionDetails): DebugProtocol.ExceptionDetails {
  return { typeName, fullTypeName, message, stackTrace, innerException: inner.map(details) };
}

/** The exceptions in and behind one, as text. */
function behind({ inner, left }: ExceptionDetails): string {
  const members = inner.filter(({ relation }) => relation === 'member').length;
  const parts = inner.map((each, index) => {
    const { relation, fullTypeName, message, stackTrace } = each;
    const heading =
      relation === 'member'
        ? `Member ${index + 1} of ${members + (left ?? 0)}`
        : relation === 'cause'
          ? 'Caused by'
          : 'While handling';
    return `\n${heading} · ${fullTypeName}: ${message}\n${indented(stackTrace + behind(each))}`;
  });
  return parts.join('') + (left === undefined ? '' : `\n… and ${left} more\n`);
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function described(message: string, { what, whatToDo }: Explanation): string {
  return `${message}\n\n${what}\n${whatToDo}`;
}

/** VS Code makes links of `path:line:column` in a stack trace, and only there. */
function linked({ places, coroutine }: Explanation): string {
  // The number by which the views and the `Coroutine` scope know it.
  const concerned = coroutine === undefined ? '' : `coroutine ${coroutine} · the one concerned\n`;
  const lines = places
    .map(({ label, location: { path, name, line, column } }) => {
      const at = column === undefined ? `${line}` : `${line}:${column}`;
      return `${path ?? name}:${at} · ${label}\n`;
    })
    .join('');
  return concerned + lines;
}
