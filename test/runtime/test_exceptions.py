"""Stopping at exceptions: at the raise, before clean-up, and never at what loops and close() raise to do their work."""

from __future__ import annotations

import textwrap
import unittest

from adapter import Debuggee


class Exceptions(unittest.TestCase):
    def start(self, source: str, *filters: str, **settings: object) -> Debuggee:
        d = Debuggee(textwrap.dedent(source), **settings)
        self.addCleanup(d.__exit__)
        answer = d.command("setExceptionBreakpoints", filters=[{"filter": each} for each in filters])
        self.assertTrue(all(each["verified"] for each in answer["filters"]))
        d.run()
        return d

    def test_uncaught_stops_at_the_raise_with_its_locals_before_finally(self) -> None:
        d = self.start(
            """
            def work():
                inside = 42
                try:
                    raise ValueError("boo")
                finally:
                    inside = None
            try:
                work()
            except KeyError:
                pass
            """,
            "uncaught",
        )
        stop = d.stopped()
        self.assertEqual((stop["reason"], stop["text"]), ("exception", "ValueError('boo')"))
        self.assertEqual(d.where(), 'work: raise ValueError("boo")')
        self.assertEqual(d.scope("Locals")["inside"]["value"], "42")
        info = d.command("exceptionInfo", thread=1)
        self.assertEqual((info["typeName"], info["message"], info["breakMode"]), ("ValueError", "boo", "unhandled"))
        d.resume()
        self.assertEqual(d.finish(), 1)
        self.assertTrue(d.output("stderr").startswith("Traceback (most recent call last):\n"), d.output("stderr"))

    def test_caught_ones_do_not_stop_unless_asked(self) -> None:
        source = """
            class Mine(KeyError): pass
            try:
                raise Mine("boo")
            except (TypeError, LookupError):
                pass
            """
        d = self.start(source, "uncaught", "userUncaught")
        self.assertEqual(d.finish(), 0)
        d = self.start(source, "raised")
        self.assertEqual(d.stopped()["text"], "Mine('boo')")

    def test_control_flow_never_stops(self) -> None:
        d = self.start(
            """
            import asyncio, contextlib
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
                task = asyncio.ensure_future(asyncio.sleep(10))
                await asyncio.sleep(0)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                try:
                    await asyncio.wait_for(asyncio.sleep(10), 0.001)
                except TimeoutError:
                    pass
            asyncio.run(main())
            """,
            "uncaught",
            "userUncaught",
        )
        self.assertEqual(d.finish(), 0)
        self.assertEqual([fact for fact in d.facts if fact["fact"] == "stopped"], [])

    def test_a_task_that_nobody_awaits_stops_where_it_raises(self) -> None:
        d = self.start(
            """
            import asyncio
            async def lost():
                here = 1
                await asyncio.sleep(0)
                raise ValueError("lost")
            async def main():
                task = asyncio.create_task(lost())
                await asyncio.sleep(0.01)
            asyncio.run(main())
            """,
            "uncaught",
        )
        self.assertEqual(d.stopped()["text"], "ValueError('lost')")
        self.assertEqual(d.scope("Locals")["here"]["value"], "1")

    def test_raised_inside_a_library_nobody_catches(self) -> None:
        d = self.start("import json\njson.loads('{')\n", "uncaught")
        self.assertIn("JSONDecodeError", d.stopped()["text"])
        self.assertTrue(d.where().startswith("<module>: json.loads"))

    def test_conditions_see_the_exception(self) -> None:
        source = textwrap.dedent(
            """
            for number in range(3):
                try:
                    raise ValueError(number)
                except ValueError:
                    pass
            """
        )
        with Debuggee(source) as d:
            d.command("setExceptionBreakpoints", filters=[{"filter": "raised", "condition": "exception.args[0] == 2"}])
            d.run()
            self.assertEqual(d.stopped()["text"], "ValueError(2)")

    def test_except_star_and_groups(self) -> None:
        d = self.start(
            """
            try:
                raise ExceptionGroup("many", [ValueError(1)])
            except* ValueError:
                pass
            raise SystemExit(3)
            """,
            "uncaught",
        )
        self.assertEqual(d.finish(), 3)

    def test_a_handler_that_raises_again_does_not_catch(self) -> None:
        d = self.start(
            """
            def work():
                try:
                    raise OSError("disk")
                except OSError:
                    raise
            work()
            """,
            "uncaught",
        )
        self.assertEqual(d.stopped()["text"], "OSError('disk')")
        self.assertEqual(d.where(), 'work: raise OSError("disk")')
        d.resume()
        self.assertEqual(d.finish(), 1)
        self.assertEqual([fact for fact in d.facts if fact["fact"] == "stopped"], [])

    def test_an_unknown_filter_is_refused(self) -> None:
        with Debuggee("x = 1\n") as d:
            answer = d.command("setExceptionBreakpoints", filters=[{"filter": "sometimes"}])
            self.assertIn("no exception filter 'sometimes'", answer["filters"][0]["message"])


if __name__ == "__main__":
    unittest.main()
