/** Files that come from the timeline's page in parts, until the last part is there. Bounded, for a page is not trusted. */
import type { ExportFormat } from './timelineMessages.js';

export const MEGABYTE = 1024 * 1024;
/** Three million events, the most a page holds, are some 400 MB as a Chrome trace. */
export const MOST_BYTES = 512 * MEGABYTE;

interface Saving {
  readonly parts: Uint8Array[];
  bytes: number;
}

export class Savings {
  readonly #byFormat = new Map<ExportFormat, Saving>();

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** @returns undefined until the last part has come; then the whole file, unless that is larger than what is kept */
  take(format: ExportFormat, part: Uint8Array, last: boolean): Buffer | 'too large' | undefined {
    const saving = this.#byFormat.get(format) ?? { parts: [], bytes: 0 };
    this.#byFormat.set(format, saving);
    saving.bytes += part.byteLength;
    // The bytes are counted to the end, so that the parts that are still to come do not begin another file.
    if (saving.bytes > this.mostBytes) saving.parts.length = 0;
    else saving.parts.push(part);
    if (!last) return undefined;
    this.#byFormat.delete(format);
    return saving.bytes > this.mostBytes ? 'too large' : Buffer.concat(saving.parts);
  }
}
