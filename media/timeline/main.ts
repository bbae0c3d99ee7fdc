/** The timeline's page: keeps what was recorded, draws what is seen of it when something changed, and listens. */
import type { FromPanel, ToPanel } from '../../src/editor/timelineMessages.js';
import { eventSentence, type Sequence } from '../../src/model/sequence.js';
import type { Drawn, Timeline } from '../../src/model/timeline.js';
import { CanvasPainter } from './canvasPainter.js';
import { emptyText, factsOf, localsText, mayStandThere, NOT_RECORDED } from './details.js';
import { exported } from './exports.js';
import { listen } from './input.js';
import { drawLanes, rowsSeen, type Size } from './lanesScene.js';
import { Page, type Option } from './page.js';
import type { Painter } from './painter.js';
import { drawSequence, messagesSeen } from './sequenceScene.js';
import { State } from './state.js';
import { SvgPainter } from './svgPainter.js';
import { readTheme } from './theme.js';

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

/** As many exchanges before and after the selected one are in the list. */
const NEIGHBOURS = 8;
const HINT = 'Click an exchange, or press the arrow keys, to see its values and go to its source.';
const NOTHING = 'Nothing matches: no name, no value and no kind of exchange that was recorded.';

const vscode = acquireVsCodeApi();
const page = new Page();
const state = new State();
let theme = readTheme();
let sequence: Sequence | undefined;
let sequenceTop = 0;
let frame: number | undefined;
/** What the sentence and the list below the picture tell of; positions count in one timeline. */
let shown: { readonly timeline: Timeline; readonly selected: number | undefined; readonly instead: string } | undefined;
/** In place of the sentence about the selected exchange: what somebody asked for and did not get, until they move. */
let noted = '';

const size = (): Size => ({ width: page.picture.clientWidth, height: page.picture.clientHeight });

/** Draws before the next frame, once, however much happens until then. */
function refresh(): void {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    const started = performance.now();
    const drawn = drawFrame();
    const { timeline } = state;
    const lost = state.dropped > 0 ? ` · ${state.dropped.toLocaleString('en')} not kept` : '';
    page.showStatus(`${timeline.length.toLocaleString('en')} events${lost}${followedText()}`);
    // What a frame costs, for tests and for whoever wonders.
    page.canvas.dataset['drawn'] = JSON.stringify({ ...drawn, milliseconds: performance.now() - started });
  });
}

function drawFrame(): Drawn {
  const { width, height } = size();
  const ratio = window.devicePixelRatio;
  const { canvas } = page;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  if (!context) return { lanes: 0, items: 0, probes: 0 };
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  state.following &&= state.live || state.selected === undefined;
  page.showState(state.live, state.recording, state.following, state.mode === 'sequence');
  const { session, live, recording } = state;
  page.showEmpty(state.timeline.length === 0 ? emptyText(session.name, live, recording) : '');
  const drawn = paint(new CanvasPainter(context, theme.font));
  showSelection();
  return drawn;
}

function followedText(): string {
  const lane = state.followed === undefined ? undefined : state.timeline.lane(state.followed);
  return lane ? ` · follows ${state.timeline.title(lane)}` : '';
}

function paint(painter: Painter): Drawn {
  if (state.mode === 'lanes') return drawLanes(painter, state, theme, size());
  sequence ??= state.sequence();
  const items = drawSequence(painter, sequence, theme, size(), sequenceTop, selectedSeq());
  return { lanes: sequence.participants.length, items, probes: 0 };
}

function selectedSeq(): number | undefined {
  return state.selected === undefined ? undefined : state.timeline.event(state.selected).seq;
}

function showSelection(): void {
  const { timeline, selected } = state;
  // There is nothing to click in an empty picture.
  const instead = noted !== '' || timeline.length === 0 ? noted : HINT;
  if (shown?.timeline === timeline && shown.selected === selected && shown.instead === instead) return;
  shown = { timeline, selected, instead };
  page.say(noted !== '' || selected === undefined ? instead : sentence(selected));
  showFacts();
  page.showOptions(selected === undefined ? [] : neighbours(selected));
}

/** Values, by whom and when; and the locals, which the program is asked for where it may still have them. */
function showFacts(): void {
  const { timeline, selected } = state;
  if (selected === undefined) {
    page.showFacts('', '');
    return;
  }
  const asks = state.live && mayStandThere(timeline, selected);
  page.showFacts(factsOf(timeline, selected), asks ? '' : localsText(NOT_RECORDED));
  const { seq, coroutine } = timeline.event(selected);
  if (asks) vscode.postMessage({ type: 'locals', coroutine, seq });
}

function sentence(position: number): string {
  const arrow = state.timeline.arrow(position);
  if (!arrow) return '';
  const { lane } = arrow;
  const { timeline } = state;
  const through = timeline.through(position);
  const said = eventSentence(timeline.event(position), timeline.title(lane), lane.introduction?.location?.name);
  return through ? `${said}, through ${timeline.title(through)}` : said;
}

