import path from 'node:path';
import type { RuntimeListener } from '../../../link/transports/socket.js';
import type { Environment } from '../environment.js';
import type { Program, PythonLaunch } from '../settings.js';

/** What follows the interpreter on its command line: the program runs natively, with nothing of ours in between. */
export function programArguments(launch: PythonLaunch): readonly string[] {
  return [...programItself(launch.program), ...launch.args];
}

function programItself(program: Program): readonly string[] {
  switch (program.kind) {
    case 'program':
      return [program.path];
    case 'module':
      return ['-m', program.name];
    case 'code':
      return ['-c', program.text];
  }
}

/** A title for a terminal: `Coroscope: talk.py`. */
export function title(program: Program): string {
  switch (program.kind) {
    case 'program':
      return `Coroscope: ${path.basename(program.path)}`;
    case 'module':
      return `Coroscope: ${program.name}`;
    case 'code':
      return 'Coroscope: code';
  }
}

/**
 * The variables through which `boot/sitecustomize.py` comes to run and finds the adapter. It takes them out again, so
 * that neither the program nor its children see them.
 */
export function runtimeVariables(
  environment: Environment,
  runtime: string,
  listener: Pick<RuntimeListener, 'port' | 'secret'>,
  bytecode?: string,
): Record<string, string> {
  const original = environment['PYTHONPATH'];
  const boot = path.join(runtime, 'boot');
  return {
    COROSCOPE_LINK: `${listener.port}:${listener.secret}`,
    ...(bytecode === undefined ? {} : { COROSCOPE_BYTECODE: bytecode }),
    ...(original === undefined ? {} : { COROSCOPE_PYTHONPATH: original }),
    PYTHONPATH: original ? `${boot}${path.delimiter}${original}` : boot,
  };
}
