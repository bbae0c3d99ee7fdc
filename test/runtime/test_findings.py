"""Findings: each kind in a small program, at a stop and at the end of the run. That there are none in healthy programs is
held in ``test/promises/graph.test.ts``.
"""

from __future__ import annotations

import textwrap
import unittest
from typing import Any

from adapter import Debuggee
from test_await_graph import PROGRAMS

PRELUDE = """\
import asyncio, contextlib, gc, sys, threading, time, warnings
def here():
    pass  # @stop
async def rounds(n):
    for _ in range(n): await asyncio.sleep(0)
async def fetch(): pass
async def fail(): raise ValueError("no")  # @raised
"""


def program(text: str) -> str:
    return PRELUDE + textwrap.dedent(text)


def open_program(text: str, **settings: Any) -> Debuggee:
    # A machine that is busy with other things must not make a step look blocked.
    return Debuggee(program(text), **{"blockedLoopMs": 0, **settings})


def listed(d: Debuggee) -> list[dict[str, Any]]:
    return d.command("findings")["findings"]


def at_end(d: Debuggee) -> list[dict[str, Any]]:
    """The findings that come with the end of the run; the program must end well by itself."""
    d.finish()
    told = [fact["body"] for fact in d.facts if fact["fact"] == "findings"]
    assert len(told) <= 1, told
    return told[0]["findings"] if told else []


