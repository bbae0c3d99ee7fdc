import { expect, test } from 'vitest';
import { pictureHtml } from '../../src/editor/pictureHtml.js';
import { timelineHtml } from '../../src/editor/timelineHtml.js';
import { FromPicture } from '../../src/editor/pictureMessages.js';

test('the page lets nothing in but its own script and style sheet', () => {
  const html = pictureHtml({ title: 'T', nonce: 'abc', source: 'https://own', script: 's.js', style: 's.css' });
  expect(html).toContain("default-src 'none'; script-src 'nonce-abc'; style-src https://own\"");
  expect(html).not.toMatch(/unsafe|style=|onclick/);
  expect([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual(['<script nonce="abc" src="s.js">']);
});

test('nor does the page of the timeline', () => {
  const html = timelineHtml({ nonce: 'abc', source: 'https://own', script: 's.js', style: 's.css' });
  expect(html).toContain("default-src 'none'; script-src 'nonce-abc'; style-src https://own; img-src data: blob:;\"");
  expect(html).not.toMatch(/unsafe|style=|onclick/);
  expect([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual(['<script nonce="abc" src="s.js">']);
});

test.each([null, 'open', { type: 'open' }, { type: 'open', box: -1 }, { type: 'run', box: 1 }])(
  'a message that is not ours is none: %j',
  (message) => {
    expect(FromPicture.safeParse(message).success).toBe(false);
  },
);
