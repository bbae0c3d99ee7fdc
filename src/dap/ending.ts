/** How a run of a program ended, and what a person is told about it. */
import { constants } from 'node:os';
import type { Exit } from '../debuggee/backend.js';
import type { FactBody } from '../link/protocol.js';
import { AdapterError } from './errors.js';

export interface Ending {
  /** How the program ended; undefined when it never started, or runs on. */
  readonly exit?: Exit;
  /** Why the link ended, when that is why the program was ended. */
  readonly linkLost?: string;
  /** We did it: nobody needs to be told. */
  readonly killed: boolean;
}

/** The host knows best; what the runtime announced stands in for it. */
export function mergeExit(exit: Exit | undefined, announced: FactBody<'exiting'> | undefined): Exit | undefined {
  if (exit?.code !== undefined || exit?.signal !== undefined) return exit;
  return announced?.code === undefined ? exit : { code: announced.code };
}

/** For a launch that the end of the program cut short. */
export function endedEarly({ code, signal }: Exit = {}): AdapterError {
  const how = signal !== undefined ? ` (by signal ${signal})` : code !== undefined ? ` (exit code ${code})` : '';
  return new AdapterError('endedBeforeHello', { how });
}

/** What a user would wonder about. A program that simply ends needs no comment. */
export function sentence(exit: Exit | undefined, linkLost: string | undefined): string | undefined {
  if (linkLost !== undefined) return `The connection to the program was lost, so the program was ended. ${linkLost}`;
  return exit?.signal === undefined ? undefined : `The program was ended by signal ${exit.signal}.`;
}

/** A signal as shells report one: 128 and its number. Undefined when it is not known how the program ended. */
export function exitCodeOf({ code, signal }: Exit): number | undefined {
  if (code !== undefined || signal === undefined) return code;
  return 128 + ((constants.signals as Readonly<Record<string, number>>)[signal] ?? 0);
}
