/** What the views do when a program runs on or ends under them, and what their commands come to. */
import { beforeEach, expect, test } from 'vitest';
import type { CoroutineBody } from '../../src/dap/coroutineList.js';
import type { AwaitGraphBody } from '../../src/dap/customRequests.js';
import { AwaitGraphView } from '../../src/editor/awaitGraphView.js';
import { CoroutineActions } from '../../src/editor/coroutineActions.js';
import { CoroutinesView } from '../../src/editor/coroutinesView.js';
import type { DebuggedProgram } from '../../src/editor/debuggedProgram.js';
import { InlineValues } from '../../src/editor/inlineValuesProvider.js';
import type { ProgramClient } from '../../src/editor/programClient.js';
import { SuspendedLines } from '../../src/editor/suspendedLinesView.js';
import type { ListedCoroutine } from '../../src/link/protocol.js';
import { debug, EventEmitter, Position, Uri, user, window } from './fakeVscode.js';

const ROW: ListedCoroutine = {
  ...{ id: 7, kind: 'generator', state: 'suspended', name: 'numbers', delegates: 0, suspension: 'yield' },
  location: { path: '/work/a.py', name: 'a.py', line: 4 },
};
const FULL = {
  row: ROW,
  delegates: [{ name: 'inner', location: { path: '/work/b.py', name: 'b.py', line: 9 } }],
  definedAt: { path: '/work/a.py', name: 'a.py', line: 1 },
} as unknown as CoroutineBody;
const DEADLOCK = {
  nodes: ['a', 'b'].map((name, id) => ({ id, kind: 'task', name })),
  edges: [
    { from: 0, to: 1, relation: 'waitsFor' },
    { from: 1, to: 0, relation: 'waitsFor' },
  ],
  ...{ total: 2, roots: [], sentences: ['Deadlock: a waits for b; b waits for a.'] },
  deadlocks: [[0, 1]],
} as unknown as AwaitGraphBody;

const changed = new EventEmitter<string>();
const log = { debug: () => undefined } as never;

/** The program in view: each request that is not in `answers` is refused, as by one that has run on. */
function programWith(answers: Partial<ProgramClient> | undefined) {
  const refuse = (): Promise<never> => Promise.reject(new Error('The program is running.'));
  const client = answers && {
    ...{ coroutines: refuse, coroutine: refuse, awaitGraph: refuse, breakOnCoroutine: refuse },
    ...answers,
  };
  return { client, session: undefined, onDidChange: changed.event } as unknown as DebuggedProgram & {
    client: ProgramClient | undefined;
  };
}

beforeEach(() => {
  user.commands.clear();
  user.providers.length = 0;
  user.messages.length = 0;
  user.statusBar.length = 0;
  user.opened.length = 0;
  debug.activeDebugSession = undefined;
  window.visibleTextEditors = [];
});

test('the badge of a deadlock goes with the deadlock, with the program, and when it cannot be asked', async () => {
  const program = programWith({ awaitGraph: () => Promise.resolve(DEADLOCK) });
  const view = new AwaitGraphView(program);
  const badge = (): unknown => user.views.get('coroscope.awaitGraph')!['badge'];
  const said = (): unknown => user.views.get('coroscope.awaitGraph')!['message'];
  await view.getChildren();
  expect(badge()).toEqual({ value: 1, tooltip: DEADLOCK.sentences[0] });
  program.client!.awaitGraph = () => Promise.reject(new Error('The program is running.'));
  expect(await view.getChildren()).toEqual([]);
  expect(said()).toBe('The program is running.');
  expect(badge()).toBeUndefined();

  program.client!.awaitGraph = () => Promise.resolve(DEADLOCK);
  await view.getChildren();
  expect(badge()).toBeDefined();
  program.client = undefined;
  changed.fire('session');
  expect(badge()).toBeUndefined();
  expect(await view.getChildren()).toEqual([]);
  expect([badge(), said()]).toEqual([undefined, '']);
});

test('a view without rows says above where they would be why there are none', async () => {
  const program = programWith({ coroutines: () => Promise.resolve({ total: 0, length: 0, rows: [] }) });
  const view = new CoroutinesView(program, { get: () => undefined } as never);
  const said = (): unknown => user.views.get('coroscope.coroutines')!['message'];
  expect(await view.getChildren()).toEqual([]);
  expect(said()).toBe('The program has no generator or coroutine at the moment.');
  program.client!.coroutines = () => Promise.resolve({ total: 1, length: 1, rows: [ROW] });
  expect(await view.getChildren()).toHaveLength(1);
  expect(said()).toBe('');
  view.dispose();
});

test('a screen reader is told the whole of an entry in one line, and its name once', () => {
  const view = new AwaitGraphView(programWith(undefined));
  const entry = { id: '1', description: '', icon: 'task' as const, children: [] };
  const spoken = (label: string, tooltip: string): unknown =>
    view.getTreeItem({ ...entry, label, tooltip }).accessibilityInformation;
  expect(spoken('main', 'main\nwaits for a lock\na.py:3')).toEqual({ label: 'main, waits for a lock, a.py:3' });
  expect(spoken('Deadlock', 'Two wait for each other.\nTake locks in one order.')).toEqual({
    label: 'Deadlock, Two wait for each other. Take locks in one order.',
  });
});

