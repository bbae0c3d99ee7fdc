/** Pictures in an editor tab: the await graph and the parallel stacks, drawn by `media/picture.ts` in a webview. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { awaitPicture, stacksPicture, type Picture } from '../model/picture.js';
import { besideColumn } from './besideColumn.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { goTo, orSay } from './goTo.js';
import { pictureHtml } from './pictureHtml.js';
import { FromPicture, type ToPicture } from './pictureMessages.js';
import type { ProgramClient } from './programClient.js';

interface Kind {
  readonly title: string;
  readonly make: (client: ProgramClient) => Promise<Picture>;
  readonly nothing: string;
}

/** More boxes than this are no picture. */
const LIMIT = 200;

const KINDS: Readonly<Record<'awaitGraph' | 'parallelStacks', Kind>> = {
  awaitGraph: {
    title: 'Await Graph',
    make: async (client) => awaitPicture(await client.awaitGraph(LIMIT)),
    nothing: 'No task and no coroutine waits for anything at the moment.',
  },
  parallelStacks: {
    title: 'Parallel Stacks',
    make: async (client) => stacksPicture(await client.parallelStacks({ limit: LIMIT })),
    nothing: 'The program has no generator or coroutine at the moment.',
  },
};

export class PictureViews implements vscode.Disposable {
  readonly #open = new Map<Kind, PicturePanel>();
  readonly #commands: vscode.Disposable[];

  constructor(program: DebuggedProgram, extension: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#commands = Object.entries(KINDS).map(([name, kind]) =>
      vscode.commands.registerCommand(`coroscope.${name}.picture`, () => {
        const known = this.#open.get(kind);
        if (known !== undefined) {
          known.reveal();
          return;
        }
        const closed = (): boolean => this.#open.delete(kind);
        const panel = new PicturePanel(kind, program, extension, log, closed);
        this.#open.set(kind, panel);
      }),
    );
  }

  dispose(): void {
    for (const each of [...this.#commands, ...this.#open.values()]) each.dispose();
  }
}

class PicturePanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #subscription: vscode.Disposable;
  #picture: Picture | undefined;
  #ready = false;
  /** Counts the questions: an answer that a later question has overtaken is not drawn. */
  #asked = 0;

  constructor(
    private readonly kind: Kind,
    private readonly program: DebuggedProgram,
    extension: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
    closed: () => void,
  ) {
    const roots = [vscode.Uri.joinPath(extension, 'dist', 'media'), vscode.Uri.joinPath(extension, 'media')];
    this.#panel = vscode.window.createWebviewPanel('coroscope.picture', kind.title, besideColumn(), {
      enableScripts: true,
      localResourceRoots: roots,
    });
    const { webview } = this.#panel;
    const file = (folder: number, name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(roots[folder] ?? extension, name)).toString();
    this.#subscription = program.onDidChange(() => void this.#update());
    this.#panel.onDidDispose(() => {
      this.#subscription.dispose();
      closed();
    });
    this.#panel.onDidChangeViewState(() => void this.#update());
    webview.onDidReceiveMessage((message: unknown) => void orSay(() => this.#received(message)));
    webview.html = pictureHtml({
      title: kind.title,
      nonce: randomBytes(16).toString('base64'),
      source: webview.cspSource,
      script: file(0, 'picture.js'),
      style: file(1, 'picture.css'),
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #received(message: unknown): Promise<void> {
    const parsed = FromPicture.safeParse(message);
    if (!parsed.success) {
      this.log.warn(
        'A message of a picture’s page is none of ours and was passed over:',
        parsed.error.issues[0]?.message,
      );
      return;
    }
    if (parsed.data.type === 'ready') {
      this.#ready = true;
      await this.#update();
      return;
    }
    const { box } = parsed.data;
    const location = this.#picture?.boxes.find(({ id }) => id === box)?.location;
    if (location !== undefined) await goTo(location, this.program.session, { avoided: this.#panel.viewColumn });
  }

  async #update(): Promise<void> {
    if (!this.#ready || !this.#panel.visible) return;
    const question = (this.#asked += 1);
    const message = await this.#message();
    if (question !== this.#asked) return;
    this.#picture = message.type === 'picture' ? message.picture : undefined;
    await this.#panel.webview.postMessage(message);
  }

  async #message(): Promise<ToPicture> {
    const { client } = this.program;
    if (client === undefined) return { type: 'note', text: 'No program is being debugged.' };
    try {
      const picture = await this.kind.make(client);
      return picture.boxes.length === 0 ? { type: 'note', text: this.kind.nothing } : { type: 'picture', picture };
    } catch (error) {
      return { type: 'note', text: error instanceof Error ? error.message : String(error) };
    }
  }
}
