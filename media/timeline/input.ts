/** Keys, mouse and buttons. */
import type { ExportFormat } from '../../src/editor/timelineMessages.js';
import type { Message } from '../../src/model/sequence.js';
import { AXIS, GUTTER, ROW, rowsSeen, type Size } from './lanesScene.js';
import type { Page } from './page.js';
import { messageAt } from './sequenceScene.js';
import type { State } from './state.js';

export interface Actions {
  readonly size: () => Size;
  readonly refresh: () => void;
  readonly select: (position: number | undefined) => void;
  readonly goToSource: (focus: boolean) => void;
  readonly toggleSequence: () => void;
  readonly scrollSequence: (messages: number) => void;
  readonly sequence: () => { readonly messages: readonly Message[]; readonly top: number };
  /** A search found nothing. */
  readonly nothingFound: () => void;
  readonly record: (on: boolean) => void;
  readonly save: (format: ExportFormat) => void;
}

const ZOOM = 1.5;
const PAN = 0.2;
/** A press that moves less is a click. */
const DRAG = 3;

export function listen(page: Page, state: State, actions: Actions): void {
  listenToKeys(page, state, actions);
  listenToMouse(page, state, actions);
  listenToTools(page, state, actions);
}

function listenToKeys(page: Page, state: State, actions: Actions): void {
  const { size, refresh, select, goToSource, toggleSequence, nothingFound } = actions;
  const zoom = (factor: number): void => {
    state.zoom(factor);
    refresh();
  };
  /** The coroutine a row further, at the same time. */
  const move = (step: -1 | 1): void => {
    const { timeline } = state;
    if (state.selected === undefined) select(state.nearest(Math.floor(state.top), state.centre));
    else {
      const arrow = timeline.arrow(state.selected);
      if (arrow) select(state.nearest(state.rowOf(arrow.lane) + step, arrow.time));
    }
  };
  const along = (step: -1 | 1): void => {
    if (state.selected === undefined) select(step > 0 ? 0 : state.timeline.length - 1);
    else if (state.mode === 'lanes') select(state.timeline.neighbour(state.selected, step));
    else select(neighbourInAll(state, step));
  };
  const ends = (last: boolean): void => {
    const { length } = state.timeline;
    if (length > 0) select(last ? length - 1 : 0);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => {
      along(-1);
    },
    ArrowRight: () => {
      along(1);
    },
    ArrowUp: () => {
      if (state.mode === 'lanes') move(-1);
      else along(-1);
    },
    ArrowDown: () => {
      if (state.mode === 'lanes') move(1);
      else along(1);
    },
    PageUp: () => {
      scrollRows(state, -rowsSeen(size()), size());
      refresh();
    },
    PageDown: () => {
      scrollRows(state, rowsSeen(size()), size());
      refresh();
    },
    Home: () => {
      ends(false);
    },
    End: () => {
      ends(true);
    },
    Enter: () => {
      goToSource(true);
    },
    '+': () => {
      zoom(1 / ZOOM);
    },
    '=': () => {
      zoom(1 / ZOOM);
    },
    '-': () => {
      zoom(ZOOM);
    },
    '0': () => {
      state.fit();
      refresh();
    },
    '/': () => {
      page.search.focus();
    },
    s: toggleSequence,
  };
  const onKey = (event: KeyboardEvent): void => {
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  page.picture.addEventListener('keydown', onKey);
  page.list.addEventListener('keydown', (event) => {
    // A list goes up and down.
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      along(event.key === 'ArrowUp' ? -1 : 1);
    } else onKey(event);
  });
  page.list.addEventListener('click', ({ target }) => {
    const position = target instanceof HTMLElement ? Number(target.dataset['position']) : NaN;
    if (Number.isInteger(position)) select(position);
  });
  page.search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') page.picture.focus();
    if (event.key !== 'Enter' || page.search.value === '') return;
    const step = event.shiftKey ? -1 : 1;
    const from = state.selected ?? (step > 0 ? -1 : state.timeline.length);
    const { timeline } = state;
    // At the end it begins again at the other one.
    const found =
      timeline.find(page.search.value, from, step) ??
      timeline.find(page.search.value, step > 0 ? -1 : timeline.length, step);
    page.search.setAttribute('aria-invalid', String(found === undefined));
    if (found === undefined) nothingFound();
    else select(found);
  });
  page.search.addEventListener('input', () => {
    page.search.removeAttribute('aria-invalid');
  });
}

