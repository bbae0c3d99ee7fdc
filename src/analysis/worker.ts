/** Entry of the worker: a thread of its own, so that reading a large workspace never keeps the editor waiting. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './requests.js';
import { AnalysisService } from './service.js';
import { loadParser } from './syntaxTree.js';

if (!parentPort) throw new Error('The analysis runs as a worker.');
const port = parentPort;
const tell = (message: FromWorker): void => {
  port.postMessage(message);
};

// Beside this file in `dist`; the worker is a CommonJS bundle, as the parser's library is.
const ready = loadParser(path.join(__dirname, 'tree-sitter')).then(
  (parse) =>
    new AnalysisService(parse, (progress) => {
      tell({ progress });
    }),
);

port.on('message', ({ id, name, parameters }: ToWorker) => {
  void ready
    .then((service) => service.handle(name, parameters))
    .then(
      (reply) => {
        tell({ id, reply });
      },
      (error: unknown) => {
        tell({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
});
