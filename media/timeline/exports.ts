import type { ExportFormat, FromPanel } from '../../src/editor/timelineMessages.js';
import { ChromeTraceWriter } from '../../src/model/export/chromeTrace.js';
import { OtlpTraceWriter } from '../../src/model/export/otlpTrace.js';
import { mermaidSequence } from '../../src/model/export/mermaid.js';
import type { State } from './state.js';

/** One message carries about so many characters. */
const PART = 1024 * 1024;

/** A picture of what is seen, as its file's text (base64 for PNG). */
export type Picture = (format: 'svg' | 'png') => string;

export function* exported(format: ExportFormat, state: State, picture: Picture): Generator<FromPanel, void, undefined> {
  let part = '';
  for (const piece of pieces(format, state, picture)) {
    part += piece;
    if (part.length < PART || format === 'png') continue;
    yield { type: 'export', format, part, last: false };
    part = '';
  }
  yield { type: 'export', format, part, last: true };
}

function* pieces(format: ExportFormat, state: State, picture: Picture): Generator<string, void, undefined> {
  switch (format) {
    case 'svg':
    case 'png':
      yield picture(format);
      break;
    case 'mermaid':
      yield mermaidSequence(state.sequence());
      break;
    case 'chromeTrace':
    case 'otlp': {
      const { processId, name, clockZero } = state.session;
      const Writer = format === 'otlp' ? OtlpTraceWriter : ChromeTraceWriter;
      const writer = new Writer({ pid: processId, name, clockZero });
      yield writer.open();
      yield* writer.batch(state.timeline.introductions(), state.timeline.events());
      yield writer.close();
    }
  }
}
