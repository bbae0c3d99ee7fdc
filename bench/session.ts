/** A debug session that is taken to its first stop, for measuring what a client waits for there. */
import { performance } from 'node:perf_hooks';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import type { DapClient } from '../test/support/dapClient.js';
import { lineOf, programPath, type Debugger } from './debuggers.js';

export interface Stopped {
  readonly client: DapClient;
  readonly threadId: number;
  /** Milliseconds from starting the adapter to the event `stopped`. */
  readonly started: number;
}

/** Runs `use` at the line marked `@stop` of a program, and ends everything afterwards. */
export async function atStop<T>(
  debugger_: Debugger,
  program: string,
  args: readonly string[],
  use: (stopped: Stopped) => Promise<T>,
): Promise<T> {
  const begin = performance.now();
  const client = debugger_.connect();
  const ended = client.waitFor('terminated').then(() => {
    throw new Error(`${program} ended under ${debugger_.name} without a stop: ${client.outputText('stderr')}`);
  });
  ended.catch(() => undefined);
  try {
    const file = programPath(program);
    const breakpoints: Record<string, DAP.SourceBreakpoint[]> = { [file]: [{ line: lineOf(program, 'stop') }] };
    await client.start(debugger_.settings(file, args), { breakpoints });
    const { threadId = 0 } = await Promise.race([client.waitFor('stopped'), ended]);
    return await use({ client, threadId, started: performance.now() - begin });
  } finally {
    await client.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    await client.close();
  }
}

/** Milliseconds until the promise is fulfilled. */
export async function milliseconds(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}
