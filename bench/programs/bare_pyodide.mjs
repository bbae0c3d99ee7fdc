/**
 * What no embedded interpreter can be quicker than: Pyodide by itself, from a memory snapshot, in a process of its own,
 * until it has run one expression and says so. `node bare_pyodide.mjs SNAPSHOT`; one that is not there is made.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { loadPyodide } from 'pyodide';

const snapshot = process.argv[2] ?? '';
// Or Pyodide would look for a package for sockets.
Object.assign(globalThis, { require: createRequire(import.meta.url) });
const made = existsSync(snapshot);
const interpreter = await loadPyodide(made ? { _loadSnapshot: readFileSync(snapshot) } : { _makeSnapshot: true });
process.stdout.write(`${interpreter.runPython('1 + 1')}\n`);
if (!made) writeFileSync(snapshot, interpreter.makeMemorySnapshot());
