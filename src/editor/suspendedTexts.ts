/** The words for lines in which coroutines are suspended now. Free of the editor's API. */
import type { CoroutineGroup, ListedCoroutine } from '../link/protocol.js';
import { rowDescription } from '../model/coroutineTexts.js';
import { coroutineTitle } from '../model/names.js';

export interface SuspendedLine {
  readonly line: number;
  readonly count: number;
  /** Keys of the groups that stand there. */
  readonly keys: readonly string[];
}

/** The lines of each file, by path. Code without a file has no line to mark. */
export function suspendedLines(groups: readonly CoroutineGroup[]): Map<string, SuspendedLine[]> {
  const files = new Map<string, SuspendedLine[]>();
  for (const { location, count, key } of groups) {
    if (location?.path === undefined) continue;
    const lines = files.get(location.path) ?? [];
    const known = lines.findIndex(({ line }) => line === location.line);
    const before = lines[known];
    if (before === undefined) lines.push({ line: location.line, count, keys: [key] });
    else lines[known] = { ...before, count: before.count + count, keys: [...before.keys, key] };
    files.set(location.path, lines);
  }
  return files;
}

export function suspendedText(count: number): string {
  return `${count} suspended here`;
}

/** Markdown; `link` shows them all. */
export function suspendedMarkdown(count: number, rows: readonly ListedCoroutine[], link: string): string {
  const items = rows.map(
    (row) => `- \`${coroutineTitle(row).replaceAll('`', '’')}\` · ${escaped(rowDescription(row))}`,
  );
  const left = count - rows.length;
  if (left > 0) items.push(`- … and ${left} more`);
  return [`**Coroscope** · ${suspendedText(count)}`, items.join('\n'), link].join('\n\n');
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#+!|~$&]/g, '\\$&');
}

/**
 * A line of a file as the words of a filter: `sources/client.py:41`. A word of a filter ends at a space, so that of a path
 * with one, only what comes after it is left.
 */
export function placeFilter(path: string, line: number): string {
  return `${path.split(/\s/).at(-1) ?? ''}:${line}`;
}
