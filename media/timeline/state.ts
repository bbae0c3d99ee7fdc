import type { Lane } from '../../src/model/lane.js';
import { sequenceOf, type Sequence } from '../../src/model/sequence.js';
import { Timeline, type Recorded } from '../../src/model/timeline.js';
import { Viewport } from './viewport.js';

export type Mode = 'lanes' | 'sequence';

/** More than fit side by side are no few any more. */
const SEQUENCE_LANES = 8;
const SEQUENCE_EVENTS = 20_000;
export const SEQUENCE_MESSAGES = 500;

/** A timeline of more events than this lets go of its older half: what a page can hold without swapping. */
const MOST_EVENTS = 3_000_000;

/** Everything that is seen, and nothing of how. */
export class State {
  timeline = new Timeline();
  readonly view = new Viewport();
  /** Position of the selected event. */
  selected: number | undefined;
  mode: Mode = 'lanes';
  /** The newest events stay in view. */
  following = true;
  live = false;
  recording = false;
  session = { name: '', processId: 0, clockZero: undefined as number | undefined };
  /** First row seen, in rows; may be a fraction. */
  top = 0;
  private fitted = false;
  private rowNumbers = new Map<Lane, number>();
  private rowsKnown: readonly Lane[] = [];
  /** Events that were let go here; the timeline counts those lost before. */
  private letGo = 0;

  reset(blockedLoopMs?: number): void {
    this.timeline = new Timeline(blockedLoopMs === 0 ? Infinity : blockedLoopMs && blockedLoopMs * 1000);
    this.selected = undefined;
    this.following = true;
    this.fitted = false;
    this.top = 0;
    this.letGo = 0;
  }

  append(recorded: Recorded): void {
    if (this.timeline.length + recorded.events.length > MOST_EVENTS) this.halve();
    this.timeline.append(recorded);
    if (this.timeline.length === 0) return;
    if (!this.fitted || (this.following && !this.zoomed)) this.fitNewest();
    else if (this.following) this.view.follow(this.timeline.to);
    this.fitted = true;
  }
  private zoomed = false;

  get dropped(): number {
    return this.timeline.dropped + this.letGo;
  }

  /** What ran since the debugger last let go: a long look at a stop would leave no room for it. */
  private fitNewest(): void {
    const { timeline } = this;
    const resumed = timeline.pauses.at(-1)?.to ?? timeline.from;
    this.view.fit(resumed === Infinity || resumed >= timeline.to ? timeline.from : resumed, timeline.to);
  }

  fit(): void {
    this.zoomed = false;
    this.view.fit(this.timeline.from, this.timeline.to);
  }

  /** From now on the newest events are in view. */
  follow(): void {
    if (this.zoomed) this.view.follow(this.timeline.to);
    else if (this.timeline.length > 0) this.fitNewest();
  }

  zoom(factor: number, around = this.centre): void {
    this.zoomed = true;
    this.view.zoom(factor, around, this.timeline);
  }

  pan(share: number): void {
    this.zoomed = true;
    this.following = false;
    this.view.pan(this.view.span * share);
  }

  /** The selected event, if it is seen, else the middle. */
  get centre(): number {
    const time = this.selected === undefined ? NaN : this.timeline.event(this.selected).time;
    const { from, to } = this.view;
    return time >= from && time <= to ? time : (from + to) / 2;
  }

  select(position: number | undefined, rowsSeen: number): void {
    this.selected = position;
    if (position === undefined) return;
    this.following = false;
    const arrow = this.timeline.arrow(position);
    if (!arrow) return;
    this.view.show(arrow.time);
    this.showRow(this.rowOf(arrow.lane), rowsSeen);
  }

  rowOf(lane: Lane): number {
    const rows = this.timeline.rows();
    if (rows !== this.rowsKnown) {
      this.rowsKnown = rows;
      this.rowNumbers = new Map(rows.map((each, row) => [each, row]));
    }
    return this.rowNumbers.get(lane) ?? 0;
  }

  showRow(row: number, rowsSeen: number): void {
    if (row < this.top) this.top = row;
    else if (row > this.top + rowsSeen - 1) this.top = row - rowsSeen + 1;
  }

  /** The event nearest to a time in the lane of a row. */
  nearest(row: number, time: number): number | undefined {
    const lane = this.timeline.rows()[row];
    const stretch = lane?.nearest(time) ?? -1;
    if (!lane || stretch < 0) return undefined;
    const candidates = [stretch - 1, stretch].flatMap((each) => [lane.ins.at(each), lane.outs.at(each)]);
    const events = candidates.filter((event) => event >= 0);
    const away = (event: number): number => Math.abs(this.timeline.event(event).time - time);
    return events.sort((a, b) => away(a) - away(b))[0];
  }

  /** What the coroutines around the selected one say to each other in the time that is seen. */
  sequence(): Sequence {
    const { timeline } = this;
    const lanes = this.related().map(({ coroutine }) => coroutine);
    const events = [];
    for (
      let position = this.firstSeen();
      position < timeline.length && events.length < SEQUENCE_EVENTS;
      position += 1
    ) {
      const event = timeline.event(position);
      if (event.time > this.view.to) break;
      events.push(event);
    }
    return sequenceOf(events, timeline.introductions(), lanes, SEQUENCE_MESSAGES);
  }

  /** The selected coroutine, those above it and those below; without a selection, the first ones in view. */
  private related(): Lane[] {
    const rows = this.timeline.rows();
    const chosen = this.selected === undefined ? undefined : this.timeline.arrow(this.selected)?.lane;
    if (!chosen) return rows.slice(Math.floor(this.top), Math.floor(this.top) + SEQUENCE_LANES);
    const above: Lane[] = [];
    for (let lane: Lane | undefined = chosen; lane && above.length < SEQUENCE_LANES; lane = lane.parent)
      above.unshift(lane);
    const below: Lane[] = [];
    const first = this.rowOf(chosen) + 1;
    for (let row = first; row < rows.length && above.length + below.length < SEQUENCE_LANES; row += 1) {
      const lane = rows[row];
      if (!lane || lane.depth <= chosen.depth) break;
      below.push(lane);
    }
    return [...above, ...below];
  }

  private firstSeen(): number {
    let low = 0;
    let high = this.timeline.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeline.event(middle).time >= this.view.from) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private halve(): void {
    const old = this.timeline;
    const first = Math.floor(old.length / 2);
    const chosen = this.selected === undefined ? undefined : old.event(this.selected).seq;
    this.timeline = new Timeline(old.blockedAfter);
    this.letGo += old.dropped + first;
    this.timeline.append({
      coroutines: old.introductions(),
      events: [...old.events(first)],
      pauses: old.pauses.map(({ after }) => after),
    });
    this.selected = chosen === undefined ? undefined : this.timeline.positionOf(chosen);
  }
}
