import { Connection, type ReportError } from '../../src/link/connection.js';
import { CommandFrame, type FactOnWire, type FactName } from '../../src/link/protocol.js';
import { memoryPair } from '../../src/link/transports/memory.js';

/** A connection and the other end of its wire, where the test says what a runtime would. */
export interface RuntimeDouble {
  readonly connection: Connection;
  readonly runtime: {
    /** The first `count` commands, once that many have come. */
    commands(count: number): Promise<CommandFrame[]>;
    reply(id: number, result: unknown): void;
    fact<N extends FactName>(fact: N, body: FactOnWire<N>): void;
    send(frame: unknown): void;
    sendText(text: string): void;
    close(): void;
  };
  readonly faults: string[];
  readonly cut: (reason?: string) => void;
  /** Everything that is on its way has arrived. */
  readonly settled: () => Promise<void>;
}

export function runtimeDouble(report?: ReportError): RuntimeDouble {
  const pair = memoryPair();
  const connection = new Connection(pair.adapter, report);
  const faults: string[] = [];
  connection.onProtocolFault((sentence) => faults.push(sentence));
  const received: CommandFrame[] = [];
  let waiting: (() => void)[] = [];
  pair.runtime.onFrame((frame) => {
    received.push(CommandFrame.parse(JSON.parse(frame)));
    for (const look of waiting) look();
  });
  pair.runtime.onEnd(() => undefined);
  const sendText = (text: string): void => {
    pair.runtime.send(text);
  };
  const send = (frame: unknown): void => {
    sendText(JSON.stringify(frame));
  };
  return {
    connection,
    faults,
    cut: (reason) => {
      pair.cut(reason);
    },
    settled: () => new Promise((resolve) => setImmediate(resolve)),
    runtime: {
      send,
      sendText,
      reply: (id, result) => {
        send({ reply: id, result });
      },
      fact: (fact, body) => {
        send({ fact, body });
      },
      close: () => {
        pair.runtime.close();
      },
      commands: (count) =>
        new Promise((resolve) => {
          const look = (): void => {
            if (received.length < count) return;
            waiting = waiting.filter((each) => each !== look);
            resolve(received.slice(0, count));
          };
          waiting.push(look);
          look();
        }),
    },
  };
}
