/**
 * The worker that holds the embedded interpreter. It starts Pyodide, mounts the machine's files and hands over to
 * `coroscope.embedded`, which blocks this thread until the program has ended. Bundled by itself; Pyodide is read from
 * its folder.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { loadPyodide, PyodideAPI } from 'pyodide';
import { errorText } from '../../../common/errorText.js';
import { awaitCredit } from '../../../link/transports/frameCredit.js';
import { WASM, type EmbeddedEvent, type EmbeddedStart, type Prepared } from './embeddedProtocol.js';
import { interruptBuffer } from './interruptBuffer.js';
import { openSnapshot, saveSnapshot } from './snapshots.js';
import { webAssembly } from './webAssembly.js';

/** Where the runtime lies inside the interpreter: fixed, so that a snapshot fits wherever the extension is installed. */
const RUNTIME = '/lib/coroscope';

const start = workerData as EmbeddedStart;

/** What the adapter reads and compiles while this thread starts. */
const prepared = new Promise<Prepared>((resolve) => {
  parentPort?.once('message', resolve);
});

function post(event: EmbeddedEvent): void {
  parentPort?.postMessage(event);
}

/** What `coroscope.embedded` calls. Undefined becomes None. */
const host = {
  send: (frame: string): void => {
    awaitCredit(start.wake);
    start.port.postMessage(frame);
  },
  receive: (milliseconds: number): string | undefined => {
    const deadline = milliseconds < 0 ? Infinity : performance.now() + milliseconds;
    for (;;) {
      // Read before the port is: a frame that comes in between has raised it, and the wait returns at once.
      const seen = Atomics.load(start.wake, 0);
      const received = receiveMessageOnPort(start.port) as { message: string } | undefined;
      if (received) return received.message;
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      Atomics.wait(start.wake, 0, seen, left);
    }
  },
  look_again: (): void => {
    post({ kind: 'lookAgain' });
  },
};

function say(category: 'stdout' | 'stderr') {
  const decoder = new TextDecoder();
  return {
    write: (bytes: Uint8Array): number => {
      post({ kind: 'output', category, text: decoder.decode(bytes, { stream: true }) });
      return bytes.length;
    },
    isatty: false,
  };
}

/** The part of Emscripten's file system that is used here; its own types are not part of the package. */
interface FileSystem {
  mkdirTree(folder: string): void;
  mount(type: object, options: { readonly root: string }, folder: string): void;
  readonly filesystems: { readonly NODEFS: object };
}

function mount(interpreter: PyodideAPI, hostFolder: string, folder: string): void {
  const files = interpreter.FS as FileSystem;
  files.mkdirTree(folder);
  files.mount(files.filesystems.NODEFS, { root: hostFolder }, folder);
}

/**
 * Has Pyodide take the interpreter that the adapter has compiled. V8 compiles each function at its first call, and better
 * once it is called often: the workers of one adapter (after a restart, or in sessions side by side) share all of that.
 */
function useCompiled(): void {
  const instantiate = webAssembly.instantiate.bind(webAssembly);
  const size = statSync(path.join(start.pyodide, WASM)).size;
  const replaced = async (source: Uint8Array, imports?: object): Promise<object> => {
    if (source.byteLength !== size) return instantiate(source, imports);
    const { module } = await prepared;
    return { module, instance: await instantiate(module, imports) };
  };
  Object.assign(webAssembly, { instantiate: replaced });
}

type LoadOptions = NonNullable<Parameters<typeof loadPyodide>[0]>;

/** A module of Pyodide's. */
const part = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(path.join(start.pyodide, name)).href)) as T;

/** A started interpreter in which the runtime is imported, from a snapshot if there is one that fits. */
async function startInterpreter(): Promise<PyodideAPI> {
  useCompiled();
  // Pyodide would otherwise import a package for sockets, which it has no use for here.
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  const [pyodide, { default: createPyodideModule }] = await Promise.all([
    part<{ loadPyodide: typeof loadPyodide }>('pyodide.mjs'),
    // Pyodide would come to it later: now there is nothing else to do.
    part<{ default: NonNullable<LoadOptions['createPyodideModule']> }>('pyodide.asm.mjs'),
  ]);
  const load = (more: LoadOptions): Promise<PyodideAPI> =>
    pyodide.loadPyodide({
      createPyodideModule,
      indexURL: start.pyodide + path.sep,
      // A worker's own streams have no descriptor, which Pyodide would want.
      stdin: () => null,
      stdout: () => undefined,
      stderr: () => undefined,
      ...more,
    });

  const { snapshotFile: file, snapshot: content } = await prepared;
  const snapshot = content && openSnapshot(content);
  if (snapshot) {
    try {
      const interpreter = await load({ _loadSnapshot: snapshot.memory });
      if (await snapshot.sound) {
        mount(interpreter, start.runtime, RUNTIME);
        return interpreter;
      }
    } catch {
      // Damaged; the one made below takes its place.
    }
  }
  const interpreter = await load({ _makeSnapshot: file !== undefined });
  mount(interpreter, start.runtime, RUNTIME);
  // The encoding reads source texts; what is imported now need not be unpacked at every start.
  interpreter.runPython(
    `import sys\nsys.path.insert(0, ${JSON.stringify(RUNTIME)})\nimport coroscope.embedded, encodings.utf_8_sig\nsys.path.remove(${JSON.stringify(RUNTIME)})`,
  );
  if (file !== undefined) await saveSnapshot(file, interpreter.makeMemorySnapshot());
  return interpreter;
}

/** The exit code of a program that ended by `os._exit`; undefined for any other failure. */
function abruptExit(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

async function run(): Promise<void> {
  const interpreter = await startInterpreter();
  interpreter.setStdout(say('stdout'));
  interpreter.setStderr(say('stderr'));
  for (const [hostFolder, folder] of start.mounts) mount(interpreter, hostFolder, folder);
  interpreter.setInterruptBuffer(interruptBuffer(start.interrupt));
  const version = interpreter.runPython('import sys; sys.version.split()[0]') as string;
  post({ kind: 'ready', version });
  try {
    const embedded = interpreter.pyimport('coroscope.embedded') as { main: (host: object, start: string) => number };
    post({ kind: 'ended', code: embedded.main(host, JSON.stringify(start.launch)) });
  } catch (error) {
    const code = abruptExit(error);
    if (code === undefined) throw error;
    post({ kind: 'ended', code });
  }
}

run().catch((error: unknown) => {
  post({ kind: 'failed', message: errorText(error) });
});
