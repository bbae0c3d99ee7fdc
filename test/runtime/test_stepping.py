"""Steps belong to one coroutine object and are never lost."""

from __future__ import annotations

import textwrap
import unittest

from adapter import Debuggee

GENERATORS = textwrap.dedent(
    """
    def numbers(name):
        for i in range(100):
            got = yield i            # @yield
            total = i                # @after
        return name

    def helper(x):
        y = x + 1                    # @helper
        return y

    def drive():
        one, two = numbers("one"), numbers("two")
        next(one), next(two)
        one.send("A")                # @send
        two.send("B")
        squares = [q * q
                   for q in range(5)
                   if q]             # @comprehension
        total = sum(q for q in squares)
        value = helper(
            3)                       # @call
        for each in one:             # @for
            print(each)              # @print
            break
        return value                 # @return

    drive()                          # @drive
    print("end")                     # @end
    """
)

TASKS = textwrap.dedent(
    """
    import asyncio

    async def work(name):
        a = 1
        await asyncio.sleep(0)       # @sleep
        b = 2
        await asyncio.sleep(0)
        c = 3
        await asyncio.sleep(0)
        return name                  # @done

    async def main():
        results = await asyncio.gather(*(work(n) for n in range(10)))
        value = await work("last")   # @await
        end = value                  # @end
        print(results, end)

    asyncio.run(main())
    """
)


class SteppingGenerators(unittest.TestCase):
    def test_over_yield_stays_in_the_same_object_while_another_runs(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to({"line": d.line("after"), "condition": "got == 'A'"})
            d.set_breakpoints()
            self.assertEqual(d.step("next"), "numbers: for i in range(100):")
            self.assertEqual(d.step("next"), "numbers: got = yield i")
            # `two` is resumed before `one` is: the step must wait for `one`.
            self.assertEqual(d.step("next"), "numbers: total = i")
            self.assertEqual(d.scope("Locals")["name"]["value"], "'one'")

    def test_into_send_shows_the_value_sent(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("send")
            self.assertEqual(d.step("stepIn"), "numbers: got = yield i")
            self.assertEqual(d.scope("Coroutine")["sent"]["value"], "'A'")

    def test_over_send_is_one_action(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("send")
            self.assertEqual(d.step("next"), 'drive: two.send("B")')

    def test_creating_a_generator_runs_nothing_to_step_into(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("drive")
            self.assertEqual(d.step("stepIn"), 'drive: one, two = numbers("one"), numbers("two")')
            self.assertEqual(d.step("stepIn"), "drive: next(one), next(two)")
            self.assertEqual(d.step("stepIn"), "numbers: for i in range(100):")

    def test_over_comprehensions_and_generator_expressions_is_one_action(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to({"line": d.line("send") + 1})
            # The first line that runs of this statement is its innermost `for`.
            self.assertEqual(d.step("next"), "drive: for q in range(5)")
            self.assertEqual(d.step("next"), "drive: total = sum(q for q in squares)")
            self.assertEqual(d.step("next"), "drive: value = helper(")
            self.assertEqual(d.step("stepIn"), "helper: y = x + 1")
            self.assertEqual(d.step("stepOut"), "drive: value = helper(")

    def test_out_of_a_generator_arrives_where_its_value_does(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("for")
            d.set_breakpoints({"line": d.line("after")})
            d.resume()
            d.stopped()
            self.assertEqual(d.step("stepOut"), "drive: for each in one:")
            self.assertEqual(d.step("next"), "drive: print(each)")

    def test_into_at_a_yield_arrives_in_the_resumer(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("yield")
            self.assertEqual(d.step("stepIn"), "drive: next(one), next(two)")

    def test_over_a_yield_that_is_never_resumed_stops_at_the_code_that_took_over(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("for")
            d.set_breakpoints("after")
            d.resume()
            d.stopped()
            d.set_breakpoints()
            d.step("next")
            d.step("next")
            self.assertIn(d.step("next"), ("<module>: drive()", "drive: return value"))

    def test_over_the_end_of_a_function_stops_in_its_caller(self) -> None:
        with Debuggee(GENERATORS) as d:
            d.run_to("return")
            self.assertEqual(d.step("next"), "<module>: drive()")
            self.assertEqual(d.step("next"), 'print("end")'.join(("<module>: ", "")))

    def test_an_exception_that_leaves_the_subject_ends_the_step_where_it_is_caught(self) -> None:
        source = textwrap.dedent(
            """
            def fails():
                x = 1                # @in
                raise ValueError(x)

            def outer():
                try:
                    fails()
                except ValueError:
                    caught = True
                return caught

            outer()
            """
        )
        with Debuggee(source) as d:
            d.run_to("in")
            self.assertEqual(d.step("next"), "fails: raise ValueError(x)")
            self.assertEqual(d.step("next"), "outer: except ValueError:")


class SteppingTasks(unittest.TestCase):
    def test_over_await_stays_in_the_same_task_while_nine_others_run(self) -> None:
        with Debuggee(TASKS) as d:
            d.run_to({"line": d.line("sleep"), "condition": "name == 4"})
            d.set_breakpoints()
            for expected in ("b = 2", "await asyncio.sleep(0)", "c = 3", "await asyncio.sleep(0)", "return name"):
                self.assertEqual(d.step("next"), f"work: {expected}")
                self.assertEqual(d.scope("Locals")["name"]["value"], "4")

    def test_into_await_enters_the_coroutine_and_out_comes_back(self) -> None:
        with Debuggee(TASKS) as d:
            d.run_to("await")
            self.assertEqual(d.step("stepIn"), "work: a = 1")
            self.assertEqual(d.step("stepOut"), "main: end = value")

    def test_over_await_waits_for_the_coroutine(self) -> None:
        with Debuggee(TASKS) as d:
            d.run_to("await")
            self.assertEqual(d.step("next"), "main: end = value")

    def test_a_step_of_a_suspended_task_runs_until_that_one_is_resumed(self) -> None:
        with Debuggee(TASKS) as d:
            d.run_to({"line": d.line("sleep") + 1, "condition": "name == 0"})
            d.set_breakpoints()
            rows = [row for row in d.logical() if row["name"] == "work"]
            frames = {row["id"]: d.stack(coroutine=row["id"])[-1]["id"] for row in rows}
            chosen = next(i for i, f in frames.items() if d.scope("Locals", f)["name"]["value"] == "7")
            self.assertEqual(d.step("next", coroutine=chosen), "work: b = 2")
            self.assertEqual(d.scope("Locals")["name"]["value"], "7")


if __name__ == "__main__":
    unittest.main()
