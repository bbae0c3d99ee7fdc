/** What a scene is drawn with: a canvas while one looks, SVG for a file. Coordinates are CSS pixels. */
export interface WritingStyle {
  readonly align?: 'left' | 'center' | 'right';
  readonly bold?: boolean;
}

export interface TextStyle extends WritingStyle {
  /** Longer text ends with an ellipsis. */
  readonly width?: number;
}

/** Lengths of strokes and gaps in turn; none: without gaps. */
export type Dash = readonly number[];
export type Triangle = readonly [number, number, number, number, number, number];

export abstract class Painter {
  /** Width of a character: the font is one in which all have the same. */
  abstract readonly columnWidth: number;

  abstract rect(x: number, y: number, width: number, height: number, fill: string, alpha?: number): void;
  abstract frame(x: number, y: number, width: number, height: number, stroke: string): void;
  abstract line(x0: number, y0: number, x1: number, y1: number, stroke: string, width?: number, dash?: Dash): void;
  abstract triangle(points: Triangle, fill: string): void;
  abstract clipped(x: number, y: number, width: number, height: number, draw: () => void): void;
  protected abstract write(x: number, y: number, text: string, fill: string, style: WritingStyle): void;

  /** `y` is the middle of the line. */
  text(x: number, y: number, text: string, fill: string, { width, ...style }: TextStyle = {}): void {
    const shown = fitted(text, width, this.columnWidth);
    if (shown !== '') this.write(x, y, shown, fill, style);
  }
}

export const FONT_SIZE = 11;

/** What fits of a text, in a font whose characters are all `columnWidth` wide. */
function fitted(text: string, width: number | undefined, columnWidth: number): string {
  if (width === undefined) return text;
  const columns = Math.floor(width / columnWidth);
  if (text.length <= columns) return text;
  return columns < 2 ? '' : `${text.slice(0, columns - 1)}…`;
}
