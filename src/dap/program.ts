/** What the features see of the debuggee: its commands. Who it is, and whether it is the first or a restarted one, they need not know. */
import type { CommandArgs, CommandName, CommandResult } from '../link/protocol.js';

export interface Program {
  /**
   * Waits until the debuggee has connected, then sends the command.
   * @throws LinkError when the runtime refuses, AdapterError when there is no debuggee (any more)
   */
  request<N extends CommandName>(name: N, args: CommandArgs<N>, signal?: AbortSignal): Promise<CommandResult<N>>;
}
