/** The other side: what it said of itself in `initialize`, and what can be asked of it. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { LaunchError, type LaunchContext } from '../debuggee/backend.js';
import { ClientCoordinates, type ClientFormats } from './clientCoordinates.js';

export interface ClientAbilities extends ClientFormats {
  readonly supportsRunInTerminalRequest?: boolean | undefined;
  readonly supportsProgressReporting?: boolean | undefined;
  readonly supportsInvalidatedEvent?: boolean | undefined;
}

/** Sends a request to the client; `answer` is called once. */
export type AskClient = (
  command: string,
  args: object,
  timeout: number,
  answer: (response: DebugProtocol.Response) => void,
) => void;

/** A person may have to confirm that a terminal is opened. */
const TERMINAL_PATIENCE_MS = 60_000;

export class Client {
  readonly coordinates = new ClientCoordinates();
  private abilities: ClientAbilities | undefined;

  constructor(private readonly ask: AskClient) {}

  get initialized(): boolean {
    return this.abilities !== undefined;
  }

  get showsProgress(): boolean {
    return this.abilities?.supportsProgressReporting === true;
  }

  get refreshes(): boolean {
    return this.abilities?.supportsInvalidatedEvent === true;
  }

  adopt(abilities: ClientAbilities): void {
    this.coordinates.adopt(abilities);
    this.abilities = abilities;
  }

  /** The client's terminal, if it has one. */
  get runInTerminal(): LaunchContext['runInTerminal'] {
    if (this.abilities?.supportsRunInTerminalRequest !== true) return undefined;
    return ({ kind, title, cwd, args, env }) =>
      new Promise((resolve, reject) => {
        this.ask('runInTerminal', { kind, title, cwd, args, env }, TERMINAL_PATIENCE_MS, (response) => {
          const { processId } = ((response as { body?: unknown }).body ?? {}) as { processId?: unknown };
          if (response.success) resolve(typeof processId === 'number' ? { processId } : {});
          else
            reject(
              new LaunchError(
                'terminalRefused',
                `The editor did not run the program in its terminal (${response.message ?? 'no reason given'}).`,
                'Use the setting "console": "internalConsole", or look at the editor\'s terminal.',
              ),
            );
        });
      });
  }
}
