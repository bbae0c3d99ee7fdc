import { isIn } from '../../src/model/exchangeEvent.js';
import { messageText, type Sequence } from '../../src/model/sequence.js';
import type { Painter } from './painter.js';
import type { Theme } from './theme.js';
import type { Size } from './lanesScene.js';

const HEADER = 34;
const STEP = 26;
const HEAD = 5;

export function messagesSeen({ height }: Size): number {
  return Math.max(1, Math.floor((height - HEADER - STEP) / STEP));
}

/** The message at a height, if one is there. */
export function messageAt(y: number, top: number): number {
  return Math.floor((y - HEADER) / STEP + top);
}

/** A few coroutines side by side, time downwards, one line for each end of an exchange. Returns how many were drawn. */
export function drawSequence(
  painter: Painter,
  { participants, messages, left }: Sequence,
  theme: Theme,
  size: Size,
  top: number,
  chosenSeq: number | undefined,
): number {
  painter.rect(0, 0, size.width, size.height, theme.background);
  if (participants.length === 0) {
    painter.text(12, HEADER, 'No exchange of these coroutines lies in the time that is shown.', theme.muted);
    return 0;
  }
  const pitch = size.width / participants.length;
  const x = (index: number): number => (index + 0.5) * pitch;
  participants.forEach((_, index) => {
    painter.line(x(index), HEADER, x(index), size.height, theme.muted, 1, [2, 3]);
  });
  const first = Math.max(0, Math.floor(top));
  const seen = messages.slice(first, first + messagesSeen(size) + 2);
  painter.clipped(0, HEADER, size.width, size.height - HEADER, () => {
    seen.forEach(({ from, to, event }, row) => {
      const y = HEADER + (first + row - top + 0.75) * STEP;
      const chosen = event.seq === chosenSeq;
      if (chosen && !theme.highContrast) painter.rect(0, y - 17, size.width, STEP, theme.selection, 0.35);
      if (chosen) painter.frame(0, y - 17, size.width, STEP, theme.focus);
      const [x0, x1] = [x(from), x(to)];
      const colour = theme.arrows[event.what];
      const direction = x1 > x0 ? 1 : -1;
      painter.line(x0, y, x1, y, colour, 1, isIn(event.what) ? [] : [4, 3]);
      painter.triangle([x1, y, x1 - direction * HEAD * 1.6, y - HEAD, x1 - direction * HEAD * 1.6, y + HEAD], colour);
      painter.text((x0 + x1) / 2, y - 8, messageText(event), colour === theme.muted ? theme.foreground : colour, {
        align: 'center',
        width: Math.max(Math.abs(x1 - x0), pitch) - 12,
      });
    });
  });
  participants.forEach(({ title }, index) => {
    painter.rect(index * pitch + 6, 5, pitch - 12, HEADER - 10, theme.background);
    painter.frame(index * pitch + 6, 5, pitch - 12, HEADER - 10, theme.border);
    painter.text(x(index), HEADER / 2, title, theme.foreground, { align: 'center', width: pitch - 24, bold: true });
  });
  if (left > 0) painter.text(8, size.height - 8, `${left} earlier messages are not shown`, theme.muted);
  return seen.length;
}
