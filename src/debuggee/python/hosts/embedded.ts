import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { errorText } from '../../../common/errorText.js';
import { untilAborted } from '../../../common/untilAborted.js';
import { WorkerTransport } from '../../../link/transports/worker.js';
import { LaunchError, type Debuggee, type Exit, type LaunchContext } from '../../backend.js';
import { assets } from '../assets.js';
import type { Program, PythonLaunch } from '../settings.js';
import { mounts, toEmbedded } from './embeddedPaths.js';
import { LOOK_SIGNAL, WASM, type EmbeddedEvent, type EmbeddedStart, type Prepared } from './embeddedProtocol.js';
import { readSnapshot, snapshotFile, snapshotFolder } from './snapshots.js';
import { watchEnd } from './watchEnd.js';
import { webAssembly, type WasmModule } from './webAssembly.js';

/** Python recurses on the worker's own stack: with the default, a thousand nested calls would not fit. */
const STACK_MB = 64;

/** The runtime is rarely at work for longer. */
const LOOK_AGAIN_MS = 5;

/** The exit code of a program whose interpreter broke down: 128 + SIGABRT, as a shell reports an abort. */
const BROKEN = 134;

/**
 * Starts a program under the CPython that is part of the extension, in a worker of the adapter.
 * @throws LaunchError
 */
export async function launchEmbedded(launch: PythonLaunch, context: LaunchContext): Promise<Debuggee> {
  context.progress('Starting Python in WebAssembly');
  const { port1, port2 } = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(8));
  const interrupt = new Int32Array(new SharedArrayBuffer(4));
  const start = startData(launch, { port: port2, wake, interrupt });
  const worker = new Worker(assets().worker, {
    workerData: start,
    transferList: [port2],
    name: 'python',
    // What the program writes comes as events; nothing of it may reach the adapter's own streams.
    stdout: true,
    stderr: true,
    resourceLimits: { stackSizeMb: STACK_MB },
  });
  const look = (): void => {
    Atomics.store(interrupt, 0, LOOK_SIGNAL);
  };
  const { transport, ended } = watchEnd(new WorkerTransport(port1, wake, { onSend: look }));
  const kill = async (): Promise<void> => {
    await worker.terminate();
  };
  // A program that runs here cannot outlive its link.
  void ended.then(kill);

  worker.on('message', ({ kind }: EmbeddedEvent) => {
    // Not at once: the runtime would do nothing else than refuse.
    if (kind === 'lookAgain') setTimeout(look, LOOK_AGAIN_MS);
  });
  const exit = watchExit(worker, context);
  // The worker's end of the link closes with it, and what it sent before is still read.
  const exited = exit.then(async (how) => {
    await ended;
    return how;
  });
  try {
    // Once the worker's thread is on its way: what is read and compiled here is done beside it.
    const handedOver = prepare().then((prepared) => {
      worker.postMessage(prepared, prepared.snapshot ? [prepared.snapshot.buffer] : []);
    });
    const [version] = await untilAborted(context.signal, Promise.all([ready(worker), handedOver]));
    return { transport, description: `Python ${version} (embedded)`, redirectConsole: true, exited, kill };
  } catch (error) {
    transport.close();
    await kill();
    throw error;
  }
}

/** @throws LaunchError */
async function prepare(): Promise<Prepared> {
  const [module, kept] = await Promise.all([compiled(assets().pyodide), keptSnapshot()]);
  return { module, ...kept };
}

/** @throws LaunchError if the extension's own files cannot be read. */
async function keptSnapshot(): Promise<Omit<Prepared, 'module'>> {
  const folder = snapshotFolder();
  if (folder === undefined) return {};
  try {
    const file = snapshotFile(folder, assets());
    const snapshot = await readSnapshot(file);
    return { snapshotFile: file, ...(snapshot ? { snapshot } : {}) };
  } catch (error) {
    throw notStarted(errorText(error));
  }
}

let compiling: { readonly folder: string; readonly module: Promise<WasmModule> } | undefined;

/**
 * The interpreter, compiled once for all sessions of this process.
 * @throws LaunchError
 */
async function compiled(folder: string): Promise<WasmModule> {
  if (compiling?.folder !== folder) {
    compiling = { folder, module: readFile(path.join(folder, WASM)).then((bytes) => webAssembly.compile(bytes)) };
  }
  try {
    return await compiling.module;
  } catch (error) {
    compiling = undefined;
    throw notStarted(errorText(error));
  }
}

function startData(launch: PythonLaunch, shared: Pick<EmbeddedStart, 'port' | 'wake' | 'interrupt'>): EmbeddedStart {
  const { program } = launch;
  const seen = [launch.cwd, homedir(), ...(program.kind === 'program' ? [program.path] : [])];
  const { pyodide, runtime } = assets();
  return {
    ...shared,
    pyodide,
    runtime,
    mounts: mounts(seen),
    launch: {
      kind: program.kind,
      target: target(program),
      args: launch.args,
      cwd: toEmbedded(launch.cwd),
      environment: Object.fromEntries(
        Object.entries(launch.environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
    },
  };
}

function target(program: Program): string {
  switch (program.kind) {
    case 'program':
      return toEmbedded(program.path);
    case 'module':
      return program.name;
    case 'code':
      return program.text;
  }
}

/** Passes on what the worker tells, until it is gone; then tells how the program ended. */
function watchExit(worker: Worker, context: LaunchContext): Promise<Exit> {
  return new Promise((resolve) => {
    let exit: Exit = {};
    worker.on('message', (event: EmbeddedEvent) => {
      if (event.kind === 'output') context.output(event.category, event.text);
      if (event.kind === 'ended') exit = { code: event.code };
      if (event.kind === 'failed') {
        context.output('important', `The embedded Python broke down: ${event.message}\n`);
        exit = { code: BROKEN };
      }
      // Its port keeps the worker alive.
      if (event.kind === 'ended' || event.kind === 'failed') void worker.terminate();
    });
    worker.on('error', (error) => {
      context.output('important', `The embedded Python broke down: ${error.message}\n`);
      exit = { code: BROKEN };
    });
    worker.on('exit', () => {
      resolve(exit);
    });
  });
}

/** Python's version once the interpreter is up. */
function ready(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => {
      reject(notStarted(message));
    };
    worker.on('message', (event: EmbeddedEvent) => {
      if (event.kind === 'ready') resolve(event.version);
      if (event.kind === 'failed') fail(event.message);
    });
    worker.on('error', (error) => {
      fail(error.message);
    });
    worker.on('exit', () => {
      fail('its worker ended');
    });
  });
}

function notStarted(reason: string): LaunchError {
  return new LaunchError(
    'embeddedNotStarted',
    `The embedded Python could not be started (${reason}).`,
    'Install the extension again, or choose an interpreter of this machine with the setting "python".',
  );
}
