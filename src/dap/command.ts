/** The debug adapter as a command: on standard input and output, or serving a port of the loopback interface. */
import { Console } from 'node:console';
import { parseArgs } from 'node:util';
import { errorText } from '../common/errorText.js';
import { serveStdio, serveTcp, type Backends, type Served } from './serve.js';

const HELP = `Usage: dap.js [--port N]

The Coroscope debug adapter. It speaks the Debug Adapter Protocol on standard input and output.

  --port N   serve any number of sessions on port N of 127.0.0.1 instead; 0 picks a free port.
             The port is printed to standard error: "Listening on 127.0.0.1:N".
  --help     show this text
`;

/** @returns the exit status, once every session is over */
export async function dapCommand(backends: Backends, args: readonly string[]): Promise<number> {
  // Standard output belongs to the protocol: whatever a library prints goes to standard error.
  globalThis.console = new Console(process.stderr);
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const served = options.port === undefined ? serveStdio(backends) : await listen(backends, options.port);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void served.close();
    });
  }
  let status = 0;
  process.on('uncaughtException', (error) => {
    status = 1;
    process.stderr.write(`The debug adapter failed: ${error.stack ?? error.message}\n`);
    void served.close();
  });
  await served.done;
  return status;
}

async function listen(backends: Backends, port: number): Promise<Served> {
  const server = await serveTcp(backends, port);
  process.stderr.write(`Listening on 127.0.0.1:${server.port}\n`);
  return server;
}

function readOptions(args: readonly string[]): { help: boolean; port: number | undefined } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      return `--port must be a number from 0 to 65535, but it is '${values.port ?? ''}'.`;
    }
    return { help: values.help, port };
  } catch (error) {
    return errorText(error);
  }
}
