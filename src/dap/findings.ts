/** Findings: on request, and at the end of a run as one group in the debug console, each with links into the source. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FactBody, Finding, Location } from '../link/protocol.js';
import { droppedFindings, findingHeadline, findingsHeading } from '../model/findings.js';
import type { Client } from './client.js';
import type { ClientRange } from './clientCoordinates.js';
import type { Outbox } from './outbox.js';
import type { Program } from './program.js';
import type { Sources } from './sources.js';
import type { Threads } from './threads.js';

/** A location as the client counts and spells it. Without `source` there is no text to show. */
interface Place extends ClientRange {
  readonly label: string;
  readonly source?: DebugProtocol.Source;
}

/** One finding of the answer to `coroscope/findings`. */
export interface ShownFinding {
  readonly kind: Finding['kind'];
  readonly severity: Finding['severity'];
  /** One sentence: what was found. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly advice: string;
  /** How often the same was found at the same place. */
  readonly times: number;
  /** The place to show first; absent when none is known. */
  readonly source?: DebugProtocol.Source;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** All places, that one at the head, with what is there: `where it was created`. */
  readonly places: readonly Place[];
  /** As rows, frames and the `Coroutine` scope give it; the coroutine may be gone by now. */
  readonly coroutineId?: number;
  /** The logical thread that stands for it, if `threads` listed one. */
  readonly threadId?: number;
}

export class Findings {
  constructor(
    private readonly program: Program,
    private readonly sources: Sources,
    private readonly threads: Threads,
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  /**
   * `coroscope/findings`: `{findings, dropped, notes}`. `dropped`: how many more there were than are kept; `notes`: what
   * cannot be known here, in sentences.
   */
  async list(): Promise<{ findings: ShownFinding[]; dropped: number; notes: string[] }> {
    const { findings, dropped, notes } = await this.program.request('findings', {});
    return { findings: findings.map((finding) => this.shown(finding)), dropped, notes };
  }

  /** The fact `findings`. */
  atEnd({ findings, dropped }: FactBody<'findings'>): void {
    if (findings.length === 0) return;
    this.outbox.output('console', `${findingsHeading(findings.length)}\n`, { group: 'start' });
    for (const finding of findings) {
      const { source, line, column } = this.shown(finding);
      this.say(`${findingHeadline(finding)} ${finding.whatToDo}`, { source, line, column });
      for (const { label, ...place } of this.shown(finding).places.slice(1)) this.say(`    ${label}`, place);
    }
    const more = droppedFindings(dropped);
    if (more !== undefined) this.say(more, {});
    this.outbox.output('console', '', { group: 'end' });
  }

  private say(
    text: string,
    {
      source,
      line,
      column,
    }: { source?: DebugProtocol.Source | undefined; line?: number | undefined; column?: number | undefined },
  ): void {
    const at = source === undefined || line === undefined ? {} : { source, line };
    this.outbox.output('console', `${text}\n`, { ...at, ...(column === undefined ? {} : { column }) });
  }

  private shown({ kind, severity, what, whatToDo, places, coroutine, times }: Finding): ShownFinding {
    const shown = places.map(({ label, location }) => this.place(label, location));
    const [first] = shown;
    const { label: _, ...head } = first ?? { label: '' };
    const threadId = coroutine === undefined ? undefined : this.threads.ofCoroutine(coroutine);
    return {
      kind,
      severity,
      message: what,
      advice: whatToDo,
      times,
      ...head,
      places: shown,
      ...(coroutine === undefined ? {} : { coroutineId: coroutine }),
      ...(threadId === undefined ? {} : { threadId }),
    };
  }

  private place(label: string, location: Location): Place {
    const source = this.sources.at(location);
    return { label, ...(source === undefined ? {} : { source }), ...this.client.coordinates.range(location) };
  }
}
