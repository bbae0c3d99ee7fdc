/** `coroscope run --trace FILE`, `--otlp FILE` and `coroscope merge`: recordings as files that other tools open. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { errorText } from '../common/errorText.js';
import { mergeTraces, TraceError } from '../model/export/mergeTraces.js';
import type { TraceProcess, TraceWriter } from '../model/export/traceWriter.js';
import type { BackPressure } from './backPressure.js';
import type { ExchangeBatch } from './exchangeStream.js';

/** Writes the trace while the program runs, so that its length is bounded by the disk alone. */
export class TraceFile {
  private writer: TraceWriter | undefined;

  private constructor(
    private readonly stream: WriteStream,
    private readonly pressure: BackPressure,
    private readonly format: new (process: TraceProcess) => TraceWriter,
  ) {}

  /** @throws Error of the file system, when the file cannot be written */
  static async create(
    name: string,
    pressure: BackPressure,
    format: new (process: TraceProcess) => TraceWriter,
  ): Promise<TraceFile> {
    const stream = createWriteStream(name);
    await once(stream, 'open').catch((error: unknown) => {
      throw new Error(`${name} cannot be written (${errorText(error)}). Name another file.`, { cause: error });
    });
    return new TraceFile(stream, pressure, format);
  }

  begin(process: TraceProcess): void {
    this.writer = new this.format(process);
    this.write(this.writer.open());
  }

  nameThread(thread: number, name: string): void {
    if (this.writer) this.write(this.writer.nameThread(thread, name));
  }

  batch({ coroutines, events }: ExchangeBatch): void {
    if (!this.writer) return;
    let text = '';
    for (const piece of this.writer.batch(coroutines, events)) text += piece;
    this.write(text);
  }

  private write(text: string): void {
    this.pressure.write(this.stream, text);
  }

  async close(): Promise<void> {
    this.stream.end(this.writer?.close() ?? '');
    await once(this.stream, 'close');
  }
}

export async function mergeCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { output: { type: 'string', short: 'o' } },
    });
    if (positionals.length < 2) throw new TraceError('name two traces or more, and -o FILE for the result.');
    const named = await Promise.all(
      positionals.map(async (name) => ({
        name: path.basename(name),
        content: parse(name, await readFile(name, 'utf8')),
      })),
    );
    const text = `${JSON.stringify(mergeTraces(named))}\n`;
    if (values.output === undefined) process.stdout.write(text);
    else await writeFile(values.output, text);
    return 0;
  } catch (error) {
    process.stderr.write(`coroscope merge: ${errorText(error)}\n`);
    return error instanceof TraceError ? 2 : 1;
  }
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TraceError(`${path.basename(name)} is not JSON, or was cut short while it was written.`);
  }
}
