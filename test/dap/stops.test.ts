/** Stops, steps and what can be looked at while the program stands. */
import { toColumns } from '../../src/link/exchangeColumns.js';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Frame, Segment } from '../../src/link/protocol.js';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, Refusal, type FakeProgram } from './fakeBackend.js';

const FILE = '/work/talk.fake';
const SETTINGS = { language: 'fake', program: FILE };

let client: DapClient;
let program: FakeProgram;

beforeEach(() => start());

async function start(abilities: Partial<DAP.InitializeRequestArguments> = {}, settings: object = {}): Promise<void> {
  const backend = new FakeBackend();
  client = DapClient.inMemory(backend.backends);
  await client.start({ ...SETTINGS, ...settings }, { client: abilities });
  program = backend.program;
}

afterEach(async () => {
  await client.close();
});

/** Replaces the session of `beforeEach` by another kind of client. */
async function again(abilities: Partial<DAP.InitializeRequestArguments>, settings: object = {}): Promise<void> {
  await client.close();
  await start(abilities, settings);
}

const frame = (id: number, more: Partial<Frame> = {}): Frame => ({
  id,
  name: `f${id}`,
  location: { path: FILE, name: 'talk.fake', line: 10 + id, column: 5, endLine: 10 + id, endColumn: 12 },
  user: true,
  ...more,
});

/** Three frames and one awaiter with two, in windows as the runtime cuts them. */
function stackOf(frames: Frame[], awaiters: Segment[] = []): void {
  program.answers.stack = ({ start: from, count }) => ({
    frames: frames.slice(from, from + count),
    total: frames.length,
    awaiters: from + count >= frames.length ? awaiters : [],
  });
}

describe('stopped', () => {
  test.each([
    ['entry', 'entry', 'Paused on entry'],
    ['breakpoint', 'breakpoint', 'Paused on breakpoint'],
    ['function breakpoint', 'function breakpoint', 'Paused on function breakpoint'],
    ['breakpoint call', 'breakpoint', 'Paused on a breakpoint call of the program'],
    ['step', 'step', 'Paused after a step'],
    ['pause', 'pause', 'Paused'],
    ['exception', 'exception', 'Paused on exception'],
  ] as const)('%s', async (reason, shown, description) => {
    program.stop({ reason });
    expect(await client.waitFor('stopped')).toEqual({
      reason: shown,
      description,
      threadId: 1,
      allThreadsStopped: true,
    });
  });

  test('says which breakpoints were hit, and in the words of the runtime', async () => {
    program.stop({ breakpoints: [4, 7], text: 'Paused before fetch resumes' });
    expect(await client.waitFor('stopped')).toMatchObject({
      hitBreakpointIds: [4, 7],
      description: 'Paused before fetch resumes',
    });
  });

  test('keeps the text of an exception apart', async () => {
    program.stop({ reason: 'exception', text: 'ValueError: no' });
    expect(await client.waitFor('stopped')).toMatchObject({
      description: 'Paused on exception',
      text: 'ValueError: no',
    });
  });
});

