/** The workbench as somebody at the keyboard uses it: files, the gutter, keys, and what the debug view shows. */
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const BREAKPOINT = '.editor-instance .codicon-debug-breakpoint, .editor-instance .codicon-debug-breakpoint-unverified';
/** Of a session, floating or in the title bar. */
const TOOLBAR = '.debug-toolbar, .part.titlebar .codicon-debug-stop';
/** For what happens soon on an idle machine, and has no event to wait for. */
export const PATIENCE = { timeout: 60_000, interval: 100 };

const ROWS = '.monaco-list-row';

export class Workbench {
  readonly #page: Page;
  readonly #pictures: string;

  /** @param pictures folder that screenshots go into */
  constructor(page: Page, pictures: string) {
    this.#page = page;
    this.#pictures = pictures;
  }

  async open(address: string): Promise<void> {
    await this.#page.goto(address);
    await this.#page.locator('.monaco-workbench .statusbar').waitFor();
    await this.#page.locator('.explorer-folders-view').waitFor();
  }

  async openFile(name: string): Promise<void> {
    await this.#page.locator(`.explorer-folders-view ${ROWS}[aria-label^="${name}"]`).dblclick();
    await this.#page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Clicks in the gutter, left of the line's number. */
  async toggleBreakpoint(line: number): Promise<void> {
    const before = await this.#page.locator(BREAKPOINT).count();
    const number = this.#page.locator('.line-numbers', { hasText: new RegExp(`^${line}$`) });
    const margin = this.#page.locator('.editor-instance .margin-view-overlays > div', { has: number });
    // Forced: the layer of the gutter's icons lies over the line's own element, and takes the click. An editor that has
    // just opened takes breakpoints only after a while, and shows it by the hint under the mouse.
    const hint = this.#page.locator('.editor-instance .codicon-debug-hint');
    let x = 8;
    await expect
      .poll(async () => {
        x = 18 - x;
        await margin.hover({ position: { x, y: 9 }, force: true });
        return hint.isVisible();
      }, PATIENCE)
      .toBe(true);
    await margin.click({ position: { x, y: 9 }, force: true });
    await this.#page.locator(BREAKPOINT).nth(before).waitFor();
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  /** Two keys one after the other; the editor says that it waits for the second. */
  async chord(first: string, second: string): Promise<void> {
    await this.press(first);
    await this.#page.locator('.statusbar-item', { hasText: 'Waiting for second key' }).waitFor();
    await this.press(second);
  }

  /** F5; where the editor asks for a debugger, ours is chosen. */
  async startDebugging(): Promise<void> {
    const begun = await this.#begun();
    await this.press('F5');
    const choice = this.#page.locator(`.quick-input-list ${ROWS}`, { hasText: 'Coroscope' }).first();
    await this.#orDialog(begun.or(choice).first());
    if (!(await choice.isVisible())) return;
    await choice.click();
    await begun.first().waitFor();
  }

  /** What shows that a program is being debugged, or was: a short one may have ended, and the toolbar with it. */
  async #begun(): Promise<Locator> {
    const said = this.#page.locator(`.repl-tree ${ROWS}`);
    return this.#page
      .locator(TOOLBAR)
      .or(said.nth(await said.count()))
      .filter({ visible: true });
  }

  /** F5 that comes to nothing; what the dialog says. The toolbar may be there until the debug adapter has answered. */
  async startInVain(): Promise<string> {
    await this.press('F5');
    const dialog = this.#page.locator('.monaco-dialog-box .dialog-message-container');
    await dialog.waitFor();
    return (await dialog.textContent()) ?? '';
  }

  /** The button above the editor that runs or debugs the file. */
  async runButton(label: string): Promise<void> {
    const begun = await this.#begun();
    await this.#page.locator(`.editor-actions .action-label[aria-label^="${label}"]`).click();
    await this.#orDialog(begun.first());
  }

  /** A button of the dialog that is in front of everything; its text. */
  async dialog(button: RegExp): Promise<string> {
    const box = this.#page.locator('.monaco-dialog-box');
    const text = plain((await box.textContent()) ?? '');
    await box.getByRole('button', { name: button }).click();
    await box.waitFor({ state: 'hidden' });
    return text;
  }

  /** Resolves once the program is stopped in `line`: the editor goes there and marks it. */
  async stoppedAt(line: number): Promise<void> {
    const position = this.#page.locator('[id="status.editor.selection"]');
    await this.#orDialog(position.filter({ hasText: new RegExp(`^Ln ${line},`) }));
    await this.#page.locator('.editor-instance .debug-top-stack-frame-line').first().waitFor();
  }

  /** Unfolds the frames of the thread whose name begins with `name` in the CALL STACK view. */
  async unfoldThread(name: string): Promise<void> {
    const row = this.#page.locator(`.debug-call-stack ${ROWS}`, { has: this.#page.locator('.thread') });
    const named = row.filter({ hasText: new RegExp(`^${name}`) }).first();
    await named.waitFor();
    if ((await named.getAttribute('aria-expanded')) === 'false') await named.locator('.monaco-tl-twistie').click();
    await expect.poll(() => named.getAttribute('aria-expanded'), PATIENCE).toBe('true');
  }

  /** Texts of the rows of the CALL STACK view: frames, and the threads if there is more than one. */
  async callStack(): Promise<string[]> {
    await this.#page.locator(`.debug-call-stack ${ROWS} .stack-frame`).first().waitFor();
    return this.#texts('.debug-call-stack');
  }

  /** Texts of all rows of the CALL STACK view, folded threads too. */
  async callStackRows(): Promise<string[]> {
    return this.#texts('.debug-call-stack');
  }

  /** Brings the keyboard into the Debug Console. */
  async toConsole(): Promise<void> {
    await this.#page.locator('.repl-input-wrapper .view-line').first().click();
  }

  /** Types a line where the keyboard is, and ends it with Enter. */
  async say(line: string): Promise<void> {
    await this.#page.keyboard.type(line);
    // What would be completed stays as it was typed.
    await this.press('Escape');
    await this.press('Enter');
  }

  /** Texts of the rows of the Debug Console. */
  async consoleRows(): Promise<string[]> {
    return this.#texts('.repl-tree');
  }

  /** Another colour theme, by its name. */
  async theme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.answer(name);
  }

