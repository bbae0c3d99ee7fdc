/** What was thrown, which may be anything, as one text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
