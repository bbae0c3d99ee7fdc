/** The editor's end of the analysis: starts its worker at the first question and brings answers back. */
import { Worker } from 'node:worker_threads';
import type { FromWorker, Parameters, Reply, RequestName, ToWorker } from './requests.js';
import type { IndexState } from './workspaceIndex.js';

/** More than an index of the largest workspace takes; past it the worker ends, and not the editor. */
const MAX_MEGABYTES = 1536;

interface Waiting {
  readonly resolve: (reply: never) => void;
  readonly reject: (error: Error) => void;
}

export class AnalysisClient {
  /** While all files are examined. */
  onProgress: ((state: IndexState) => void) | undefined;
  /** The worker is gone, with everything it knew; the next question starts another one. */
  onEnd: ((reason: string) => void) | undefined;
  readonly #script: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** @param script path of the bundled worker */
  constructor(script: string) {
    this.#script = script;
  }

  request<N extends RequestName>(name: N, parameters: Parameters<N>): Promise<Reply<N>> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const message = { id, name, parameters } as ToWorker;
      worker.postMessage(message);
    });
  }

  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners();
    this.#fail('The analysis was closed.');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES } });
    worker.on('message', (message: FromWorker) => {
      this.#take(message);
    });
    worker.once('error', (error) => {
      this.#ended(error.message);
    });
    worker.once('exit', (code) => {
      this.#ended(`it exited with code ${code}`);
    });
    // An analysis nobody waits for keeps no process alive.
    worker.unref();
    return worker;
  }

  #take(message: FromWorker): void {
    if ('progress' in message) {
      this.onProgress?.(message.progress);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('failure' in message) waiting?.reject(new Error(message.failure));
    else waiting?.resolve(message.reply as never);
  }

  #ended(reason: string): void {
    if (!this.#worker) return;
    this.#worker.removeAllListeners();
    this.#worker = undefined;
    this.#fail(`The analysis of the workspace ended: ${reason}.`);
    this.onEnd?.(reason);
  }

  #fail(reason: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Error(reason));
  }
}
