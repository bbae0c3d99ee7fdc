import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterEvent, introduced, type Coroutine } from '../../src/model/coroutine.js';
import { isIn, type ExchangeEvent, type In, type Out } from '../../src/model/exchangeEvent.js';
import { tornEvents, wholeRun } from './simulation.js';

const general = introduced({ id: 1, kind: 'generator', name: 'general' });

const after = (...steps: [In | Out, string?][]): Coroutine =>
  steps.reduce<Coroutine>(
    (coroutine, [what, value], index) =>
      afterEvent(coroutine, {
        seq: index + 1,
        time: index,
        coroutine: 1,
        thread: 1,
        what,
        line: 10 + index,
        ...(value !== undefined && { value }),
      }),
    general,
  );

describe('a coroutine', () => {
  it('has not started before its first event', () => {
    expect(general).toMatchObject({ state: 'created', exchanges: 0 });
  });

  it('keeps the last value of each kind and where it was', () => {
    expect(after(['next'], ['yield', '1'], ['send', "'A'"], ['yield', '2'], ['throw', 'E()'], ['yield', '3'])).toEqual({
      ...general,
      state: 'suspended',
      exchanges: 3,
      line: 15,
      yielded: '3',
      sent: "'A'",
      thrown: 'E()',
    });
  });

  it('ends with a value or an exception', () => {
    expect(after(['next'], ['return', 'None'])).toMatchObject({
      state: 'closed',
      ending: { how: 'return', value: 'None' },
    });
    expect(after(['close'], ['raise', 'GeneratorExit()'])).toMatchObject({
      state: 'closed',
      ending: { how: 'raise', value: 'GeneratorExit()' },
    });
  });
});

describe('whatever events are seen', () => {
  const play = (events: readonly ExchangeEvent[]): Map<number, Coroutine> => {
    const coroutines = new Map<number, Coroutine>();
    for (const event of events) {
      const before = coroutines.get(event.coroutine) ?? { ...general, id: event.coroutine };
      coroutines.set(event.coroutine, afterEvent(before, event));
    }
    return coroutines;
  };

  it('its state is that of its last one and its exchanges are the entries', () => {
    fc.assert(
      fc.property(tornEvents, (events) => {
        for (const { id, exchanges, state } of play(events).values()) {
          const own = events.filter(({ coroutine }) => coroutine === id);
          expect(exchanges).toBe(own.filter(({ what }) => isIn(what)).length);
          const { what } = own.at(-1)!;
          expect(state).toBe(isIn(what) ? 'running' : what === 'yield' ? 'suspended' : 'closed');
        }
      }),
    );
  });

  it('nothing runs at the end of a whole run', () => {
    fc.assert(
      fc.property(wholeRun, ({ events }) => {
        for (const { state } of play(events).values()) expect(['suspended', 'closed']).toContain(state);
      }),
    );
  });
});