describe('running on', () => {
  test.each([
    ['continue', 'continue', { allThreadsContinued: true }],
    ['next', 'next', undefined],
    ['stepIn', 'stepIn', undefined],
    ['stepOut', 'stepOut', undefined],
  ] as const)('%s', async (command, action, body) => {
    program.stop();
    const { threadId = 0 } = await client.waitFor('stopped');
    expect(await client.request(command, { threadId })).toEqual(body);
    expect(program.commands('resume')).toEqual([{ action, thread: 140_000_000_001 }]);
    // The client asked, so it is not told.
    await client.request('threads');
    expect(client.seen('continued')).toEqual([]);
  });

  test('the answer comes before what it causes, whatever the runtime says first', async () => {
    program.answers.resume = () => {
      program.fact('continued', {});
      program.fact('output', { category: 'stdout', text: 'x\n' });
      program.stop({ reason: 'step' });
      return {};
    };
    program.stop();
    const { threadId = 0 } = await client.waitFor('stopped');
    await client.request('next', { threadId });
    await client.waitFor('stopped');
    const order = client.transcript.slice(-3).map(({ message }) => ('event' in message ? message.event : message.type));
    expect(order).toEqual(['response', 'output', 'stopped']);
  });

  test('by itself is told', async () => {
    program.stop();
    await client.waitFor('stopped');
    program.fact('continued', {});
    expect(await client.waitFor('continued')).toEqual({ threadId: 1, allThreadsContinued: true });
  });

  test('that the runtime refuses leaves the stop as it is', async () => {
    program.answers.resume = () => {
      throw new Refusal({ code: 'unsupported', message: 'Not here.' });
    };
    program.stop();
    const { threadId = 0 } = await client.waitFor('stopped');
    expect((await client.failure(client.request('next', { threadId }))).message).toBe('Not here.');
    program.fact('continued', {});
    await client.waitFor('continued');
  });

  test('on a logical thread is a step of its coroutine', async () => {
    program.answers.threads = () => ({
      threads: [{ id: 140_000_000_001, name: 'MainThread', paused: true }],
      coroutines: [
        {
          id: 12,
          kind: 'generator',
          state: 'suspended',
          name: 'general',
          suspension: 'yield',
          location: { name: 'talk.fake', line: 12 },
        },
      ],
      totalCoroutines: 1,
    });
    program.stop();
    await client.waitFor('stopped');
    const { threads } = await client.request('threads');
    expect(threads).toEqual([
      { id: 1, name: 'MainThread' },
      { id: 1_000_012, name: 'generator general · yield · talk.fake:12' },
    ]);
    await client.request('next', { threadId: 1_000_012 });
    expect(program.commands('resume')).toEqual([{ action: 'next', coroutine: 12 }]);
  });

  test('pause', async () => {
    const { threads } = await client.request('threads');
    await client.request('pause', { threadId: threads[0]!.id });
    expect(program.commands('pause')).toEqual([{}]);
  });
});

describe('threads', () => {
  test('asks for as many logical ones as the setting allows', async () => {
    await again({}, { maxLogicalThreads: 7 });
    await client.request('threads');
    expect(program.commands('threads')).toEqual([{ limit: 7 }]);
  });

  test('leaves out what has no number below 2^31', async () => {
    program.answers.threads = () => ({
      threads: [],
      coroutines: [{ id: 2 ** 31, kind: 'coroutine', state: 'suspended', name: 'late' }],
      totalCoroutines: 1,
    });
    expect(await client.request('threads')).toEqual({ threads: [] });
  });

  test('come and go', async () => {
    program.fact('thread', { id: 140_000_000_001, name: 'MainThread', reason: 'started' });
    program.fact('thread', { id: 140_000_000_002, name: 'Worker', reason: 'started' });
    program.fact('thread', { id: 140_000_000_002, name: 'Worker', reason: 'exited' });
    expect(await client.waitFor('thread', ({ reason }) => reason === 'exited')).toEqual({
      reason: 'exited',
      threadId: 2,
    });
  });
});

