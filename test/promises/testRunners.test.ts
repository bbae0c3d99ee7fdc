/** Under a test runner: each failing test stops once, where it fails, and an exception that a test expects never stops. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hosts, Session, useSessions, type Host } from '../sessions/session.js';
import { environmentWith } from '../support/interpreters.js';

useSessions();

/** Lets the tests run to their end with `userUncaught`: where they stopped, and the exit code. */
async function run(session: Session): Promise<{ stops: string[]; code: number }> {
  const stops: string[] = [];
  const ended = session.client.waitFor('exited');
  let stopped = session.client.waitFor('stopped');
  for (;;) {
    const next = await Promise.race([stopped, ended]);
    if ('exitCode' in next) return { stops, code: next.exitCode };
    const { stackFrames } = await session.client.request('stackTrace', { threadId: next.threadId ?? 0 });
    session.frames = stackFrames;
    stops.push(`${session.where} · ${(next.text ?? '').split('(')[0] ?? ''}`);
    stopped = session.client.waitFor('stopped');
    await session.client.request('continue', { threadId: next.threadId ?? 0 });
  }
}

/** The exit code of the same without a debugger. */
async function undebugged(
  host: Host,
  session: Session,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...process.env, ...environment };
  const done = promisify(execFile)(host.python, args, { cwd: session.folder, env });
  return done.then(
    () => 0,
    (error: unknown) => (error as { code: number }).code,
  );
}

const UNITTEST = `
import asyncio
import contextlib
import unittest
def boo(n=1):
    raise ValueError(n)
class Plain(unittest.TestCase):
    def test_expects(self):
        with self.assertRaises(ValueError):
            boo()
        with self.assertRaisesRegex(ValueError, "1") as caught:
            raise ValueError("1")
        self.assertRaises(ValueError, boo)
        expecting = self.assertRaises(LookupError)
        with expecting:
            {}["x"]
    def test_fails(self):
        inside = 1
        self.assertEqual(inside, 2)
    def test_errs(self):
        boo(2)
    def test_expects_another(self):
        with self.assertRaises(KeyError):
            boo(3)
    def test_skips(self):
        raise unittest.SkipTest("not here")
    def test_parts(self):
        for n in range(2):
            with self.subTest(n=n):
                assert n == 0
    @unittest.expectedFailure
    def test_passes_after_all(self):
        pass
class InLoop(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        await asyncio.sleep(0)
    async def test_expects(self):
        with self.assertRaises(ValueError):
            await self.fails()
    async def test_expects_in_a_task(self):
        with self.assertRaises(ValueError):
            await asyncio.create_task(self.fails())
    async def test_expects_a_timeout(self):
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0):
                await asyncio.sleep(3600)
    async def test_fails(self):
        await self.fails()
    async def test_fails_in_a_group(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self.fails())
    async def fails(self):
        await asyncio.sleep(0)
        raise ValueError("async")
if __name__ == "__main__":
    unittest.main(verbosity=0)
`;

const PYTEST = `
import asyncio
import pytest
def boo(n=1):
    raise ValueError(n)
def test_expects():
    with pytest.raises(ValueError):
        boo()
    with pytest.raises((KeyError, ValueError), match="1"):
        boo(1)
    pytest.raises(ValueError, boo)
    with pytest.raises(ExceptionGroup):
        raise ExceptionGroup("many", [ValueError(1)])
def test_fails():
    inside = 1
    assert inside == 2
@pytest.mark.parametrize("n", [1, 2, 3])
def test_each(n):
    assert n != 2 and n != 3
def test_errs():
    boo(4)
def test_expects_another():
    with pytest.raises(KeyError):
        boo(5)
def test_skips():
    pytest.skip("not here")
@pytest.fixture
def broken():
    raise OSError("fixture")
def test_with_broken(broken):
    pass
@pytest.fixture
def cleaned():
    yield 1
def test_with_cleaned(cleaned):
    assert cleaned == 1
def test_says_fail():
    pytest.fail("no")
`;

