/** The client's byte stream, in chunks of any size, and with parts that nobody can read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageReader } from '../../src/dap/messageReader.js';

function read(...chunks: readonly (string | Buffer)[]): { messages: unknown[]; broken: string[] } {
  const messages: unknown[] = [];
  const broken: string[] = [];
  const reader = new MessageReader({
    message: (value) => messages.push(value),
    broken: (why) => broken.push(why),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk as string));
  return { messages, broken };
}

const frame = (value: unknown): string => {
  const json = JSON.stringify(value);
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
};

test('messages come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat(40)), (values, cuts) => {
      const bytes = Buffer.from(values.map(frame).join(''));
      const chunks: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
      const { messages, broken } = read(...chunks, bytes.subarray(at));
      // JSON knows no -0.
      expect(messages).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
      expect(broken).toEqual([]);
    }),
  );
});

test('other headers are allowed, in any case and order', () => {
  const body = '{"a":1}';
  expect(
    read(
      `Content-Type: x; charset=utf-8\r\ncontent-length: 7\r\n\r\n${body}Content-Length: 7\r\nX-Y: z\r\n\r\n${body}`,
    ),
  ).toEqual({
    messages: [{ a: 1 }, { a: 1 }],
    broken: [],
  });
});

describe('after something that cannot be read, the next message is found', () => {
  test.each([
    ['no JSON', 'Content-Length: 5\r\n\r\n{"a":', ['it is not JSON']],
    ['no length', 'Content-Type: x\r\n\r\n', ['a header without a usable Content-Length']],
    ['a length that is no number', 'Content-Length: many\r\n\r\n', ['a header without a usable Content-Length']],
    [
      'a length beyond all measure',
      'Content-Length: 99999999999\r\n\r\n',
      ['a header without a usable Content-Length'],
    ],
    ['a body without a header', '{"a":1}', ['there was something between two messages']],
    ['a length that is too small', 'Content-Length: 3\r\n\r\n{"a":1}', ['it is not JSON']],
    ['a length that is too large', 'Content-Length: 30\r\n\r\n{"a":1}', ['it is not JSON']],
  ])('%s', (_, noise, why) => {
    expect(read(noise + frame('first') + frame('second'))).toEqual({ messages: ['first', 'second'], broken: why });
  });

  test('a flood without any header, which is not kept', () => {
    const { messages, broken } = read(...Array.from({ length: 50 }, () => 'x'.repeat(1000)), frame('first'));
    expect(messages).toEqual(['first']);
    expect(broken).toEqual(['there is no header where one should be']);
  });
});