  /** Texts of the rows of the VARIABLES view, once `scope` is open in it. */
  async variables(scope: string): Promise<string[]> {
    const row = this.#page
      .locator(`.debug-variables ${ROWS}`, { has: this.#page.locator('.scope') })
      .filter({ hasText: scope });
    await row.first().waitFor();
    if ((await row.first().getAttribute('aria-expanded')) === 'false') await row.first().click();
    await this.#page.locator(`.debug-variables ${ROWS}[aria-level="2"]`).first().waitFor();
    return this.#texts('.debug-variables');
  }

  /** A command by its title, as from the command palette. */
  async command(title: string): Promise<void> {
    await this.press('F1');
    await this.#page.locator('.quick-input-widget input').fill(`>${title}`);
    const row = this.#page.locator(`.quick-input-list ${ROWS}`).filter({ hasText: title }).first();
    await row.click();
  }

  /** Types into the open input or list, and takes what it then offers first. */
  async answer(text: string): Promise<void> {
    const input = this.#page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor();
    await input.fill(text);
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Texts of the open list of choices. */
  async choices(): Promise<string[]> {
    return this.#texts('.quick-input-list');
  }

  /** Opens a section of the side bar by its title; the others can be folded for it to have room. */
  async section(title: string, open = true): Promise<void> {
    const header = this.#header(title);
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== String(open))
      await header.click({ position: { x: 60, y: 8 } });
    await expect.poll(() => header.getAttribute('aria-expanded'), PATIENCE).toBe(String(open));
  }

  /** Drags the upper edge of a section, by so many pixels downwards. */
  async dragEdge(title: string, by: number): Promise<void> {
    const { x, y } = await boxOf(this.#header(title));
    await this.#drag({ x: x + 150, y }, { x: x + 150, y: y + by });
  }

  /** Gives the editors on the right so many pixels of those on their left. */
  async widenLastGroup(by: number): Promise<void> {
    const { x, y } = await boxOf(this.#page.locator('.editor-group-container').last());
    await this.#drag({ x, y: y + 300 }, { x: x - by, y: y + 300 });
  }

  async #drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.#page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(to.x, to.y, { steps: 5 });
    await mouse.up();
  }

  /** Texts of the rows of a section. */
  async rows(title: string): Promise<string[]> {
    const texts = await this.#pane(title).locator(ROWS).allTextContents();
    return texts.map(plain);
  }

  /** What a section says above its rows. */
  async message(title: string): Promise<string> {
    return plain((await this.#pane(title).locator('.tree-explorer-viewlet-tree-view .message').textContent()) ?? '');
  }

  /** The row of a section that holds `text`. */
  row(title: string, text: string): Locator {
    return this.#pane(title).locator(ROWS).filter({ hasText: text }).first();
  }

  async unfold(title: string, text: string): Promise<void> {
    const row = this.row(title, text);
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    await expect.poll(() => row.getAttribute('aria-expanded'), PATIENCE).toBe('true');
  }

  /** An entry of the context menu of a row. */
  async menu(row: Locator, entry: string): Promise<void> {
    await row.click({ button: 'right' });
    const item = this.#page.locator('.monaco-menu .action-item', { hasText: entry }).first();
    await item.waitFor();
    // A menu that has just come up takes no click yet.
    await expect
      .poll(async () => {
        await item.click({ timeout: 2_000 }).catch(() => undefined);
        return item.isVisible();
      }, PATIENCE)
      .toBe(false);
  }

  /** A button in the title of a section, which is there while the mouse or the focus is. */
  async titleButton(title: string, label: string): Promise<void> {
    const pane = this.#pane(title);
    await pane.hover();
    await pane.locator(`.pane-header .action-label[aria-label^="${label}"]`).click();
  }

  /** What an extension's page holds, in the newest tab that is one. */
  page(): FrameLocator {
    return this.#page.locator('iframe.webview.ready').last().contentFrame().frameLocator('#active-frame');
  }

  /** Resolves once the cursor is in that line. */
  async cursorIn(line: number): Promise<void> {
    const position = this.#page.locator('[id="status.editor.selection"]');
    await position.filter({ hasText: new RegExp(`^Ln ${line},`) }).waitFor();
  }

  /** Resolves once that line of a text editor is the current one, also while the keyboard is elsewhere. */
  async showsLine(line: number): Promise<void> {
    const current = this.#page.locator('.editor-instance .line-numbers.active-line-number');
    await current.filter({ hasText: new RegExp(`^${line}$`) }).waitFor();
  }

  /** Takes what a dialog for a file's name proposes. */
  async acceptFile(name: string): Promise<void> {
    const input = this.#page.locator('.quick-input-widget input[type="text"]');
    await expect.poll(() => input.inputValue(), PATIENCE).toMatch(new RegExp(`${name}$`));
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** A button of the debug toolbar. */
  async debugAction(label: string): Promise<void> {
    await this.#page.locator(`.debug-toolbar .action-label[aria-label^="${label}"]`).click();
  }

  /** Clicks until the click has taken the cursor to that line: a view that is being filled anew loses a click. */
  async clickTo(target: Locator, line: number): Promise<void> {
    const position = this.#page.locator('[id="status.editor.selection"]');
    await expect
      .poll(async () => {
        await target.click();
        return await position.textContent({ timeout: 2_000 }).catch(() => '');
      }, PATIENCE)
      .toMatch(new RegExp(`^Ln ${line},`));
  }

  /** Ctrl+G */
  async goToLine(line: number, column = 1): Promise<void> {
    await this.press('Control+g');
    // The list is filled by what the `:` loads; Enter before that is lost.
    await this.#page.locator('.quick-input-widget input[type="text"]').fill(`:${line}:${column}`);
    await this.#page.locator(`.quick-input-list ${ROWS}`, { hasText: new RegExp(`line ${line}\\b`) }).waitFor();
    await this.press('Enter');
    await this.cursorIn(line);
  }

  /** The mouse over a word of the editor, with a key held; texts of the hover. */
  async hover(line: string, word: string, key?: string): Promise<string> {
    const hover = this.#page.locator('.monaco-hover:not(.hidden) .hover-contents');
    const span = this.#page.locator('.editor-instance .view-line', { hasText: line }).first();
    const box = await span.locator('span span', { hasText: word }).first().boundingBox();
    if (box === null) throw new Error(`“${word}” is not shown in “${line}”.`);
    await this.#page.mouse.move(5, 5);
    if (key !== undefined) await this.#page.keyboard.down(key);
    await this.#page.mouse.move(box.x, box.y + box.height / 2);
    await this.#page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await hover.first().waitFor();
    if (key !== undefined) await this.#page.keyboard.up(key);
    return plain((await hover.allTextContents()).join('\n'));
  }

  /** The mouse over a word while a program is paused, until the value that is shown of it, with what is below it, is like that. */
  async valueHover(line: string, word: string, ...like: readonly RegExp[]): Promise<void> {
    const { mouse } = this.#page;
    const value = this.#page.locator('.debug-hover-widget').locator('.value, .complex-value').first();
    const at = await this.#middleOf(line, word);
    // A hover that is on its way is given up when the editor draws anew: the mouse goes away and comes again.
    await expect
      .poll(async () => {
        await mouse.move(5, 5);
        await mouse.move(at.x - 1, at.y);
        await mouse.move(at.x, at.y);
        return value.waitFor({ timeout: 5_000 }).then(
          () => true,
          () => false,
        );
      }, PATIENCE)
      .toBe(true);
    // What is below it comes after it.
    const rows = this.#page.locator(`.debug-hover-widget ${ROWS}`);
    const shown = async (): Promise<string> =>
      plain([await value.innerText(), ...(await rows.allInnerTexts())].join('\n'));
    for (const part of like) await expect.poll(shown, PATIENCE).toMatch(part);
    await this.press('Escape');
  }

  /** Of a word in a line of the editor, in pixels. */
  async #middleOf(line: string, word: string): Promise<{ x: number; y: number }> {
    interface Box {
      readonly [side: string]: number;
    }
    interface Browser {
      document: {
        createTreeWalker(root: unknown, what: number): { nextNode(): { data: string } | null };
        createRange(): { setStart(node: unknown, at: number): void; setEnd(node: unknown, at: number): void } & {
          getBoundingClientRect(): Box;
        };
      };
    }
    const element = this.#page.locator('.editor-instance .view-line', { hasText: line }).first();
    const found = await element.evaluate((root: unknown, text: string) => {
      const { document } = globalThis as unknown as Browser;
      const texts = document.createTreeWalker(root, 4);
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const at = node.data.indexOf(text);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + text.length);
        const { left = 0, right = 0, top = 0, bottom = 0 } = range.getBoundingClientRect();
        return { x: (left + right) / 2, y: (top + bottom) / 2 };
      }
      return undefined;
    }, word);
    if (found === undefined) throw new Error(`“${word}” is not shown in “${line}”.`);
    return found;
  }

  /** What was copied last. */
  async clipboard(): Promise<string> {
    interface Browser {
      navigator: { clipboard: { readText(): Promise<string> } };
    }
    return this.#page.evaluate(() => (globalThis as unknown as Browser).navigator.clipboard.readText());
  }

  /** Texts of the hovers that are shown. */
  async hoverText(): Promise<string> {
    return plain((await this.#page.locator('.monaco-hover:not(.hidden) .hover-contents').allTextContents()).join('\n'));
  }

  async statusBar(): Promise<string[]> {
    return (await this.#page.locator('.statusbar-item').allTextContents()).map(plain);
  }

  /** With what their hovers say, as a screen reader has it. */
  statusLabels(): Promise<string[]> {
    return this.#page
      .locator('.statusbar-item a, .statusbar-item [aria-label]')
      .evaluateAll((items: { getAttribute(name: string): string | null }[]) =>
        items.map((item) => item.getAttribute('aria-label') ?? ''),
      );
  }

  async clickStatus(text: string): Promise<void> {
    await this.#page.locator('.statusbar-item', { hasText: text }).first().click();
  }

  /** A line of the editor with what is drawn after it: inline values, and decorations, which are styles. */
  async lineText(text: string): Promise<string> {
    const line = this.#page.locator('.editor-instance .view-line', { hasText: text }).first();
    interface Drawn {
      readonly textContent: string;
      querySelectorAll(selector: string): Iterable<unknown>;
    }
    interface Browser {
      getComputedStyle(element: unknown, pseudo: string): { readonly content: string };
    }
    const drawn = (element: unknown): string => {
      const { textContent } = element as Drawn;
      const styles = [...(element as Drawn).querySelectorAll('span')].map(
        (span) => (globalThis as unknown as Browser).getComputedStyle(span, '::after').content,
      );
      return (
        textContent +
        styles
          .filter((content) => content.startsWith('"'))
          .join(' ')
          .replaceAll('"', '')
      );
    };
    return plain(await line.evaluate(drawn));
  }

  /** What the list of running extensions says of one: `Activation: 12ms`, and what made it start. */
  async activation(extension: string): Promise<string> {
    const list = this.#page.locator('.runtime-extensions-editor');
    await list.hover();
    const row = list.locator(ROWS, { hasText: extension }).first();
    const time = row.locator('.activation-time').filter({ hasText: /ms/ });
    // The slowest are the first, and only rows that are in sight are there.
    await expect
      .poll(async () => {
        const isThere = await time.isVisible();
        if (!isThere) await this.#page.mouse.wheel(0, 120);
        return isThere;
      }, PATIENCE)
      .toBe(true);
    return plain((await row.locator('.activation-time, .activation-event, .msg').allTextContents()).join(' '));
  }

  /** Brings a file that is open to the front, and the keyboard into it. */
  async openTab(name: string): Promise<void> {
    await this.#page.locator(`.tab[data-resource-name="${name}"]`).click();
    await this.tab(name);
  }

  /** Resolves once that file's tab is in front. */
  async tab(name: string): Promise<void> {
    await this.#page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Resolves once `text` stands somewhere in the editors' part. */
  async sees(text: string): Promise<void> {
    await this.#page.locator('.part.editor').getByText(text).first().waitFor();
  }

  /** Resolves once `text` stands somewhere in the side bar. */
  async sideBarSays(text: string): Promise<void> {
    await this.#page.locator('.part.sidebar').getByText(text).first().waitFor();
  }

  async close(): Promise<void> {
    await this.#page.close();
  }

  async stopDebugging(): Promise<void> {
    await this.press('Shift+F5');
    await this.#page.locator(TOOLBAR).first().waitFor({ state: 'hidden' });
  }

  async picture(name: string): Promise<void> {
    // What fades in is taken as it ends.
    await this.#page.screenshot({ path: path.join(this.#pictures, `${name}.png`), animations: 'disabled' });
  }

  /** Waits for `expected`; a dialog instead of it is a failure, told in the dialog's words. */
  async #orDialog(expected: Locator): Promise<void> {
    const dialog = this.#page.locator('.monaco-dialog-box .dialog-message-container');
    await expected.or(dialog).first().waitFor();
    if (await dialog.isVisible()) throw new Error(`The editor says: ${(await dialog.textContent()) ?? ''}`);
  }

  #header(title: string): Locator {
    return this.#page.locator(`.pane-header[aria-label^="${title}"]`).first();
  }

  #pane(title: string): Locator {
    return this.#page.locator('.pane', { has: this.#page.locator(`.pane-header[aria-label^="${title}"]`) }).last();
  }

  async #texts(view: string): Promise<string[]> {
    const texts = await this.#page.locator(`${view} ${ROWS}`).allTextContents();
    return texts.map(plain);
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

async function boxOf(element: Locator): Promise<Point> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('What is to be dragged is not shown.');
  return box;
}

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}
