/** Draws boxes and arrows in a webview: the await graph, and parallel stacks. Runs in the browser, without any rights. */
import type { FromPicture, ToPicture } from '../src/editor/pictureMessages.js';
import { arrowRoutes, type Route } from '../src/model/arrowRoutes.js';
import { layeredLayout, type Layout, type Sized } from '../src/model/layeredLayout.js';
import type { Arrow, Box, Picture } from '../src/model/picture.js';

declare function acquireVsCodeApi(): { postMessage(message: FromPicture): void };

const host = acquireVsCodeApi();
const SVG = 'http://www.w3.org/2000/svg';
const CHARACTER = 7.3;
const LINE = 18;
const PADDING = 10;
const MARGIN = 24;

const stage = document.getElementById('stage') ?? document.body;
const said = document.getElementById('sentences') ?? document.body;
const zoomLabel = document.getElementById('zoom');
const overflow = document.getElementById('overflow');
let shown: Picture | undefined;
let zoom = 1;
/** Until somebody zooms, the picture is as large as the window lets it be. */
let fits = true;
/** Smaller than this nothing can be read: it is scrolled then, and that is said. */
const SMALLEST_FIT = 0.5;
/** Rows are as long as the window shows at one of these sizes: at that at which all of the picture is the largest. */
const SIZES = [1, 0.9, 0.8, 0.7, 0.6, SMALLEST_FIT];
/** What the page itself takes below the picture. */
const BELOW = 8;

window.addEventListener('message', ({ data }: MessageEvent<ToPicture>) => {
  if (data.type === 'picture') draw(data.picture);
  else {
    shown = undefined;
    stage.replaceChildren();
    if (overflow !== null) overflow.hidden = true;
    said.replaceChildren(paragraph(data.text));
  }
});

document.addEventListener('keydown', (event) => {
  if ('+=-0'.includes(event.key)) fits = false;
  if (event.key === '+' || event.key === '=') scale(zoom * 1.2);
  else if (event.key === '-') scale(zoom / 1.2);
  else if (event.key === '0') scale(1);
  else if (event.key === 'f') fit();
});
for (const [id, factor] of [
  ['larger', 1.2],
  ['smaller', 1 / 1.2],
] as const)
  document.getElementById(id)?.addEventListener('click', () => {
    fits = false;
    scale(zoom * factor);
  });
document.getElementById('fit')?.addEventListener('click', fit);
window.addEventListener('resize', () => {
  // Rows are as long as can be read in the window.
  if (shown !== undefined) draw(shown);
});

function draw(picture: Picture): void {
  shown = picture;
  const { boxes, arrows, sentences } = picture;
  said.replaceChildren(...sentences.map(paragraph));
  const chosen = document.activeElement?.getAttribute('data-box');
  const layout = largest(boxes.map(size), arrows);
  const routes = arrowRoutes(layout, arrows);
  const svg = element('svg', {
    role: 'group',
    'aria-label': `${boxes.length} boxes and ${arrows.length} arrows`,
    viewBox: `${-MARGIN} ${-MARGIN} ${layout.width + 2 * MARGIN} ${layout.height + 2 * MARGIN}`,
    'data-width': String(layout.width + 2 * MARGIN),
    'data-height': String(layout.height + 2 * MARGIN),
  });
  svg.append(
    heads(),
    ...arrows.flatMap((arrow, index) => drawnArrow(arrow, routes[index])),
    ...boxes.flatMap((box) => drawnBox(box, layout)),
  );
  stage.replaceChildren(svg);
  if (fits) fit();
  else scale(zoom);
  if (chosen !== null && chosen !== undefined) focusBox(Number(chosen));
}

/** The layout of which most is to be seen at once. */
function largest(boxes: readonly Sized[], arrows: readonly Arrow[]): Layout {
  const layouts = SIZES.map((at) => layeredLayout(boxes, arrows, stage.clientWidth / at - 2 * MARGIN));
  const shows = ({ width, height }: Layout): number => fitting(width + 2 * MARGIN, height + 2 * MARGIN);
  return layouts.reduce((best, each) => (shows(each) > shows(best) ? each : best));
}

function size({ id, lines }: Box): Sized {
  const longest = Math.max(...lines.map((line) => line.length), 4);
  return { id, width: longest * CHARACTER + 2 * PADDING, height: lines.length * LINE + 2 * PADDING };
}

