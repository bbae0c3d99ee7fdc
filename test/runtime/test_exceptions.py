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

    def test_what_was_caught_before_stops_once_nobody_catches_it(self) -> None:
        """Whatever makes the difference: at the same place, with an exception of the same class."""
        ways = {
            "a name of the module": ("Error = KeyError", "except Error: pass", "Error = ValueError"),
            "a name that hid a builtin": ("ValueError = KeyError", "except ValueError: pass", "del ValueError"),
            "a builtin that is hidden": ("", "except KeyError: pass", "KeyError = ValueError"),
            "a tuple": ("Errors = (ValueError, KeyError)", "except Errors: pass", "Errors = (ValueError, TypeError)"),
            "a shorter tuple": ("Errors = (ValueError, KeyError)", "except Errors: pass", "Errors = (ValueError,)"),
            "an attribute of a module": (
                "import json; json.Error = KeyError",
                "except json.Error: pass",
                "json.Error = ValueError",
            ),
            "another module": (
                "import json, types; json.Error = KeyError",
                "except json.Error: pass",
                "json = types.ModuleType('json'); json.Error = ValueError",
            ),
            "an attribute of a class": (
                "class Errors: Mine = KeyError",
                "except Errors.Mine: pass",
                "Errors.Mine = ValueError",
            ),
            "who calls": ("", "finally: pass", ""),
        }
        for name, (before, clause, after) in ways.items():
            with self.subTest(name):
                d = self.start(
                    f"""
                    Lookup = KeyError
                    def attempt():
                        try:
                            raise Lookup(1)
                        {clause}
                    def called():
                        attempt()
                    {before}
                    for _ in range(5):
                        try: called()
                        except LookupError: pass
                    {after}
                    called()
                    """,
                    "uncaught",
                )
                self.assertEqual(d.stopped()["text"], "KeyError(1)")
                self.assertEqual([frame["name"] for frame in d.stack()], ["attempt", "called", "<module>"])
                self.assertEqual(d.evaluate("Lookup is LookupError"), "False")

    def test_the_same_place_may_catch_for_one_frame_and_not_for_another(self) -> None:
        ways = {
            "a local": """
                def attempt(error):
                    try: raise KeyError(1)
                    except error: pass
                error = KeyError
                for _ in range(5): attempt(KeyError)
                attempt(ValueError)
                """,
            "a cell": """
                def make(error):
                    def attempt():
                        try: raise KeyError(1)
                        except error: pass
                    return attempt
                for _ in range(5): make(KeyError)()
                make(ValueError)()
                """,
            "globals": """
                def attempt():
                    try: raise KeyError(1)
                    except Error: pass
                from types import FunctionType
                for _ in range(5): FunctionType(attempt.__code__, {"Error": KeyError})()
                FunctionType(attempt.__code__, {"Error": ValueError})()
                """,
            "what a context manager does": """
                import contextlib
                @contextlib.contextmanager
                def swallowing():
                    try: yield
                    except KeyError: pass
                @contextlib.contextmanager
                def passing():
                    yield
                manager = swallowing
                def attempt():
                    with manager(): raise KeyError(1)
                for _ in range(5): attempt()
                manager = passing
                attempt()
                """,
            "what a context manager's own names stand for": """
                import contextlib
                Error = KeyError
                @contextlib.contextmanager
                def swallowing():
                    try: yield
                    except Error: pass
                def attempt():
                    with swallowing(): raise KeyError(1)
                for _ in range(5): attempt()
                Error = ValueError
                attempt()
                """,
            "what a class does at the end of a block": """
                class Manager:
                    def __enter__(self): pass
                    def __exit__(self, *exception):
                        return True
                def attempt():
                    with Manager(): raise KeyError(1)
                for _ in range(5): attempt()
                def passing(self, *exception):
                    return False
                Manager.__exit__ = passing
                attempt()
                """,
            "what a manager holds": """
                import contextlib
                manager = contextlib.suppress(KeyError)
                def attempt():
                    with manager: raise KeyError(1)
                for _ in range(5): attempt()
                manager._exceptions = (ValueError,)
                attempt()
                """,
            "what is suppressed": """
                import contextlib
                Error = KeyError
                def attempt():
                    with contextlib.suppress(Error): raise KeyError(1)
                for _ in range(5): attempt()
                Error = ValueError
                attempt()
                """,
            "the members of a group": """
                def attempt(member):
                    try: raise ExceptionGroup("", [member])
                    except* KeyError: pass
                for _ in range(5): attempt(KeyError(1))
                attempt(ValueError(1))
                """,
            "a class of the same name": """
                import gc
                def attempt(error):
                    class Mine(error): pass
                    try: raise Mine(1)
                    except KeyError: pass
                for _ in range(5):
                    attempt(KeyError)
                    gc.collect()  # so that the next one may get its address
                attempt(ValueError)
                """,
        }
        for name, source in ways.items():
            with self.subTest(name):
                d = self.start(source, "uncaught")
                d.stopped()
                self.assertTrue(d.where().partition(":")[0].endswith("attempt"), d.where())
                d.resume()
                self.assertEqual(d.finish(), 1)

    def test_the_end_of_an_iteration_is_looked_at_again_in_each_frame_it_comes_to(self) -> None:
        d = self.start(
            """
            def inner(): next(iter(()))
            def outer(call): call()
            for _ in range(5):
                try: outer(inner)
                except StopIteration: pass
            outer(inner)
            """,
            "uncaught",
        )
        self.assertEqual(d.stopped()["text"].partition(" ")[0], "StopIteration()")
        self.assertNotIn("inner", d.where())
        d.resume()
        self.assertEqual(d.finish(), 1)

    def test_what_does_its_work_stops_when_it_is_asked_for_however_often_it_was_caught(self) -> None:
        sources = {
            "generatorExit": """
                def numbers():
                    try: yield 1
                    except GeneratorExit: pass
                for _ in range(3):
                    generator = numbers()
                    next(generator)
                    generator.close()
                """,
            "cancelled": """
                import asyncio
                async def waits():
                    try: await asyncio.sleep(60)
                    except asyncio.CancelledError: pass
                async def main():
                    for _ in range(3):
                        task = asyncio.create_task(waits())
                        await asyncio.sleep(0)
                        task.cancel()
                        await task
                asyncio.run(main())
                """,
        }
        for name, source in sources.items():
            with self.subTest(name):
                d = self.start(source, "uncaught", name)
                for _ in range(3):
                    self.assertEqual(d.stopped()["reason"], "exception")
                    self.assertRegex(d.where(), "^(numbers|waits): try: (yield|await)")
                    d.resume()
                self.assertEqual(d.finish(), 0)

    def test_one_that_comes_out_of_a_library_and_one_that_is_raised_again_are_looked_at_each_time(self) -> None:
        d = self.start(
            """
            import json
            def parse(text):
                return json.loads(text)
            def again(text):
                try: parse(text)
                except ValueError as error:
                    if text == "last": raise error
            for _ in range(5): again("{")
            again("last")
            """,
            "uncaught",
        )
        self.assertTrue(d.stopped()["text"].startswith("JSONDecodeError("))
        self.assertEqual(d.where(), 'again: if text == "last": raise error')
        d.resume()
        self.assertEqual(d.finish(), 1)

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

    def test_a_new_exception_of_a_library_with_the_address_of_one_that_was_stopped_at(self) -> None:
        d = self.start(
            """
            import gc, threading
            from concurrent.futures import Future
            def first(): raise ValueError("first")
            def second(failed): return failed.result()
            def in_a_thread(work, *args):
                thread = threading.Thread(target=work, args=args)
                thread.start()
                thread.join()
            threading.excepthook = lambda args: None
            failed = Future()
            failed.set_exception(ValueError("of many"))
            for _ in range(1000):
                try: second(failed)
                except ValueError: pass
            in_a_thread(first)
            gc.collect()
            [raises] = [each for each in gc.get_objects() if type(each).__name__ == "Raises"]
            [taken] = raises._stopped_at
            kept = []
            while id(new := ValueError("second")) != taken and len(kept) < 100_000:
                kept.append(new)
            print(id(new) == taken)
            failed = Future()
            failed.set_exception(new)
            del new, kept
            in_a_thread(second, failed)
            """,
            "uncaught",
        )
        self.assertEqual(d.stopped()["text"], "ValueError('first')")
        d.resume()
        self.assertEqual(d.stopped()["text"], "ValueError('second')")
        self.assertEqual(d.output(), "True\n")
        d.resume()
        self.assertEqual(d.finish(), 0)

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