describe('the call stack', () => {
  const awaiters: Segment[] = [
    { relation: 'awaitedBy', coroutine: 2, name: 'main', task: 'Task-1', cycle: false, frames: [frame(4), frame(5)] },
  ];

  test('shows ranges, folds what is not the user’s, and goes on with who awaits', async () => {
    stackOf(
      [
        frame(1),
        frame(2, { user: false, location: { name: '<string>', sourceId: 0, line: 3 } }),
        frame(3, { location: { name: '?', line: 1 } }),
      ],
      awaiters,
    );
    program.stop();
    const { frames } = await client.stop();
    expect(frames).toEqual([
      { id: 1, name: 'f1', source: { name: 'talk.fake', path: FILE }, line: 11, column: 5, endLine: 11, endColumn: 12 },
      {
        id: 2,
        name: 'f2',
        source: { name: '<string>', sourceReference: 1, presentationHint: 'deemphasize' },
        line: 3,
        column: 1,
        presentationHint: 'subtle',
      },
      { id: 3, name: 'f3', line: 1, column: 1 },
      { id: 4, name: 'awaited by Task-1 main', presentationHint: 'label', line: 0, column: 0 },
      { id: 5, name: 'f4', source: { name: 'talk.fake', path: FILE }, line: 14, column: 5, endLine: 14, endColumn: 12 },
      { id: 6, name: 'f5', source: { name: 'talk.fake', path: FILE }, line: 15, column: 5, endLine: 15, endColumn: 12 },
    ]);
  });

  test('comes in pages that fit together, and says that there is more until the end was seen', async () => {
    stackOf([frame(1), frame(2), frame(3)], awaiters);
    program.stop();
    const { threadId = 0 } = await client.waitFor('stopped');
    const names: string[] = [];
    const totals: (number | undefined)[] = [];
    for (let startFrame = 0; names.length === startFrame; startFrame += 2) {
      const { stackFrames, totalFrames } = await client.request('stackTrace', { threadId, startFrame, levels: 2 });
      names.push(...stackFrames.map(({ name }) => name));
      totals.push(totalFrames);
    }
    expect(names).toEqual(['f1', 'f2', 'f3', 'awaited by Task-1 main', 'f4', 'f5']);
    expect(totals).toEqual([4, 6, 6, 6]);
    expect(program.commands('stack').map(({ start: from, count }) => [from, count])).toEqual([
      [0, 2],
      [2, 2],
      [4, 2],
      [6, 2],
    ]);
  });

  test('the same frame keeps its number within a stop and gets another one after it', async () => {
    stackOf([frame(1)]);
    program.stop();
    const { frames, threadId } = await client.stop();
    expect((await client.request('stackTrace', { threadId })).stackFrames).toEqual(frames);
    await client.request('next', { threadId });
    program.stop();
    const later = await client.stop();
    expect(later.frames[0]!.id).not.toBe(frames[0]!.id);
    expect((await client.failure(client.request('scopes', { frameId: frames[0]!.id }))).message).toContain(
      'belongs to an earlier stop',
    );
  });

  test('a heading has no scopes, and nothing can be evaluated in it', async () => {
    stackOf([frame(1)], awaiters);
    program.stop();
    const { frames } = await client.stop();
    const label = frames.find(({ presentationHint }) => presentationHint === 'label')!;
    expect(await client.request('scopes', { frameId: label.id })).toEqual({ scopes: [] });
    expect(
      (await client.failure(client.request('evaluate', { expression: 'x', frameId: label.id }))).message,
    ).toContain('is a heading');
  });

  test('for a client that counts from 0 and names files by URI', async () => {
    await again({ linesStartAt1: false, columnsStartAt1: false, pathFormat: 'uri' });
    stackOf([frame(1), frame(2, { location: { path: FILE, name: 'talk.fake', line: 3 } })]);
    program.stop();
    const { frames } = await client.stop();
    expect(frames).toMatchObject([
      { line: 10, column: 4, endLine: 10, endColumn: 11, source: { path: 'file:///work/talk.fake' } },
      { line: 2, column: 0 },
    ]);
  });
});

