/** What a suspended task waits for, down to the thing itself, and who waits for it: every kind there is, in one program. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from '../sessions/story.js';
import { read } from './programs.js';

const WAITS = read('waits.py');
const KINDS = Object.entries(
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../programs/waits.json'), 'utf8')) as Record<
    string,
    string
  >,
);

/** What a Python as WebAssembly has not got. */
const NEEDS: Readonly<Record<string, string>> = { thread: 'threads', executor: 'threads', sock: 'sockets' };

describe.each(hosts)('on $name', (host) => {
  let story: Story;
  let close = (): Promise<void> => Promise.resolve();
  const scopes = new Map<string, Record<string, DAP.Variable>>();

  async function within(task: string, name: string): Promise<Record<string, DAP.Variable>> {
    const variablesReference = scopes.get(task)?.[name]?.variablesReference ?? 0;
    const { variables } = await story.client.request('variables', { variablesReference });
    return Object.fromEntries(variables.map((each) => [each.name, each]));
  }

  beforeAll(async () => {
    story = new Story(host, WAITS.text, (closing) => {
      close = closing;
    });
    await story.begin({ breakpoints: ['stop'] });
    await story.stop();
    for (const { id, name } of await story.logical()) {
      const { frames } = await story.stackOf(id);
      const own = frames.slice(
        0,
        frames.findIndex(({ presentationHint }) => presentationHint === 'label'),
      );
      scopes.set(name.split(' ')[0] ?? '', (await story.client.scopes(own.at(-1)?.id ?? 0))['Coroutine'] ?? {});
    }
  }, 60_000);
  afterAll(() => close());

  describe('a task is said to wait for', () => {
    for (const [kind, awaiting] of KINDS) {
      const needs = host.embedded ? NEEDS[kind] : undefined;
      test.skipIf(needs !== undefined)(needs === undefined ? kind : `${kind}: there are no ${needs}`, () => {
        expect(scopes.get(kind)?.['awaiting']?.value).toMatch(new RegExp(`^${awaiting}$`));
      });
    }
  });

  test('the thing itself is inside', async () => {
    for (const [task, name] of [
      ['lock', 'lock'],
      ['get', 'queue'],
      ['sleep', 'timer'],
      ['group', 'TaskGroup'],
    ] as const) {
      expect(await within(task, 'awaiting')).toHaveProperty(name);
    }
    expect((await within('shield', 'awaiting'))['[0]']?.value).toContain('sleep');
  });

  test('gather, wait, wait_for, shield, as_completed and TaskGroup are seen through', async () => {
    const combining = ['completed', 'first', 'gather', 'shield', 'task', 'wait', 'wait_for'];
    expect(Object.keys(await within('sleep', 'awaitedBy')).sort()).toEqual(combining);
    expect(Object.keys(await within('child', 'awaitedBy'))).toEqual(['group']);
  });

  test('a block that is still entered is not open', () => {
    expect(scopes.get('with_lock')).not.toHaveProperty('inside');
    expect(scopes.get('condition')?.['inside']?.value).toContain('Condition');
  });

  test('and the program ends as it would', async () => {
    await story.client.request('coroscope/awaitGraph', {});
    await story.go();
    expect([await story.end(), story.client.outputText('stderr')]).toEqual([0, '']);
  });
});
