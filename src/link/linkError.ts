import type { WireError } from './protocol.js';

/**
 * The runtime's own codes, and two of the link's: `ended` when no reply can come any more because the connection is
 * over, `protocol` when it was ended here because the runtime sent what nobody can read.
 */
export type LinkErrorCode = WireError['code'] | 'ended' | 'protocol';

/** Why a command was not carried out. `message` is a whole sentence; `hint` says what to do, where something can be done. */
export class LinkError extends Error {
  constructor(
    readonly code: LinkErrorCode,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'LinkError';
  }
}
