/** The page of the timeline, as somebody sees it and a screen reader reads it. */
import type { FrameLocator, Locator } from 'playwright-core';

/** Where the lanes are drawn, in pixels: `media/timeline/lanesScene.ts`. */
const AXIS = 22;
export const ROW = 28;
export const GUTTER = 220;

/** What the page says of a frame it has drawn: `refresh` in `media/timeline/main.ts`. */
interface DrawnFrame {
  readonly lanes: number;
  /** Stretches and clusters. */
  readonly items: number;
  /** Looks at the record, to find them. */
  readonly probes: number;
  readonly milliseconds: number;
}

export interface Frames {
  /** Milliseconds from each animation frame of the browser to the next, whether the page drew in it or not. */
  readonly intervals: readonly number[];
  readonly drawn: readonly DrawnFrame[];
}

/** As much of the browser's window as is used inside of it. */
interface InBrowser {
  watched?: { times: number[]; drawn: string[]; watcher: { disconnect(): void } };
  requestAnimationFrame(act: (time: number) => void): void;
  MutationObserver: new (act: () => void) => { observe(of: unknown, what: object): void; disconnect(): void };
}

export class TimelinePage {
  constructor(private readonly page: FrameLocator) {}

  get body(): Locator {
    return this.page.locator('body');
  }

  /** The role and the name of what has the keyboard. */
  async focused(): Promise<string> {
    const snapshot = await this.page.locator(':focus').ariaSnapshot();
    return snapshot.split('\n')[0] ?? '';
  }

  get picture(): Locator {
    return this.page.locator('.picture');
  }

  /** How many events it says it has. */
  async events(): Promise<number> {
    const text = (await this.page.locator('.status').textContent()) ?? '';
    return Number(/^([\d,]+) events/.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
  }

  /** What it says of the exchange that is selected. */
  async said(): Promise<string> {
    return (await this.page.locator('.said').textContent()) ?? '';
  }

  /** Values, by whom and when; then the local variables. */
  async facts(): Promise<string> {
    return (await this.page.locator('.facts').allTextContents()).join('\n');
  }

  /** The exchanges listed, of the coroutine whose exchange is selected. */
  async listed(): Promise<string[]> {
    return this.page.locator('.list li').allTextContents();
  }

  get searchField(): Locator {
    return this.page.locator('input[type=search]');
  }

  async search(text: string, key = 'Enter'): Promise<void> {
    await this.searchField.fill(text);
    await this.searchField.press(key);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name });
  }

  async exportAs(label: string): Promise<void> {
    await this.page.getByLabel('Export').selectOption({ label });
  }

  /** The mouse wheel over the later part of what is seen, with a key held. */
  async wheel(x: number, y: number, key?: string): Promise<void> {
    const box = await this.picture.boundingBox();
    if (box === null) throw new Error('The timeline is not shown.');
    const { keyboard, mouse } = this.picture.page();
    await mouse.move(box.x + GUTTER + (box.width - GUTTER) * 0.8, box.y + box.height / 2);
    if (key !== undefined) await keyboard.down(key);
    await mouse.wheel(x, y);
    if (key !== undefined) await keyboard.up(key);
  }

  /** From now on each animation frame is noted, and what was drawn. */
  async watchFrames(): Promise<void> {
    await this.page.locator('canvas').evaluate((canvas: unknown) => {
      const { dataset } = canvas as { dataset: Record<string, string> };
      const browser = globalThis as unknown as InBrowser;
      const drawn: string[] = [];
      const watcher = new browser.MutationObserver(() => drawn.push(dataset['drawn'] ?? '{}'));
      watcher.observe(canvas, { attributes: true, attributeFilter: ['data-drawn'] });
      const watched = { times: [] as number[], drawn, watcher };
      browser.watched = watched;
      const tick = (time: number): void => {
        watched.times.push(time);
        if (browser.watched === watched) browser.requestAnimationFrame(tick);
      };
      browser.requestAnimationFrame(tick);
    });
  }

  /** What was noted since then. */
  async framesWatched(): Promise<Frames> {
    const { times, drawn } = await this.page.locator('canvas').evaluate(() => {
      const browser = globalThis as unknown as InBrowser;
      const { times = [], drawn = [], watcher } = browser.watched ?? {};
      watcher?.disconnect();
      delete browser.watched;
      return { times, drawn };
    });
    return {
      intervals: times.slice(1).map((time, at) => time - times[at]!),
      drawn: drawn.map((each) => JSON.parse(each) as DrawnFrame),
    };
  }

  /** A click in a lane, the first being 0, at a share of the time that is seen. */
  async click(lane: number, share: number): Promise<void> {
    const box = await this.picture.boundingBox();
    if (box === null) throw new Error('The timeline is not shown.');
    const position = { x: GUTTER + (box.width - GUTTER) * share, y: AXIS + (lane + 0.5) * ROW };
    await this.picture.click({ position });
  }
}
