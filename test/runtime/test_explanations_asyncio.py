"""Errors of asyncio explained, each provoked in a real loop; and explanations at stops and in the debug console."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import textwrap
import types
import unittest
import warnings
from collections.abc import Callable
from typing import Any

from adapter import Debuggee, RefusedError

from coroscope.explained import Explanation
from coroscope.explanations import explain


async def fetch() -> Any:
    await asyncio.sleep(0)


class Asyncio(unittest.TestCase):
    def check(self, work: Callable[[], Any], what: str, do: str) -> Explanation:
        """Runs ``work`` (in a loop if it is a coroutine function) and explains what it raises where it was raised."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = work()
                if asyncio.iscoroutine(result):
                    asyncio.run(result)
            except Exception as error:
                traceback = error.__traceback__
                while traceback is not None and traceback.tb_next is not None:
                    traceback = traceback.tb_next
                found = explain(error, traceback.tb_frame if traceback else None)
                assert found is not None, f"{error!r} was not explained"
                error.__traceback__ = None
                gc.collect()
                self.assertRegex(found.what, what)
                self.assertRegex(found.do, do)
                return found
        raise AssertionError("nothing was raised")

    def a_run(self) -> Any:
        """A coroutine that nobody will await, and nobody is to be warned of."""
        run = fetch()
        self.addCleanup(run.close)
        return run

    def test_a_future_of_another_loop(self) -> None:
        async def make() -> Any:
            return asyncio.get_running_loop().create_future()

        future = asyncio.run(make())

        async def wait() -> None:
            await future

        async def gather() -> None:
            await asyncio.gather(future)

        self.check(wait, "^'future' belongs to another event loop", r"asyncio\.run\(\)")
        self.check(gather, "another event loop", r"asyncio\.run\(\)")

    def test_a_task_and_a_lock_of_another_loop(self) -> None:
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        task = loop.create_task(fetch())

        async def wait() -> None:
            await task

        found = self.check(wait, r"^'task' \(a task\) belongs to another event loop", r"asyncio\.run\(\)")
        self.assertIs(found.coroutine, task.get_coro())
        loop.run_until_complete(task)
        lock = asyncio.Lock()

        async def hold() -> None:
            async with lock:
                await asyncio.sleep(0)

        async def both() -> None:
            await asyncio.gather(hold(), hold())

        asyncio.run(both())
        self.check(both, "^The Lock was first waited for in another event loop", r"asyncio\.run\(\)")

    def test_a_loop_in_a_loop(self) -> None:
        async def run() -> None:
            asyncio.run(self.a_run())

        async def runner() -> None:
            inner = asyncio.Runner()
            with contextlib.closing(inner.get_loop()):
                inner.run(self.a_run())

        async def same() -> None:
            asyncio.get_running_loop().run_until_complete(self.a_run())

        async def other() -> None:
            with contextlib.closing(asyncio.new_event_loop()) as loop:
                loop.run_until_complete(self.a_run())

        for work in (run, runner, same, other):
            self.check(work, "^An event loop is running in this thread already", "'await' in place of the call")

    def test_no_loop(self) -> None:
        self.check(asyncio.get_running_loop, "none runs in this thread", r"asyncio\.run\(\)")
        self.check(lambda: asyncio.create_task(self.a_run()), "none runs in this thread", r"asyncio\.run\(\)")
        loop = asyncio.new_event_loop()
        loop.close()
        self.check(lambda: loop.run_until_complete(self.a_run()), "after it had been closed", "inside one asyncio")

    def test_not_a_coroutine(self) -> None:
        async def create() -> Any:
            return asyncio.create_task(fetch)  # type: ignore[arg-type]

        async def gather() -> None:
            asyncio.gather(3)  # type: ignore[call-overload]

        async def wait() -> None:
            await asyncio.wait([self.a_run()])  # type: ignore[type-var]

        self.check(create, "the function itself", "Call it")
        self.check(gather, "cannot be awaited", "async def")
        self.check(lambda: asyncio.run(3), "cannot be awaited", "async def")  # type: ignore[arg-type]
        self.check(wait, r"asyncio\.wait\(\) was given coroutines", "create_task")

    def test_bad_yields_and_a_task_that_awaits_itself(self) -> None:
        @types.coroutine
        def bad(value: Any) -> Any:
            yield value

        async def number() -> None:
            await bad(3)

        async def future() -> None:
            await bad(asyncio.get_running_loop().create_future())

        async def itself() -> None:
            me: Any = asyncio.current_task()
            await me

        self.check(number, "does not understand", "Await the future")
        self.check(future, "does not understand", "Await the future")
        self.check(itself, r"awaits itself \(as 'me'\)", "another task")

    def test_the_coroutine_of_a_task(self) -> None:
        run = fetch()

        async def reuse() -> None:
            await run
            again = asyncio.create_task(run)
            await again

        self.assertIs(self.check(reuse, "'fetch' at .* has run to its end", "again").coroutine, run)

    def test_a_task_destroyed_while_pending(self) -> None:
        said: list[str] = []
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        loop.set_exception_handler(lambda loop, context: said.append(context["message"]))
        task = loop.create_task(fetch())
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop._ready.clear()  # type: ignore[attr-defined]  # pyright: ignore
        del task
        gc.collect()
        found = explain(RuntimeError(said[0]), None)
        assert found is not None
        self.assertIn("Keep what asyncio.create_task() returns", found.do)

    def test_cancelled(self) -> None:
        found: list[Explanation | None] = []

        async def swallows() -> None:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError as error:
                found.append(explain(error, None))

        async def main() -> None:
            task = asyncio.create_task(swallows(), name="downloader")
            await asyncio.sleep(0)
            task.cancel()
            await task
            other = asyncio.create_task(asyncio.sleep(1))
            other.cancel()
            try:
                await other
            except asyncio.CancelledError as error:
                found.append(explain(error, None))

        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        self.addCleanup(logging.getLogger("asyncio").setLevel, logging.NOTSET)
        asyncio.run(main())
        assert found[0] is not None and found[1] is not None
        self.assertRegex(found[0].what, "^The task 'downloader' was asked to end")
        self.assertRegex(found[1].what, "^What is awaited here was cancelled, while the task '.*' .* was not")


