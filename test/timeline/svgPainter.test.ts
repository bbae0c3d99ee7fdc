/** The picture as a file: text of the program's is text in it, whatever it holds. */
import { expect, test } from 'vitest';
import { SvgPainter } from '../../media/timeline/svgPainter.js';

test('values of the program are no markup, and control characters are none', () => {
  const painter = new SvgPainter(100, 50, 'a "font"', 7);
  painter.text(1, 2, '</text><script>"&\u0000', '#fff');
  const svg = painter.toString();
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;&quot;&amp;\ufffd');
  expect(svg).toContain('font-family="a &quot;font&quot;"');
  expect(svg).not.toMatch(/<script|\u0000/);
});

test('what is clipped is in a group of its own, and a text that does not fit ends with an ellipsis', () => {
  const painter = new SvgPainter(100, 50, 'mono', 7);
  painter.clipped(0, 0, 50, 10, () => {
    painter.text(0, 5, 'a long text', 'red', { width: 35 });
  });
  painter.clipped(0, 10, 50, 10, () => {
    painter.rect(0, 10, -3, 10, 'red', 0.5);
  });
  const svg = painter.toString();
  expect([...svg.matchAll(/<clipPath id="(\w+)">/g)].map(([, id]) => id)).toEqual(['clip1', 'clip2']);
  expect(svg).toContain('>a lo…</text>');
  expect(svg).toContain('width="0"');
  expect([...svg.matchAll(/<g /g)]).toHaveLength([...svg.matchAll(/<\/g>/g)].length);
});