describe('values', () => {
  beforeEach(() => {
    stackOf([frame(1)]);
    program.answers.scopes = () => ({
      scopes: [
        { name: 'Coroutine', hint: 'coroutine', ref: 100, expensive: false, named: 4 },
        { name: 'Globals', hint: 'globals', ref: 101, expensive: true },
      ],
    });
    program.stop();
  });

  const inspect = async (): Promise<DAP.Scope[]> => {
    const { frames } = await client.stop();
    return (await client.request('scopes', { frameId: frames[0]!.id })).scopes;
  };

  test('scopes', async () => {
    expect(await inspect()).toEqual([
      { name: 'Coroutine', presentationHint: 'coroutine', variablesReference: 1, namedVariables: 4, expensive: false },
      { name: 'Globals', presentationHint: 'globals', variablesReference: 2, expensive: true },
    ]);
  });

  test('with all that is known of them', async () => {
    program.answers.variables = () => ({
      variables: [
        { name: 'x', value: '1', type: 'int', ref: 0, evaluateName: 'x', hints: ['readOnly', 'virtual'] },
        {
          name: 'g',
          value: '<generator>',
          ref: 200,
          named: 3,
          indexed: 9,
          valueLocation: { path: FILE, name: 'talk.fake', line: 7, column: 3 },
          hints: ['lazy', 'internal'],
        },
      ],
    });
    const [scope] = await inspect();
    const { variables } = await client.request('variables', { variablesReference: scope!.variablesReference });
    expect(variables).toEqual([
      {
        name: 'x',
        value: '1',
        type: 'int',
        variablesReference: 0,
        evaluateName: 'x',
        presentationHint: { kind: 'virtual', attributes: ['readOnly'] },
      },
      {
        name: 'g',
        value: '<generator>',
        variablesReference: 3,
        namedVariables: 3,
        indexedVariables: 9,
        valueLocationReference: 1,
        presentationHint: { visibility: 'internal', lazy: true },
      },
    ]);
    expect(await client.request('locations', { locationReference: 1 })).toEqual({
      source: { name: 'talk.fake', path: FILE },
      line: 7,
      column: 3,
    });
  });

  test('in pages', async () => {
    program.answers.variables = ({ start: from, count }) => ({
      variables: Array.from({ length: Math.min(count, 5000 - from) }, (_, index) => ({
        name: String(from + index),
        value: '0',
        ref: 0,
      })),
    });
    const [scope] = await inspect();
    const variablesReference = scope!.variablesReference;
    const page = await client.request('variables', { variablesReference, filter: 'indexed', start: 40, count: 2 });
    expect(page.variables.map(({ name }) => name)).toEqual(['40', '41']);
    expect(program.commands('variables')).toEqual([{ ref: 100, filter: 'indexed', start: 40, count: 2 }]);

    const { variables } = await client.request('variables', { variablesReference });
    expect(variables).toHaveLength(1001);
    expect(variables.at(-1)).toMatchObject({ name: '…', value: 'only the first 1000 are shown' });
  });

  test('are assigned, and the client is asked to look again', async () => {
    await again({ supportsInvalidatedEvent: true });
    stackOf([frame(1)]);
    program.answers.scopes = () => ({ scopes: [{ name: 'Locals', ref: 100, expensive: false }] });
    program.answers.setVariable = () => ({ variable: { name: 'x', value: '2', type: 'int', ref: 0 } });
    program.answers.setExpression = () => ({ variable: { name: 'x.y', value: '[3]', ref: 300, indexed: 1 } });
    program.stop();
    const { frames } = await client.stop();
    const { scopes } = await client.request('scopes', { frameId: frames[0]!.id });
    const { variablesReference } = scopes[0]!;

    expect(await client.request('setVariable', { variablesReference, name: 'x', value: '1 + 1' })).toEqual({
      value: '2',
      type: 'int',
      variablesReference: 0,
    });
    expect(program.commands('setVariable')).toEqual([{ ref: 100, name: 'x', value: '1 + 1' }]);
    await client.waitFor('invalidated');
    expect(
      await client.request('setExpression', { frameId: frames[0]!.id, expression: 'x.y', value: '[3]' }),
    ).toMatchObject({ value: '[3]', indexedVariables: 1 });
    expect(program.commands('setExpression')).toEqual([{ frame: 1, expression: 'x.y', value: '[3]' }]);
  });

  test('of an earlier stop are refused', async () => {
    const [scope] = await inspect();
    program.fact('continued', {});
    await client.waitFor('continued');
    expect(
      (await client.failure(client.request('variables', { variablesReference: scope!.variablesReference }))).message,
    ).toBe('The variable belongs to an earlier stop; the program has run on since.');
  });
});

describe('expressions', () => {
  beforeEach(() => {
    program.answers.evaluate = ({ expression }) => ({
      variable: { name: expression, value: '42', type: 'int', ref: 0 },
    });
  });

  test.each([
    ['repl', 'repl'],
    ['watch', 'watch'],
    ['hover', 'hover'],
    ['clipboard', 'clipboard'],
    ['variables', 'variables'],
    [undefined, 'watch'],
    ['something new', 'watch'],
  ])('in the context %s', async (context, asked) => {
    expect(
      await client.request('evaluate', { expression: 'x', ...(context === undefined ? {} : { context }) }),
    ).toEqual({
      result: '42',
      type: 'int',
      variablesReference: 0,
    });
    expect(program.commands('evaluate')).toEqual([{ expression: 'x', context: asked }]);
  });

  test('in a frame', async () => {
    stackOf([frame(31)]);
    program.stop();
    const { frames } = await client.stop();
    await client.request('evaluate', { expression: 'x', frameId: frames[0]!.id, context: 'watch' });
    expect(program.commands('evaluate')).toEqual([{ expression: 'x', frame: 31, context: 'watch' }]);
  });

  test('what an expression prints comes before its value', async () => {
    program.answers.evaluate = () => {
      program.fact('output', { category: 'stdout', text: 'printed\n' });
      return { variable: { name: '', value: 'None', ref: 0 } };
    };
    await client.request('evaluate', { expression: 'print()', context: 'repl' });
    const order = client.transcript.slice(-2).map(({ message }) => message.type);
    expect(order).toEqual(['event', 'response']);
  });

  test('completions, also on a later line and for a client that counts from 0', async () => {
    program.answers.completions = () => ({ items: [{ label: 'append', type: 'method', start: 6, length: 2 }] });
    expect(await client.request('completions', { text: 'x = 1\nab', line: 2, column: 3 })).toEqual({
      targets: [{ label: 'append', type: 'method', start: 7, length: 2 }],
    });
    expect(program.commands('completions')).toEqual([{ text: 'x = 1\nab', column: 9 }]);

    await again({ linesStartAt1: false, columnsStartAt1: false });
    program.answers.completions = () => ({ items: [{ label: 'append', type: 'method', start: 0, length: 2 }] });
    expect(await client.request('completions', { text: 'ab', column: 2 })).toEqual({
      targets: [{ label: 'append', type: 'method', start: 0, length: 2 }],
    });
    expect(program.commands('completions')).toEqual([{ text: 'ab', column: 3 }]);
  });
});

