/** Events in order, output put together, and a client that does not read. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { Outbox } from '../../src/dap/outbox.js';

let sent: string[];
let backlog: number;
let outbox: Outbox;

beforeEach(() => {
  sent = [];
  backlog = 0;
  outbox = new Outbox(
    ({ event, body }) => {
      const output = body as DAP.OutputEvent['body'] | undefined;
      sent.push(event === 'output' ? `${output?.category ?? ''}:${output?.output ?? ''}` : event);
    },
    () => backlog,
  );
});

test('output of one kind is one event, until something else happens', () => {
  outbox.output('stdout', 'a');
  outbox.output('stdout', 'b');
  outbox.output('stderr', 'c');
  outbox.output('stdout', 'd');
  expect(sent).toEqual(['stdout:ab', 'stderr:c']);
  outbox.send('stopped');
  expect(sent).toEqual(['stdout:ab', 'stderr:c', 'stdout:d', 'stopped']);
});

test('it is not held longer than a turn of the event loop, nor without bound', async () => {
  outbox.output('stdout', 'a');
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual(['stdout:a']);
  outbox.output('stdout', 'x'.repeat(40_000));
  outbox.output('stdout', 'y');
  expect(sent[1]).toHaveLength('stdout:'.length + 40_000);
});

test('what is held goes out in order when it is let go', () => {
  const release = outbox.hold();
  outbox.output('stdout', 'a');
  outbox.send('stopped');
  outbox.output('stdout', 'b');
  expect(sent).toEqual([]);
  release();
  expect(sent).toEqual(['stdout:a', 'stopped', 'stdout:b']);
  release();
  outbox.send('continued');
  expect(sent.at(-1)).toBe('continued');
});

test('the order of everything is the order in which it happened', () => {
  const step = fc.oneof(
    fc.record({ say: fc.constantFrom('stdout' as const, 'stderr' as const), text: fc.string({ minLength: 1 }) }),
    fc.record({ event: fc.constantFrom('stopped', 'continued', 'thread') }),
    fc.constant('hold' as const),
    fc.constant('release' as const),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const happened: string[] = [];
      const told: string[] = [];
      const box = new Outbox(
        ({ event, body }) => {
          if (event !== 'output') told.push(event);
          else told.push(...Array.from((body as DAP.OutputEvent['body']).output));
        },
        () => 0,
      );
      const releases: (() => void)[] = [];
      for (const one of steps) {
        if (one === 'hold') releases.push(box.hold());
        else if (one === 'release') releases.pop()?.();
        else if ('event' in one) {
          happened.push(one.event);
          box.send(one.event);
        } else {
          happened.push(...Array.from(one.text));
          box.output(one.say, one.text);
        }
      }
      for (const release of releases) release();
      box.flush();
      expect(told).toEqual(happened);
    }),
  );
});

test('a client that does not read is told how much it missed', () => {
  backlog = 65 * 1024 * 1024;
  outbox.output('stdout', 'lost');
  outbox.output('stdout', 'lost too');
  expect(sent).toEqual([]);
  backlog = 0;
  outbox.output('stdout', 'seen');
  outbox.flush();
  expect(sent).toEqual([
    'important:12 characters of output were dropped, because they came faster than they were read.\n',
    'stdout:seen',
  ]);
});
