/** `coroscope run` ends as the program does. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.js');
const coroscope = (...args: string[]) => promisify(execFile)(process.execPath, [cli, 'run', ...args]);

describe.each(hosts)('on $name', ({ name, python }) => {
  test('with the code of the program', async () => {
    await expect(coroscope('--python', python, '-c', 'raise SystemExit(3)')).rejects.toMatchObject({ code: 3 });
  });

  // There are no signals in the embedded one.
  test.skipIf(name === 'embedded').each([
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ])('by %s with 128 and its number', async (signal, code) => {
    const program = `import os, signal; os.kill(os.getpid(), signal.${signal})`;
    await expect(coroscope('--python', python, '-c', program)).rejects.toMatchObject({
      code,
      stderr: `coroscope: the program was ended by signal ${signal}.\n`,
    });
  });
});
