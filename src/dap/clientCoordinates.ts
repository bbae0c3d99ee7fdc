/**
 * Positions and paths as the client wants them. Everything inside of Coroscope is 1-based and has native paths; the
 * client says in `initialize` what it speaks (DAP: `linesStartAt1`, `columnsStartAt1`, `pathFormat`), and only this
 * module knows of it.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Location } from '../link/protocol.js';
import { AdapterError } from './errors.js';

export interface ClientFormats {
  readonly linesStartAt1?: boolean | undefined;
  readonly columnsStartAt1?: boolean | undefined;
  readonly pathFormat?: string | undefined;
}

export interface Range {
  readonly line: number;
  readonly column?: number | undefined;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
}

/** The same, as the client counts. */
export interface ClientRange {
  line: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
}

export class ClientCoordinates {
  private firstLine = 1;
  private firstColumn = 1;
  private uris = false;

  /** @throws AdapterError for a path format that nobody has described */
  adopt({ linesStartAt1, columnsStartAt1, pathFormat }: ClientFormats): void {
    if (pathFormat !== undefined && pathFormat !== 'path' && pathFormat !== 'uri') {
      throw new AdapterError('wrongArgument', {
        argument: 'pathFormat',
        complaint: `must be 'path' or 'uri', but it is '${pathFormat}'`,
      });
    }
    this.firstLine = linesStartAt1 === false ? 0 : 1;
    this.firstColumn = columnsStartAt1 === false ? 0 : 1;
    this.uris = pathFormat === 'uri';
  }

  line(ours: number): number {
    return ours - 1 + this.firstLine;
  }

  column(ours: number): number {
    return ours - 1 + this.firstColumn;
  }

  ourLine(clients: number): number {
    return Math.max(0, clients + 1 - this.firstLine);
  }

  ourColumn(clients: number): number {
    return Math.max(0, clients + 1 - this.firstColumn);
  }

  path(ours: string): string {
    return this.uris ? pathToFileURL(ours).href : ours;
  }

  /** @throws AdapterError for a URI that names no file */
  ourPath(clients: string): string {
    if (!this.uris) return clients;
    try {
      return fileURLToPath(clients);
    } catch {
      throw new AdapterError('wrongArgument', {
        argument: 'source.path',
        complaint: `must be the URI of a file, but it is '${clients}'`,
      });
    }
  }

  /** The parts of a range that are known. */
  range(range: Range & { readonly column: number }): ClientRange & { column: number };
  range(range: Range): ClientRange;
  range({ line, column, endLine, endColumn }: Range): ClientRange {
    return {
      line: this.line(line),
      ...(column === undefined ? {} : { column: this.column(column) }),
      ...(endLine === undefined ? {} : { endLine: this.line(endLine) }),
      ...(endColumn === undefined ? {} : { endColumn: this.column(endColumn) }),
    };
  }

  /** A range for where DAP insists on a column: the first one of the line, when ours is not known. */
  fullRange(location: Location): ClientRange & { column: number } {
    return this.range({ ...location, column: location.column ?? 1 });
  }
}
