/** What the program prints and what the runtime remarks, at their place in the source where one is known. */
import type { FactBody } from '../link/protocol.js';
import type { Client } from './client.js';
import type { Outbox } from './outbox.js';
import type { Sources } from './sources.js';

export class Output {
  constructor(
    private readonly outbox: Outbox,
    private readonly sources: Sources,
    private readonly client: Client,
  ) {}

  fact({ category, text, location }: FactBody<'output'>): void {
    const source = location === undefined ? undefined : this.sources.at(location);
    if (location === undefined || source === undefined) {
      this.outbox.output(category, text);
      return;
    }
    const { line, column } = this.client.coordinates.range(location);
    this.outbox.output(category, text, { source, line, ...(column === undefined ? {} : { column }) });
  }
}