describe('standard input', () => {
  test('is what is typed into the debug console while the program waits for it', async () => {
    program.answers.evaluate = () => ({ variable: { name: '', value: '7', ref: 0 } });
    program.fact('inputRequested', { prompt: 'Name: ' });
    await client.waitFor('output', ({ output }) => output.includes("The program waits for input ('Name:')"));
    await client.request('evaluate', { expression: 'Ada', context: 'repl' });
    expect(program.commands('input')).toEqual([{ text: 'Ada\n' }]);

    // The next line is an expression again.
    expect((await client.request('evaluate', { expression: '3 + 4', context: 'repl' })).result).toBe('7');
    program.fact('inputRequested', {});
    await client.waitFor('output', ({ output }) => output.includes('waits for input. '));
    expect((await client.request('evaluate', { expression: 'x', context: 'watch' })).result).toBe('7');
    await client.request('evaluate', { expression: '^D', context: 'repl' });
    expect(program.commands('input').at(-1)).toEqual({ text: null });
  });

  test('is left alone while another thread is stopped at', async () => {
    program.answers.evaluate = () => ({ variable: { name: '', value: '7', ref: 0 } });
    program.fact('inputRequested', {});
    program.stop();
    await client.waitFor('stopped');
    await client.request('evaluate', { expression: '3 + 4', context: 'repl' });
    expect(program.commands('input')).toEqual([]);
  });
});

