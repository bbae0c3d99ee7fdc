/** Where something is in a source text; lines and columns are 1-based, ends exclusive. */
export interface Location {
  /** Absent for code that has no file. */
  readonly path?: string | undefined;
  readonly sourceId?: number | undefined;
  /** Short name for people: a file's base name or `<string>`. */
  readonly name: string;
  readonly line: number;
  readonly column?: number | undefined;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
}

/** `client.py:41`. */
export function placeText(location: Pick<Location, 'name' | 'line'>): string {
  return `${location.name}:${location.line}`;
}
