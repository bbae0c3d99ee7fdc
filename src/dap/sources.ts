/** Source texts: files by their path, generated code by a number, and the requests `source` and `loadedSources`. */
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FactBody, Location } from '../link/protocol.js';
import type { Client } from './client.js';
import { AdapterError } from './errors.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import { References } from './references.js';

export class Sources {
  /** Generated code stays what it is until the program is restarted. */
  private readonly generated = new References<number>('source', (sourceId) => sourceId);

  constructor(
    private readonly program: Program,
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  /** The source that a location is in; undefined when there is no text to show. Library code is `folded`. */
  at(location: Location, folded = false): DebugProtocol.Source | undefined {
    const hint = folded ? { presentationHint: 'deemphasize' as const } : {};
    if (location.path !== undefined) return { ...this.file(location.path), ...hint };
    if (location.sourceId === undefined) return undefined;
    return { name: location.name, sourceReference: this.generated.give(location.sourceId), ...hint };
  }

  /** What a view is answered, in which each `sourceId` is a number that the request `source` takes. */
  forViews<T>(body: T): T {
    if (Array.isArray(body)) return body.map((each: unknown) => this.forViews(each)) as T;
    if (typeof body !== 'object' || body === null) return body;
    const entries = Object.entries(body).map(([name, value]: [string, unknown]) => [
      name,
      name === 'sourceId' ? this.generated.give(value as number) : this.forViews(value),
    ]);
    return Object.fromEntries(entries) as T;
  }

  file(ours: string): { name: string; path: string } {
    return { name: path.basename(ours), path: this.client.coordinates.path(ours) };
  }

  /** @throws AdapterError when the client means a text without a path */
  pathOf(source: { path?: string | undefined }): string {
    if (source.path === undefined || source.path === '') throw new AdapterError('noSourcePath');
    return this.client.coordinates.ourPath(source.path);
  }

  async source(args: {
    sourceReference: number;
    source?: { sourceReference?: number | undefined } | undefined;
  }): Promise<object> {
    // DAP: the source's own reference wins; the other one is there for clients of long ago.
    const sourceId = this.generated.resolve(args.source?.sourceReference ?? args.sourceReference);
    return { content: (await this.program.request('source', { sourceId })).content };
  }

  async loadedSources(): Promise<object> {
    const { sources } = await this.program.request('loadedSources', {});
    return {
      sources: sources.map((source) => ({ name: source.name, path: this.client.coordinates.path(source.path) })),
    };
  }

  loaded({ path: ours, name }: FactBody<'loadedSource'>): void {
    this.outbox.send('loadedSource', { reason: 'new', source: { name, path: this.client.coordinates.path(ours) } });
  }

  forget(): void {
    this.generated.forget();
  }
}
