/** What can be done with one coroutine of the view: from its row, its menu, the keyboard or the command palette. */
import * as vscode from 'vscode';
import { rowDescription, stackText } from '../model/coroutineTexts.js';
import { coroutineTitle } from '../model/names.js';
import type { ListedCoroutine } from '../link/protocol.js';
import type { AwaitEntry } from './awaitTree.js';
import type { RowNode, TreeNode } from './coroutineTree.js';
import type { DebuggedProgram } from './debuggedProgram.js';
import { goTo, orSay, type Manner } from './goTo.js';
import type { BreakMoment, ProgramClient } from './programClient.js';
import { clickedFrame } from './stackItem.js';

type Act = (row: ListedCoroutine, client: ProgramClient) => Promise<void>;

const FOLLOW = 'coroscope.followInTimeline';

export class CoroutineActions implements vscode.Disposable {
  /** Rows that stay at the top of the view. */
  readonly pinned = new Set<number>();
  readonly #breaks = new Map<number, Set<BreakMoment>>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly program: DebuggedProgram,
    private readonly view: vscode.TreeView<TreeNode>,
    private readonly refresh: () => void,
  ) {
    const table: Readonly<Record<string, Act>> = {
      goTo: (row) => this.#goTo(row),
      // A row that is clicked on keeps the keyboard: the keys of the view are for it.
      show: (row) => this.#goTo(row, { preserveFocus: true }),
      showCreation: (row, client) => this.#showCreation(row, client),
      breakOnResume: (row, client) => this.#break(row, client, 'resume'),
      breakOnSuspend: (row, client) => this.#break(row, client, 'suspend'),
      breakOnEnd: (row, client) => this.#break(row, client, 'end'),
      copyStack: (row, client) => this.#copyStack(row, client),
      pin: (row) => this.#pin(row, true),
      unpin: (row) => this.#pin(row, false),
      followInTimeline: (row, client) => this.#follow(row, client),
    };
    this.#subscriptions = Object.entries(table).map(([name, act]) =>
      vscode.commands.registerCommand(`coroscope.coroutine.${name}`, (clicked?: unknown) =>
        orSay(() => this.#carryOut(act, clicked)),
      ),
    );
    this.#subscriptions.push(
      program.onDidChange((reason) => {
        if (reason !== 'session') return;
        this.pinned.clear();
        this.#breaks.clear();
      }),
    );
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  breaks(coroutine: number): readonly BreakMoment[] {
    return [...(this.#breaks.get(coroutine) ?? [])];
  }

  async #carryOut(act: Act, clicked: unknown): Promise<void> {
    const { client } = this.program;
    if (client === undefined) throw new Error('No program is being debugged. Start one with Coroscope first.');
    // The palette and the keyboard bring no row: the selected one is meant, else one is chosen.
    const row = await rowOf(clicked ?? this.view.selection[0], client);
    if (row !== undefined) await act(row, client);
  }

  async #goTo(row: ListedCoroutine, manner?: Manner): Promise<void> {
    if (row.location !== undefined) await goTo(row.location, this.program.session, manner);
  }

  async #showCreation(row: ListedCoroutine, client: ProgramClient): Promise<void> {
    const { createdAt, definedAt } = await client.coroutine(row.id);
    if (createdAt !== undefined) {
      await goTo(createdAt, this.program.session);
      return;
    }
    const show = 'Show its function';
    const why = client.limits ?? 'Only the creation of tasks can be observed.';
    const text = `Where ${coroutineTitle(row)} was created is not recorded. ${why}`;
    if ((await vscode.window.showInformationMessage(text, show)) === show) await goTo(definedAt, this.program.session);
  }

  /** Sets the breakpoint, or takes it away where it was set. */
  async #break(row: ListedCoroutine, client: ProgramClient, moment: BreakMoment): Promise<void> {
    const moments = new Set(this.#breaks.get(row.id));
    if (!moments.delete(moment)) moments.add(moment);
    const { verified, message } = await client.breakOnCoroutine(row.id, [...moments]);
    if (!verified && moments.size > 0)
      throw new Error(message ?? `The program cannot break when ${coroutineTitle(row)} ${moment}s.`);
    this.#breaks.set(row.id, moments);
    const says = moments.has(moment) ? 'will break' : 'will not break any more';
    vscode.window.setStatusBarMessage(`The program ${says} when ${coroutineTitle(row)} ${moment}s.`, 5000);
    this.refresh();
  }

  async #copyStack(row: ListedCoroutine, client: ProgramClient): Promise<void> {
    const { delegates, valueLocation } = await client.coroutine(row.id);
    const own = { name: row.name, location: valueLocation ?? row.location };
    await vscode.env.clipboard.writeText(stackText(row, [own, ...delegates]));
  }

  #pin(row: ListedCoroutine, on: boolean): Promise<void> {
    if (on) this.pinned.add(row.id);
    else this.pinned.delete(row.id);
    this.refresh();
    return Promise.resolve();
  }

  async #follow(row: ListedCoroutine, client: ProgramClient): Promise<void> {
    if (client.limits !== undefined) throw new Error(client.limits);
    if (!(await vscode.commands.getCommands(true)).includes(FOLLOW))
      throw new Error('This version of Coroscope has no timeline to follow a coroutine in.');
    await vscode.commands.executeCommand(FOLLOW, { coroutine: row.id, title: coroutineTitle(row) });
  }
}

/** A row of the Coroutines view, an entry of another view that has a coroutine's number, or a frame of the call stack. */
async function rowOf(clicked: unknown, client: ProgramClient): Promise<ListedCoroutine | undefined> {
  const fields = (typeof clicked === 'object' && clicked !== null ? clicked : {}) as Partial<RowNode & AwaitEntry>;
  if (fields.type === 'row' && fields.row !== undefined) return fields.row;
  const frame = clickedFrame(clicked);
  const coroutine = frame === undefined ? fields.coroutine : await client.coroutineAt?.(frame.threadId, frame.index);
  if (coroutine !== undefined) return (await client.coroutine(coroutine)).row;
  if (frame !== undefined) throw new Error('This frame belongs to no generator, coroutine or task.');
  return choose(client);
}

async function choose(client: ProgramClient): Promise<ListedCoroutine | undefined> {
  const { rows = [] } = await client.coroutines({});
  if (rows.length === 0) throw new Error('The program has no generator or coroutine at the moment.');
  const items = rows.map((row) => ({ label: coroutineTitle(row), description: rowDescription(row), row }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which coroutine?', matchOnDescription: true }))?.row;
}
