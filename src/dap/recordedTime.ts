/**
 * Back in time: at a stop, `stepBack` and `reverseContinue` go through the recorded exchanges. What they show is a thread
 * of its own, marked as recorded; the program stands where it stands, and its threads and values are those of the present.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Location } from '../link/protocol.js';
import type { ExchangeEvent } from '../model/exchangeEvent.js';
import { placeText } from '../model/location.js';
import { coroutineTitle } from '../model/names.js';
import * as time from '../model/recordedTime.js';
import { messageText } from '../model/sequence.js';
import type { Breakpoints } from './breakpoints.js';
import type { Client } from './client.js';
import { AdapterError } from './errors.js';
import type { Execution } from './execution.js';
import type { Outbox } from './outbox.js';
import type { Recording } from './recording.js';
import type { Sources } from './sources.js';

/** Below the logical threads' numbers, and above as many threads as a system gives a program. */
export const RECORDED_THREAD = 999_999;
/** Frames and containers of the record are numbered from here, those of the program from 1. */
const FIRST_NUMBER = 2_000_000_000;

const LOCALS = 'not recorded: only the values that went into and came out of coroutines are kept';

type After = (release: () => void) => void;

export class RecordedTime {
  private moment: ExchangeEvent | undefined;
  private frames: readonly time.RecordedFrame[] = [];
  /** Numbers of frames, and of their scopes, are those of the moment: never given out twice. */
  private firstNumber = FIRST_NUMBER;

  constructor(
    private readonly recording: Recording,
    private readonly execution: Execution,
    private readonly breakpoints: Breakpoints,
    private readonly sources: Sources,
    private readonly client: Client,
    private readonly outbox: Outbox,
  ) {}

  /** One exchange back, and shown. */
  stepBack(afterResponse: After): object {
    this.requireRecord();
    const { store } = this.recording;
    const moment = time.earlier(store, this.moment);
    this.go(
      moment ?? this.moment,
      afterResponse,
      moment === undefined ? 'This is the oldest exchange kept.' : undefined,
    );
    return {};
  }

  /** Back to an exchange at a line with a breakpoint, else to the oldest one. */
  reverseContinue(afterResponse: After): object {
    this.requireRecord();
    const { store } = this.recording;
    const moment = time.travel(store, this.moment, 'back', (event) => this.atBreakpoint(event));
    const remark =
      moment && this.atBreakpoint(moment) ? this.breakpointRemark(moment) : 'This is the oldest exchange kept.';
    this.go(moment, afterResponse, remark);
    return { allThreadsContinued: true };
  }

  /**
   * Continue and steps while the past is shown. On the recorded thread they go forward through the record. On any other
   * they would run the program, so the present comes back first.
   * @returns undefined when the present is shown: the program's own business
   */
  resume(action: string, threadId: number, afterResponse: After): object | undefined {
    const { moment } = this;
    if (moment === undefined) {
      if (threadId === RECORDED_THREAD) throw new AdapterError('present');
      return undefined;
    }
    if (threadId !== RECORDED_THREAD) {
      this.go(
        undefined,
        afterResponse,
        'The past was shown: this only came back to the present. Do it again to run the program.',
      );
      return {};
    }
    const { store } = this.recording;
    const stops = (event: ExchangeEvent): boolean => action !== 'continue' || this.atBreakpoint(event);
    const next = time.travel(store, moment, 'forward', stops);
    this.go(next, afterResponse, next && action === 'continue' ? this.breakpointRemark(next) : undefined);
    return action === 'continue' ? { allThreadsContinued: true } : {};
  }

  /** The recorded thread, first of all, while the past is shown. */
  async threads(present: Promise<{ threads: DebugProtocol.Thread[] }>): Promise<{ threads: DebugProtocol.Thread[] }> {
    const { threads } = await present;
    return this.moment ? { threads: [{ id: RECORDED_THREAD, name: this.name(this.moment) }, ...threads] } : { threads };
  }

  /** @returns undefined for a thread of the program */
  stackTrace({
    threadId,
    startFrame = 0,
    levels = 0,
  }: {
    threadId: number;
    startFrame?: number | undefined;
    levels?: number | undefined;
  }): object | undefined {
    if (threadId !== RECORDED_THREAD) return undefined;
    if (this.moment === undefined) throw new AdapterError('present');
    const end = levels > 0 ? startFrame + levels : undefined;
    const shown = this.frames.map((frame, index) => this.frame(frame, this.firstNumber + index));
    return { stackFrames: shown.slice(startFrame, end), totalFrames: shown.length };
  }

  /** @returns undefined for a frame of the program */
  scopes({ frameId }: { frameId: number }): object | undefined {
    const frame = this.numbered(frameId, 'frame');
    if (frame === undefined) return undefined;
    return {
      scopes: [{ name: 'Recorded', presentationHint: 'returnValue', variablesReference: frameId, expensive: false }],
    };
  }

  /** @returns undefined for a container of the program */
  variables({ variablesReference }: { variablesReference: number }): object | undefined {
    const frame = this.numbered(variablesReference, 'variable');
    return frame && { variables: this.values(frame) };
  }

