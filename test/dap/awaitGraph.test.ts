/** The request `coroscope/awaitGraph`: what the runtime says, put in words and trees. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandResult } from '../../src/link/protocol.js';
import { DapClient } from '../support/dapClient.js';
import { FakeBackend, type FakeProgram } from './fakeBackend.js';

let client: DapClient;
let program: FakeProgram;

beforeEach(async () => {
  const backend = new FakeBackend();
  client = DapClient.inMemory(backend.backends);
  await client.start({ language: 'fake', program: '/work/talk.fake' });
  program = backend.program;
});

afterEach(async () => {
  await client.close();
});

const graph: CommandResult<'awaitGraph'> = {
  nodes: [
    { id: 0, kind: 'task', name: 'Task-1 main', waits: 'Lock', stuck: true },
    { id: 1, kind: 'lock', name: "Lock 'db'" },
  ],
  edges: [
    { from: 0, to: 1, relation: 'wants' },
    { from: 0, to: 1, relation: 'holds' },
  ],
  deadlocks: [[0, 1]],
  total: 1,
};

test('comes with its deadlocks in words and as trees, while the program runs too', async () => {
  program.answers.awaitGraph = () => graph;
  expect(await client.request('coroscope/awaitGraph', {})).toEqual({
    ...graph,
    sentences: ["Deadlock: Task-1 main waits for Lock 'db', which it holds itself."],
    roots: [
      {
        node: 0,
        children: [
          {
            node: 1,
            relation: 'wants',
            children: [{ node: 0, relation: 'holder', cycle: true, children: [] }],
          },
        ],
      },
    ],
  });
  await client.request('coroscope/awaitGraph', { limit: 10 });
  expect(program.commands('awaitGraph')).toEqual([{ limit: 1000 }, { limit: 10 }]);
});

test('a limit that is none is refused', async () => {
  const { message } = await client.failure(client.request('coroscope/awaitGraph', { limit: 0 }));
  expect(message).toContain("the argument 'limit'");
});
