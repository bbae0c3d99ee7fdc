/** The timeline's page: nothing but our own script and style sheet may load, and nothing may be fetched. */
import type { Page } from './pictureHtml.js';

export function timelineHtml({ nonce, source, script, style }: Omit<Page, 'title'>): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}; img-src data: blob:;`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${style}">
<title>Coroscope Timeline</title>
</head>
<body><script nonce="${nonce}" src="${script}"></script></body>
</html>`;
}
