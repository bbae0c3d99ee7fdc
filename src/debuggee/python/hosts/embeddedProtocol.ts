/**
 * What the adapter and the worker of the embedded interpreter say to each other besides the link: the worker's start
 * data, what the adapter has prepared for it meanwhile (the one message to it) and what it posts. Frames of the link
 * travel on the port of their own.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Program } from '../settings.js';
import type { WasmModule } from './webAssembly.js';

/** The interpreter's file in the folder of the `pyodide` package. */
export const WASM = 'pyodide.asm.wasm';

export interface EmbeddedStart {
  /** Frames of the link. */
  readonly port: MessagePort;
  /**
   * `[0]` is raised with every frame for the worker, which waits for it with `Atomics.wait`; `[1]` counts the frames of the
   * worker's that are under way.
   */
  readonly wake: Int32Array;
  /** `[0]` holds the number of a signal for the interpreter, 0 when there is none. */
  readonly interrupt: Int32Array;
  /** Folders of the `pyodide` package and of the Python runtime. */
  readonly pyodide: string;
  readonly runtime: string;
  /** Folders of the host to mount, `[host, interpreter's]`. */
  readonly mounts: readonly (readonly [host: string, embedded: string])[];
  /** For `coroscope.embedded.main`; paths are the interpreter's. */
  readonly launch: {
    readonly kind: Program['kind'];
    /** Path, module name or code. */
    readonly target: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
  };
}

/** What the adapter reads and compiles while the worker's thread starts. */
export interface Prepared {
  readonly module: WasmModule;
  /** Where a snapshot of the started interpreter is kept; absent to do without. */
  readonly snapshotFile?: string;
  /** What that file holds, if it is there. */
  readonly snapshot?: Uint8Array<ArrayBuffer>;
}

export type EmbeddedEvent =
  /** The interpreter is up and is about to connect; `version` is Python's. */
  | { readonly kind: 'ready'; readonly version: string }
  /** What C code wrote, and Python code before or after the runtime had its streams. */
  | { readonly kind: 'output'; readonly category: 'stdout' | 'stderr'; readonly text: string }
  /** The signal came at a moment when the runtime could not look at its link: it wants another one shortly. */
  | { readonly kind: 'lookAgain' }
  /** The program has ended, in order. */
  | { readonly kind: 'ended'; readonly code: number }
  /** The interpreter could not be started, or broke down. */
  | { readonly kind: 'failed'; readonly message: string };

/**
 * The signal that makes a program that runs look at its link: the last of the real-time signals, which no program is
 * likely to handle, and none has a meaning for.
 */
export const LOOK_SIGNAL = 64;
