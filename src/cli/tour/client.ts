/** A Debug Adapter Protocol client inside this process: what an editor says, with promises for what comes back. */
import { PassThrough } from 'node:stream';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { MessageReader } from '../../dap/messageReader.js';
import { serveStreams, type Backends, type Served } from '../../dap/serve.js';

export class RequestFailed extends Error {}

export class Client {
  readonly #toAdapter = new PassThrough();
  readonly #served: Served;
  readonly #pending = new Map<number, { resolve: (body: unknown) => void; reject: (error: Error) => void }>();
  readonly #events: DAP.Event[] = [];
  #wake: () => void = () => undefined;
  #lastSeq = 0;

  constructor(backends: Backends) {
    const fromAdapter = new PassThrough();
    this.#served = serveStreams(backends, this.#toAdapter, fromAdapter);
    const reader = new MessageReader({
      message: (value) => {
        this.#receive(value as DAP.ProtocolMessage);
      },
      broken: (why) => {
        throw new Error(`The adapter sent what is no message: ${why}.`);
      },
    });
    fromAdapter.on('data', (chunk: Buffer) => {
      reader.push(chunk);
    });
  }

  /** @throws RequestFailed (as a rejection) with the words of the answer */
  request<Body>(command: string, args: object = {}): Promise<Body> {
    const seq = (this.#lastSeq += 1);
    const json = JSON.stringify({ seq, type: 'request', command, arguments: args });
    const answer = new Promise<Body>((resolve, reject) => {
      this.#pending.set(seq, { resolve: resolve as (body: unknown) => void, reject });
    });
    this.#toAdapter.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    return answer;
  }

  /** Every event, in order, until the session is over. */
  async *events(): AsyncGenerator<DAP.Event, void, undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      yield event;
      if (event.event === 'terminated') return;
    }
  }

  close(): Promise<void> {
    this.#toAdapter.end();
    return this.#served.done;
  }

  #receive(message: DAP.ProtocolMessage): void {
    if (message.type === 'event') {
      this.#events.push(message as DAP.Event);
      this.#wake();
      return;
    }
    const response = message as DAP.Response;
    const waiting = this.#pending.get(response.request_seq);
    this.#pending.delete(response.request_seq);
    if (response.success) waiting?.resolve(response.body);
    else waiting?.reject(new RequestFailed(failureText(response)));
  }
}

function failureText(response: DAP.Response): string {
  const { error } = (response.body ?? {}) as { error?: DAP.Message };
  if (error === undefined) return response.message ?? 'The request failed.';
  return error.format.replace(/\{(\w+)\}/g, (whole, name: string) => error.variables?.[name] ?? whole);
}
