/** Text on a terminal: made harmless, measured in columns, cut and coloured. */

/** A stretch of a line in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
  /** When the line is too long, this is what gives way first. */
  readonly elastic?: boolean;
}

/** Select Graphic Rendition parameters (ECMA-48, 8.3.117). */
export type Style = 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';
const CODES: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
};

// Control and format characters, line separators and lone surrogates: a value must not move the cursor, reverse the
// direction of a line or break it.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with what does not print written as an escape. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return SHORT[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
  });
}

const PLAIN = /^[\x20-\x7e]*$/;
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const COMBINING = /\p{M}/u;

/** How many columns a terminal takes for it. */
export function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterColumns(character);
  return width;
}

function characterColumns(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** At most `width` columns of it, the last of them an ellipsis if something is missing. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterColumns(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

const LEAST_ELASTIC = 8;

/** Spans that take at most `width` columns: first the elastic ones give way, then the end of the line. */
export function fit(spans: readonly Span[], width: number): Span[] {
  let excess = spanColumns(spans) - width;
  if (excess <= 0) return [...spans];
  const fitted: Span[] = [];
  let left = width;
  for (const span of spans) {
    let { text } = span;
    if (span.elastic && excess > 0) {
      const before = columns(text);
      text = cut(text, Math.max(LEAST_ELASTIC, before - excess));
      excess -= before - columns(text);
    }
    text = left > 0 ? cut(text, left) : '';
    left -= columns(text);
    fitted.push({ ...span, text });
  }
  return fitted;
}

export function spanColumns(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + columns(span.text), 0);
}

export function paint(spans: readonly Span[], colour: boolean): string {
  return spans
    .map(({ text, style }) => (colour && style && text ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text))
    .join('');
}
