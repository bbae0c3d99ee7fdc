/** Breakpoints as the client sends them, as the runtime gets them, and what the client is told of them later. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend } from './fakeBackend.js';

const FILE = '/work/talk.fake';
const SETTINGS = { language: 'fake', program: FILE };
const source = { path: FILE };

let client: DapClient;
let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
  client = DapClient.inMemory(backend.backends);
});

afterEach(async () => {
  await client.close();
});

test('all a breakpoint can have reaches the runtime, without what is empty', async () => {
  await client.start(SETTINGS);
  await client.request('setBreakpoints', {
    source,
    breakpoints: [
      { line: 3, column: 5, condition: 'x > 1', hitCondition: '% 2', logMessage: 'x is {x}', mode: 'suspend' },
      { line: 4, condition: '', hitCondition: '' },
    ],
  });
  expect(backend.program.commands('setBreakpoints')).toEqual([
    {
      path: FILE,
      breakpoints: [
        { id: 1, line: 3, column: 5, mode: 'suspend', condition: 'x > 1', hitCondition: '% 2', logMessage: 'x is {x}' },
        { id: 2, line: 4, mode: 'line' },
      ],
    },
  ]);
});

test('the same line, column and mode keeps its number; others get new ones, also after one was taken away', async () => {
  await client.start(SETTINGS);
  const ids = async (
    ...breakpoints: { line: number; column?: number; mode?: string; condition?: string }[]
  ): Promise<unknown[]> =>
    (await client.request('setBreakpoints', { source, breakpoints })).breakpoints.map(({ id }) => id);

  expect(await ids({ line: 3 }, { line: 5 })).toEqual([1, 2]);
  expect(
    await ids({ line: 5, condition: 'x' }, { line: 3 }, { line: 3, mode: 'resume' }, { line: 3, column: 9 }),
  ).toEqual([2, 1, 3, 4]);
  expect(await ids({ line: 3, mode: 'line' })).toEqual([1]);
  expect(await ids({ line: 5 }, { line: 3 }, { line: 3 })).toEqual([5, 1, 6]);
});

test('where it was moved to, and why it cannot be hit', async () => {
  await client.start(SETTINGS);
  backend.program.answers.setBreakpoints = ({ breakpoints: [first, second] }) => ({
    breakpoints: [
      { id: second!.id, verified: false, message: 'There is no code.', reason: 'failed' },
      {
        id: first!.id,
        verified: true,
        line: 4,
        column: 1,
        endLine: 4,
        endColumn: 9,
        message: 'Moved to the next line with code.',
      },
    ],
  });
  const { breakpoints } = await client.request('setBreakpoints', { source, breakpoints: [{ line: 3 }, { line: 99 }] });
  expect(breakpoints).toEqual([
    {
      id: 1,
      verified: true,
      message: 'Moved to the next line with code.',
      source: { name: 'talk.fake', path: FILE },
      line: 4,
      column: 1,
      endLine: 4,
      endColumn: 9,
    },
    {
      id: 2,
      verified: false,
      message: 'There is no code.',
      reason: 'failed',
      source: { name: 'talk.fake', path: FILE },
    },
  ]);
});

test('a mode that is not there is refused alone', async () => {
  await client.start(SETTINGS);
  const { breakpoints } = await client.request('setBreakpoints', {
    source,
    breakpoints: [{ line: 3, mode: 'later' }, { line: 4 }],
  });
  expect(breakpoints).toMatchObject([
    {
      verified: false,
      reason: 'failed',
      message: "There is no breakpoint mode 'later'; there are 'line', 'suspend', 'resume', 'throw', 'close'.",
    },
    { verified: true, line: 4 },
  ]);
});

test('what changes later is told, but not of a breakpoint that was taken away', async () => {
  await client.start(SETTINGS);
  await client.request('setBreakpoints', { source, breakpoints: [{ line: 3 }, { line: 5 }] });
  await client.request('setBreakpoints', { source, breakpoints: [{ line: 5 }] });
  backend.program.fact('breakpoint', { id: 1, verified: true, line: 3 });
  backend.program.fact('breakpoint', { id: 2, verified: true, line: 6 });
  expect(await client.waitFor('breakpoint')).toEqual({
    reason: 'changed',
    breakpoint: { id: 2, verified: true, source: { name: 'talk.fake', path: FILE }, line: 6 },
  });
});

test('a source without a path, and lines of clients of long ago', async () => {
  await client.start(SETTINGS);
  expect(
    (await client.failure(client.request('setBreakpoints', { source: { sourceReference: 3 } }))).message,
  ).toContain('has no path');
  expect((await client.request('setBreakpoints', { source, lines: [2] })).breakpoints).toMatchObject([
    { id: 1, line: 2 },
  ]);
});

test('on functions', async () => {
  await client.start(SETTINGS);
  await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'talk' }, { name: 'listen' }] });
  const { breakpoints } = await client.request('setFunctionBreakpoints', {
    breakpoints: [{ name: 'listen', condition: 'x' }],
  });
  expect(breakpoints).toEqual([{ id: 2, verified: true }]);
  expect(backend.program.commands('setFunctionBreakpoints').at(-1)).toEqual({
    breakpoints: [{ id: 2, name: 'listen', condition: 'x' }],
  });

  backend.program.fact('breakpoint', { id: 2, verified: false, message: 'Gone.' });
  expect(await client.waitFor('breakpoint')).toMatchObject({ breakpoint: { id: 2, verified: false } });
});

test('on exceptions: filters first, then those with options', async () => {
  await client.start(SETTINGS);
  backend.program.answers.setExceptionBreakpoints = ({ filters }) => ({
    filters: filters.map(({ filter }) =>
      filter === 'odd' ? { verified: false, message: 'There is no such filter.' } : { verified: true },
    ),
  });
  const { breakpoints } = await client.request('setExceptionBreakpoints', {
    filters: ['raised', 'odd'],
    filterOptions: [{ filterId: 'uncaught', condition: 'exception.args' }],
  });
  expect(breakpoints).toEqual([
    { verified: true },
    { verified: false, message: 'There is no such filter.' },
    { verified: true },
  ]);
  expect(backend.program.commands('setExceptionBreakpoints').at(-1)).toEqual({
    filters: [{ filter: 'raised' }, { filter: 'odd' }, { filter: 'uncaught', condition: 'exception.args' }],
  });
});

test('on exceptions by class, as clients with a tree of them ask', async () => {
  await client.start(SETTINGS);
  const { breakpoints } = await client.request('setExceptionBreakpoints', {
    filters: ['raised'],
    exceptionOptions: [
      { breakMode: 'never' },
      { path: [{ names: ['Exceptions'] }, { names: ['KeyError', 'talk.Oops'] }], breakMode: 'userUnhandled' },
      { path: [{ names: ['Exceptions'] }, { negate: true, names: ['KeyError'] }], breakMode: 'always' },
      { path: [{ names: ['Exceptions'] }], breakMode: 'unhandled' },
    ],
  });
  expect(breakpoints?.map(({ verified }) => verified)).toEqual([true, true, true, false, true]);
  expect(breakpoints?.[3]?.message).toContain('Use a filter with a condition.');
  expect(backend.program.commands('setExceptionBreakpoints').at(-1)).toEqual({
    filters: [
      { filter: 'raised' },
      { filter: 'userUncaught', condition: 'KeyError, talk.Oops' },
      { filter: 'uncaught' },
    ],
  });
});

test('where breakpoints can be, within the range that was asked for', async () => {
  await client.start(SETTINGS);
  backend.program.answers.breakpointLocations = () => ({
    locations: [
      { line: 3 },
      { line: 3, column: 9, endLine: 3, endColumn: 16, kind: 'yield' },
      { line: 4, column: 20, endLine: 4, endColumn: 30, kind: 'await' },
    ],
  });
  expect(
    (await client.request('breakpointLocations', { source, line: 3, endLine: 4, endColumn: 15 })).breakpoints,
  ).toEqual([{ line: 3 }, { line: 3, column: 9, endLine: 3, endColumn: 16 }]);
  expect(backend.program.commands('breakpointLocations')).toEqual([{ path: FILE, line: 3, endLine: 4 }]);
});

test('capabilities list the modes and the filters', async () => {
  const capabilities = await client.request('initialize', { adapterID: 'coroscope' });
  expect(capabilities.breakpointModes?.map(({ mode }) => mode)).toEqual([
    'line',
    'suspend',
    'resume',
    'throw',
    'close',
  ]);
  expect(capabilities.exceptionBreakpointFilters).toMatchObject([
    { filter: 'raised', default: false, supportsCondition: true },
    { filter: 'uncaught', default: true },
  ]);
});

test('a client that counts from 0 and names files by URI is understood and answered so', async () => {
  await client.start(SETTINGS, { client: { linesStartAt1: false, columnsStartAt1: false, pathFormat: 'uri' } });
  const { breakpoints } = await client.request('setBreakpoints', {
    source: { path: 'file:///work/a%20b.fake' },
    breakpoints: [{ line: 2, column: 4 }],
  });
  expect(backend.program.commands('setBreakpoints')).toEqual([
    { path: '/work/a b.fake', breakpoints: [{ id: 1, line: 3, column: 5, mode: 'line' }] },
  ]);
  expect(breakpoints).toMatchObject([{ line: 2, source: { path: 'file:///work/a%20b.fake' } }]);
  expect(
    (await client.failure(client.request('setBreakpoints', { source: { path: 'http://x/y' } }))).message,
  ).toContain("source.path must be the URI of a file, but it is 'http://x/y'");
});