describe('exceptions, sources, recording', () => {
  test('exceptionInfo tells of the exceptions in and behind one, each with its traceback', async () => {
    const one = { typeName: 'KeyError', fullTypeName: 'KeyError', message: 'k', stackTrace: '  at\n', inner: [] };
    program.answers.exceptionInfo = () => ({
      typeName: 'Oops',
      fullTypeName: 'talk.Oops',
      message: 'no',
      breakMode: 'unhandled',
      stackTrace: 'Traceback\n',
      inner: [
        { ...one, relation: 'member' },
        { ...one, relation: 'cause', inner: [{ ...one, relation: 'context' }] },
      ],
      left: 3,
    });
    program.stop({ reason: 'exception' });
    const { threadId = 0 } = await client.waitFor('stopped');
    expect(await client.request('exceptionInfo', { threadId })).toEqual({
      exceptionId: 'talk.Oops',
      description: 'no',
      breakMode: 'unhandled',
      details: {
        typeName: 'Oops',
        fullTypeName: 'talk.Oops',
        message: 'no',
        stackTrace: [
          'Traceback',
          '',
          'Member 1 of 4 · KeyError: k',
          '    at',
          '',
          'Caused by · KeyError: k',
          '    at',
          '',
          '  While handling · KeyError: k',
          '      at',
          '',
          '… and 3 more',
          '',
        ].join('\n'),
        innerException: [
          { typeName: 'KeyError', fullTypeName: 'KeyError', message: 'k', stackTrace: '  at\n', innerException: [] },
          {
            typeName: 'KeyError',
            fullTypeName: 'KeyError',
            message: 'k',
            stackTrace: '  at\n',
            innerException: [
              {
                typeName: 'KeyError',
                fullTypeName: 'KeyError',
                message: 'k',
                stackTrace: '  at\n',
                innerException: [],
              },
            ],
          },
        ],
      },
    });
  });

  test('exceptionInfo says what a well-known error means, what to do, and where to look', async () => {
    program.answers.exceptionInfo = () => ({
      typeName: 'TypeError',
      fullTypeName: 'TypeError',
      message: "can't send",
      breakMode: 'always',
      stackTrace: 'Traceback',
      inner: [],
      explanation: {
        what: "The generator 'averager' has not begun.",
        whatToDo: "Drive it with 'next(a)' first.",
        coroutine: 3,
        places: [
          { label: 'its function', location: { path: FILE, name: 'talk.fake', line: 4 } },
          { label: 'where it runs', location: { name: '<string>', sourceId: 1, line: 7, column: 5 } },
        ],
      },
    });
    program.stop({ reason: 'exception' });
    const { threadId = 0 } = await client.waitFor('stopped');
    expect(await client.request('exceptionInfo', { threadId })).toEqual({
      exceptionId: 'TypeError',
      description: "can't send\n\nThe generator 'averager' has not begun.\nDrive it with 'next(a)' first.",
      breakMode: 'always',
      details: {
        typeName: 'TypeError',
        fullTypeName: 'TypeError',
        message: "can't send",
        stackTrace: `coroutine 3 · the one concerned\n${FILE}:4 · its function\n<string>:7:5 · where it runs\nTraceback`,
        innerException: [],
      },
    });
  });

  test('source of generated code, by its own number or the older one', async () => {
    stackOf([frame(1, { location: { name: '<string>', sourceId: 0, line: 1 } })]);
    program.answers.source = ({ sourceId }) => ({ content: `text ${sourceId}` });
    program.stop();
    const { frames } = await client.stop();
    const sourceReference = frames[0]!.source!.sourceReference!;
    expect(sourceReference).toBeGreaterThan(0);
    expect(await client.request('source', { sourceReference })).toEqual({ content: 'text 0' });
    expect(await client.request('source', { source: { sourceReference }, sourceReference: 0 })).toEqual({
      content: 'text 0',
    });
  });

  test('loaded sources', async () => {
    program.answers.loadedSources = () => ({ sources: [{ path: FILE, name: 'talk.fake' }] });
    expect(await client.request('loadedSources')).toEqual({ sources: [{ path: FILE, name: 'talk.fake' }] });
    program.fact('loadedSource', { path: FILE, name: 'talk.fake' });
    expect(await client.waitFor('loadedSource')).toEqual({ reason: 'new', source: { path: FILE, name: 'talk.fake' } });
  });

  test('recorded exchanges are told only to whom asked for them', async () => {
    const batch = {
      coroutines: [],
      events: [{ seq: 1, time: 1, coroutine: 1, thread: 1, what: 'next' as const, line: 3 }],
      dropped: 0,
    };
    const sent = { ...batch, ...toColumns(batch.events) };
    program.fact('exchanges', sent);
    await client.request('coroscope/setRecording', { record: 'all', streamExchanges: true });
    expect(program.commands('setRecording')).toEqual([{ record: 'all', streamExchanges: true }]);
    program.fact('exchanges', { ...sent, dropped: 2 });
    expect(await client.waitFor('coroscope/recorded')).toEqual({ ...batch, dropped: 2 });

    await again({}, { streamExchanges: true });
    program.fact('exchanges', sent);
    expect(await client.waitFor('coroscope/recorded')).toEqual(batch);
    await client.request('coroscope/setRecording', { record: 'off' });
    expect(program.commands('setRecording')).toEqual([{ record: 'off', streamExchanges: true }]);
  });
});

describe('output', () => {
  test('has its place in the source where one is known', async () => {
    program.fact('output', {
      category: 'stdout',
      text: 'x is 1\n',
      location: { path: FILE, name: 'talk.fake', line: 4, column: 2 },
    });
    expect(await client.waitFor('output', ({ source }) => source !== undefined)).toEqual({
      category: 'stdout',
      output: 'x is 1\n',
      source: { name: 'talk.fake', path: FILE },
      line: 4,
      column: 2,
    });
  });

  test('stays in order with stops, however it is put together', async () => {
    for (const text of ['a', 'b', 'c']) program.fact('output', { category: 'stdout', text });
    program.fact('output', { category: 'stderr', text: 'd' });
    program.stop();
    await client.waitFor('stopped');
    const events = client.transcript
      .map(({ message }) => message as DAP.Event)
      .filter(({ event }) => event === 'output' || event === 'stopped');
    const since = events.slice(events.findIndex(({ body }) => (body as DAP.OutputEvent['body']).category === 'stdout'));
    const order = since.map(({ event, body }) =>
      event === 'output' ? (body as DAP.OutputEvent['body']).output : event,
    );
    expect(order.join(' ').replace(/^a ?b ?c/, 'abc')).toBe('abc d stopped');
  });
});
