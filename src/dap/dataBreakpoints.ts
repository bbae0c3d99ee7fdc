/**
 * Breakpoints on one coroutine object, as DAP's data breakpoints: what a debugger calls reading is the coroutine being
 * resumed (a value comes in), what it calls changing is its suspending or ending (a value goes out).
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { errorText } from '../common/errorText.js';
import type { CommandArgs } from '../link/protocol.js';
import type { Program } from './program.js';
import type { Variables } from './variables.js';

type Moment = CommandArgs<'breakOnCoroutine'>['on'][number];
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
  private watched = new Map<number, ReadonlySet<Moment>>();
  private readonly viewed = new Map<number, readonly Moment[]>();

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
    const wanted = new Map<number, Set<Moment>>();
    for (const { dataId, accessType, condition, hitCondition } of breakpoints) {
      const coroutine = coroutineOf(dataId);
      if (coroutine === undefined || isConditional(condition, hitCondition)) continue;
      const moments = wanted.get(coroutine) ?? new Set<Moment>();
      for (const moment of MOMENTS[accessType ?? 'readWrite']) moments.add(moment);
      wanted.set(coroutine, moments);
    }
    const before = [...this.watched.keys()];
    this.watched = wanted;
    for (const coroutine of before) {
      if (!wanted.has(coroutine)) await this.ask(coroutine);
    }
    const states = new Map<number, DebugProtocol.Breakpoint>();
    for (const coroutine of wanted.keys()) states.set(coroutine, await this.ask(coroutine));
    const unknown = { verified: false, message: 'This breakpoint belongs to no coroutine of this session.' };
    const conditional = {
      verified: false,
      message:
        'A breakpoint on one coroutine takes no condition and no hit count. ' +
        "Set one in the source, with 'self_coroutine' in its condition.",
    };
    return {
      breakpoints: breakpoints.map(({ dataId, condition, hitCondition }) =>
        isConditional(condition, hitCondition) ? conditional : (states.get(coroutineOf(dataId) ?? -1) ?? unknown),
      ),
    };
  }

  /** `coroscope/breakOnCoroutine`: replaces what was asked for that coroutine in this way; answers `{verified, message?}`. */
  async breakOn({ coroutine, on }: CommandArgs<'breakOnCoroutine'>): Promise<object> {
    if (on.length === 0) this.viewed.delete(coroutine);
    else this.viewed.set(coroutine, on);
    return this.program.request('breakOnCoroutine', { coroutine, on: this.moments(coroutine) });
  }

  /** Ids of coroutines mean nothing in another run of the program. */
  forget(): void {
    this.watched.clear();
    this.viewed.clear();
  }

  private moments(coroutine: number): Moment[] {
    return [...new Set([...(this.watched.get(coroutine) ?? []), ...(this.viewed.get(coroutine) ?? [])])];
  }

  private async ask(coroutine: number): Promise<DebugProtocol.Breakpoint> {
    try {
      const { verified, message } = await this.program.request('breakOnCoroutine', {
        coroutine,
        on: this.moments(coroutine),
      });
      return { verified, ...(message === undefined ? {} : { message }) };
    } catch (error) {
      // The coroutine is gone, and its breakpoint with it.
      return { verified: false, message: errorText(error) };
    }
  }
}

function isConditional(...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && text !== '');
}

function coroutineOf(dataId: string): number | undefined {
  const id = dataId.startsWith(PREFIX) ? Number(dataId.slice(PREFIX.length)) : NaN;
  return Number.isInteger(id) ? id : undefined;
}
