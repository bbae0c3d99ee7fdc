import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the hosts read from files at run time. All paths are absolute. */
export interface Assets {
  /** Holds `coroscope` and `boot`. */
  readonly runtime: string;
  /** The `pyodide` package. */
  readonly pyodide: string;
  /** The bundled script of the embedded interpreter's worker. */
  readonly worker: string;
}

/** `dist` in what ships, where everything lies beside the bundles; this folder when run from source. */
const here = path.dirname(fileURLToPath(import.meta.url));

let overrides: Partial<Assets> = {};

/** For tests, which run from source, where the worker's script is not built. */
export function overrideAssets(assets: Partial<Assets>): void {
  overrides = assets;
}

export function assets(): Assets {
  return {
    runtime: path.join(here, 'runtime'),
    worker: path.join(here, 'embeddedWorker.js'),
    ...overrides,
    pyodide: overrides.pyodide ?? pyodideFolder(),
  };
}

function pyodideFolder(): string {
  const beside = path.join(here, 'pyodide');
  if (existsSync(beside)) return beside;
  return path.dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
}
