/** An adapter with the fake language as a program of its own, for tests of what a process does with its streams. */
import { serveStdio } from '../../src/dap/serve.js';
import { FakeBackend } from './fakeBackend.js';

const backend = new FakeBackend((program) => {
  program.answers.terminate = () => {
    program.exit({ code: 0 });
    return {};
  };
  void program.debuggee.exited.then(({ signal }) => process.stderr.write(`program ended ${signal ?? ''}\n`));
  program.hello();
  return undefined;
});
await serveStdio(backend.backends).done;
