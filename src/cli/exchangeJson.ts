/**
 * What `coroscope run --json` prints: one JSON object a line, for other programs. Fields keep their names, meaning and
 * order; a new one may be added at the end. One that does not apply is left out.
 *
 * | field       | meaning |
 * |-------------|---------|
 * | `seq`       | counts the events of the session from 1 |
 * | `time`      | microseconds on the program's monotonic clock |
 * | `thread`    | id of the thread |
 * | `depth`     | how many coroutines ran on that thread when control came in |
 * | `coroutine` | id of the coroutine, never reused in a session |
 * | `name`      | qualified name of its function; absent when it is not known |
 * | `kind`      | `generator`, `coroutine`, `async generator`; absent when it is not known |
 * | `task`      | name of the task that owns it |
 * | `what`      | in: `next`, `send`, `throw`, `close`; out: `yield`, `return`, `raise` |
 * | `value`     | bounded text of the value that passed; absent for `next` and `close` |
 * | `path`      | file of the coroutine; absent for generated code |
 * | `line`      | its line there |
 * | `by`        | `{path, line}` of the code that drove it, if no other coroutine did; `path` is absent for generated code |
 *
 * A line `{"dropped": n}` stands where n events were lost.
 */
import type { ExchangeEvent } from '../model/exchangeEvent.js';
import { ExchangeStream, type ExchangeBatch, type ExchangePrinter } from './exchangeStream.js';

export class ExchangeJson implements ExchangePrinter {
  readonly #stream = new ExchangeStream();

  *lines(batch: ExchangeBatch): Generator<string, void, undefined> {
    for (const item of this.#stream.items(batch)) {
      yield item.kind === 'dropped' ? JSON.stringify({ dropped: item.count }) : this.#eventLine(item.event, item.depth);
    }
  }

  #eventLine(event: ExchangeEvent, depth: number): string {
    const known = this.#stream.names.introduction(event.coroutine);
    const { seq, time, thread, coroutine, what, value, line, by } = event;
    return JSON.stringify({
      seq,
      time,
      thread,
      depth,
      coroutine,
      name: known?.name,
      kind: known?.kind,
      task: known?.task,
      what,
      value,
      path: known?.location?.path,
      line,
      by: by && { path: by.path, line: by.line },
    }).replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
}

// JSON leaves these as they are, terminals obey some of them, and some readers of lines break at others.
const CONTROL = /[\u007f-\u009f\u2028\u2029]/g;
