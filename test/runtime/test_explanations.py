"""Errors explained: each is provoked for real, so a message that a version words differently fails here.

Without an event loop: what needs one is in ``test_explanations_asyncio``.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import types
import unittest
import warnings
from collections.abc import Callable
from typing import Any

from coroscope.explained import Explanation
from coroscope.explanations import explain


def numbers() -> Any:
    received = yield 1
    yield received


async def fetch() -> Any:
    return {}


async def ticks() -> Any:
    await pause()
    yield 1
    yield 2


@types.coroutine
def pause() -> Any:
    yield


def drive(coroutine: Any) -> Any:
    """Runs a coroutine to its end, as a loop does that has nothing else to do."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


class Explanations(unittest.TestCase):
    def explained(self, work: Callable[[], Any]) -> Explanation:
        """The explanation of what ``work`` raises, from where it was raised."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = work()
                if hasattr(result, "__await__"):
                    drive(result)
            except Exception as error:
                traceback = error.__traceback__
                while traceback is not None and traceback.tb_next is not None:
                    traceback = traceback.tb_next
                found = explain(error, traceback.tb_frame if traceback else None)
                assert found is not None, f"{error!r} was not explained"
                error.__traceback__ = None
                gc.collect()
                return found
        raise AssertionError("nothing was raised")

    def check(self, work: Callable[[], Any], what: str, do: str) -> Explanation:
        found = self.explained(work)
        self.assertRegex(found.what, what)
        self.assertRegex(found.do, do)
        for text in (found.what, found.do):
            self.assertRegex(text, r"^['A-Z_a-z].*\.$")
        return found

    # --- driving -------------------------------------------------------------------------------------------------

    def test_a_value_for_a_generator_that_has_not_begun(self) -> None:
        averager = numbers()
        found = self.check(
            lambda: averager.send(1), "^The generator 'numbers' at test_explanations.py", r"next\(averager\)"
        )
        self.assertIs(found.coroutine, averager)
        self.assertEqual(found.places[0].location["line"], numbers.__code__.co_firstlineno)

    def test_the_receiver_is_found_through_attributes_and_items(self) -> None:
        holder = types.SimpleNamespace(held=[numbers()])
        found = self.check(lambda: holder.held[0].send(1), "'numbers'", r"next\(holder\.held\[0\]\)")
        self.assertIs(found.coroutine, holder.held[0])

    def test_a_receiver_made_in_place_has_no_name(self) -> None:
        found = self.check(lambda: numbers().send(1), "^The generator has not begun", r"next\(g\)")
        self.assertIsNone(found.coroutine)

    def test_a_value_for_a_coroutine_or_async_generator_that_has_not_begun(self) -> None:
        run, ticking = fetch(), ticks()
        self.assertIs(self.check(lambda: run.send(1), "The coroutine 'fetch'", "Await it").coroutine, run)
        run.close()

        async def early() -> None:
            await ticking.asend(1)

        self.assertIs(self.check(early, "async generator 'ticks'", r"await anext\(ticking\)").coroutine, ticking)

    def test_resumed_while_running(self) -> None:
        def again() -> Any:
            error: Any = None
            try:
                next(running)
            except ValueError as raised:
                error = raised
            yield explain(error, sys._getframe())

        running = again()
        found = next(running)
        self.assertRegex(found.what, r"The generator 'again' is running at test_explanations\.py:\d+ .* itself\.$")
        self.assertIs(found.coroutine, running)

    def test_resumed_while_running_by_a_loop_a_delegation_or_an_await(self) -> None:
        def looping() -> Any:
            for _ in me:
                yield

        def delegating() -> Any:
            yield from me

        async def awaiting() -> None:
            await me

        for make, kind in ((looping, "generator"), (delegating, "generator"), (awaiting, "coroutine")):
            me = make()
            found = self.check(lambda: me.send(None), f"The {kind} '{make.__name__}' is running", "suspended")  # noqa: B023
            self.assertIs(found.coroutine, me)

    def test_awaited_twice(self) -> None:
        run = fetch()
        drive(run)

        async def twice() -> None:
            await run

        found = self.check(twice, "'fetch' at .* has run to its end", r"'fetch\(…\)' again")
        self.assertIs(found.coroutine, run)
        self.check(lambda: run.send(None), "'fetch'", "again")
        self.check(lambda: run.throw(ValueError), "'fetch'", "again")

    def test_awaited_by_two(self) -> None:
        async def first() -> None:
            await run  # here

        async def second() -> None:
            await run

        async def waits() -> None:
            await pause()

        run = waits()
        one = first()
        one.send(None)
        found = self.check(second, "'waits' is being awaited by 'first' at test_explanations.py:", "create_task")
        self.assertIs(found.coroutine, run)
        self.assertEqual(found.places[0].location["line"], first.__code__.co_firstlineno + 1)
        self.assertEqual(found.places[1].label, "'await' where it is suspended")
        one.close()

    def test_steps_of_an_async_generator(self) -> None:
        ticking = ticks()
        step = ticking.asend(None)
        step.send(None)

        async def another() -> None:
            await anext(ticking)

        async def thrown() -> None:
            await ticking.athrow(ValueError)

        async def closing() -> None:
            await ticking.aclose()

        async def loop() -> None:
            async for _ in ticking:
                pass

        for work, name in ((another, "anext"), (loop, "anext"), (thrown, "athrow"), (closing, "aclose")):
            found = self.check(work, f"'ticks' is still at an earlier step, .* and {name}", "Await one step")
            self.assertIs(found.coroutine, ticking)
        with contextlib.suppress(StopIteration):
            step.send(None)

        async def reused() -> None:
            await step

        self.check(reused, "of the async generator 'ticks' gave .* one step", "again for each step")
        ended = ticking.aclose()
        drive(ended)

        async def closed_again() -> None:
            await ended

        self.check(closed_again, "aclose", "again for each step")

    # --- ends ----------------------------------------------------------------------------------------------------

    def test_stop_iteration_leaks(self) -> None:
        def leaking() -> Any:
            next(iter(()))
            yield

        async def coroutine() -> None:
            next(iter(()))

        async def asynchronous() -> Any:
            next(iter(()))
            yield

        async def other() -> Any:
            raise StopAsyncIteration
            yield

        leak = leaking()
        found = self.check(
            lambda: next(leak), "A StopIteration left the body of the generator 'leaking' at", "'return'"
        )
        self.assertEqual(found.places[0].location["line"], leaking.__code__.co_firstlineno + 1)
        self.assertIs(found.coroutine, leak)
        self.check(coroutine, "the coroutine 'coroutine'", r"next\(iterator, default\)")
        self.check(lambda: asynchronous().asend(None), "the async generator 'asynchronous'", "'return'")
        self.check(lambda: other().asend(None), "A StopAsyncIteration left", "anext")

    def test_generator_exit_ignored(self) -> None:
        def stubborn() -> Any:
            for _ in range(3):
                try:
                    yield
                except GeneratorExit:
                    pass

        async def unwilling() -> None:
            for _ in range(2):
                try:
                    await pause()
                except GeneratorExit:
                    pass

        async def asynchronous() -> Any:
            try:
                yield
            except GeneratorExit:
                pass
            yield

        generator, coroutine, ticking = stubborn(), unwilling(), asynchronous()
        next(generator)
        found = self.check(generator.close, "generator .*GeneratorExit and yielded", "Let GeneratorExit pass")
        found = self.check(lambda: generator.close(), "'stubborn' was told to close .* yielded once more at", "pass")
        self.assertEqual(found.places[0].location["line"], stubborn.__code__.co_firstlineno + 3)
        generator.close()

        coroutine.send(None)
        self.check(lambda: coroutine.close(), "'unwilling' .* awaited once more", "pass")

        async def close() -> None:
            await anext(ticking)
            await ticking.aclose()

        self.check(close, "'asynchronous' .* yielded or awaited once more", "pass")
        coroutine.close()

    def test_never_awaited(self) -> None:
        reports: list[Any] = []
        hook, sys.unraisablehook = sys.unraisablehook, reports.append
        self.addCleanup(setattr, sys, "unraisablehook", hook)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fetch()
            gc.collect()
            ticks().asend(None)
            gc.collect()
        found = explain(reports[0].exc_value, None)
        assert found is not None
        self.assertRegex(found.what, "'fetch' was called, which only makes a coroutine")
        self.assertIn("await fetch(…)", found.do)
        if sys.version_info >= (3, 13):
            found = explain(reports[1].exc_value, None)
            assert found is not None
            self.assertRegex(found.what, r"^asend\(\) of the async generator 'ticks'")
        reports.clear()

    # --- one thing for another -----------------------------------------------------------------------------------

    def test_not_awaitable(self) -> None:
        def awaiting(value: Any) -> Callable[[], Any]:
            async def run() -> None:
                await value

            return run

        self.check(awaiting(3), "of type 'int'", "Leave out 'await'")
        self.check(awaiting(None), "'NoneType'", "plain 'def'")
        self.check(awaiting(fetch), "'function'", "Call it")
        self.check(awaiting([]), "'list'", "gather")
        ticking, counting = ticks(), numbers()
        self.assertIs(self.check(awaiting(ticking), "async_generator", "in value'").coroutine, ticking)
        self.assertIs(self.check(awaiting(counting), "'generator'", "async def").coroutine, counting)

    def test_async_for_over_something_else(self) -> None:
        class Wrong:
            def __aiter__(self) -> int:
                return 3

        class Half:
            def __aiter__(self) -> Half:
                return self

            def __anext__(self) -> int:
                return 3

        def over(value: Any) -> Callable[[], Any]:
            async def run() -> None:
                async for _ in value:
                    pass

            return run

        self.check(over([]), "of type 'list'", "plain 'for'")
        run = fetch()
        self.assertIs(self.check(over(run), "'fetch' is what 'async for' was given", "in await").coroutine, run)
        run.close()
        self.check(over(Wrong()), r"__aiter__\(\) .* 'int'", "return self")
        self.check(over(Half()), r"__anext__\(\) .* 'int'", "async def __anext__")
        self.check(lambda: aiter([]), r"^aiter\(\) was given", r"iter\(\)")  # type: ignore[call-overload]
        self.check(lambda: anext([]), r"^anext\(\) was given", r"next\(\)")  # type: ignore[call-overload]

    def test_the_wrong_with(self) -> None:
        class Lock:
            async def __aenter__(self) -> None: ...

            async def __aexit__(self, *exception: object) -> None: ...

        class Half:
            def __aenter__(self) -> None: ...

            async def __aexit__(self, *exception: object) -> None: ...

        def inside(manager: Any) -> None:
            with manager:
                pass

        def inside_async(manager: Any) -> Callable[[], Any]:
            async def run() -> None:
                async with manager:
                    pass

            return run

        self.check(lambda: inside(Lock()), "'.*Lock' was given to 'with'", "^Write 'async with'")
        self.check(lambda: inside(3), "'int'", "Give its class __enter__ and __exit__")
        self.check(inside_async(contextlib.nullcontext), "was given to 'async with'", "Give its class __aenter__")
        self.check(inside_async(contextlib.suppress(KeyError)), "suppress", "^Write 'with'")
        self.check(inside_async(Half()), r"__aenter__\(\) .* 'NoneType'", "async def __aenter__")
        run = fetch()
        self.assertIs(
            self.check(inside_async(run), "'fetch' was given to 'async with'", "async with await").coroutine, run
        )
        run.close()
        self.check(lambda: inside(numbers()), "'numbers'", "@contextlib.contextmanager")

    def test_a_coroutine_for_its_result(self) -> None:
        run: Any = fetch()
        found = self.check(lambda: run.json, "'fetch' .* has not begun, and it has no attribute 'json'", "fetch")
        self.assertEqual((found.coroutine, found.do), (run, "Write '(await fetch(…)).json'."))
        self.assertIs(self.check(lambda: setattr(run, "x", 1), "no attribute 'x'", "await").coroutine, run)

        def iterate() -> None:
            for _ in run:
                pass

        def unpack() -> None:
            _, _ = run

        def index() -> None:
            run[0] = 1

        uses: list[tuple[Callable[[], Any], str]] = [
            (lambda: run[0], "indexed"),
            (index, "indexed"),
            (iterate, "iterated over"),
            (lambda: list(run), "iterated over"),
            (unpack, "unpacked"),
            (lambda: next(run), r"given to next\(\)"),
            (lambda: run(), "called"),
            (lambda: len(run), "measured"),
            (lambda: run + 1, "used with an operator"),
            (lambda: 1 + run, "used with an operator"),
            (lambda: run < 1, "compared"),
        ]
        for use, named in uses:
            found = self.check(use, f"'fetch' .* so it cannot be {named}", r"\(await fetch\(…\)\)")
            self.assertIs(found.coroutine, run)
        run.close()
        self.check(lambda: run.json, "a run of it that is over", "await")
        self.check(lambda: fetch()["a"], r"The coroutine from 'fetch\(…\)' is not the result", r"\(await fetch\(…\)\)")  # type: ignore[index]

    def test_an_iterator_for_a_list(self) -> None:
        self.check(lambda: numbers()[0], "values one at a time", r"list\(…\)")
        self.check(lambda: list(ticks()), "values one at a time", "async for")
        self.check(lambda: next(ticks()), "values one at a time", "await anext")
        self.check(lambda: numbers().append(1), "no attribute 'append'", r"list\(…\)")

    def test_a_user_class_named_so_is_not_meant(self) -> None:
        class coroutine:  # noqa: N801
            pass

        with self.assertRaises(AttributeError) as caught:
            coroutine().json  # type: ignore[attr-defined]  # noqa: B018
        self.assertIsNone(explain(caught.exception, sys._getframe()))

    def test_yield_from_a_coroutine(self) -> None:
        run = fetch()

        def delegating() -> Any:
            yield from run

        found = self.check(lambda: next(delegating()), "'fetch' can be driven by 'await' only", "async def")
        self.assertIs(found.coroutine, run)
        run.close()

    def test_context_managers_from_generators(self) -> None:
        @contextlib.contextmanager
        def never() -> Any:
            if never is None:
                yield

        @contextlib.contextmanager
        def twice() -> Any:
            try:
                yield
            except ValueError:
                pass
            yield

        @contextlib.asynccontextmanager
        async def asynchronous() -> Any:
            yield
            yield

        def inside(manager: Any, error: Exception | None = None) -> None:
            with manager:
                if error is not None:
                    raise error

        async def inside_async() -> None:
            async with asynchronous():
                pass

        self.check(lambda: inside(never()), "'never' ended without a 'yield'", "exactly one")
        self.check(lambda: inside(twice()), "'twice' yielded a second time", "finally")
        self.check(lambda: inside(twice(), ValueError()), "'twice' yielded a second time", "finally")
        self.check(inside_async, "async generator 'asynchronous' yielded a second time", "finally")

    # --- what is left alone ----------------------------------------------------------------------------------------

    def test_other_errors_have_no_explanation(self) -> None:
        for error in (
            ValueError("x"),
            TypeError(),
            KeyError("k"),
            RuntimeError(3),
            Exception("generator already executing"),
        ):
            self.assertIsNone(explain(error, None))

    def test_nothing_of_the_program_runs(self) -> None:
        ran: list[str] = []

        class Holder:
            @property
            def held(self) -> Any:
                ran.append("property")
                return numbers()

            def __getattr__(self, name: str) -> Any:
                ran.append(name)
                return numbers()

        class SaidError(RuntimeError):
            def __str__(self) -> str:
                ran.append("str")
                return ""

            @property
            def args(self) -> Any:  # type: ignore[override]
                ran.append("args")
                return ()

        holder, found = Holder(), None
        try:
            holder.held.send(1)
        except TypeError as error:
            ran.clear()
            found = explain(error, sys._getframe())
        self.assertIsNone(found.coroutine if found is not None else self)
        explain(SaidError("cannot reuse already awaited coroutine"), None)
        self.assertEqual(ran, [])


if __name__ == "__main__":
    unittest.main()
