import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineDecoder } from '../../src/link/transports/lines.js';

/** The stream in pieces of the given sizes, again and again. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const end = at + sizes[turn % sizes.length]!;
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

describe('the line decoder', () => {
  it('gives back the lines, wherever the stream is cut', () => {
    const text = fc.string({ unit: 'binary' }).map((line) => line.replaceAll('\n', ' '));
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(text), sizes, (lines, cuts) => {
        const decoder = new LineDecoder(1 << 16);
        const seen: string[] = [];
        for (const chunk of pieces(Buffer.from(lines.map((line) => `${line}\n`).join('')), cuts)) {
          expect(decoder.push(chunk, (line) => seen.push(line))).toBe(true);
        }
        expect(seen).toEqual(lines);
        expect(decoder.pending).toBe(0);
      }),
    );
  });

  it('takes a line of exactly the limit and refuses one byte more, before its end has come', () => {
    const decoder = new LineDecoder(4);
    const seen: string[] = [];
    const push = (text: string): boolean => decoder.push(Buffer.from(text), (line) => seen.push(line));
    expect(push('1234\n12')).toBe(true);
    expect(push('34')).toBe(true);
    expect(push('\n')).toBe(true);
    expect(push('123')).toBe(true);
    expect(push('45')).toBe(false);
    expect(seen).toEqual(['1234', '1234']);
    expect(decoder.push(Buffer.from('12345\n'), (line) => seen.push(line))).toBe(false);
  });

  it('does not copy a long line again for each chunk of it', () => {
    // Copying the line so far for each of these chunks would move 10^12 bytes; doubling moves 10^7.
    const decoder = new LineDecoder(1 << 24);
    const chunk = Buffer.from('0123456789');
    let line = '';
    for (let count = 0; count < 500_000; count += 1) decoder.push(chunk, () => undefined);
    decoder.push(Buffer.from('\n'), (text) => (line = text));
    expect(line).toHaveLength(5_000_000);
  });
});
