/** Which code `record: auto` lets go of in a program because it is too hot. */
import { coroscope, lineOf, programPath } from './debuggers.js';

/** Names of functions, as the adapter says them when the program is at its end (the line marked `@cold`). */
export async function sampledIn(python: string, program: string, args: readonly string[]): Promise<string[]> {
  const debugger_ = coroscope(python, 'auto');
  const client = debugger_.connect();
  try {
    const file = programPath(program);
    const stopped = client.waitFor('stopped');
    await client.start(debugger_.settings(file, args), {
      breakpoints: { [file]: [{ line: lineOf(program, 'cold') }] },
    });
    await stopped;
    const { sampled } = await client.request('coroscope/recording');
    return sampled.map(({ function: name }) => name);
  } finally {
    await client.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    await client.close();
  }
}
