/**
 * Breakpoints on one coroutine object, as DAP's data breakpoints: what a debugger calls reading is the coroutine being
 * resumed (a value comes in), what it calls changing is its suspending or ending (a value goes out).
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type * as z from 'zod';
import { errorText } from '../common/errorText.js';
import type { CommandArgs, CommandResult } from '../link/protocol.js';
import type { BreakOnCoroutineArguments } from './customRequests.js';
import type { Program } from './program.js';
import type { Variables } from './variables.js';

type Breakpoint = CommandArgs<'breakOnCoroutine'>['breakpoints'][number];
type Moment = Breakpoint['on'][number];
type State = CommandResult<'breakOnCoroutine'>['breakpoints'][number];
type Access = DebugProtocol.DataBreakpointAccessType;

const PREFIX = 'coroutine:';
const MOMENTS: Readonly<Record<Access, readonly Moment[]>> = {
  read: ['resume'],
  write: ['suspend', 'end'],
  readWrite: ['resume', 'suspend', 'end'],
};

export interface DataBreakpointInfoArguments {
  readonly name: string;
  readonly variablesReference?: number | undefined;
}

export interface SetDataBreakpointsArguments {
  readonly breakpoints: readonly {
    readonly dataId: string;
    readonly accessType?: Access | undefined;
    readonly condition?: string | undefined;
    readonly hitCondition?: string | undefined;
  }[];
}

export class DataBreakpoints {
  /** By coroutine: what DAP's data breakpoints ask for, and what a view asks for. The program is told both together. */
  private watched = new Map<number, readonly Breakpoint[]>();
  private readonly viewed = new Map<number, Breakpoint>();

  constructor(
    private readonly program: Program,
    private readonly variables: Variables,
  ) {}

  /** DAP `dataBreakpointInfo`: for a coroutine or task among the variables, and for the fields of its scope. */
  info({ name, variablesReference }: DataBreakpointInfoArguments): DebugProtocol.DataBreakpointInfoResponse['body'] {
    const coroutine =
      variablesReference === undefined ? undefined : this.variables.coroutineNamed(variablesReference, name);
    if (coroutine === undefined) {
      return { dataId: null, description: `'${name}' is no coroutine or task: only those can be watched.` };
    }
    return {
      dataId: `${PREFIX}${coroutine}`,
      description: `coroutine ${coroutine} (read: it resumes; change: it suspends or ends)`,
      accessTypes: ['read', 'write', 'readWrite'],
      canPersist: false,
    };
  }

  /** DAP `setDataBreakpoints`: replaces all of them. */
  async set({ breakpoints }: SetDataBreakpointsArguments): Promise<DebugProtocol.SetDataBreakpointsResponse['body']> {
    const wanted = new Map<number, Breakpoint[]>();
    for (const { dataId, accessType, condition, hitCondition } of breakpoints) {
      const coroutine = coroutineOf(dataId);
      if (coroutine === undefined) continue;
      const of = wanted.get(coroutine) ?? [];
      of.push({ on: [...MOMENTS[accessType ?? 'readWrite']], ...texts({ condition, hitCondition }) });
      wanted.set(coroutine, of);
    }
    const before = [...this.watched.keys()];
    this.watched = wanted;
    for (const coroutine of before) {
      if (!wanted.has(coroutine)) await this.ask(coroutine);
    }
    const states = new Map<number, State[]>();
    for (const coroutine of wanted.keys()) {
      const afterViews = this.viewed.has(coroutine) ? 1 : 0;
      states.set(coroutine, (await this.ask(coroutine)).slice(afterViews));
    }
    const unknown: State = { verified: false, message: 'This breakpoint belongs to no coroutine of this session.' };
    return {
      breakpoints: breakpoints.map(({ dataId }) => {
        const { verified, message } = states.get(coroutineOf(dataId) ?? -1)?.shift() ?? unknown;
        return { verified, ...(message === undefined ? {} : { message }) };
      }),
    };
  }

  /** `coroscope/breakOnCoroutine`: replaces what was asked for that coroutine in this way; answers `{verified, message?}`. */
  async breakOn({ coroutine, on }: z.infer<typeof BreakOnCoroutineArguments>): Promise<State> {
    if (on.length === 0) this.viewed.delete(coroutine);
    else this.viewed.set(coroutine, { on });
    const answers = await this.request(coroutine);
    return (on.length === 0 ? undefined : answers[0]) ?? { verified: true };
  }

  /** Ids of coroutines mean nothing in another run of the program. */
  forget(): void {
    this.watched.clear();
    this.viewed.clear();
  }

  /** Sets all that is wanted of one coroutine, what a view asks for first, and says how each of them fares. */
  private async request(coroutine: number): Promise<State[]> {
    const breakpoints = this.of(coroutine);
    return (await this.program.request('breakOnCoroutine', { coroutine, breakpoints })).breakpoints;
  }

  private async ask(coroutine: number): Promise<State[]> {
    try {
      return await this.request(coroutine);
    } catch (error) {
      // The coroutine is gone, and its breakpoints with it.
      return this.of(coroutine).map(() => ({ verified: false, message: errorText(error) }));
    }
  }

  private of(coroutine: number): Breakpoint[] {
    const viewed = this.viewed.get(coroutine);
    return [...(viewed ? [viewed] : []), ...(this.watched.get(coroutine) ?? [])];
  }
}

/** Without those that say nothing: an editor sends an emptied field as an empty text. */
function texts(given: Pick<SetDataBreakpointsArguments['breakpoints'][number], 'condition' | 'hitCondition'>): object {
  return Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined && text !== ''));
}

function coroutineOf(dataId: string): number | undefined {
  const id = dataId.startsWith(PREFIX) ? Number(dataId.slice(PREFIX.length)) : NaN;
  return Number.isInteger(id) ? id : undefined;
}
