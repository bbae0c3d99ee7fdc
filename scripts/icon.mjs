/**
 * Draws media/icon.png (the marketplace takes no SVG) from media/icon.svg, with the Chromium that the end-to-end test
 * uses too. Run by hand when the drawing changes.
 */
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const SIZE = 256;

const browser = await chromium.launch({
  executablePath: process.env['COROSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  const svg = await readFile(new URL('../media/icon.svg', import.meta.url), 'utf8');
  await page.setContent(`<style>body{margin:0} svg{display:block;width:${SIZE}px}</style>${svg}`);
  await page.screenshot({ path: 'media/icon.png', omitBackground: true });
} finally {
  await browser.close();
}
