import { check, checkFact, isFactName, readEnvelope, type Checked } from './envelope.js';
import { InOrder } from './inOrder.js';
import { LinkError } from './linkError.js';
import { Listeners, throwLater, type Remove, type ReportError } from './listeners.js';
import { commands } from './protocol.js';
import type { CommandArgs, CommandName, CommandResult, FactBody, FactName, RuntimeFrame } from './protocol.js';
import type { Transport } from './transport.js';

export { LinkError } from './linkError.js';
export type { Remove, ReportError } from './listeners.js';

interface Pending {
  readonly name: CommandName;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: LinkError) => void;
}

const REPORT = "This is a fault of Coroscope's runtime; please report it with the sentence above.";

/**
 * The adapter's end of the link: commands out, replies and facts in, each in its type. Replies and facts are delivered
 * strictly in the order they arrive: code that awaits a reply has run before the listener of the next fact is called.
 *
 * Listeners that are added in the turn in which the connection is made miss nothing; a fact that nobody listens to is
 * let go.
 */
export class Connection {
  readonly #transport: Transport;
  readonly #incoming = new InOrder();
  readonly #pending = new Map<number, Pending>();
  readonly #facts = new Map<FactName, Listeners<[body: never]>>();
  readonly #endListeners: Listeners<[reason?: string]>;
  readonly #faultListeners: Listeners<[sentence: string]>;
  readonly #report: ReportError;
  #lastId = 0;
  /** Set when a frame could not be read at all: nothing that follows it can be trusted. */
  #broken: LinkError | undefined;
  #end: { readonly error: LinkError; readonly reason: string | undefined } | undefined;

  /** @param report told of an error that a listener threw; without it the error goes uncaught. */
  constructor(transport: Transport, report: ReportError = throwLater) {
    this.#transport = transport;
    this.#report = report;
    this.#endListeners = new Listeners(report);
    this.#faultListeners = new Listeners(report);
    transport.onFrame((text) => {
      this.#incoming.add(() => this.#receive(text));
    });
    transport.onEnd((reason) => {
      this.#incoming.add(() => this.#rejectAll(reason));
      this.#incoming.add(() => {
        this.#callEnd(this.#endListeners);
        return false;
      });
    });
  }

  /**
   * Sends a command. When `signal` aborts, the runtime is asked to cut the command off; its reply, in general the error
   * `cancelled`, still decides.
   * @throws LinkError (as a rejection)
   */
  request<N extends CommandName>(
    name: N,
    args: CommandArgs<N>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<CommandResult<N>> {
    if (this.#end) return Promise.reject(this.#end.error);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(new LinkError('cancelled', `The command "${name}" was cancelled.`));
    const id = (this.#lastId += 1);
    const reply = new Promise<CommandResult<N>>((resolve, reject) => {
      const cancel = (): void => {
        // How the runtime answers this one does not matter: the answer to the command itself does.
        this.request('cancel', { command: id }).catch(() => undefined);
      };
      const settled = (): void => {
        signal?.removeEventListener('abort', cancel);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#pending.set(id, {
        name,
        resolve: (result) => {
          settled();
          resolve(result as CommandResult<N>);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
    });
    this.#transport.send(JSON.stringify({ id, command: name, args }));
    return reply;
  }

  /** Calls `listener` with every fact of that name. */
  on<N extends FactName>(fact: N, listener: (body: FactBody<N>) => void): Remove {
    let listeners = this.#facts.get(fact);
    if (!listeners) this.#facts.set(fact, (listeners = new Listeners(this.#report)));
    return listeners.add(listener);
  }

  /**
   * Calls `listener` once, when the connection is over and every pending request has been rejected; `reason` is a
   * sentence, absent for an orderly end. One that is added after the end is called too.
   */
  onEnd(listener: (reason?: string) => void): Remove {
    if (!this.#end) return this.#endListeners.add(listener);
    const late = new Listeners<[reason?: string]>(this.#report);
    queueMicrotask(() => {
      this.#callEnd(late);
    });
    return late.add(listener);
  }

  /** Calls `listener` with a sentence for every frame that does not fit the protocol. */
  onProtocolFault(listener: (sentence: string) => void): Remove {
    return this.#faultListeners.add(listener);
  }

  /** Facts come faster than they can be passed on: the program waits until `resume`, and so do the replies. */
  pause(): void {
    this.#transport.pause();
  }

  resume(): void {
    this.#transport.resume();
  }

  /** Ends the connection; what is pending is rejected with the code `ended`. */
  close(): void {
    this.#transport.close();
  }

  #receive(text: string): boolean {
    if (this.#broken) return false;
    const envelope = readEnvelope(text);
    switch (envelope.kind) {
      case 'frame':
        return 'fact' in envelope.frame
          ? this.#receiveFact(envelope.frame.fact, envelope.frame.body)
          : this.#receiveReply(envelope.frame);
      case 'malformed': {
        this.#faultListeners.call(envelope.why);
        const pending = envelope.reply === undefined ? undefined : this.#take(envelope.reply);
        pending?.reject(unfit(pending.name, envelope.why));
        return pending !== undefined;
      }
      case 'broken':
        this.#broken = new LinkError('protocol', `${envelope.why} The connection was ended.`, REPORT);
        this.#faultListeners.call(envelope.why);
        this.#transport.close();
        return false;
    }
  }

  #receiveReply(frame: Exclude<RuntimeFrame, { fact: string }>): boolean {
    const pending = this.#take(frame.reply);
    if (!pending) {
      this.#faultListeners.call(
        `The debuggee's runtime answered command ${frame.reply}, which nobody waits for (any more).`,
      );
      return false;
    }
    if (frame.error) {
      pending.reject(new LinkError(frame.error.code, frame.error.message, frame.error.hint));
      return true;
    }
    const result: Checked<unknown> = check(commands[pending.name].result, frame.result);
    if (result.ok) pending.resolve(result.data);
    else pending.reject(unfit(pending.name, `The answer does not fit at ${result.why}.`));
    return true;
  }

  #receiveFact(name: string, body: unknown): boolean {
    if (!isFactName(name)) {
      this.#faultListeners.call(`The debuggee's runtime sent the fact "${name}", which this version does not know.`);
      return false;
    }
    const listeners = this.#facts.get(name);
    if (!listeners?.size) return false;
    const fact = checkFact(name, body);
    if (fact.ok) listeners.call(fact.data as never);
    else this.#faultListeners.call(`The fact "${name}" of the debuggee's runtime does not fit at ${fact.why}.`);
    return false;
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #rejectAll(reason: string | undefined): boolean {
    const error = this.#broken ?? new LinkError('ended', reason ?? 'The connection to the debuggee has ended.');
    this.#end = { error, reason: this.#broken?.message ?? reason };
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
    return pending.length > 0;
  }

  #callEnd(listeners: Listeners<[reason?: string]>): void {
    const reason = this.#end?.reason;
    if (reason === undefined) listeners.call();
    else listeners.call(reason);
  }
}

function unfit(name: CommandName, why: string): LinkError {
  return new LinkError('internal', `The debuggee's runtime did not answer "${name}" as it should. ${why}`, REPORT);
}
