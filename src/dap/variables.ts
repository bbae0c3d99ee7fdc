/** Values: their children in pages, setting them, and the places they stand at. Nothing here runs the program. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Location, Variable } from '../link/protocol.js';
import type { Client } from './client.js';
import { AdapterError } from './errors.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import { References } from './references.js';
import type { Sources } from './sources.js';

/** A client that does not ask for pages gets this many children, and is told that there are more. */
const UNPAGED = 1000;

/** What DAP says of a value, wherever one is shown. */
export interface ShownValue {
  readonly type?: string;
  readonly presentationHint?: DebugProtocol.VariablePresentationHint;
  readonly variablesReference: number;
  readonly namedVariables?: number;
  readonly indexedVariables?: number;
  readonly valueLocationReference?: number;
}

export interface VariablesArguments {
  readonly variablesReference: number;
  readonly filter?: 'named' | 'indexed' | undefined;
  readonly start?: number | undefined;
  readonly count?: number | undefined;
}

export class Variables {
  private readonly containers = new References<number>('variable', (ref) => ref);
  /** Coroutines among the children shown since the last stop, by container and name. */
  private readonly coroutines = new Map<string, number>();
  private readonly places = new References<Location>('location', (place) => JSON.stringify(place));

  constructor(
    private readonly program: Program,
    private readonly sources: Sources,
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  /** The number under which the client asks for the children of the runtime's `ref`. */
  reference(ref: number): number {
    return ref === 0 ? 0 : this.containers.give(ref);
  }

  shown(variable: Variable): ShownValue {
    const hint = presentation(variable);
    return {
      ...(variable.type === undefined ? {} : { type: variable.type }),
      ...(hint === undefined ? {} : { presentationHint: hint }),
      variablesReference: this.reference(variable.ref),
      ...(variable.named === undefined ? {} : { namedVariables: variable.named }),
      ...(variable.indexed === undefined ? {} : { indexedVariables: variable.indexed }),
      ...(variable.valueLocation === undefined
        ? {}
        : { valueLocationReference: this.places.give(variable.valueLocation) }),
    };
  }

  async variables(args: VariablesArguments, signal: AbortSignal): Promise<object> {
    const ref = this.containers.resolve(args.variablesReference);
    // DAP: without `count`, or with 0, all of them.
    const paged = args.count !== undefined && args.count > 0;
    const { variables } = await this.program.request(
      'variables',
      {
        ref,
        ...(args.filter === undefined ? {} : { filter: args.filter }),
        start: args.start ?? 0,
        count: paged ? args.count : UNPAGED + 1,
      },
      signal,
    );
    for (const { name, coroutine } of variables) {
      if (coroutine !== undefined) this.coroutines.set(`${args.variablesReference} ${name}`, coroutine);
    }
    const shown = variables.map((variable) => this.variable(variable));
    if (!paged && shown.length > UNPAGED) {
      shown.length = UNPAGED;
      shown.push({
        name: '…',
        value: `only the first ${UNPAGED} are shown`,
        variablesReference: 0,
        presentationHint: { kind: 'virtual', attributes: ['readOnly'] },
      });
    }
    return { variables: shown };
  }

  /** The coroutine that a variable shown since the last stop is, or belongs to. */
  coroutineNamed(variablesReference: number, name: string): number | undefined {
    return this.coroutines.get(`${variablesReference} ${name}`);
  }

  async setVariable(
    args: { variablesReference: number; name: string; value: string },
    signal: AbortSignal,
  ): Promise<object> {
    const ref = this.containers.resolve(args.variablesReference);
    const { variable } = await this.program.request('setVariable', { ref, name: args.name, value: args.value }, signal);
    return this.assigned(variable);
  }

  /** The answer to an assignment. The same object may be seen through other variables, so they are read again. */
  assigned(variable: Variable): object {
    this.changed();
    const { presentationHint: _, ...value } = this.shown(variable);
    return { value: variable.value, ...value };
  }

  /** Code of the user's choice has run: what is shown may not be so any more. Said after the answer to the request. */
  changed(): void {
    if (!this.client.refreshes) return;
    setImmediate(() => {
      this.outbox.send('invalidated', { areas: ['variables'] });
    });
  }

  locations(args: { locationReference: number }): object {
    const place = this.places.resolve(args.locationReference);
    const source = this.sources.at(place);
    if (source === undefined) throw new AdapterError('noSourcePath');
    return { source, ...this.client.coordinates.range(place) };
  }

  /** The program runs on. */
  forget(): void {
    this.containers.forget();
    this.coroutines.clear();
    this.places.forget();
  }

  private variable(variable: Variable): DebugProtocol.Variable {
    const { name, value, evaluateName } = variable;
    return { name, value, ...this.shown(variable), ...(evaluateName === undefined ? {} : { evaluateName }) };
  }
}

function presentation({ hints = [] }: Variable): DebugProtocol.VariablePresentationHint | undefined {
  if (hints.length === 0) return undefined;
  const attributes = hints.filter((hint) => hint === 'readOnly' || hint === 'constant' || hint === 'rawString');
  return {
    ...(hints.includes('virtual') ? { kind: 'virtual' } : {}),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(hints.includes('internal') ? { visibility: 'internal' } : {}),
    ...(hints.includes('lazy') ? { lazy: true } : {}),
  };
}
