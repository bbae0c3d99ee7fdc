import { expect, it } from 'vitest';
import { threadName, type Named } from '../../src/model/names.js';

const at = (name: string, line: number): Pick<Named, 'location'> => ({ location: { name, line } });

it.each<[string, Named]>([
  [
    'Task-3 fetch · await asyncio.sleep · client.py:41',
    {
      kind: 'coroutine',
      state: 'suspended',
      name: 'fetch',
      task: 'Task-3',
      suspension: 'await',
      waitsFor: 'asyncio.sleep',
      ...at('client.py', 41),
    },
  ],
  [
    'generator general · yield · talk.py:12',
    { kind: 'generator', state: 'suspended', name: 'general', suspension: 'yield', ...at('talk.py', 12) },
  ],
  [
    'generator general · yield from internal · talk.py:13',
    {
      kind: 'generator',
      state: 'suspended',
      name: 'general',
      suspension: 'yield from',
      waitsFor: 'internal',
      ...at('talk.py', 13),
    },
  ],
  [
    'generator general · not started · talk.py:10',
    { kind: 'generator', state: 'created', name: 'general', ...at('talk.py', 10) },
  ],
  [
    'Task-4 fetch · not started · client.py:38',
    { kind: 'coroutine', state: 'created', name: 'fetch', task: 'Task-4', ...at('client.py', 38) },
  ],
  ['async generator ticks · running', { kind: 'async generator', state: 'running', name: 'ticks' }],
  ['coroutine fetch · closed', { kind: 'coroutine', state: 'closed', name: 'fetch' }],
  [
    'generator <genexpr> · suspended · <string>:1',
    { kind: 'generator', state: 'suspended', name: '<genexpr>', ...at('<string>', 1) },
  ],
])('%s', (name, row) => {
  expect(threadName(row)).toBe(name);
});
