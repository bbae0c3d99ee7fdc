/** The page of a picture's webview: nothing but our own script and style sheet may load. */
export interface Page {
  readonly title: string;
  readonly nonce: string;
  /** The webview's own origin, for the content security policy. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
}

export function pictureHtml({ title, nonce, source, script, style }: Page): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>${title}</title>
    <link rel="stylesheet" href="${style}" />
  </head>
  <body>
    <header>
      <button id="smaller" aria-label="Smaller">−</button>
      <span id="zoom" role="status">100 %</span>
      <button id="larger" aria-label="Larger">+</button>
      <button id="fit" aria-label="Fit into the window">Fit</button>
      <span id="overflow" hidden>Scroll to see the rest.</span>
    </header>
    <div id="sentences" role="status"></div>
    <main id="stage" aria-label="${title}"></main>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`;
}
