import type { In, Out } from '../../src/model/exchangeEvent.js';

/** The editor's own colours, as its theme gives them to webviews. Read again when the theme changes. */
export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly border: string;
  readonly focus: string;
  readonly selection: string;
  readonly selectionText: string;
  readonly error: string;
  readonly warning: string;
  readonly running: readonly string[];
  /** Readable on `running`. */
  readonly onRunning: string;
  readonly arrows: Readonly<Record<In | Out, string>>;
  readonly font: string;
  readonly highContrast: boolean;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return '#888888';
  };
  const highContrast = document.body.classList.contains('vscode-high-contrast');
  const foreground = read('editor-foreground', 'foreground');
  const background = read('editor-background');
  const muted = highContrast ? foreground : read('descriptionForeground', 'foreground');
  const red = read('charts-red', 'errorForeground');
  const blue = read('charts-blue');
  const green = read('charts-green');
  const purple = read('charts-purple');
  return {
    background,
    foreground,
    muted,
    border: read('contrastBorder', 'panel-border', 'editorWidget-border', 'descriptionForeground'),
    focus: read('focusBorder'),
    // With high contrast, selection has no colour of its own: a frame shows it.
    selection: highContrast ? background : read('list-activeSelectionBackground'),
    selectionText: highContrast ? foreground : read('list-activeSelectionForeground', 'foreground'),
    error: red,
    // Not the orange of charts: it is half transparent in some themes, and text on it could not be read.
    warning: read('charts-yellow', 'editorWarning-foreground'),
    running: [blue, green, purple, read('terminal-ansiCyan', 'charts-blue')],
    onRunning: background,
    arrows: {
      next: muted,
      send: blue,
      throw: red,
      close: muted,
      yield: green,
      return: purple,
      raise: red,
    },
    font: read('editor-font-family') === '#888888' ? 'monospace' : read('editor-font-family'),
    highContrast,
  };
}
