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
  readonly breakpoints: readonly { readonly dataId: string; readonly accessType?: Access | undefined }[];
}

export class DataBreakpoints {
  private watched = new Set<number>();

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
    for (const { dataId, accessType } of breakpoints) {
      const coroutine = coroutineOf(dataId);
      if (coroutine === undefined) continue;
      const moments = wanted.get(coroutine) ?? new Set<Moment>();
      for (const moment of MOMENTS[accessType ?? 'readWrite']) moments.add(moment);
      wanted.set(coroutine, moments);
    }
    for (const coroutine of this.watched) {
      if (!wanted.has(coroutine)) await this.ask(coroutine, []);
    }
    const states = new Map<number, DebugProtocol.Breakpoint>();
    for (const [coroutine, moments] of wanted) states.set(coroutine, await this.ask(coroutine, [...moments]));
    this.watched = new Set(wanted.keys());
    const unknown = { verified: false, message: 'This breakpoint belongs to no coroutine of this session.' };
    return { breakpoints: breakpoints.map(({ dataId }) => states.get(coroutineOf(dataId) ?? -1) ?? unknown) };
  }

  /** Ids of coroutines mean nothing in another run of the program. */
  forget(): void {
    this.watched.clear();
  }

  private async ask(coroutine: number, on: Moment[]): Promise<DebugProtocol.Breakpoint> {
    try {
      const { verified, message } = await this.program.request('breakOnCoroutine', { coroutine, on });
      return { verified, ...(message === undefined ? {} : { message }) };
    } catch (error) {
      // The coroutine is gone, and its breakpoint with it.
      return { verified: false, message: errorText(error) };
    }
  }
}

function coroutineOf(dataId: string): number | undefined {
  const id = dataId.startsWith(PREFIX) ? Number(dataId.slice(PREFIX.length)) : NaN;
  return Number.isInteger(id) ? id : undefined;
}
