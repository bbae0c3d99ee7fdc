/** `coroscope run`: one program, undisturbed, with every exchange printed as it happens. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { errorText } from '../common/errorText.js';
import { exitCodeOf } from '../dap/ending.js';
import { readSettings, runtimeSettings, type LaunchSettings } from '../dap/settings.js';
import { backends } from '../debuggee/registry.js';
import { LaunchError, type Debuggee } from '../debuggee/backend.js';
import { Connection, LinkError } from '../link/connection.js';
import { PROTOCOL_VERSION } from '../link/protocol.js';
import { ChromeTraceWriter } from '../model/export/chromeTrace.js';
import { OtlpTraceWriter } from '../model/export/otlpTrace.js';
import type { TraceProcess, TraceWriter } from '../model/export/traceWriter.js';
import { BackPressure } from './backPressure.js';
import { ExchangeJson } from './exchangeJson.js';
import { ExchangeLog } from './exchangeLog.js';
import type { ExchangePrinter } from './exchangeStream.js';
import { findingsAsJson, findingsAsText } from './findingsText.js';
import { TraceFile } from './traceFile.js';

/** As a shell reports a program that Ctrl+C ended. */
const INTERRUPTED = 130;

interface Request {
  readonly launch: LaunchSettings;
  readonly printer: ExchangePrinter;
  readonly json: boolean;
  /** Files for the trace, one for each format that was asked for; nothing is printed then. */
  readonly traces: readonly { readonly file: string; readonly format: new (process: TraceProcess) => TraceWriter }[];
  readonly name: string;
}

export async function runCommand(args: readonly string[]): Promise<number> {
  const request = readRequest(args);
  if (typeof request === 'string') {
    process.stderr.write(`coroscope run: ${request}\n`);
    return 2;
  }
  try {
    return await run(request);
  } catch (error) {
    if (!(error instanceof LaunchError || error instanceof LinkError)) throw error;
    process.stderr.write(`coroscope: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}\n`);
    return 1;
  }
}

/** Options end where the program begins: what follows is the program's own. */
function readRequest(args: readonly string[]): Request | string {
  const { own, target, rest } = split(args);
  let values;
  try {
    ({ values } = parseArgs({
      args: own,
      options: {
        json: { type: 'boolean', default: false },
        python: { type: 'string' },
        'no-color': { type: 'boolean', default: false },
        width: { type: 'string' },
        trace: { type: 'string' },
        otlp: { type: 'string' },
      },
    }));
  } catch (error) {
    return errorText(error);
  }
  if (target === undefined) return 'name a program to run, or -m MODULE, or -c CODE.';
  const terminal = process.stdout.isTTY;
  const width = values.width === undefined ? process.stdout.columns : Number(values.width);
  const printer = values.json
    ? new ExchangeJson()
    : new ExchangeLog({
        colour: terminal && !values['no-color'] && process.env['NO_COLOR'] === undefined,
        width: Number.isFinite(width) && width > 0 ? width : undefined,
        elide: terminal,
      });
  const python = values.python === undefined ? {} : { python: values.python };
  return {
    launch: readSettings({
      ...target,
      ...python,
      args: rest,
      cwd: process.cwd(),
      record: 'all',
      streamExchanges: true,
    }),
    printer,
    json: values.json,
    traces: [
      ...(values.trace === undefined ? [] : [{ file: values.trace, format: ChromeTraceWriter }]),
      ...(values.otlp === undefined ? [] : [{ file: values.otlp, format: OtlpTraceWriter }]),
    ],
    name: Object.values(target)[0] ?? 'program',
  };
}