function drawnBox(box: Box, layout: Layout): SVGElement[] {
  const place = layout.boxes.get(box.id);
  if (place === undefined) return [];
  const opens = box.location !== undefined;
  const group = element('g', {
    class: `box ${box.tone}${opens ? ' opens' : ''}`,
    transform: `translate(${place.x} ${place.y})`,
    tabindex: '0',
    role: opens ? 'button' : 'img',
    'aria-label': opens ? `${box.label}. Press Enter to go there.` : box.label,
    'data-box': String(box.id),
  });
  const title = element('title', {});
  title.textContent = box.label;
  group.append(title, element('rect', { width: String(place.width), height: String(place.height), rx: '4' }));
  box.lines.forEach((line, index) => {
    const text = element('text', {
      x: String(PADDING),
      y: String(PADDING + LINE * (index + 0.72)),
      class: index === 0 ? 'first' : 'further',
    });
    text.textContent = line;
    group.append(text);
  });
  const open = (): void => {
    if (opens) host.postMessage({ type: 'open', box: box.id });
  };
  group.addEventListener('click', open);
  group.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') open();
    else if (!event.key.startsWith('Arrow')) return;
    else move(box.id, event.key, layout);
    event.preventDefault();
  });
  return [group];
}

/** An arrow key goes to the nearest box in its direction, one to the side counting double. */
function move(from: number, key: string, { boxes }: Layout): void {
  const own = boxes.get(from);
  if (own === undefined) return;
  const sideways = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  let best: number | undefined;
  let least = Infinity;
  for (const [id, { x, y, width, height }] of boxes) {
    const across = x + width / 2 - own.x - own.width / 2;
    const along = y + height / 2 - own.y - own.height / 2;
    const ahead = sign * (sideways ? across : along);
    const distance = ahead + 2 * Math.abs(sideways ? along : across);
    if (ahead > 1 && distance < least) {
      least = distance;
      best = id;
    }
  }
  if (best !== undefined) focusBox(best);
}

function focusBox(id: number): void {
  const found = stage.querySelector<SVGElement>(`[data-box="${id}"]`);
  found?.focus();
  found?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function drawnArrow({ text, tone }: Arrow, route: Route | undefined): SVGElement[] {
  if (route === undefined) return [];
  const line = element('path', { class: `arrow ${tone}`, d: route.path, 'marker-end': `url(#head-${tone})` });
  if (text === undefined) return [line];
  const { x, y } = route.label;
  const label = element('text', { class: `label ${tone}`, x: String(x), y: String(y) });
  label.textContent = text;
  return [line, label];
}

function heads(): SVGElement {
  const defs = element('defs', {});
  for (const tone of ['normal', 'stuck', 'faint']) {
    const marker = element('marker', {
      id: `head-${tone}`,
      viewBox: '0 0 10 10',
      refX: '9',
      refY: '5',
      markerWidth: '7',
      markerHeight: '7',
      orient: 'auto-start-reverse',
    });
    marker.append(element('path', { class: `head ${tone}`, d: 'M 0 0 L 10 5 L 0 10 z' }));
    defs.append(marker);
  }
  return defs;
}

function fit(): void {
  fits = true;
  const { width, height } = stage.querySelector('svg')?.dataset ?? {};
  scale(Math.max(SMALLEST_FIT, fitting(Number(width), Number(height))));
}

/** How large a picture can be for the window to show all of it; 1 at the most. */
function fitting(width: number, height: number): number {
  const room = window.innerHeight - (stage.getBoundingClientRect().top + window.scrollY) - BELOW;
  return width > 0 && height > 0 ? Math.min(1, stage.clientWidth / width, Math.max(0, room) / height) : 1;
}

function scale(factor: number): void {
  zoom = Math.min(4, Math.max(0.1, factor));
  const svg = stage.querySelector('svg');
  if (zoomLabel !== null) zoomLabel.textContent = `${Math.round(zoom * 100)} %`;
  if (svg === null) return;
  svg.setAttribute('width', String(Number(svg.dataset['width']) * zoom));
  svg.setAttribute('height', String(Number(svg.dataset['height']) * zoom));
  // Scrollbars may be hidden until the mouse is over them.
  const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
  if (overflow !== null) overflow.hidden = scrollWidth <= clientWidth && scrollHeight <= clientHeight;
}

function element(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement('p');
  made.textContent = text;
  return made;
}

host.postMessage({ type: 'ready' });