  /**
   * What the scope shows can be asked for by name; nothing else can be known of the past.
   * @returns undefined for a frame of the program, or none
   */
  evaluate({ frameId, expression }: { frameId?: number | undefined; expression: string }): object | undefined {
    const frame = frameId === undefined ? undefined : this.numbered(frameId, 'frame');
    if (frame === undefined) return undefined;
    const found = this.values(frame).find(({ name }) => name === expression.trim());
    if (found === undefined) throw new AdapterError('recordedFrame');
    return { result: found.value, variablesReference: 0 };
  }

  /** For requests that need a thread, frame or container of the program: carried out unless it is of the record. */
  notOf<T>(number: number | undefined, carryOut: () => T): T {
    if (number === RECORDED_THREAD || (number !== undefined && number >= FIRST_NUMBER))
      throw new AdapterError('recordedFrame');
    return carryOut();
  }

  /** The program runs, or another one does. */
  forget(): void {
    this.show(undefined);
  }

  private requireRecord(): void {
    if (!this.execution.paused)
      throw new AdapterError('notPaused', { text: 'The program is running. Pause it first.' });
    if (this.recording.store.size === 0) throw new AdapterError('nothingRecorded');
  }

  private go(moment: ExchangeEvent | undefined, afterResponse: After, remark: string | undefined): void {
    const wasPast = this.moment !== undefined;
    this.show(moment);
    // DAP: first the response, then the event `stopped`.
    afterResponse(() => {
      if (moment === undefined) {
        const description = remark ?? 'Back in the present: the program stands where it stood.';
        if (wasPast) this.outbox.say(description);
        this.execution.showAgain(description);
        return;
      }
      this.outbox.send('stopped', {
        reason: 'step',
        description: `Recorded, ${ago(this.ago(moment))}`,
        text: [messageText(moment), ...(remark === undefined ? [] : [remark])].join(' · '),
        threadId: RECORDED_THREAD,
        allThreadsStopped: true,
      });
    });
  }

  private show(moment: ExchangeEvent | undefined): void {
    this.firstNumber += this.frames.length;
    this.moment = moment;
    const { recording } = this;
    this.frames = moment
      ? time.stackAt(recording.store, moment, (coroutine) => recording.introduction(coroutine)).frames
      : [];
  }

  /** The frame of that number; undefined for one of the program's. */
  private numbered(number: number, what: string): time.RecordedFrame | undefined {
    if (number < FIRST_NUMBER) return undefined;
    const frame = this.frames[number - this.firstNumber];
    if (frame === undefined) throw new AdapterError('staleReference', { what });
    return frame;
  }

  private frame({ coroutine, line, event }: time.RecordedFrame, id: number): DebugProtocol.StackFrame {
    const place = this.place(coroutine, line);
    const source = place && this.sources.at(place);
    const name = this.recording.introduction(coroutine)?.name ?? `coroutine ${coroutine}`;
    return {
      id,
      name: `${name} (recorded: ${messageText(event)})`,
      ...(source === undefined ? {} : { source }),
      ...this.client.coordinates.fullRange(place ?? { name: '', line }),
      canRestart: false,
    };
  }

  private values({ event, coroutine, state }: time.RecordedFrame): DebugProtocol.Variable[] {
    const title = state ? coroutineTitle(state) : `coroutine ${coroutine}`;
    const rows: [string, string | undefined][] = [
      ['exchange', event.what],
      ['value', event.value],
      ['coroutine', `${title}, id ${coroutine}`],
      ['state', state?.state],
      ['yielded', state?.yielded],
      ['sent', state?.sent],
      ['thrown', state?.thrown],
      ['drivenFrom', event.by && placeText(event.by)],
      ['when', ago(this.ago(event))],
      ['time', `${(event.time / 1000).toFixed(3)} ms after the start of the recording`],
      ['locals', LOCALS],
    ];
    return rows.flatMap(([name, value]) =>
      value === undefined
        ? []
        : [{ name, value, variablesReference: 0, presentationHint: { kind: 'data', attributes: ['readOnly'] } }],
    );
  }

  private name(moment: ExchangeEvent): string {
    const introduction = this.recording.introduction(moment.coroutine);
    const title = introduction ? coroutineTitle(introduction) : `coroutine ${moment.coroutine}`;
    return `recorded · ${ago(this.ago(moment))} · ${title}`;
  }

  private ago(moment: ExchangeEvent): number {
    return time.eventsAgo(this.recording.store, moment);
  }

  private atBreakpoint(event: ExchangeEvent): boolean {
    return this.breakpoints.recordedAt(this.place(event.coroutine, event.line)?.path, event) !== undefined;
  }

  private breakpointRemark(event: ExchangeEvent): string | undefined {
    const hit = this.breakpoints.recordedAt(this.place(event.coroutine, event.line)?.path, event);
    if (hit === undefined) return undefined;
    const unchecked = hit.condition !== undefined || hit.hitCondition !== undefined;
    return unchecked ? 'at a breakpoint, whose condition cannot be checked in the past' : 'at a breakpoint';
  }

  private place(coroutine: number, line: number): Location | undefined {
    const location = this.recording.introduction(coroutine)?.location;
    if (location === undefined) return undefined;
    const { path, sourceId, name } = location;
    return { name, line, ...(path === undefined ? {} : { path }), ...(sourceId === undefined ? {} : { sourceId }) };
  }
}

/** An exchange has two ends, and each of them is one step. */
function ago(events: number): string {
  return events === 1 ? 'the last event' : `${events} events ago`;
}
