import { FONT_SIZE, Painter, type Dash, type Triangle, type WritingStyle } from './painter.js';

/** The same picture as a file of its own: no scripts, no styles from outside, text as text. */
export class SvgPainter extends Painter {
  private readonly parts: string[] = [];
  private clips = 0;

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly font: string,
    readonly columnWidth: number,
  ) {
    super();
  }

  override toString(): string {
    const { width, height } = this;
    const font = escaped(this.font);
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="${font}" font-size="${FONT_SIZE}">\n${this.parts.join('\n')}\n</svg>\n`
    );
  }

  rect(x: number, y: number, width: number, height: number, fill: string, alpha = 1): void {
    const opacity = alpha < 1 ? ` opacity="${alpha.toFixed(2)}"` : '';
    this.parts.push(`<rect ${box(x, y, width, height)} fill="${escaped(fill)}"${opacity}/>`);
  }

  frame(x: number, y: number, width: number, height: number, stroke: string): void {
    this.parts.push(`<rect ${box(x, y, width, height)} fill="none" stroke="${escaped(stroke)}"/>`);
  }

  line(x0: number, y0: number, x1: number, y1: number, stroke: string, width = 1, dash: Dash = []): void {
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
    const ends = `x1="${short(x0)}" y1="${short(y0)}" x2="${short(x1)}" y2="${short(y1)}"`;
    this.parts.push(`<line ${ends} stroke="${escaped(stroke)}" stroke-width="${width}"${dashes}/>`);
  }

  triangle(points: Triangle, fill: string): void {
    this.parts.push(`<polygon points="${points.map(short).join(' ')}" fill="${escaped(fill)}"/>`);
  }

  protected write(x: number, y: number, text: string, fill: string, style: WritingStyle): void {
    const { align = 'left', bold = false } = style;
    const anchor = align === 'center' ? ' text-anchor="middle"' : align === 'right' ? ' text-anchor="end"' : '';
    const weight = bold ? ' font-weight="bold"' : '';
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" dominant-baseline="middle" fill="${escaped(fill)}"${anchor}${weight}>${escaped(text)}</text>`,
    );
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `clip${(this.clips += 1)}`;
    this.parts.push(`<clipPath id="${id}"><rect ${box(x, y, width, height)}/></clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push('</g>');
  }
}

function box(x: number, y: number, width: number, height: number): string {
  return `x="${short(x)}" y="${short(y)}" width="${short(Math.max(0, width))}" height="${short(height)}"`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  // XML has no place for control characters, whichever way they are written.
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
