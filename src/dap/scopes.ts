/** `Coroutine`, `Locals`, `Closure`, `Globals` of a frame. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Frames } from './frames.js';
import type { Program } from './program.js';
import type { Variables } from './variables.js';

export class Scopes {
  constructor(
    private readonly program: Program,
    private readonly frames: Frames,
    private readonly variables: Variables,
  ) {}

  async scopes(args: { frameId: number }, signal: AbortSignal): Promise<object> {
    // A heading has none, which is not an error: the client asks for whatever line a user selects.
    if (this.frames.isLabel(args.frameId)) return { scopes: [] };
    const { scopes } = await this.program.request('scopes', { frame: this.frames.resolve(args.frameId) }, signal);
    return {
      scopes: scopes.map(({ name, hint, ref, expensive, named }): DebugProtocol.Scope => ({
        name,
        ...(hint === undefined ? {} : { presentationHint: hint }),
        variablesReference: this.variables.reference(ref),
        ...(named === undefined ? {} : { namedVariables: named }),
        expensive,
      })),
    };
  }
}