class Stops(unittest.TestCase):
    def start(self, source: str, *filters: str) -> Debuggee:
        d = Debuggee(textwrap.dedent(source))
        self.addCleanup(d.__exit__)
        d.command("setExceptionBreakpoints", filters=[{"filter": each} for each in filters])
        return d

    def test_the_stop_and_the_exception_info_explain(self) -> None:
        d = self.start(
            """
            def averager():                                    # @function
                total = yield
            a = averager()
            a.send(3)
            """,
            "uncaught",
        )
        d.run()
        text = d.stopped()["text"]
        self.assertTrue(text.startswith("TypeError(\"can't send non-None value"), text)
        self.assertIn(" · The generator 'averager' at program.py:2 has not begun", text)
        explanation = d.command("exceptionInfo", thread=1)["explanation"]
        self.assertIn("'next(a)'", explanation["whatToDo"])
        self.assertEqual([place["location"]["line"] for place in explanation["places"]], [d.line("function")])
        found = d.evaluate("a.gi_frame.f_lineno")
        self.assertEqual(int(found), d.line("function"))
        self.assertGreater(explanation["coroutine"], 0)

    def test_who_awaits_it_already(self) -> None:
        d = self.start(
            """
            import asyncio
            async def shared():
                await asyncio.sleep(0)
            async def first(run):
                await run                                      # @first
            async def second(run):
                await run                                      # @second
            async def main():
                run = shared()
                await asyncio.gather(first(run), second(run))
            asyncio.run(main())
            """,
            "raised",
        )
        d.run()
        d.stopped()
        self.assertEqual(d.where(), "second: await run")
        explanation = d.command("exceptionInfo", thread=1)["explanation"]
        self.assertIn("is being awaited by 'first' at program.py", explanation["what"])
        self.assertEqual(explanation["places"][0]["location"]["line"], d.line("first"))

    def test_a_handler_that_swallows_a_cancellation(self) -> None:
        d = self.start(
            """
            import asyncio
            async def work():
                try:
                    await asyncio.sleep(10)
                except asyncio.CancelledError:
                    raise asyncio.CancelledError("mine")       # @raised
            async def outer():
                try:
                    await work()
                except BaseException:                          # @swallowed
                    pass
            async def main():
                task = asyncio.create_task(outer(), name="downloader")
                await asyncio.sleep(0)
                task.cancel()
                await task
            asyncio.run(main())
            """,
            "raised",
        )
        d.run()
        self.assertIn("The task 'downloader' was asked to end", d.stopped()["text"])
        explanation = d.command("exceptionInfo", thread=1)["explanation"]
        self.assertIn("the handler at program.py:", explanation["what"])
        self.assertEqual(explanation["places"][0]["location"]["line"], d.line("swallowed"))
        self.assertEqual(explanation["whatToDo"], "Catch Exception in its place, or end the handler with 'raise'.")

    def test_a_handler_that_catches_the_cancellation_alone_is_told_to_raise_it(self) -> None:
        d = self.start(
            """
            import asyncio
            async def work():
                try:
                    await asyncio.sleep(10)
                except asyncio.CancelledError:
                    pass
            async def main():
                task = asyncio.create_task(work())
                await asyncio.sleep(0)
                task.cancel()
                await task
            asyncio.run(main())
            """,
            "cancelled",
        )
        d.run()
        d.stopped()
        explanation = d.command("exceptionInfo", thread=1)["explanation"]
        self.assertEqual(explanation["whatToDo"], "End the handler with 'raise'.")

    def test_other_exceptions_are_as_they_were(self) -> None:
        d = self.start("raise ValueError('boo')\n", "uncaught")
        d.run()
        self.assertEqual(d.stopped()["text"], "ValueError('boo')")
        self.assertNotIn("explanation", d.command("exceptionInfo", thread=1))

    def test_the_debug_console_explains(self) -> None:
        d = self.start(
            """
            def walk():
                yield 1                                        # @yield
            def outer():
                yield again()
            def again():
                x = 1                                          # @stop
            async def fetch():
                pass
            fresh, running = walk(), outer()
            c = fetch()
            next(running)
            """
        )
        d.run_to("stop")
        with self.assertRaises(RefusedError) as refused:
            d.evaluate("fresh.send(3)")
        message = refused.exception.message
        self.assertTrue(message.startswith("TypeError: can't send non-None value"), message)
        self.assertIn("\nThe generator 'walk' at program.py:2 has not begun", message)
        self.assertIn("'next(fresh)'", refused.exception.hint)
        with self.assertRaises(RefusedError) as refused:
            d.evaluate("for x in running: pass")
        self.assertIn(
            "'outer' is running at program.py:5 and was resumed once more, by code", refused.exception.message
        )
        with self.assertRaises(RefusedError) as refused:
            d.evaluate("len(c)")
        self.assertIn("(await fetch(…))", refused.exception.hint)
        with self.assertRaises(RefusedError) as refused:
            d.evaluate("1 / 0")
        self.assertEqual(refused.exception.message, "ZeroDivisionError: division by zero")


if __name__ == "__main__":
    unittest.main()