test('a hover over a line of suspended coroutines lists them, and is none once the program has run on', async () => {
  const document = {
    ...{ uri: Uri.file('/work/a.py'), languageId: 'python', lineCount: 9 },
    lineAt: () => ({ range: undefined }),
  };
  window.visibleTextEditors = [{ document, setDecorations: () => undefined }];
  const group = { key: 'k', name: 'numbers', count: 1, location: ROW.location };
  const program = programWith({
    coroutines: ({ path }) =>
      Promise.resolve({ total: 1, length: 1, ...(path ? { rows: [ROW] } : { groups: [group] }) }),
  });
  const lines = new SuspendedLines(program, log);
  changed.fire('stopped');
  const hover = () => lines.provideHover(document as never, new Position(3, 0) as never);
  await expect.poll(async () => (await hover()) !== undefined).toBe(true);
  const shown = JSON.stringify((await hover())!.contents);
  expect(shown).toContain('generator numbers');
  expect(decodeURIComponent(shown)).toContain('coroscope.coroutines.filter?["a.py:4"]');
  program.client!.coroutines = () => Promise.reject(new Error('The program is running.'));
  await expect(hover()).resolves.toBeUndefined();
  lines.dispose();
});

test('inline values are provided for a session that was there before, and for no other debugger’s', () => {
  debug.activeDebugSession = { type: 'coroscope' };
  const ours = new InlineValues(programWith({}), log);
  expect(user.providers).toEqual(['inline values']);
  ours.dispose();
  expect(user.providers).toEqual([]);
  debug.activeDebugSession = { type: 'debugpy' };
  new InlineValues(programWith({}), log).dispose();
  expect(user.providers).toEqual([]);
});

test('what can be done with a coroutine', async () => {
  const asked: unknown[] = [];
  const followed: unknown[] = [];
  let refreshed = 0;
  user.commands.set('coroscope.followInTimeline', (...args) => followed.push(...args));
  const program = programWith({
    coroutine: () => Promise.resolve(FULL),
    breakOnCoroutine: (...args) => {
      asked.push(args);
      return Promise.resolve({ verified: true });
    },
  });
  const actions = new CoroutineActions(program, { selection: [] } as never, () => (refreshed += 1));
  const node = { type: 'row', row: ROW };
  const act = async (name: string): Promise<void> => {
    await user.commands.get(`coroscope.coroutine.${name}`)!(node);
  };

  await act('breakOnSuspend');
  await act('breakOnEnd');
  expect(actions.breaks(7)).toEqual(['suspend', 'end']);
  await act('breakOnSuspend');
  expect(asked).toEqual([
    [7, ['suspend']],
    [7, ['suspend', 'end']],
    [7, ['end']],
  ]);
  expect(user.statusBar.at(-1)).toBe('The program will not break any more when generator numbers suspends.');

  await act('pin');
  expect([...actions.pinned]).toEqual([7]);
  await act('unpin');
  expect([...actions.pinned]).toEqual([]);
  expect(refreshed).toBe(5);

  await act('copyStack');
  expect(user.clipboard).toMatch(/inner.*b\.py:9[^]*numbers.*a\.py:4/);
  await act('goTo');
  expect(user.opened).toEqual(['/work/a.py:4']);
  await act('followInTimeline');
  expect(followed).toEqual([{ coroutine: 7, title: 'generator numbers' }]);
  await act('showCreation');
  expect(user.messages).toEqual([
    'Where generator numbers was created is not recorded. Only the creation of tasks can be observed.',
  ]);

  // From other views: an entry of the await graph has a number, a frame of the call stack its place in a stack.
  await user.commands.get('coroscope.coroutine.breakOnResume')!({ coroutine: 7 });
  expect(asked.at(-1)).toEqual([7, ['end', 'resume']]);
  const threadId = 'thread:a-b:3';
  program.client!.coroutineAt = (thread, index) => Promise.resolve(thread === 3 && index === 2 ? 7 : undefined);
  const frame = (index: number) => ({ threadId, frameId: `stackframe:${threadId}:${index}:a.py` });
  await user.commands.get('coroscope.coroutine.breakOnResume')!(frame(2));
  expect(asked.at(-1)).toEqual([7, ['end']]);
  await user.commands.get('coroscope.coroutine.breakOnResume')!(frame(0));
  expect(user.messages.at(-1)).toBe('This frame belongs to no generator, coroutine or task.');

  // Another program has none of it.
  await act('pin');
  changed.fire('session');
  expect([[...actions.pinned], actions.breaks(7)]).toEqual([[], []]);
  program.client = undefined;
  await act('copyStack');
  expect(user.messages.at(-1)).toBe('No program is being debugged. Start one with Coroscope first.');
  actions.dispose();
});
