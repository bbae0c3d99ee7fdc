import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/**
 * Runs Node with `args` from the root, on this terminal. Tools are started as scripts and never through a shell, so
 * that the same line works on every system.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to the environment
 * @returns {Promise<number>} its exit code
 */
export function runNode(args, env = {}) {
  return run(process.execPath, args, { env: { ...process.env, ...env } });
}

/**
 * The command of an installed package, as a script for {@link runNode}.
 *
 * @param {string} packageName
 * @param {string} [command] where the package has more than one
 */
export function binOf(packageName, command = packageName.replace(/^@.*\//, '')) {
  const file = path.join(root, 'node_modules', packageName, 'package.json');
  const { bin } = createRequire(import.meta.url)(file);
  return path.join(path.dirname(file), typeof bin === 'string' ? bin : bin[command]);
}

/** Runs `npm ci` where the packages are missing or older than the lock file; ends the process if that fails. */
export async function ensureDependencies() {
  const installed = path.join(root, 'node_modules/.package-lock.json');
  const wanted = path.join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  console.log('Installing the packages of package-lock.json ...');
  // npm names itself to the scripts it runs; started by hand, there is only its command, which is a batch file on Windows.
  const npm = process.env['npm_execpath'];
  const code = npm?.endsWith('.js')
    ? await runNode([npm, 'ci'])
    : await run('npm', ['ci'], { shell: process.platform === 'win32' });
  if (code !== 0) {
    console.error('The packages could not be installed: `npm ci` failed with the message above.');
    process.exit(code);
  }
}

/** Builds `dist`; ends the process if that fails. */
export async function build() {
  const code = await runNode(['scripts/build.mjs']);
  if (code !== 0) process.exit(code);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}
