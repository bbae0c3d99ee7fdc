/** A real VS Code with the packaged extension in it, served to a browser: what test/provision/vscode.sh prepared. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Settings of the user's that keep the window to what is tested. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  // A dot for each space of what is selected would be text, to those who read the text of a line.
  'editor.renderWhitespace': 'none',
  'editor.stickyScroll.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export interface VscodeServer {
  /** Address of the workbench with a folder open. */
  addressOf(folder: string): string;
  /** Command lines of the processes that were started under this server, however deep. Linux. */
  commandLines(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * @param packages paths of packaged extensions
 * @param scratch a folder for the editor's own files
 * @param bin a folder to have first on the PATH
 * @param settings settings of the user's besides those that keep the window quiet
 */
export async function startVscode(
  packages: readonly string[],
  scratch: string,
  bin: string,
  settings: object = {},
): Promise<VscodeServer> {
  const { node, entry } = await provisioned();
  const userData = path.join(scratch, 'user-data');
  const folders = ['--user-data-dir', userData, '--extensions-dir', path.join(scratch, 'extensions')];
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await writeFile(path.join(userData, 'User', 'settings.json'), JSON.stringify({ ...QUIET, ...settings }));

  // Every process below the server inherits this variable, so that none is missed and no other one is taken for ours.
  const mark = randomUUID();
  const env = {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
    COROSCOPE_E2E: mark,
    // Started so, it does not ask a login shell for the environment, whose PATH would lack `bin`.
    VSCODE_CLI: '1',
    XDG_CONFIG_HOME: path.join(scratch, 'config'),
  };
  const installed = packages.flatMap((file) => ['--install-extension', file]);
  await run(node, [entry, ...folders, ...installed], { env });

  const options = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check'];
  const server = spawn(node, [entry, ...folders, ...options], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await listening(server);
  return {
    addressOf: (folder) => `${origin}?folder=${encodeURIComponent(folder)}`,
    commandLines: async () => (await marked(mark)).map(({ commandLine }) => commandLine),
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      // The extension host outlives a lost connection on purpose, for a window that comes back.
      for (const { pid } of await marked(mark)) killIfThere(pid);
    },
  };
}

async function provisioned(): Promise<{ node: string; entry: string }> {
  const cache =
    process.env['COROSCOPE_CACHE'] ??
    path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'coroscope');
  const root = path.join(cache, 'vscode');
  if (!existsSync(path.join(root, 'node24.path'))) {
    throw new Error(`There is no VS Code in ${root} to test in. Run test/provision/vscode.sh, which puts one there.`);
  }
  return {
    node: (await readFile(path.join(root, 'node24.path'), 'utf8')).trim(),
    entry: path.join(root, 'node_modules/code-server/out/node/entry.js'),
  };
}

async function listening(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const address = /HTTP server listening on (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    server.stdout!.resume();
    return address;
  }
  throw new Error('VS Code ended before it listened; what it said is above.');
}

async function marked(mark: string): Promise<{ pid: number; commandLine: string }[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=']);
  const found = await Promise.all(
    stdout
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0)
      .map(async (pid) => {
        // A process that ends meanwhile has no such files any more.
        const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
        const [environment, commandLine] = [await read('environ'), await read('cmdline')];
        return environment.includes(`COROSCOPE_E2E=${mark}`)
          ? [{ pid, commandLine: commandLine.replaceAll('\0', ' ') }]
          : [];
      }),
  );
  return found.flat();
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