function neighbourInAll(state: State, step: -1 | 1): number | undefined {
  const next = (state.selected ?? 0) + step;
  return next >= 0 && next < state.timeline.length ? next : undefined;
}

function scrollRows(state: State, rows: number, size: Size): void {
  const most = Math.max(0, state.timeline.rows().length - rowsSeen(size));
  state.top = Math.min(most, Math.max(0, state.top + rows));
}

function listenToMouse(page: Page, state: State, actions: Actions): void {
  const { picture } = page;
  const width = (): number => actions.size().width - GUTTER;
  const timeAt = (x: number): number => state.view.time(x - GUTTER, width());
  picture.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      if (state.mode === 'sequence') {
        actions.scrollSequence(event.deltaY / 26);
        return;
      }
      if (event.ctrlKey || event.metaKey) state.zoom(1.002 ** event.deltaY, timeAt(event.offsetX));
      else {
        const sideways = event.shiftKey ? event.deltaY : event.deltaX;
        if (sideways !== 0) state.pan(sideways / width());
        if (!event.shiftKey) scrollRows(state, event.deltaY / ROW, actions.size());
      }
      actions.refresh();
    },
    { passive: false },
  );
  let held: { x: number; y: number; moved: boolean } | undefined;
  picture.addEventListener('pointerdown', (event) => {
    held = { x: event.offsetX, y: event.offsetY, moved: false };
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener('pointermove', (event) => {
    if (!held || state.mode === 'sequence') return;
    const dx = event.offsetX - held.x;
    const dy = event.offsetY - held.y;
    if (!held.moved && Math.hypot(dx, dy) < DRAG) return;
    state.pan(-dx / width());
    scrollRows(state, -dy / ROW, actions.size());
    held = { x: event.offsetX, y: event.offsetY, moved: true };
    actions.refresh();
  });
  picture.addEventListener('pointerup', (event) => {
    const click = held?.moved === false;
    held = undefined;
    if (!click) return;
    if (state.mode === 'sequence') {
      const { messages, top } = actions.sequence();
      const seq = messages[messageAt(event.offsetY, top)]?.event.seq;
      if (seq !== undefined) actions.select(state.timeline.positionOf(seq));
      return;
    }
    const row = Math.floor((event.offsetY - AXIS) / ROW + state.top);
    if (event.offsetY > AXIS) actions.select(state.nearest(row, timeAt(Math.max(event.offsetX, GUTTER))));
  });
  picture.addEventListener('dblclick', () => {
    actions.goToSource(true);
  });
}

function listenToTools(page: Page, state: State, actions: Actions): void {
  const on = (button: HTMLElement, act: () => void): void => {
    button.addEventListener('click', () => {
      act();
      actions.refresh();
    });
  };
  on(page.record, () => {
    actions.record(!state.recording);
  });
  on(page.follow, () => {
    state.following = !state.following;
    if (state.following) state.follow();
  });
  on(page.sequence, actions.toggleSequence);
  on(page.zoomIn, () => {
    state.zoom(1 / ZOOM);
  });
  on(page.zoomOut, () => {
    state.zoom(ZOOM);
  });
  on(page.fit, () => {
    state.fit();
  });
  page.exportAs.addEventListener('change', () => {
    const format = page.exportAs.value as ExportFormat | '';
    page.exportAs.value = '';
    if (format !== '') actions.save(format);
  });
  page.picture.addEventListener('keydown', (event) => {
    if (event.key !== '[' && event.key !== ']') return;
    state.pan(event.key === '[' ? -PAN : PAN);
    actions.refresh();
  });
}
