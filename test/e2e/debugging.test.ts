/** What somebody sees who opens a file with generators in it, sets a breakpoint on a `yield` and presses F5. */
import { describe, expect, test } from 'vitest';
import { HOSTS, lineOf as lineIn, realEditor, sees } from './realEditor.js';
import { PATIENCE } from './workbench.js';

const PROGRAM = '08_two_sub_generators.py';
const editor = realEditor();
const lineOf = (text: string): Promise<number> => lineIn(`examples/${PROGRAM}`, text);

describe.each(HOSTS)('on the %s host', (host, python) => {
  test('a generator is debugged from its file, with nothing configured', async () => {
    const folder = await editor.workspace(host, 'examples', { 'coroscope.python': python });
    const workbench = await editor.window(host, folder);
    await workbench.openFile(PROGRAM);
    await workbench.toggleBreakpoint(await lineOf('number + 1'));
    await workbench.toggleBreakpoint(await lineOf('@marker in-second'));
    await workbench.startDebugging();

    // Before the second `yield` of the inner generator: it runs, on the stack of those that drive it.
    await workbench.stoppedAt(await lineOf('number + 1'));
    await sees(() => workbench.variables('Coroutine'), /^kind.*generator/, /^state.*running/, /^sent.*'A'/);
    await sees(() => workbench.callStack(), /^internal/, /^general/, /^<module>/);
    await workbench.picture(`${host}-1-breakpoint`);

    // A step over a `yield` goes to the next line of the same generator, when it is resumed.
    await workbench.press('F10');
    await workbench.stoppedAt((await lineOf('number + 1')) + 1);
    await sees(() => workbench.variables('Coroutine'), /^yielded.*'first 11'/, /^sent.*'B'/);
    await expect.poll(() => workbench.lineText('number + 1'), PATIENCE).toMatch(/yielded 'first 11' · sent 'B'/);
    await workbench.picture(`${host}-2-step`);

    // Outside of it: the suspended conversation is a thread of its own, and its frames are the delegation chain.
    await workbench.press('F5');
    await workbench.stoppedAt(await lineOf('@marker in-second'));
    await workbench.unfoldThread('generator general');
    await sees(() => workbench.callStack(), /^generator general · yield/, /^internal/, /^general/, /^<module>/);
    await workbench.picture(`${host}-3-suspended`);

    // The console keeps the keyboard, also when what it ran has moved a generator, which the call stack shows.
    await workbench.toConsole();
    await workbench.say('talk.send("X")');
    await sees(() => workbench.consoleRows(), /^'second 21'$/);
    await sees(() => workbench.callStackRows(), new RegExp(`^internal.*${await lineOf('number + 1')}:`));
    await workbench.say('6 * 7');
    await sees(() => workbench.consoleRows(), /^42$/);

    await workbench.stopDebugging();
    const debuggees = async () =>
      (await editor.commandLines()).filter((line) => line.includes('dap.js') || line.includes(PROGRAM));
    await expect.poll(debuggees, PATIENCE).toEqual([]);
    await workbench.close();
  });
});
