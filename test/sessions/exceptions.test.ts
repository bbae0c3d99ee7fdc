import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

describe.each(hosts)('exceptions on $name', (host) => {
  test('an uncaught one stops at the raise with its locals, before finally runs', async () => {
    const story = new Story(
      host,
      'def work():\n    inside = 42\n    try:\n        raise ValueError("boo")\n    finally:\n        inside = None\nwork()\n',
    );
    await story.begin({ exceptions: ['uncaught'] });
    const stopped = await story.stop();
    expect(stopped.body).toMatchObject({ reason: 'exception', text: "ValueError('boo')" });
    expect(story.where(stopped)).toBe('work: raise ValueError("boo")');
    expect(await story.values('Locals', stopped)).toMatchObject({ inside: '42' });
    const info = await story.client.request('exceptionInfo', { threadId: stopped.threadId });
    expect(info).toMatchObject({ exceptionId: 'ValueError', breakMode: 'unhandled' });
    await story.go();
    expect(await story.end()).toBe(1);
    expect(story.client.outputText('stderr')).toMatch(
      /^Traceback \(most recent call last\):\n {2}File ".*program\.py"/,
    );
  });

  test('caught ones stop only if asked; conditions see the exception', async () => {
    const source = 'for n in range(3):\n    try:\n        raise ValueError(n)\n    except ValueError:\n        pass\n';
    const quiet = new Story(host, source);
    await quiet.begin({ exceptions: ['uncaught', 'userUncaught'] });
    expect(await quiet.end()).toBe(0);
    expect(quiet.client.seen('stopped')).toEqual([]);
    const asked = new Story(host, source);
    await asked.begin({ settings: { stopOnEntry: true } });
    await asked.stop();
    await asked.client.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: [{ filterId: 'raised', condition: 'exception.args[0] == 2' }],
    });
    await asked.go();
    expect((await asked.stop()).body.text).toBe('ValueError(2)');
  });

  test('what loops, close() and cancellation raise never stops anybody', async () => {
    const story = new Story(
      host,
      `
import asyncio
def gen():
    try:
        yield 1
        yield 2
    finally:
        pass
for x in gen(): pass
any(x for x in (0, 1))
g = gen(); next(g); g.close()
async def agen():
    yield 1
async def main():
    async for x in agen(): pass
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.001)
    except TimeoutError:
        pass
asyncio.run(main())
`,
    );
    await story.begin({ exceptions: ['uncaught', 'userUncaught'] });
    expect(await story.end()).toBe(0);
    expect(story.client.seen('stopped')).toEqual([]);
  });

  test('a task that nobody awaits stops where it raises', async () => {
    const story = new Story(
      host,
      'import asyncio\nasync def lost():\n    here = 1\n    await asyncio.sleep(0)\n    raise ValueError("lost")\nasync def main():\n    task = asyncio.create_task(lost())\n    await asyncio.sleep(0.01)\nasyncio.run(main())\n',
    );
    await story.begin({ exceptions: ['uncaught'] });
    const stopped = await story.stop();
    expect(stopped.body.text).toBe("ValueError('lost')");
    expect(await story.values('Locals', stopped)).toMatchObject({ here: '1' });
  });
});