function split(args: readonly string[]): {
  own: string[];
  target: Record<string, string> | undefined;
  rest: string[];
} {
  const WITH_VALUE = new Set(['--python', '--width', '--trace', '--otlp']);
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const next = args[index + 1];
    if ((arg === '-m' || arg === '-c') && next !== undefined) {
      const target: Record<string, string> = arg === '-m' ? { module: next } : { code: next };
      return { own: args.slice(0, index), target, rest: args.slice(index + 2) };
    }
    if (arg === '--' && next !== undefined) {
      return { own: args.slice(0, index), target: { program: next }, rest: args.slice(index + 2) };
    }
    if (!arg.startsWith('-')) {
      return { own: args.slice(0, index), target: { program: arg }, rest: args.slice(index + 1) };
    }
    if (WITH_VALUE.has(arg)) index += 1;
  }
  return { own: [...args], target: undefined, rest: [] };
}

async function run({ launch, printer, json, traces: asked, name }: Request): Promise<number> {
  const backend = backends.get('python');
  if (backend === undefined) throw new Error('The Python backend is missing.');
  const pressure = new BackPressure();
  const print = (category: string, text: string): void => {
    pressure.write(category === 'stdout' ? process.stdout : process.stderr, text);
  };
  const traces: TraceFile[] = [];
  for (const { file, format } of asked) traces.push(await TraceFile.create(file, pressure, format));
  const stopping = new AbortController();
  const debuggee = await backend.launch(launch, {
    output: print,
    progress: () => undefined,
    signal: stopping.signal,
  });
  const connection = new Connection(debuggee.transport);
  pressure.slow(connection);
  const interrupts = interruptible(debuggee, connection);
  let code: number | undefined;
  const ended = new Promise<void>((resolve) => {
    connection.onEnd(() => {
      resolve();
    });
  });
  connection.on('hello', ({ pid, clockZero }) => {
    for (const trace of traces) trace.begin({ pid, name, clockZero });
  });
  connection.on('thread', (thread) => {
    if (thread.reason !== 'started') return;
    for (const trace of traces) trace.nameThread(thread.id, thread.name);
  });
  connection.on('exchanges', (batch) => {
    for (const trace of traces) trace.batch(batch);
    if (traces.length > 0) return;
    for (const line of printer.lines(batch)) print('stdout', `${line}\n`);
  });
  connection.on('output', ({ category, text }) => {
    print(category, text);
  });
  connection.on('findings', (body) => {
    print('stderr', json ? findingsAsJson(body) : findingsAsText(body));
  });
  connection.on('exiting', (body) => {
    code = body.code;
  });
  const input = answerInput(connection);
  try {
    await connection.request('configure', {
      protocol: PROTOCOL_VERSION,
      settings: runtimeSettings(launch, debuggee.redirectConsole),
    });
    await connection.request('run', {});
    const exit = await debuggee.exited;
    await ended;
    if (exit.signal !== undefined) {
      process.stderr.write(`coroscope: the program was ended by signal ${exit.signal}.\n`);
    }
    return exitCodeOf(exit) ?? code ?? (interrupts.asked() ? INTERRUPTED : 0);
  } finally {
    input.close();
    interrupts.stop();
    await debuggee.kill();
    for (const trace of traces) await trace.close();
  }
}

/** The program reads its standard input through us, line by line. */
function answerInput(connection: Connection): { close: () => void } {
  let lines: AsyncIterator<string> | undefined;
  let reader: ReturnType<typeof createInterface> | undefined;
  connection.on('inputRequested', () => {
    reader ??= createInterface({ input: process.stdin, terminal: false });
    lines ??= reader[Symbol.asyncIterator]();
    void lines
      .next()
      .then(({ done, value }) =>
        connection.request('input', { text: done === true ? null : `${value}\n` }).catch(() => undefined),
      );
  });
  return {
    close: () => {
      reader?.close();
    },
  };
}

/** Ctrl+C goes to the program; a second one ends it. */
function interruptible(debuggee: Debuggee, connection: Connection): { asked: () => boolean; stop: () => void } {
  let count = 0;
  const end = (): void => {
    void debuggee.kill();
    // What it said and nobody has taken yet is not waited for.
    connection.close();
  };
  const onInterrupt = (): void => {
    count += 1;
    if (count > 1) end();
    else connection.request('terminate', { kill: false }).catch(() => undefined);
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', end);
  return {
    asked: () => count > 0,
    stop: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', end);
    },
  };
}
