/**
 * Splits a line of arguments as a POSIX shell would, without running or expanding anything: quotes group, and a
 * backslash takes the next character as it is. On Windows, where it separates folders, a backslash is a letter.
 */
export function splitArguments(line: string, backslashEscapes = process.platform !== 'win32'): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (backslashEscapes && character === '\\' && quote !== "'" && at + 1 < line.length) {
      const next = line.charAt(at + 1);
      // Within double quotes a backslash is one unless it stands before a quote or another backslash.
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? `\\${next}` : next);
      at += 1;
    } else if (character === quote) {
      quote = undefined;
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
