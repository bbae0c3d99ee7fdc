/** The page around the picture: what can be pressed, and what a screen reader reads. Text goes in as text, never as HTML. */

type Attributes = Readonly<Record<string, string>>;

function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export interface Option {
  readonly position: number;
  readonly text: string;
  readonly chosen: boolean;
}

const KEYS =
  'Left and right: the exchange before and after, of the same coroutine. Up and down: the coroutine above and below. ' +
  'Plus and minus: zoom. Home and End: first and last exchange. Slash: search. Enter: go to the source.';

export class Page {
  readonly record = button('record', 'Record every exchange');
  readonly follow = button('follow', 'Follow the newest exchanges');
  readonly sequence = button('sequence', 'As a sequence diagram');
  readonly zoomIn = element('button', { type: 'button', title: 'Zoom in (+)', 'aria-label': 'Zoom in' }, '+');
  readonly zoomOut = element('button', { type: 'button', title: 'Zoom out (-)', 'aria-label': 'Zoom out' }, '−');
  readonly fit = element('button', { type: 'button', title: 'Show everything (0)' }, 'Fit');
  readonly search = element('input', {
    type: 'search',
    placeholder: 'Search names and values (/)',
    'aria-label': 'Search names and values',
  });
  readonly exportAs = element(
    'select',
    { 'aria-label': 'Export', title: 'Export' },
    element('option', { value: '' }, 'Export…'),
    element('option', { value: 'chromeTrace' }, 'Chrome trace (Perfetto)'),
    element('option', { value: 'otlp' }, 'Spans (OpenTelemetry)'),
    element('option', { value: 'mermaid' }, 'Mermaid sequence diagram'),
    element('option', { value: 'svg' }, 'Picture (SVG)'),
    element('option', { value: 'png' }, 'Picture (PNG)'),
  );
  readonly canvas = element('canvas', { 'aria-hidden': 'true' });
  readonly picture = element(
    'div',
    {
      class: 'picture',
      tabindex: '0',
      role: 'application',
      'aria-label': `Timeline. ${KEYS}`,
      'aria-describedby': 'said',
    },
    this.canvas,
  );
  private readonly status = element('span', { class: 'status' });
  private readonly facts = element('div', { class: 'facts' });
  private readonly locals = element('div', { class: 'facts locals', role: 'status' });
  private readonly said = element('div', { class: 'said', id: 'said', 'aria-live': 'polite' });
  readonly list = element('ul', {
    class: 'list',
    role: 'listbox',
    tabindex: '0',
    'aria-label': 'Exchanges of this coroutine',
  });
  private readonly empty = element('p', { class: 'empty' });

  constructor() {
    const tools = element(
      'div',
      { class: 'tools', role: 'toolbar', 'aria-label': 'Timeline' },
      ...[this.record, this.follow, this.sequence, this.zoomIn, this.zoomOut, this.fit, this.search, this.exportAs],
      this.status,
    );
    this.picture.append(this.empty);
    document.body.append(
      tools,
      this.picture,
      element('div', { class: 'details' }, this.said, this.facts, this.locals, this.list),
    );
    pressed(this.sequence, false, 'Sequence', 'Sequence');
  }

  showState(live: boolean, recording: boolean, following: boolean, sequence: boolean): void {
    this.record.disabled = !live;
    pressed(this.record, recording, '● Recording', '○ Record');
    pressed(this.follow, following, 'Follow', 'Follow');
    pressed(this.sequence, sequence, 'Sequence', 'Sequence');
  }

  showStatus(text: string): void {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  showEmpty(text: string): void {
    this.empty.textContent = text;
    this.empty.hidden = text === '';
  }

  say(text: string): void {
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  /** Values, by whom and when; then the local variables. */
  showFacts(facts: string, locals: string): void {
    this.facts.textContent = facts;
    this.locals.textContent = locals;
  }

  showOptions(options: readonly Option[]): void {
    this.list.replaceChildren(
      ...options.map(({ position, text, chosen }) =>
        element(
          'li',
          { role: 'option', id: `e${position}`, 'aria-selected': String(chosen), 'data-position': String(position) },
          text,
        ),
      ),
    );
    const chosen = options.find((each) => each.chosen);
    if (chosen) this.list.setAttribute('aria-activedescendant', `e${chosen.position}`);
    else this.list.removeAttribute('aria-activedescendant');
    this.list.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

function button(name: string, title: string): HTMLButtonElement {
  return element('button', { type: 'button', class: name, title, 'aria-pressed': 'false' });
}

function pressed(of: HTMLButtonElement, on: boolean, whenOn: string, whenOff: string): void {
  of.setAttribute('aria-pressed', String(on));
  of.textContent = on ? whenOn : whenOff;
}
