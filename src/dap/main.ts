/** The debug adapter as a program of its own: `dist/dap.js`, for the extension, for other editors and for tests. */
import { errorText } from '../common/errorText.js';
import { backends } from '../debuggee/registry.js';
import { dapCommand } from './command.js';

dapCommand(backends, process.argv.slice(2)).then(
  (status) => {
    // What a library left open must not keep a finished adapter alive.
    process.exit(status);
  },
  (error: unknown) => {
    process.stderr.write(`${errorText(error)}\n`);
    process.exit(1);
  },
);
