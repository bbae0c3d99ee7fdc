import { expect, test } from 'vitest';
import { Savings } from '../../src/editor/timelineSavings.js';

const part = (text: string): Uint8Array => new TextEncoder().encode(text);

test('parts of two files that come mixed are two files', () => {
  const savings = new Savings();
  expect(savings.take('mermaid', part('sequence'), false)).toBeUndefined();
  expect(savings.take('svg', part('<svg/>'), true)?.toString()).toBe('<svg/>');
  expect(savings.take('mermaid', part('Diagram'), true)?.toString()).toBe('sequenceDiagram');
  expect(savings.take('mermaid', part('again'), true)?.toString()).toBe('again');
});

test('a file that is too large is none, and the next one is whole', () => {
  const savings = new Savings(10);
  expect(savings.take('svg', part('123456'), false)).toBeUndefined();
  expect(savings.take('svg', part('789abc'), false)).toBeUndefined();
  expect(savings.take('svg', part('d'), true)).toBe('too large');
  expect(savings.take('svg', part('1234567890'), true)?.toString()).toBe('1234567890');
});
