/** The picture while one looks. */
import { FONT_SIZE, Painter, type Dash, type Triangle, type WritingStyle } from './painter.js';

export class CanvasPainter extends Painter {
  readonly columnWidth: number;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly font: string,
  ) {
    super();
    context.font = `${FONT_SIZE}px ${font}`;
    context.textBaseline = 'middle';
    this.columnWidth = context.measureText('0'.repeat(20)).width / 20;
  }

  rect(x: number, y: number, width: number, height: number, fill: string, alpha = 1): void {
    this.context.globalAlpha = alpha;
    this.context.fillStyle = fill;
    this.context.fillRect(x, y, width, height);
    this.context.globalAlpha = 1;
  }

  frame(x: number, y: number, width: number, height: number, stroke: string): void {
    this.context.strokeStyle = stroke;
    this.context.lineWidth = 1;
    this.context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.max(1, width - 1), height - 1);
  }

  line(x0: number, y0: number, x1: number, y1: number, stroke: string, width = 1, dash: Dash = []): void {
    const { context } = this;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    if (dash.length > 0) context.setLineDash([]);
  }

  triangle([ax, ay, bx, by, cx, cy]: Triangle, fill: string): void {
    const { context } = this;
    context.fillStyle = fill;
    context.beginPath();
    context.moveTo(ax, ay);
    context.lineTo(bx, by);
    context.lineTo(cx, cy);
    context.fill();
  }

  protected write(x: number, y: number, text: string, fill: string, style: WritingStyle): void {
    const { align = 'left', bold = false } = style;
    this.context.font = `${bold ? 'bold ' : ''}${FONT_SIZE}px ${this.font}`;
    this.context.textAlign = align;
    this.context.fillStyle = fill;
    this.context.fillText(text, x, y);
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }
}