const PYTEST_ASYNCIO = `
import asyncio
import pytest
import pytest_asyncio
async def fails(n=1):
    await asyncio.sleep(0)
    raise ValueError(n)
@pytest.mark.asyncio
async def test_expects():
    with pytest.raises(ValueError):
        await fails()
    with pytest.raises(ValueError):
        await asyncio.create_task(fails())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.sleep(3600), 0)
    with pytest.raises(asyncio.CancelledError):
        task = asyncio.create_task(asyncio.sleep(3600))
        await asyncio.sleep(0)
        task.cancel()
        await task
@pytest.mark.asyncio
async def test_fails():
    await asyncio.sleep(0)
    assert 1 == 2
@pytest.mark.asyncio
@pytest.mark.parametrize("n", [1, 2])
async def test_each(n):
    await asyncio.sleep(0)
    if n == 2:
        await fails(n)
@pytest_asyncio.fixture
async def broken():
    await asyncio.sleep(0)
    raise OSError("fixture")
@pytest.mark.asyncio
async def test_with_broken(broken):
    pass
@pytest.mark.asyncio
async def test_fails_in_a_task():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(3))
`;

describe.each(hosts)('on $name', (host) => {
  test('need 6 · unittest and IsolatedAsyncioTestCase: a failing test stops once, assertRaises and skipping never', async () => {
    const session = await Session.launch(host, UNITTEST, { exceptions: ['userUncaught'] });
    const { stops, code } = await run(session);
    expect(stops).toEqual([
      // In the order of their names, asynchronous ones first; one in a TaskGroup is not told again as a group.
      'InLoop.fails: raise ValueError("async") · ValueError',
      'InLoop.fails: raise ValueError("async") · ValueError',
      'boo: raise ValueError(n) · ValueError',
      'boo: raise ValueError(n) · ValueError',
      'Plain.test_fails: self.assertEqual(inside, 2) · AssertionError',
      'Plain.test_parts: assert n == 0 · AssertionError',
    ]);
    expect(code).toBe(1);
    if (!host.embedded) expect(await undebugged(host, session, [session.program])).toBe(code);
  });

  test('need 6 · pytest (debugpy#1873, #1103): each failing test stops once, also parametrized ones and a failing fixture; pytest.raises and skip never', async ({
    skip,
  }) => {
    const env = await environmentWith(host, 'pytest');
    if (!env) return skip('no pytest there');
    const args = ['-q', '-p', 'no:cacheprovider', 'test_it.py'];
    const session = await Session.launch(host, PYTEST, {
      exceptions: ['userUncaught'],
      files: { 'test_it.py': PYTEST },
      settings: { module: 'pytest', args, env },
    });
    const { stops, code } = await run(session);
    expect(
      stops.map((each) => each.replace(/test_it\.py:(\d+)/, (_, line: string) => session.text(Number(line)))),
    ).toEqual([
      'test_fails: assert inside == 2 · AssertionError',
      'test_each: assert n != 2 and n != 3 · AssertionError',
      'test_each: assert n != 2 and n != 3 · AssertionError',
      'boo: raise ValueError(n) · ValueError',
      'boo: raise ValueError(n) · ValueError',
      'broken: raise OSError("fixture") · OSError',
      'test_says_fail: pytest.fail("no") · Failed',
    ]);
    // Of the embedded one, pytest's own: some tests failed.
    expect(code).toBe(host.embedded ? 1 : await undebugged(host, session, ['-m', 'pytest', ...args], env));
  });

  test('need 6 · pytest-asyncio: each failing asynchronous test stops once, in a task too; what it expects never', async ({
    skip,
  }) => {
    const env = await environmentWith(host, 'pytest', 'pytest_asyncio');
    if (!env) return skip('no pytest-asyncio there');
    const plugin = env['PYTEST_DISABLE_PLUGIN_AUTOLOAD'] ? ['-p', 'pytest_asyncio.plugin'] : [];
    const args = ['-q', '-p', 'no:cacheprovider', ...plugin, 'test_it.py'];
    const session = await Session.launch(host, PYTEST_ASYNCIO, {
      exceptions: ['userUncaught'],
      files: { 'test_it.py': PYTEST_ASYNCIO },
      settings: { module: 'pytest', args, env },
    });
    const { stops, code } = await run(session);
    expect(
      stops.map((each) => each.replace(/test_it\.py:(\d+)/, (_, line: string) => session.text(Number(line)))),
    ).toEqual([
      'test_fails: assert 1 == 2 · AssertionError',
      'fails: raise ValueError(n) · ValueError',
      'broken: raise OSError("fixture") · OSError',
      'fails: raise ValueError(n) · ValueError',
    ]);
    // Of the embedded one, pytest's own: some tests failed.
    expect(code).toBe(host.embedded ? 1 : await undebugged(host, session, ['-m', 'pytest', ...args], env));
  });
});
