import { readFile } from 'node:fs/promises';
import { LaunchError } from '../backend.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `base` with `changes` made to it; null takes a variable away. On Windows names that differ in their case alone are one. */
export function mergeEnvironment(
  base: Environment,
  changes: Readonly<Record<string, string | null>>,
  platform = process.platform,
): Environment {
  const merged: Record<string, string | undefined> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (platform === 'win32') {
      for (const other of Object.keys(merged)) {
        if (other.toUpperCase() === name.toUpperCase()) Reflect.deleteProperty(merged, other);
      }
    }
    if (value === null) Reflect.deleteProperty(merged, name);
    else merged[name] = value;
  }
  return merged;
}

/** One assignment of a dotenv file: `export` is allowed, quotes may span lines, `#` after a space begins a comment. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:'((?:\\'|[^'])*)'|"((?:\\[^]|[^"\\])*)"|([^\r\n]*?))[ \t]*(?:(?<=[ \t'"=])#[^\r\n]*)?\r?$/gm;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/**
 * The variables of a dotenv text. `${NAME}` stands for a variable set further up, or else in `base`, or for nothing;
 * not in single quotes, where everything means itself. Lines that are no assignments are passed over.
 */
export function parseEnvFile(text: string, base: Environment): Record<string, string> {
  const variables: Record<string, string> = {};
  const valueOf = (name: string): string => variables[name] ?? base[name] ?? '';
  const bareText = (value: string): string =>
    value.replace(/(\\?)\$\{([A-Za-z_]\w*)\}/g, (whole, escaped: string, name: string) =>
      escaped ? whole.slice(1) : valueOf(name),
    );
  // In one pass, so that a backslash in a variable's value stays one.
  const quotedText = (value: string): string =>
    value.replace(/\\([^])|\$\{([A-Za-z_]\w*)\}/g, (whole, character: string | undefined, name: string) =>
      character === undefined ? valueOf(name) : (ESCAPES[character] ?? whole),
    );
  for (const [, name, single, double, bare] of text.replace(/^\uFEFF/, '').matchAll(ASSIGNMENT)) {
    if (name === undefined) continue;
    if (single !== undefined) variables[name] = single.replaceAll("\\'", "'");
    else if (double !== undefined) variables[name] = quotedText(double);
    else variables[name] = bareText(bare ?? '');
  }
  return variables;
}

/** @throws LaunchError */
export async function readEnvFile(file: string, base: Environment): Promise<Record<string, string>> {
  try {
    return parseEnvFile(await readFile(file, 'utf8'), base);
  } catch (error) {
    throw new LaunchError(
      'envFileUnreadable',
      `The file of environment variables ${file} cannot be read (${(error as Error).message}).`,
      'Correct the setting "envFile" in launch.json, or take it out.',
    );
  }
}
