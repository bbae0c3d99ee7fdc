/** What takes long says what it does: as a progress of the client's, or else as lines in the debug console. */
import type { Client } from './client.js';
import type { Outbox } from './outbox.js';

let lastId = 0;

export class Progress {
  private id: string | undefined;

  constructor(
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  report(message: string): void {
    if (!this.client.showsProgress) {
      this.outbox.say(message);
    } else if (this.id === undefined) {
      this.id = `launch-${++lastId}`;
      this.outbox.send('progressStart', { progressId: this.id, title: 'Coroscope', message });
    } else {
      this.outbox.send('progressUpdate', { progressId: this.id, message });
    }
  }

  end(): void {
    if (this.id !== undefined) this.outbox.send('progressEnd', { progressId: this.id });
    this.id = undefined;
  }
}