def short(d: Debuggee, found: list[dict[str, Any]]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Kind, severity, and the places as labels with the markers of their lines."""
    markers = {number: line.partition("# @")[2] for number, line in enumerate(d.source.splitlines(), 1)}
    return [
        (
            each["kind"],
            each["severity"],
            [(place["label"], markers[place["location"]["line"]]) for place in each["places"]],
        )
        for each in found
    ]


class NeverAwaited(unittest.TestCase):
    def test_one_that_was_thrown_away_is_told_with_its_line_at_a_stop_and_at_the_end(self) -> None:
        with open_program("""
            async def main():
                fetch()  # @created
                await fetch()
                here()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            [found] = listed(d)
            self.assertIn("'fetch' was created at program.py", found["what"])
            self.assertEqual(found["places"][0]["location"]["line"], d.line("created"))
            self.assertEqual(found["places"][0]["label"], "where it was created")
            d.resume()
            self.assertEqual([each["kind"] for each in at_end(d)], ["neverAwaited"])

    def test_one_that_a_variable_held_is_told_with_the_line_that_made_it(self) -> None:
        with open_program("""
            async def main():
                kept = fetch()  # @created
                fetch()
                await fetch()
                await asyncio.gather(fetch())
            def other():
                return 1
            asyncio.run(main())
        """) as d:
            d.run()
            lines = [each["places"][0]["location"]["line"] for each in at_end(d) if each["kind"] == "neverAwaited"]
            self.assertIn(d.line("created"), lines)

    def test_one_that_is_still_held_at_the_end_is_told_before_the_interpreter_warns(self) -> None:
        with open_program("kept = fetch()  # @created\n") as d:
            d.run()
            found = at_end(d)
            self.assertEqual([(each["kind"], each["places"][0]["location"]["line"]) for each in found],
                             [("neverAwaited", d.line("created"))])  # fmt: skip
            self.assertIn("coroutine 'fetch' was never awaited", d.output("stderr"))

    def test_a_filtered_warning_is_a_finding_all_the_same_and_stays_filtered(self) -> None:
        with open_program("warnings.simplefilter('ignore')\nfetch()\n") as d:
            d.run()
            self.assertEqual([each["kind"] for each in at_end(d)], ["neverAwaited"])
            self.assertEqual(d.output("stderr"), "")

    def test_a_forgotten_await_of_the_library_is_told_and_equal_ones_are_counted(self) -> None:
        with open_program("""
            async def main():
                for _ in range(5): asyncio.sleep(0)  # @created
            asyncio.run(main())
        """) as d:
            d.run()
            [found] = at_end(d)
            self.assertEqual((found["times"], found["places"][0]["location"]["line"]), (5, d.line("created")))

    def test_one_to_be_awaited_in_a_moment_is_none(self) -> None:
        with open_program("""
            async def main():
                soon = fetch()
                later = [fetch(), fetch()]
                here()
                await soon
                await asyncio.gather(*later)
                fetch().close()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            self.assertEqual(listed(d), [])
            d.resume()
            self.assertEqual(at_end(d), [])


class GeneratorLeftOpen(unittest.TestCase):
    def test_one_dropped_inside_a_try_is_a_warning_and_one_without_clean_up_a_hint(self) -> None:
        with open_program("""
            async def tidy():
                try:
                    yield 1  # @tidy
                finally:
                    await asyncio.sleep(0)
            async def plain():
                for i in range(3):
                    async for each in numbers(): yield each  # @plain
            async def numbers():
                yield 1
            async def main():
                async for _ in tidy(): break
                async for _ in plain(): break
                here()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            expected = [
                ("generatorLeftOpen", "warning", [("where it is suspended", "tidy")]),
                ("generatorLeftOpen", "hint", [("where it is suspended", "plain")]),
            ]
            self.assertEqual(short(d, listed(d))[:2], expected)
            d.resume()
            self.assertEqual(short(d, at_end(d))[:2], expected)

    def test_one_that_is_open_when_its_loop_is_closed_is_told(self) -> None:
        with open_program("""
            async def numbers():
                with contextlib.nullcontext():
                    yield 1  # @open
            async def main():
                global kept
                kept = numbers()
                await anext(kept)
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            loop.close()
        """) as d:
            d.run()
            self.assertEqual(
                short(d, at_end(d)), [("generatorLeftOpen", "warning", [("where it is suspended", "open")])]
            )

    def test_those_that_are_closed_finished_or_shut_down_by_asyncio_run_are_none(self) -> None:
        with open_program("""
            async def numbers():
                try:
                    yield 1
                    yield 2
                finally:
                    await asyncio.sleep(0)
            async def main():
                global kept
                kept = numbers()
                await anext(kept)
                async for _ in numbers(): pass
                async with contextlib.aclosing(numbers()) as stream:
                    async for _ in stream: break
                here()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            self.assertEqual(listed(d), [])
            d.resume()
            self.assertEqual(at_end(d), [])


class ExceptionNotRetrieved(unittest.TestCase):
    def test_a_failed_task_that_was_dropped(self) -> None:
        with open_program("""
            async def main():
                asyncio.create_task(fail(), name="job")  # @created
                await rounds(2)
                gc.collect()
                here()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            [found] = listed(d)
            self.assertIn("'job' (fail) failed at program.py:7 with ValueError('no')", found["what"])
            expected = [
                (
                    "exceptionNotRetrieved",
                    "warning",
                    [("where it was raised", "raised"), ("where its task was created", "created")],
                )
            ]
            self.assertEqual(short(d, [found]), expected)
            d.resume()
            self.assertEqual(short(d, at_end(d)), expected)

    def test_one_that_is_kept_is_a_hint_while_the_program_may_still_ask_and_a_warning_at_the_end(self) -> None:
        with open_program("""
            kept = set()
            async def main():
                kept.add(asyncio.create_task(fail()))
                await rounds(2)
                here()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            self.assertEqual(
                [(each["kind"], each["severity"]) for each in listed(d)], [("exceptionNotRetrieved", "hint")]
            )
            d.resume()
            self.assertEqual(
                [(each["kind"], each["severity"]) for each in at_end(d)], [("exceptionNotRetrieved", "warning")]
            )

    def test_those_that_somebody_is_told_of_are_none(self) -> None:
        with open_program("""
            async def main():
                async def soon():
                    asyncio.get_running_loop().call_soon(here)
                    raise ValueError("retrieved")
                results = await asyncio.gather(soon(), fail(), return_exceptions=True)
                with contextlib.suppress(ValueError): await asyncio.create_task(soon())
                try:
                    async with asyncio.TaskGroup() as group: group.create_task(soon())
                except* ValueError: pass
                kept = asyncio.create_task(fail())
                await asyncio.wait([kept])
                kept.exception()
                here()
            asyncio.run(main())
        """) as d:
            d.set_breakpoints("stop")
            d.run()
            stops = 0
            while "reason" in d.wait("stopped", "exiting"):
                self.assertEqual(listed(d), [])
                stops += 1
                d.resume()
            self.assertEqual((stops, at_end(d)), (4, []))


class LoopBlocked(unittest.TestCase):
    def test_the_line_that_blocked_is_told(self) -> None:
        with open_program(
            """
            def work(until):
                while time.monotonic() < until: pass  # @blocked
            async def main():
                await asyncio.sleep(0)
                work(time.monotonic() + 0.4)
                here()
            asyncio.run(main(), debug=False)
            """,
            blockedLoopMs=100,
        ) as d:
            d.run()
            # A machine that is busy with other things may hold up other steps for as long.
            found = [each for each in at_end(d) if each["kind"] == "loopBlocked"]
            places = [each[2][0] for each in short(d, found)]
            self.assertIn(("where it blocked", "blocked"), places)
            what = found[places.index(("where it blocked", "blocked"))]["what"]
            self.assertRegex(what, r"^The task 'Task-1' \(main\) kept the event loop .* for \d+ ms")

    def test_the_line_where_most_of_the_time_went_is_told_whatever_came_after_it(self) -> None:
        with open_program(
            """
            async def main():
                await asyncio.sleep(0)
                time.sleep(0.6)  # @blocked
                time.sleep(0.15)
            asyncio.run(main())
            """,
            blockedLoopMs=100,
        ) as d:
            d.run()
            found = [each for each in at_end(d) if each["kind"] == "loopBlocked"]
            self.assertIn(("where it blocked", "blocked"), [each[2][0] for each in short(d, found)])

    def test_a_callback_is_told_by_name_and_a_limit_of_zero_measures_nothing(self) -> None:
        text = """
            def block():
                time.sleep(0.2)  # @blocked
            async def main():
                asyncio.get_running_loop().call_soon(block)
                await rounds(3)
            asyncio.run(main())
        """
        with open_program(text, blockedLoopMs=50) as d:
            d.run()
            found = at_end(d)
            self.assertTrue(any("callback 'block'" in each["what"] for each in found), found)
        with open_program(text, blockedLoopMs=0) as d:
            d.run()
            self.assertEqual(at_end(d), [])

    def test_a_call_in_c_that_lets_nobody_else_run_is_told(self) -> None:
        with open_program(
            """
            def seconds(count):
                begun = time.monotonic()
                sum(range(count))
                return time.monotonic() - begun
            count = 1_000_000
            while seconds(count) < 0.5: count *= 2
            async def main():
                for _ in range(4):
                    sum(range(count)); await rounds(3)  # @blocked
            asyncio.run(main())
            """,
            blockedLoopMs=100,
        ) as d:
            d.run()
            # On a machine that is busy with other things a call may pass unseen; four do not.
            found = [each for each in at_end(d) if each["kind"] == "loopBlocked"]
            self.assertIn(
                ("at a call that lets nobody else run, or just after it", "blocked"),
                [each[2][0] for each in short(d, found)],
            )

    def test_each_thread_has_steps_of_its_own(self) -> None:
        with open_program(
            """
            async def busy(over):
                while not over.is_set(): await asyncio.sleep(0)
            async def blocked():
                await asyncio.sleep(0)
                time.sleep(0.5)  # @blocked
            over = threading.Event()
            other = threading.Thread(target=asyncio.run, args=[busy(over)])
            other.start()
            asyncio.run(blocked())
            over.set()
            other.join()
            """,
            blockedLoopMs=100,
        ) as d:
            d.run()
            found = [each for each in at_end(d) if "(blocked)" in each["what"]]
            self.assertEqual(len(found), 1)
            self.assertEqual(short(d, found)[0][2][0], ("where it blocked", "blocked"))

    def test_time_spent_paused_does_not_count(self) -> None:
        with open_program(
            """
            async def main():
                await asyncio.sleep(0)
                before = time.monotonic()
                here()
                print(time.monotonic() - before > 2)
            asyncio.run(main())
            """,
            blockedLoopMs=1900,
        ) as d:
            d.run_to("stop")
            d.evaluate("exec('end = time.monotonic() + 2.1\\nwhile time.monotonic() < end: pass')")
            d.resume()
            self.assertEqual(at_end(d), [])
            self.assertEqual(d.output(), "True\n")


class TaskNotKept(unittest.TestCase):
    def test_one_that_nothing_refers_to_is_told_and_those_that_something_keeps_are_not(self) -> None:
        with open_program("""
            kept, attribute = set(), type("Keeper", (), {})()
            # On a timer: what waits for an event of its own may be collected at any moment.
            async def wait(): await asyncio.sleep(60)  # @waits
            async def limited():
                async with asyncio.timeout(60): await asyncio.sleep(50)
            async def main():
                asyncio.create_task(wait(), name="lost")  # @lost
                asyncio.create_task(limited(), name="lost too")  # @lost too
                kept.add(asyncio.create_task(wait()))
                attribute.task = asyncio.create_task(wait())
                local = asyncio.create_task(wait())
                gathered = asyncio.gather(wait(), wait())
                loop = asyncio.get_running_loop()
                loop.call_later(60, print, asyncio.create_task(wait()))
                async with asyncio.TaskGroup() as group:
                    inner = [group.create_task(wait())]
                    await rounds(2)
                    here()
                    for task in asyncio.all_tasks() - {asyncio.current_task()}: task.cancel()
                    with contextlib.suppress(asyncio.CancelledError): await gathered
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            found = listed(d)
            self.assertEqual(
                [(each["kind"], each["what"].split(",")[0]) for each in found],
                [
                    ("taskNotKept", "Nothing in the program refers to the task 'lost' (wait)"),
                    ("taskNotKept", "Nothing in the program refers to the task 'lost too' (limited)"),
                ],
            )
            self.assertEqual(found[0]["places"][0]["location"]["line"], d.line("lost"))
            d.resume()
            self.assertEqual(at_end(d), [])

    def test_one_in_use_by_a_running_function_is_none(self) -> None:
        with open_program("""
            async def wait(): await asyncio.Event().wait()
            def look(task):
                here()
                return task
            async def main():
                look(asyncio.create_task(wait())).cancel()
                await rounds(1)
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            self.assertEqual(listed(d), [])
            d.resume()
            self.assertEqual(at_end(d), [])

    def test_one_that_vanished_and_one_that_was_left_at_the_end(self) -> None:
        with open_program("""
            async def wait(): await asyncio.Event().wait()
            async def main():
                asyncio.create_task(wait(), name="gone")
                await rounds(2)
                gc.collect()
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            kept = loop.create_task(wait(), name="left")
            loop.run_until_complete(rounds(2))
        """) as d:
            d.run()
            self.assertEqual(
                [each["what"] for each in at_end(d)],
                [
                    "The task 'gone' (wait) was thrown away before it was done.",
                    "The task 'left' (wait) was still waiting when the program ended, so the rest of it never ran.",
                ],
            )


class Deadlock(unittest.TestCase):
    def test_it_is_told_at_a_stop_and_kept_when_ctrl_c_takes_it_apart(self) -> None:
        text = (PROGRAMS / "deadlocks" / "two_locks.py").read_text(encoding="utf-8")
        with Debuggee(text, blockedLoopMs=0) as d:
            d.run_to("stop")
            [found] = listed(d)
            self.assertEqual((found["kind"], found["severity"]), ("deadlock", "warning"))
            self.assertIn("Lock 'a'", found["what"])
            self.assertEqual(len(found["places"]), 2)
            d.command("terminate", kill=False)
            self.assertEqual([each["kind"] for each in at_end(d)], ["deadlock"])


class Lifetimes(unittest.TestCase):
    """What dies, dies when it does in an undebugged run, and the interpreter says the same of it."""

    SOURCE = """
        gc.set_threshold(100_000)  # no collection but the one below
        class Held:
            def __del__(self): print("held is gone")
        async def keeps(held): await asyncio.Event().wait()
        async def numbers(held):
            try:
                yield 1
            finally:
                print("numbers end")
        def show(): print("never:", [each.message.args[0].split(",")[0] for each in caught])
        async def main():
            fetch(); show()
            lost = keeps(Held()); del lost; show()
            asyncio.create_task(keeps(Held()), name="lost"); await rounds(2)
            here()
            gc.collect()
            async for _ in numbers(Held()): break
            await rounds(3)
            asyncio.create_task(fail()); await rounds(2)
            print("end of main")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            asyncio.run(main())
            show()
    """

    def test_they_are_unchanged_by_watching_and_by_looking(self) -> None:
        seen: list[tuple[str, str]] = []
        for settings, stops in (({"findings": False, "record": "off"}, False), ({}, False), ({}, True)):
            with open_program(self.SOURCE, **settings) as d:
                if stops:
                    d.run_to("stop")
                    for _ in range(5):
                        d.logical()
                    self.assertIn("taskNotKept", [each["kind"] for each in listed(d)])
                    self.assertEqual(d.evaluate("gc.isenabled()"), "True")
                    d.resume()
                else:
                    d.run()
                self.assertEqual(d.finish(), 0)
                errors = [
                    line for line in d.output("stderr").splitlines() if not line.startswith(("  ", "task:", "future:"))
                ]
                seen.append((d.output(), "\n".join(errors)))
        self.assertIn("held is gone", seen[0][0])
        self.assertEqual(seen[1], seen[0])
        self.assertEqual(seen[2], seen[0])

    def test_looking_sets_off_no_collection_and_what_is_evaluated_may(self) -> None:
        with open_program("""
            where = []
            gc.callbacks.append(lambda phase, info: where.append(sys._getframe(1).f_code.co_name))
            async def main():
                kept = asyncio.create_task(rounds(9)); await rounds(2)
                gc.set_threshold(5)
                here()
            asyncio.run(main())
        """) as d:
            d.run_to("stop")
            for _ in range(3):
                d.logical()
                listed(d)
            looking = "{'logical', 'snapshot', 'row', 'build', '_build', '_parties'}"
            self.assertEqual(d.evaluate(f"{looking} & set(where)"), "set()")
            self.assertEqual(d.evaluate("gc.isenabled()"), "True")
            d.resume()
            self.assertEqual(d.finish(), 0)

    def test_a_program_that_is_not_watched_is_told_nothing(self) -> None:
        with open_program("fetch()\n", findings=False) as d:
            d.run()
            self.assertEqual(at_end(d), [])


class Settings(unittest.TestCase):
    def test_a_limit_below_zero_is_refused(self) -> None:
        with open_program("") as d, self.assertRaisesRegex(AssertionError, "'blockedLoopMs' is negative"):
            d.command("configure", protocol=1, settings={"blockedLoopMs": -1})


if __name__ == "__main__":
    unittest.main()
