/** The page of the timeline, as somebody sees it and a screen reader reads it. */
import type { FrameLocator, Locator } from 'playwright-core';

/** Where the lanes are drawn, in pixels: `media/timeline/lanesScene.ts`. */
const AXIS = 22;
const ROW = 28;
const GUTTER = 220;

export class TimelinePage {
  constructor(private readonly page: FrameLocator) {}

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

  /** A click in a lane, the first being 0, at a share of the time that is seen. */
  async click(lane: number, share: number): Promise<void> {
    const box = await this.picture.boundingBox();
    if (box === null) throw new Error('The timeline is not shown.');
    const position = { x: GUTTER + (box.width - GUTTER) * share, y: AXIS + (lane + 0.5) * ROW };
    await this.picture.click({ position });
  }
}
