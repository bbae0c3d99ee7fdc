import { errorText } from '../../../common/errorText.js';
import { untilAborted } from '../../../common/untilAborted.js';
import type { Transport } from '../../../link/transport.js';
import { listenForRuntime } from '../../../link/transports/socket.js';
import { LaunchError, type Debuggee, type LaunchContext } from '../../backend.js';
import { assets } from '../assets.js';
import { bytecodeFolder } from './bytecode.js';
import type { Interpreter } from '../interpreters.js';
import type { PythonLaunch } from '../settings.js';
import { programArguments, runtimeVariables, title } from './commandLine.js';
import { isAlive, killProcess } from './processTree.js';
import { watchEnd } from './watchEnd.js';

/** A shell may take its time to come up, and may ask something first; but somebody waits for an answer. */
const PATIENCE_MS = 120_000;

/** The end of a process that is not our child is no event: it is looked for this often, until the runtime connects. */
const LOOK_MS = 250;

/**
 * Starts a program in a terminal of the client's, which owns its standard streams.
 * @throws LaunchError
 */
export async function launchInTerminal(
  launch: PythonLaunch,
  interpreter: Interpreter,
  context: LaunchContext,
): Promise<Debuggee> {
  if (!context.runInTerminal) {
    throw new LaunchError(
      'terminalUnavailable',
      'This editor offers the debugger no terminal to run the program in.',
      'Set "console" to "internalConsole" in launch.json.',
    );
  }
  const { runtime } = assets();
  const [listener, bytecode] = await Promise.all([listenForRuntime(), bytecodeFolder(runtime)]);
  try {
    const started = await context
      .runInTerminal({
        kind: launch.console === 'externalTerminal' ? 'external' : 'integrated',
        title: title(launch.program),
        cwd: launch.cwd,
        args: [interpreter.executable, ...programArguments(launch)],
        env: {
          ...launch.environmentChanges,
          ...runtimeVariables(launch.environment, runtime, listener, bytecode),
        },
      })
      .catch((error: unknown) => {
        throw new LaunchError(
          'terminalFailed',
          `The editor could not run the program in a terminal (${errorText(error)}).`,
          'Set "console" to "internalConsole" in launch.json.',
        );
      });
    const connected = await untilAborted(context.signal, connection(listener.connected, started.processId));
    const { transport, ended } = watchEnd(connected);
    return {
      transport,
      description: `Python ${interpreter.version} at ${interpreter.executable}`,
      ...(started.processId === undefined ? {} : { processId: started.processId }),
      redirectConsole: false,
      exited: ended.then(() => ({})),
      kill: async () => {
        // A runtime that loses its link ends the program, also where the client did not say which process it is.
        transport.close();
        if (started.processId !== undefined) await killProcess(started.processId);
      },
    };
  } finally {
    listener.close();
  }
}

/** The connected transport, or an error when the terminal's process has ended or nobody came. */
function connection(connected: Promise<Transport>, processId: number | undefined): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(
        new LaunchError(
          'terminalTimeout',
          `The program in the terminal did not connect to the debugger within ${PATIENCE_MS / 1000} seconds.`,
          'Look at the terminal for what it waits for, or set "console" to "internalConsole".',
        ),
      );
    }, PATIENCE_MS);
    const look = setInterval(() => {
      if (processId === undefined || isAlive(processId)) return;
      reject(
        new LaunchError(
          'endedBeforeStart',
          'The program in the terminal ended before the debugger could connect.',
          'Look at the terminal for the reason.',
        ),
      );
    }, LOOK_MS);
    connected.then(resolve, reject);
    const settled = (): void => {
      clearTimeout(late);
      clearInterval(look);
    };
    // What was rejected above settles the promise too.
    void Promise.allSettled([connected]).then(settled);
  });
}
