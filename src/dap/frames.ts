/** The lines of a call stack that the client knows by a number: a frame of the program, or a heading between frames. */
import { AdapterError } from './errors.js';
import { References } from './references.js';

type StackLine = { readonly frame: number } | { readonly label: string };

export class Frames {
  private readonly lines = new References<StackLine>('frame', (line) =>
    'frame' in line ? line.frame : `label ${line.label}`,
  );

  give(frame: number): number {
    return this.lines.give({ frame });
  }

  /** `place` tells apart headings that read the same. */
  giveLabel(place: string): number {
    return this.lines.give({ label: place });
  }

  isLabel(number: number): boolean {
    return 'label' in this.lines.resolve(number);
  }

  /**
   * The runtime's own id of the frame.
   * @throws AdapterError for a heading, an earlier stop's frame or a number never given out
   */
  resolve(number: number): number {
    const line = this.lines.resolve(number);
    if ('label' in line) throw new AdapterError('labelFrame');
    return line.frame;
  }

  /** For arguments that may name a frame: spread into a command's arguments. */
  optional(number: number | undefined): { frame?: number } {
    return number === undefined ? {} : { frame: this.resolve(number) };
  }

  /** The program runs on. */
  forget(): void {
    this.lines.forget();
  }
}
