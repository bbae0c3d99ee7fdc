/** What a scene is drawn with: a canvas while one looks, SVG for a file. Coordinates are CSS pixels. */
export interface TextStyle {
  readonly align?: 'left' | 'center' | 'right';
  readonly bold?: boolean;
  /** Longer text ends with an ellipsis. */
  readonly width?: number;
}

export interface Painter {
  rect(x: number, y: number, width: number, height: number, fill: string, alpha?: number): void;
  frame(x: number, y: number, width: number, height: number, stroke: string): void;
  line(x0: number, y0: number, x1: number, y1: number, stroke: string, width?: number, dash?: readonly number[]): void;
  triangle(points: readonly [number, number, number, number, number, number], fill: string): void;
  /** `y` is the middle of the line. */
  text(x: number, y: number, text: string, fill: string, style?: TextStyle): void;
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void;
}

export const FONT_SIZE = 11;

/** What fits of a text, in a font whose characters are all `columnWidth` wide. */
export function fitted(text: string, width: number | undefined, columnWidth: number): string {
  if (width === undefined) return text;
  const columns = Math.floor(width / columnWidth);
  if (text.length <= columns) return text;
  return columns < 2 ? '' : `${text.slice(0, columns - 1)}…`;
}
