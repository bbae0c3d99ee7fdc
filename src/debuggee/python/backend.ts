import type { Backend, Debuggee, LaunchContext, LaunchRequest } from '../backend.js';
import { launchEmbedded } from './hosts/embedded.js';
import { launchInTerminal } from './hosts/terminal.js';
import { launchProcess } from './hosts/process.js';
import { chooseInterpreter, namedInterpreter, OLDEST_VERSION, type Interpreter } from './interpreters.js';
import { readSettings, type PythonLaunch } from './settings.js';

export const pythonBackend: Backend = {
  language: 'python',
  exceptionFilters: [
    {
      filter: 'raised',
      label: 'Raised Exceptions',
      description:
        'Stop where an exception is raised, also if it is caught. Exceptions that only steer loops and coroutines never stop.',
      enabledByDefault: false,
    },
    {
      filter: 'uncaught',
      label: 'Uncaught Exceptions',
      description: 'Stop where an exception is raised that nothing will catch, also in a task.',
      enabledByDefault: true,
    },
    {
      filter: 'userUncaught',
      label: 'User Uncaught Exceptions',
      description: 'Stop where an exception leaves your own code, also if a library catches it, such as a test runner.',
      enabledByDefault: false,
    },
    {
      filter: 'unawaitedTask',
      label: 'Exceptions in Tasks That Nobody Awaits',
      description: 'Stop where an exception is raised that will end a task which nothing awaits at that moment.',
      enabledByDefault: false,
    },
    {
      filter: 'stopIterationLeaks',
      label: 'StopIteration Leaking From a Generator',
      description:
        'Stop where a StopIteration is about to leave a generator or coroutine, which would make a RuntimeError of it. ' +
        'Often a next() that found its iterator at its end.',
      enabledByDefault: false,
    },
    {
      filter: 'generatorExit',
      label: 'GeneratorExit (a Generator Is Closed)',
      description: 'Stop where close() throws GeneratorExit into a generator or coroutine of yours that is not done.',
      enabledByDefault: false,
    },
    {
      filter: 'cancelled',
      label: 'CancelledError (a Task Is Cancelled)',
      description: 'Stop where a cancellation arrives in your code: at the await that it interrupts.',
      enabledByDefault: false,
    },
  ],
  exceptionConditions:
    "Names of exception classes (ValueError, mylib.Error), or an expression in which 'exception' is the exception. " +
    'A group fits if anything in it does.',

  async launch(settings: LaunchRequest, context: LaunchContext): Promise<Debuggee> {
    const launch = await readSettings(settings);
    const interpreter = await interpreterFor(launch, context);
    context.signal.throwIfAborted();
    if (!interpreter) return launchEmbedded(launch, context);
    if (launch.console === 'internalConsole') return launchProcess(launch, interpreter, context);
    return launchInTerminal(launch, interpreter, context);
  },
};

/** Undefined stands for the embedded one. */
async function interpreterFor(launch: PythonLaunch, context: LaunchContext): Promise<Interpreter | undefined> {
  const surroundings = { cwd: launch.cwd, environment: launch.environment };
  if (launch.python === 'embedded') return undefined;
  if (launch.python !== undefined) return namedInterpreter(launch.python, surroundings);
  const chosen = await chooseInterpreter(surroundings);
  if (!chosen) {
    context.output(
      'console',
      `No Python ${OLDEST_VERSION} or newer was found on the PATH, so the program runs in the embedded Python. ` +
        'The setting "python" chooses another.\n',
    );
  }
  return chosen;
}