function neighbours(position: number): Option[] {
  const found = [position];
  for (let at = state.timeline.neighbour(position, -1); at !== undefined && found.length <= NEIGHBOURS;) {
    found.unshift(at);
    at = state.timeline.neighbour(at, -1);
  }
  const before = found.length;
  for (let at = state.timeline.neighbour(position, 1); at !== undefined && found.length < before + NEIGHBOURS;) {
    found.push(at);
    at = state.timeline.neighbour(at, 1);
  }
  return found.map((each) => ({ position: each, text: sentence(each), chosen: each === position }));
}

function select(position: number | undefined): void {
  if (position === undefined) return;
  // Who moves follows nothing any more.
  state.followed = undefined;
  noted = '';
  state.select(position, rowsSeen(size()));
  if (state.mode === 'sequence' && sequence) {
    const seq = selectedSeq();
    const at = sequence.messages.findIndex(({ event }) => event.seq === seq);
    const seen = messagesSeen(size());
    if (at >= 0 && (at < sequenceTop || at > sequenceTop + seen - 1))
      sequenceTop = Math.max(0, at - Math.floor(seen / 2));
  }
  goToSource(false);
  refresh();
}

function selectFollowed(): boolean {
  const isThere = state.selectFollowed(rowsSeen(size()));
  if (isThere) noted = '';
  return isThere;
}

function note(text: string): void {
  noted = text;
  refresh();
}

function goToSource(focus: boolean): void {
  if (state.selected === undefined) return;
  const lane = state.timeline.arrow(state.selected)?.lane;
  const { path, name } = lane?.introduction?.location ?? {};
  const { line } = state.timeline.event(state.selected);
  if (path !== undefined) vscode.postMessage({ type: 'reveal', path, line, focus });
  // Going from exchange to exchange shows their values all the same: only who asks for the source is told.
  else if (focus && lane) note(noSource(state.timeline.title(lane), name));
}

function notYet(title: string): string {
  const how = state.recording ? '' : ' Press Record to have those from now on.';
  return `${title} has no recorded exchange yet; the next one will be selected.${how}`;
}

function noSource(title: string, name: string | undefined): string {
  if (name === undefined) return `Where the code of ${title} stands was not recorded.`;
  return `The code of ${title} is in ${name}, which is no file that could be shown.`;
}

function toggleSequence(): void {
  state.mode = state.mode === 'lanes' ? 'sequence' : 'lanes';
  sequence = undefined;
  sequenceTop = 0;
  refresh();
}

function scrollSequence(messages: number): void {
  const most = (sequence?.messages.length ?? 0) - messagesSeen(size());
  sequenceTop = Math.max(0, Math.min(sequenceTop + messages, most));
  refresh();
}

function picture(format: 'svg' | 'png'): string {
  if (format === 'png') return page.canvas.toDataURL('image/png').replace(/^[^,]*,/, '');
  const { width, height } = size();
  const context = page.canvas.getContext('2d');
  const columnWidth = context ? new CanvasPainter(context, theme.font).columnWidth : 7;
  const painter = new SvgPainter(width, height, theme.font, columnWidth);
  paint(painter);
  return painter.toString();
}

listen(page, state, {
  size,
  refresh,
  select,
  goToSource,
  toggleSequence,
  scrollSequence,
  nothingFound: () => {
    note(NOTHING);
  },
  sequence: () => ({ messages: sequence?.messages ?? [], top: sequenceTop }),
  record: (on) => {
    vscode.postMessage({ type: 'record', on });
  },
  save: (format) => {
    for (const message of exported(format, state, picture)) vscode.postMessage(message);
  },
});

function receive(message: ToPanel): void {
  switch (message.type) {
    case 'session':
      if (message.processId === undefined) {
        state.reset(message.blockedLoopMs);
        noted = '';
      }
      state.session = { name: message.name, processId: message.processId ?? 0, clockZero: message.clockZero };
      sequence = undefined;
      break;
    case 'recorded':
      state.append(message);
      selectFollowed();
      if (state.following) sequence = undefined;
      break;
    case 'state':
      state.live = message.live;
      state.recording = message.recording;
      break;
    case 'stopped':
      showFacts();
      break;
    case 'locals':
      // Somebody may have gone on meanwhile.
      if (state.selected !== undefined && selectedSeq() === message.seq)
        page.showFacts(factsOf(state.timeline, state.selected), localsText(message.locals ?? NOT_RECORDED));
      break;
    case 'follow':
      state.followed = message.coroutine;
      if (!selectFollowed()) note(notYet(message.title ?? `Coroutine ${message.coroutine}`));
      break;
  }
  refresh();
}

window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  receive(data);
});
new ResizeObserver(refresh).observe(page.picture);
// VS Code puts the theme's kind and its colours on the document.
new MutationObserver(() => {
  theme = readTheme();
  refresh();
}).observe(document.documentElement, { attributes: true, subtree: false, attributeFilter: ['style', 'class'] });
new MutationObserver(() => {
  theme = readTheme();
  refresh();
}).observe(document.body, { attributes: true, attributeFilter: ['class'] });
vscode.postMessage({ type: 'ready' });
refresh();
