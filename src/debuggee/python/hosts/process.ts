import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { untilAborted } from '../../../common/untilAborted.js';
import type { Transport } from '../../../link/transport.js';
import { listenForRuntime } from '../../../link/transports/socket.js';
import { LaunchError, type Debuggee, type Exit, type LaunchContext } from '../../backend.js';
import { assets } from '../assets.js';
import { bytecodeFolder } from './bytecode.js';
import type { Interpreter } from '../interpreters.js';
import type { PythonLaunch } from '../settings.js';
import { programArguments, runtimeVariables } from './commandLine.js';
import { killGroup } from './processTree.js';
import { watchEnd } from './watchEnd.js';

/** How long what was written before the end may still be on its way. */
const DRAIN_MS = 500;

/** How much of what a program wrote before it failed to start is repeated in the error. */
const MAX_QUOTED = 2_000;

/**
 * Starts a program under an interpreter of this machine, as a child of the adapter. Its standard streams travel over
 * the link; the pipes carry only what C code and child processes write.
 * @throws LaunchError
 */
export async function launchProcess(
  launch: PythonLaunch,
  interpreter: Interpreter,
  context: LaunchContext,
): Promise<Debuggee> {
  const { runtime } = assets();
  const [listener, bytecode] = await Promise.all([listenForRuntime(), bytecodeFolder(runtime)]);
  const child = spawn(interpreter.executable, programArguments(launch), {
    cwd: launch.cwd,
    env: { ...launch.environment, ...runtimeVariables(launch.environment, runtime, listener, bytecode) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be ended. On Windows it would mean a console window.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let written = '';
  const note = (text: string): void => {
    if (written.length < MAX_QUOTED) written += text;
  };
  forward(child.stdout, 'stdout', context);
  forward(child.stderr, 'stderr', context, note);
  const exited = exitOf(child);
  const kill = async (): Promise<void> => {
    if (child.pid !== undefined) await killGroup(child.pid);
  };

  try {
    const connected = await untilAborted(
      context.signal,
      firstOf(listener.connected, child, exited, () => written),
    );
    const { transport, ended } = watchEnd(connected);
    return {
      transport,
      description: `Python ${interpreter.version} at ${interpreter.executable}`,
      ...(child.pid === undefined ? {} : { processId: child.pid }),
      redirectConsole: true,
      // What the runtime sent last is still read.
      exited: exited.then(async (exit) => {
        await withinReason(ended);
        return exit;
      }),
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  } finally {
    listener.close();
  }
}

/** Waits for what should follow at once, but not for ever: a process left behind may hold a pipe or the link open. */
function withinReason(event: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(resolve, DRAIN_MS);
    void event.then(() => {
      clearTimeout(giveUp);
      resolve();
    });
  });
}

function forward(
  stream: Readable,
  category: 'stdout' | 'stderr',
  context: LaunchContext,
  note?: (text: string) => void,
): void {
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    note?.(text);
    context.output(category, text);
  });
  // A pipe that breaks has nothing more to say; how the process ended says the rest.
  stream.on('error', () => undefined);
}

/** Settles once the process is gone and what it wrote has been read. */
function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on('error', () => {
      if (child.pid === undefined) resolve({});
    });
    child.on('exit', (code, signal) => {
      const exit: Exit = { ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) };
      const closed = new Promise((close) => child.on('close', close));
      void withinReason(closed).then(() => {
        resolve(exit);
      });
    });
  });
}

/** The connected transport, or an error that tells why there will be none. */
function firstOf(
  connected: Promise<Transport>,
  child: ChildProcess,
  exited: Promise<Exit>,
  written: () => string,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    connected.then(resolve, reject);
    child.on('error', (error) => {
      reject(
        new LaunchError(
          'interpreterNotStarted',
          `The Python interpreter ${child.spawnfile} could not be started (${error.message}).`,
          'Check the settings "python" and "cwd" in launch.json.',
        ),
      );
    });
    void exited.then((exit) => {
      reject(endedEarly(exit, written()));
    });
  });
}

function endedEarly(exit: Exit, written: string): LaunchError {
  const how = exit.signal !== undefined ? `was ended by ${exit.signal}` : `ended with code ${exit.code ?? 'unknown'}`;
  const said = written.trim();
  const other = 'choose another interpreter with the setting "python".';
  return new LaunchError(
    'endedBeforeStart',
    `Python ${how} before the debugger could connect${said === '' ? '.' : `:\n${said}`}`,
    exit.code === 0
      ? // An isolated or embeddable Python takes no heed of PYTHONPATH, on which the runtime is.
        `It has run the program without the debugger, as a Python does that has a file python*._pth beside it: ${other}`
      : `${said === '' ? 'Start it in a terminal to see why' : 'Put right what it says'}, or ${other}`,
  );
}
