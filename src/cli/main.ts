/** The `coroscope` command: run a program and print its exchanges, serve the Debug Adapter Protocol, or give a tour. */
import { errorText } from '../common/errorText.js';
import { dapCommand } from '../dap/command.js';
import { backends } from '../debuggee/registry.js';
import { pythonCommand } from './python.js';
import { runCommand } from './run.js';
import { mergeCommand } from './traceFile.js';
import { tourCommand } from './tour/tour.js';

const HELP = `Usage: coroscope COMMAND

  run [--json] [--trace FILE] [--otlp FILE] [--python PATH|embedded] [--no-color] PROGRAM [ARGS]
      Runs a Python program and prints each exchange as it happens: what goes into a coroutine, what comes
      out, and where. With -m MODULE or -c CODE in place of PROGRAM, as with python itself.

      With --trace FILE the exchanges go into a file that Perfetto opens (https://ui.perfetto.dev), and are not printed.
      With --otlp FILE they go into a file of spans that a collector of OpenTelemetry reads, a line for each batch.

  merge [-o FILE] TRACE TRACE...
      Puts the traces of several processes together on one clock.

  dap [--port N]
      Serves the Debug Adapter Protocol on standard input and output, or on a port of 127.0.0.1.

  tour [NAME]
      Debugs the example programs and shows what a user of the editor would see at each stop.

  python [--json] [--cwd DIR] [PATH|NAME|embedded]
      Says which interpreter a run in that folder would use.

  help, version
`;

/** Each command reads its own arguments and answers with an exit status. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  run: runCommand,
  merge: mergeCommand,
  dap: (args) => dapCommand(backends, args),
  tour: tourCommand,
  python: pythonCommand,
  help: () => say(HELP),
  '--help': () => say(HELP),
  '-h': () => say(HELP),
  version: () => say(`coroscope ${VERSION}\n`),
  '--version': () => say(`coroscope ${VERSION}\n`),
};

declare const COROSCOPE_VERSION: string;
const VERSION = COROSCOPE_VERSION;

function say(text: string): Promise<number> {
  process.stdout.write(text);
  return Promise.resolve(0);
}

// A reader that has seen enough (`| head`) ends the command; the program goes with its link.
process.stdout.on('error', () => process.exit(0));

const [name = 'help', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  process.stderr.write(`coroscope: there is no command '${name}'.\n\n${HELP}`);
  process.exit(2);
}
command(args).then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`coroscope: ${errorText(error)}\n`);
    process.exit(1);
  },
);
