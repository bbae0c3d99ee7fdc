/** What runs as the interpreter ends, after the exit handlers: what closes the generators that are left, and `__del__`. */
import { describe, expect, test } from 'vitest';
import { hosts } from '../support/interpreters.js';
import { Story } from './story.js';

const LEFT_OPEN = `import atexit
class Last:
    def __init__(self, name):
        self.name = name
        self.me = self          # only the interpreter's end breaks that up
    def __del__(self):
        word = "gone " + self.name
        print(word)             # @deleted
def numbers():
    try:
        yield 1                 # @open
    finally:
        total = 3
        print("closed", total)  # @closing
        total += 1
        print("still here", total)
last = Last("object")
left = numbers()
next(left)
atexit.register(print, "at exit")
print("the end")
`;

describe.each(hosts)('the end of the interpreter on $name', (host) => {
  test('breakpoints are met in finalizers, and what is seen there is all that is seen elsewhere', async () => {
    const story = new Story(host, LEFT_OPEN);
    await story.begin({
      breakpoints: ['deleted', 'closing', { at: 'open', mode: 'close' }],
      settings: { record: 'all' },
    });
    const seen: string[] = [];
    // Which is finalized first is the interpreter's own business.
    for (let stops = 0; stops < 3; stops += 1) {
      const stopped = await story.stop();
      const where = story.where(stopped);
      seen.push(where);
      const locals = await story.values('Locals', stopped);
      if (where.includes('print(word)')) {
        expect(locals).toMatchObject({ word: "'gone object'" });
        expect(await story.evaluate('self.name + word', stopped)).toBe("'objectgone object'");
      } else if (where.includes('closed')) {
        expect(locals).toMatchObject({ total: '3' });
        expect(await story.evaluate('total * 14', stopped)).toBe('42');
        expect(await story.step('next')).toBe('numbers: total += 1');
      }
      await story.go();
    }
    expect(seen.sort()).toEqual(['Last.__del__: print(word)', 'numbers: print("closed", total)', 'numbers: yield 1']);
    expect(await story.end()).toBe(0);
    expect(story.output).toMatch(/^the end\nat exit\n/);
    expect(story.output).toContain('gone object\n');
    expect(story.output).toContain('closed 3\nstill here 4\n');
  });

  test('a program that stands there is ended by terminate', async () => {
    const story = new Story(host, LEFT_OPEN);
    await story.begin({ breakpoints: ['closing'] });
    await story.stop();
    await story.client.request('terminate');
    await story.ended;
    expect(story.output).not.toContain('still here');
  });

  test('a finalizer that never comes to an end is ended by terminate', async () => {
    const story = new Story(host, LEFT_OPEN.replace('total += 1', 'while total: pass'));
    await story.begin();
    await story.client.waitFor('output', ({ output }) => output.includes('closed 3'));
    await story.client.request('terminate');
    await story.ended;
    expect(story.output).not.toContain('still here');
  });
});
