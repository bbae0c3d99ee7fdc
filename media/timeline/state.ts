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

/** What is there when the older half is let go: it is fed beside the whole one, so that no frame pays for all of it. */
interface Successor {
  readonly timeline: Timeline;
  /** What is missing from it. */
  readonly missing: number;
}

/** Everything that is seen, and nothing of how. */
export class State {
  timeline = new Timeline();
  readonly view = new Viewport();
  /** Position of the selected event. */
  selected: number | undefined;
  mode: Mode = 'lanes';
  /** The newest events stay in view. */
  following = true;
  /** A coroutine whose newest event is selected as it comes, until somebody moves. It may have none yet. */
  followed: number | undefined;
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
  private successor: Successor | undefined;

  constructor(private readonly mostEvents = MOST_EVENTS) {}

  reset(blockedLoopMs?: number): void {
    this.timeline = new Timeline(blockedLoopMs === 0 ? Infinity : blockedLoopMs && blockedLoopMs * 1000);
    this.selected = undefined;
    this.following = true;
    this.followed = undefined;
    this.successor = undefined;
    this.fitted = false;
    this.top = 0;
    this.letGo = 0;
  }

  append(recorded: Recorded): void {
    const { timeline } = this;
    if (timeline.length + recorded.events.length > this.mostEvents / 2) this.successor ??= this.halved();
    timeline.append(recorded);
    this.successor?.timeline.append(recorded);
    if (timeline.length > this.mostEvents) this.letGoOfHalf();
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
    this.followed = undefined;
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
    this.followed = undefined;
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

  /** Selects the newest event of the coroutine that is followed; false while it has none. */
  selectFollowed(rowsSeen: number): boolean {
    const lane = this.followed === undefined ? undefined : this.timeline.lane(this.followed);
    if (!lane) return false;
    this.select(lane.events.at(lane.events.length - 1), rowsSeen);
    return true;
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

  private halved(): Successor {
    const { timeline } = this;
    const successor = new Timeline(timeline.blockedAfter);
    successor.append({ coroutines: timeline.introductions(), events: [] });
    return { timeline: successor, missing: timeline.length + timeline.dropped };
  }

  private letGoOfHalf(): void {
    if (!this.successor) return;
    const chosen = this.selected === undefined ? undefined : this.timeline.event(this.selected).seq;
    const { timeline, missing } = this.successor;
    this.timeline = timeline;
    this.letGo += missing;
    this.successor = undefined;
    this.selected = chosen === undefined || chosen < timeline.event(0).seq ? undefined : timeline.positionOf(chosen);
  }
}
