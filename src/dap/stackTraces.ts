/** Call stacks in pages: the frames of a thread or of a suspended coroutine, then who resumed it and who awaits it. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { displayWindow, stackWindow, type DisplayFrame } from '../model/logicalStack.js';
import type { Client } from './client.js';
import type { Frames } from './frames.js';
import type { Program } from './program.js';
import type { Sources } from './sources.js';
import type { Threads } from './threads.js';

export class StackTraces {
  constructor(
    private readonly program: Program,
    private readonly threads: Threads,
    private readonly frames: Frames,
    private readonly sources: Sources,
    private readonly client: Client,
  ) {}

  async stackTrace(
    args: { threadId: number; startFrame?: number | undefined; levels?: number | undefined },
    signal: AbortSignal,
  ): Promise<object> {
    const window = stackWindow(args.startFrame, args.levels);
    const stack = await this.program.request('stack', { ...this.threads.address(args.threadId), ...window }, signal);
    const { frames, total } = displayWindow(stack, window);
    return {
      stackFrames: frames.map((line, index) => this.shown(line, `${args.threadId}/${window.start + index}`)),
      // While the end has not been seen there is more than is known: a client asks on when it is told of more than it
      // has (DAP: `totalFrames` larger than the available frames), and VS Code only then.
      totalFrames: total ?? stack.total + 1,
    };
  }

  private shown(line: DisplayFrame, place: string): DebugProtocol.StackFrame {
    if (line.kind === 'label') {
      const source = line.location === undefined ? undefined : this.sources.at(line.location);
      return {
        id: this.frames.giveLabel(place),
        name: line.text,
        presentationHint: 'label',
        ...(line.location === undefined || source === undefined
          ? { line: 0, column: 0 }
          : { source, ...this.client.coordinates.fullRange(line.location) }),
      };
    }
    const { frame, presentation } = line;
    const folded = presentation === 'subtle';
    const source = this.sources.at(frame.location, folded);
    return {
      id: this.frames.give(frame.id),
      name: frame.name,
      ...(source === undefined ? {} : { source }),
      ...this.client.coordinates.fullRange(frame.location),
      ...(folded ? { presentationHint: 'subtle' as const } : {}),
    };
  }
}
