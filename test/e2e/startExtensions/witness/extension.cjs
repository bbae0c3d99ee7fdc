// Runs inside the editor, from the start of a window on: notes how long each extension takes to be loaded and activated, and
// what Coroscope's code asks of Node. All extensions of a window are in one process, and share its modules.
const { ChildProcess } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const workers = require('node:worker_threads');
const vscode = require('vscode');

const OURS = /[/\\]coroscope\.coroscope-[^/\\]*[/\\]dist[/\\](?!.*node_modules)/;

/** @type {string[]} As `function argument`. */
const asked = [];
/** @type {Record<string, { load: number, activate: number, processor: number }>} Milliseconds, by the folder of an extension. */
const starts = {};

/**
 * @param {object} owner
 * @param {string} name of a function or class in it
 * @param {(first: any) => string} told of the first argument
 */
function note(owner, name, told) {
  const members = /** @type {Record<string, Function>} */ (owner);
  const heed = (/** @type {unknown[]} */ args) => {
    if (OURS.test(new Error().stack ?? '')) asked.push(`${name} ${told(args[0])}`);
  };
  members[name] = new Proxy(/** @type {Function} */ (members[name]), {
    apply: (target, self, args) => {
      heed(args);
      return /** @type {unknown} */ (Reflect.apply(target, self, args));
    },
    construct: (target, args, made) => {
      heed(args);
      /** @type {unknown} */
      const instance = Reflect.construct(target, args, made);
      return /** @type {object} */ (instance);
    },
  });
}

/** Of this thread alone, so that it counts nothing of what else the machine does. */
const processorTime = () => {
  // Node 24 has it, and the types are of Node 20.
  const { threadCpuUsage } = /** @type {{ threadCpuUsage: () => NodeJS.CpuUsage }} */ (
    /** @type {unknown} */ (process)
  );
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
};

/**
 * @template T
 * @param {string} folder
 * @param {'load' | 'activate'} part
 * @param {() => T} work
 */
function timed(folder, part, work) {
  const start = (starts[folder] ??= { load: 0, activate: 0, processor: 0 });
  const [began, used] = [performance.now(), processorTime()];
  const result = work();
  start[part] = performance.now() - began;
  start.processor += processorTime() - used;
  return result;
}

/** @param {import('vscode').ExtensionContext} context */
exports.activate = ({ logUri, subscriptions }) => {
  Error.stackTraceLimit = 100;
  for (const owner of [fs, fs.promises])
    for (const name of Object.keys(owner))
      if (/^(open|read|stat|lstat|access|exists|opendir|createReadStream)/.test(name) && name in owner)
        note(owner, name, String);
  note(ChildProcess.prototype, 'spawn', (/** @type {{ file: string, args: string[] }} */ { file, args }) =>
    [file, ...args].join(' '),
  );
  note(workers, 'Worker', String);

  const loader = /** @type {{ _load(request: string, ...rest: unknown[]): unknown }} */ (
    /** @type {unknown} */ (Module)
  );
  const load = loader._load.bind(loader);
  loader._load = (request, ...rest) => {
    const isOneOfTwo = /coroscope[^/\\]*[/\\](dist[/\\])?extension\.cjs$/.test(request);
    if (!isOneOfTwo) return load(request, ...rest);
    const folder = path.basename(request.replace(/[/\\](dist[/\\])?extension\.cjs$/, ''));
    const loaded = /** @type {{ activate(given: unknown): unknown }} */ (
      timed(folder, 'load', () => load(request, ...rest))
    );
    return {
      ...loaded,
      activate: (/** @type {unknown} */ given) => timed(folder, 'activate', () => loaded.activate(given)),
    };
  };

  const item = vscode.window.createStatusBarItem();
  item.text = 'Witness';
  item.show();
  subscriptions.push(
    item,
    vscode.commands.registerCommand('witness.tell', async () => {
      const loaded = Object.keys(require.cache).filter((file) => OURS.test(file));
      const told = { starts, asked, loaded: loaded.map((file) => path.basename(file)) };
      await vscode.workspace.fs.createDirectory(logUri);
      fs.writeFileSync(path.join(logUri.fsPath, 'told.json'), JSON.stringify(told));
    }),
  );
};
