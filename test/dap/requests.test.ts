/** Every request is answered: those that nobody knows, come too early, have wrong arguments or stale references. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, Refusal, silence } from './fakeBackend.js';

const SETTINGS = { language: 'fake', program: '/work/talk.fake' };

let client: DapClient;
let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
  client = DapClient.inMemory(backend.backends);
});

afterEach(async () => {
  await client.close();
});

const initialize = (): Promise<unknown> => client.request('initialize', { adapterID: 'coroscope' });

async function message(command: string, args?: unknown): Promise<string> {
  return (await client.failure(client.requestAny(command, args))).message;
}

describe('order', () => {
  test('before initialize', async () => {
    expect(await message('threads')).toBe("The request 'threads' came before 'initialize'. Send 'initialize' first.");
  });

  test('initialize twice', async () => {
    await initialize();
    expect(await message('initialize', { adapterID: 'coroscope' })).toContain('only once');
  });

  test.each([
    ['threads', undefined],
    ['setBreakpoints', { source: { path: '/a' }, breakpoints: [] }],
    ['evaluate', { expression: '1' }],
    ['pause', { threadId: 1 }],
    ['configurationDone', undefined],
    ['restart', undefined],
  ])('%s before launch', async (command, args) => {
    await initialize();
    expect(await message(command, args)).toMatch(/needs a (running )?program|no thread/);
  });

  test('launch twice', async () => {
    await client.start(SETTINGS);
    expect(await message('launch', SETTINGS)).toContain('has a program already');
  });

  test('configurationDone twice', async () => {
    await client.start(SETTINGS);
    expect(await message('configurationDone')).toContain('only once');
  });

  test('what comes before the debuggee has connected waits for it', async () => {
    let connect!: () => void;
    backend = new FakeBackend(
      (program) =>
        new Promise((resolve) => {
          connect = () => {
            program.hello();
            resolve(program.debuggee);
          };
        }),
    );
    await client.close();
    client = DapClient.inMemory(backend.backends);
    await initialize();
    const launching = backend.launched();
    const launched = client.request('launch', SETTINGS);
    await launching;
    const early = client.request('setBreakpoints', { source: { path: '/work/talk.fake' }, breakpoints: [{ line: 4 }] });
    connect();
    expect((await early).breakpoints).toMatchObject([{ verified: true, line: 4 }]);
    await client.request('configurationDone');
    await launched;
    expect(backend.program.received.map(({ name }) => name)).toEqual(['configure', 'setBreakpoints', 'run']);
  });

  test('attach', async () => {
    await initialize();
    expect(await message('attach', {})).toContain('not available yet');
  });
});

describe('arguments', () => {
  beforeEach(() => client.start(SETTINGS));

  test('an unknown request', async () => {
    expect(await message('restartFrame', { frameId: 1 })).toBe("The debug adapter has no request 'restartFrame'.");
    expect(await message('constructor')).toBe("The debug adapter has no request 'constructor'.");
  });

  test.each([
    ['stackTrace', { threadId: '1' }, "the argument 'threadId' must be a number, but it is '1'"],
    ['stackTrace', {}, "the argument 'threadId' is missing; it must be a number"],
    ['stackTrace', { threadId: 1, levels: -1 }, "the argument 'levels' must be at least 0, but it is -1"],
    ['scopes', undefined, 'the object of arguments is missing; it must be an object'],
    ['scopes', { frameId: 1.5 }, "the argument 'frameId' must be a whole number, but it is 1.5"],
    ['setBreakpoints', { source: { path: 5 } }, "the argument 'source.path' must be a text, but it is 5"],
    [
      'setBreakpoints',
      { source: { path: '/a' }, breakpoints: [{ line: 1 }, { line: null }] },
      "the argument 'breakpoints[1].line' must be a number, but it is null",
    ],
    [
      'variables',
      { variablesReference: 1, filter: 'all' },
      "the argument 'filter' must be 'named' or 'indexed', but it is 'all'",
    ],
    ['evaluate', { expression: ['x'] }, 'the argument \'expression\' must be a text, but it is ["x"]'],
    [
      'coroscope/setRecording',
      { record: 'some' },
      "the argument 'record' must be 'auto', 'all' or 'off', but it is 'some'",
    ],
  ])('%s %j', async (command, args, complaint) => {
    expect(await message(command, args)).toBe(`The request '${command}' cannot be carried out: ${complaint}.`);
  });

  test('the session goes on', async () => {
    await message('stackTrace', { threadId: {} });
    expect((await client.request('threads')).threads).toHaveLength(1);
  });

  test('references that were never given out', async () => {
    expect(await message('scopes', { frameId: 77 })).toBe('The debug adapter never gave out the frame 77.');
    expect(await message('variables', { variablesReference: 77 })).toBe(
      'The debug adapter never gave out the variable 77.',
    );
    expect(await message('locations', { locationReference: 0 })).toBe(
      'The debug adapter never gave out the location 0.',
    );
    expect(await message('source', { sourceReference: 9 })).toBe('The debug adapter never gave out the source 9.');
    expect(await message('next', { threadId: 9 })).toBe("There is no thread 9. Ask for 'threads' again.");
    expect(await message('stackTrace', { threadId: 1_000_009 })).toContain('There is no thread 1000009.');
  });
});

describe('what the runtime answers', () => {
  beforeEach(() => client.start(SETTINGS));

  test.each([
    ['notPaused', 'notStopped'],
    ['cancelled', 'cancelled'],
    ['program', "NameError: name 'x' is not defined"],
    ['stale', "NameError: name 'x' is not defined"],
    ['wouldRun', "NameError: name 'x' is not defined"],
    ['timeout', "NameError: name 'x' is not defined"],
  ] as const)('%s', async (code, short) => {
    backend.program.answers.evaluate = () => {
      throw new Refusal({ code, message: "NameError: name 'x' is not defined" });
    };
    const failure = await client.failure(client.request('evaluate', { expression: 'x' }));
    expect(failure.short).toBe(short);
  });

  test('what is the fault of the adapter says so', async () => {
    backend.program.answers.evaluate = () => {
      throw new Refusal({ code: 'internal', message: 'The runtime failed.' });
    };
    expect(await message('evaluate', { expression: 'x' })).toBe(
      'The runtime failed. This is a defect of Coroscope; please report it.',
    );
  });

  test('what does not fit the protocol fails that request alone', async () => {
    backend.program.answers.loadedSources = () => ({ sources: 'many' }) as never;
    expect(await message('loadedSources')).toContain('did not answer "loadedSources" as it should');
    await client.request('threads');
  });
});

describe('cancel', () => {
  test('cuts off what is under way', async () => {
    await client.start(SETTINGS);
    const { program } = backend;
    let evaluating = -1;
    program.answers.evaluate = (_, id) => {
      evaluating = id;
      return silence;
    };
    program.answers.cancel = ({ command }) => {
      program.fail(command, { code: 'cancelled', message: 'The evaluation was cancelled.' });
      return {};
    };
    const request = client.request('evaluate', { expression: 'forever()' });
    await program.command('evaluate');
    await client.request('cancel', { requestId: request.seq });
    expect((await client.failure(request)).short).toBe('cancelled');
    expect(program.commands('cancel')).toEqual([{ command: evaluating }]);
  });

  test('of what is over or never was does no harm', async () => {
    await initialize();
    await client.request('cancel', { requestId: 12345 });
    await client.request('cancel', {});
  });
});

describe('broken messages', () => {
  const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  test.each([
    ['JSON that is none', frame('{"seq":1,'), 'it is not JSON'],
    ['a header without a length', 'Content-Type: x\r\n\r\n', 'a header without a usable Content-Length'],
    ['JSON that is no message', frame('[1]'), 'it is no request and no response'],
    ['something between messages', 'hello?\r\n', 'there was something between two messages'],
  ])('%s', async (_, bytes, why) => {
    await initialize();
    client.sendRaw(bytes);
    expect(await message('threads')).toContain('none was launched');
    expect(client.outputText('important')).toBe(
      `The debug adapter could not read a message of its client and passed it over: ${why}.\n`,
    );
  });

  test('before initialize is told after it', async () => {
    client.sendRaw(frame('[1]'));
    await client.failure(client.request('threads'));
    expect(client.seen('output')).toEqual([]);
    await initialize();
    await client.waitFor('output', ({ category }) => category === 'important');
  });

  test('a request whose command is no text is answered', async () => {
    await initialize();
    client.sendRaw(frame('{"seq":900,"type":"request","command":7}'));
    await message('threads');
    const answer = client.transcript.find(({ message: one }) => (one as { request_seq?: number }).request_seq === 900);
    expect(answer?.message).toMatchObject({ success: false });
  });
});
