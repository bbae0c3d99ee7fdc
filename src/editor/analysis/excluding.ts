/** Which files are left out, as one glob. Free of the editor's API. */

/** A setting such as `files.exclude`: globs that are on, off, or on where another file is beside them. */
export type ExcludeSetting = Readonly<Record<string, unknown>> | undefined;

/** A glob that matches what any of the settings excludes; undefined if nothing is. */
export function excludeGlob(...settings: readonly ExcludeSetting[]): string | undefined {
  // A condition on a file beside it (`{ "when": "$(basename).ts" }`) cannot be said in a glob, and is about compiled
  // JavaScript: such an entry excludes nothing here.
  const on = settings.flatMap((setting) =>
    Object.entries(setting ?? {}).flatMap(([glob, value]) => (value === true ? [glob] : [])),
  );
  const globs = [...new Set(on)];
  return globs.length > 1 ? `{${globs.join(',')}}` : globs[0];
}
