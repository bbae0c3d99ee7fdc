"""Breakpoints: where they can be, when they count, and what they see."""

from __future__ import annotations

import os
import textwrap
import unittest

from adapter import Debuggee

PROGRAM = textwrap.dedent(
    '''
    """A docstring."""

    def talk(step):                  # @def
        while True:
            received = yield step    # @yield
            step += 1                # @step

    def gather():
        chars = yield from "ab"      # @from
        return chars

    g = talk(10)
    next(g)
    g.send("A")
    g.send("B")                      # @sendB
    try:
        g.throw(KeyError("boo"))     # @throw
    except KeyError:
        pass
    doubled = list(x * 2 for x in range(4))  # @genexpr
    list(gather())
    print("end")                     # @end
    '''
)


REWRITTEN = textwrap.dedent(
    """
    import ast

    def rewrite():
        # As pytest does: what `assert` becomes is longer, so that whatever comes after it moves.
        with open(__file__, encoding="utf-8") as file:
            tree = ast.parse(file.read())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for index, statement in enumerate(node.body):
                    if isinstance(statement, ast.Assert):
                        more = ast.parse("got = 1 if got else got\\ngot = not not got").body
                        for each in more:
                            for part in ast.walk(each):
                                ast.copy_location(part, statement)
                        node.body[index:index + 1] = [*more, statement]
                        break
        exec(compile(tree, __file__, "exec"), {"__name__": "rewritten", "__file__": __file__})

    if __name__ == "__main__":
        rewrite()
    else:
        def talk():
            got = True
            assert got
            got = yield 1                # @yield
            try:
                yield 2
            finally:
                yield 3                  # @finally

        g = talk()
        next(g)
        g.send("A")
        g.throw(KeyError("boo"))
    """
)


class RewrittenCode(unittest.TestCase):
    """A breakpoint stands at a place in the source, wherever the program's own code has the instruction."""

    def test_modes_and_columns_are_hit_behind_a_rewritten_assert(self) -> None:
        with Debuggee(REWRITTEN) as d:
            line = d.line("yield")
            d.run_to({"line": line, "mode": "suspend"}, {"line": line, "mode": "resume"}, {"line": line, "column": 15})
            self.assertEqual(d.scope("Coroutine")["yielded"]["value"], "1")
            d.set_breakpoints({"line": line, "mode": "resume"})
            d.resume()
            d.stopped()
            self.assertEqual(d.scope("Coroutine")["sent"]["value"], "'A'")

    def test_a_column_is_hit_before_and_in_the_copy_of_a_finally_that_an_exception_takes(self) -> None:
        with Debuggee(REWRITTEN) as d:
            d.run_to({"line": d.line("finally"), "column": 17})
            self.assertEqual(d.where(), "talk: yield 3")


class Breakpoints(unittest.TestCase):
    def test_a_line_that_cannot_be_hit_moves_and_says_so(self) -> None:
        with Debuggee(PROGRAM) as d:
            blank, last = d.set_breakpoints({"line": 3}, {"line": 4000})
            self.assertEqual((blank["verified"], blank["line"]), (True, d.line("def")))
            self.assertIn("Moved to line", blank["message"])
            self.assertEqual((last["verified"], last["reason"]), (False, "failed"))
            self.assertIn("no code on line 4000", last["message"])

    def test_a_condition_sees_locals_and_runs_where_it_stands(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.run_to({"line": d.line("step"), "condition": "received == 'B' and all(step > s for s in (1, 2))"})
            self.assertEqual(d.scope("Locals")["received"]["value"], "'B'")

    def test_a_condition_that_raises_is_reported_once_and_does_not_stop(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.set_breakpoints({"line": d.line("step"), "condition": "nobody_knows"})
            d.run()
            self.assertEqual(d.finish(), 0)
            said = d.output("important")
            self.assertEqual(said.count("NameError"), 1, said)

    def test_a_broken_condition_is_refused_in_words(self) -> None:
        with Debuggee(PROGRAM) as d:
            (state,) = d.set_breakpoints({"line": d.line("step"), "condition": "received ="})
            self.assertFalse(state["verified"])
            self.assertIn("not a Python expression", state["message"])
            (state,) = d.set_breakpoints({"line": d.line("step"), "hitCondition": "often"})
            self.assertIn("hit count", state["message"])

    def test_hit_counts(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.run_to({"line": d.line("step"), "hitCondition": "2"})
            self.assertEqual(d.scope("Locals")["received"]["value"], "'B'")

    def test_every_form_of_a_hit_count_in_every_mode_with_and_without_a_condition(self) -> None:
        forms = {
            "5": lambda hits: hits == 5,
            "== 20": lambda hits: hits == 20,
            "= 7": lambda hits: hits == 7,
            ">= 11": lambda hits: hits >= 11,
            "> 11": lambda hits: hits > 11,
            "<= 3": lambda hits: hits <= 3,
            "< 1": lambda hits: False,
            "% 4": lambda hits: hits % 4 == 0,
            "%1": lambda hits: True,
        }
        cases = [
            (hits, mode, condition)
            for hits in forms
            for mode in ("line", "suspend", "resume")
            for condition in ("", "n % 2", "n in [m for m in range(1, 13, 2)]")
        ]
        program = "".join(
            f"def numbers{each}():\n    for n in range(1, 13):\n        yield n  # @{each}\nlist(numbers{each}())\n"
            for each in range(len(cases))
        )
        with Debuggee(program) as d:
            d.set_breakpoints(
                *(
                    {
                        "line": d.line(str(each)),
                        "mode": mode,
                        "hitCondition": hits,
                        "logMessage": f"{each} {{n}}",
                        **({"condition": condition} if condition else {}),
                    }
                    for each, (hits, mode, condition) in enumerate(cases)
                )
            )
            d.run()
            self.assertEqual(d.finish(), 0)
            told: dict[int, list[int]] = {}
            for text in d.output("console").splitlines():
                each, n = map(int, text.split())
                told.setdefault(each, []).append(n)
        for each, (hits, mode, condition) in enumerate(cases):
            with self.subTest(hits=hits, mode=mode, condition=condition):
                visited = [n for n in range(1, 13) if not condition or n % 2]
                expected = [n for count, n in enumerate(visited, 1) if forms[hits](count)]
                self.assertEqual(told.get(each, []), expected)

    def test_a_hit_count_goes_on_when_another_breakpoint_of_the_file_is_set(self) -> None:
        with Debuggee(PROGRAM) as d:
            counted = {"line": d.line("step"), "hitCondition": "2"}
            d.set_breakpoints(counted, "sendB")
            d.run()
            d.stopped()
            self.assertEqual(d.where(), '<module>: g.send("B")')
            d.set_breakpoints(counted, "end")
            d.resume()
            d.stopped()
            self.assertEqual(d.scope("Locals")["received"]["value"], "'B'")

    def test_every_mode_knows_every_name_and_what_does_not_pass_is_none(self) -> None:
        with Debuggee(PROGRAM) as d:
            line, log = d.line("yield"), "{yielded} {sent} {thrown} {type(self_coroutine).__name__}"
            d.set_breakpoints(
                {"line": d.line("step"), "logMessage": f"line {log}", "condition": "self_coroutine is not None"},
                {"line": line, "mode": "suspend", "logMessage": f"suspend {log}", "condition": "sent is None"},
                {"line": line, "mode": "resume", "logMessage": f"resume {log}", "condition": "yielded is None"},
                {"line": line, "mode": "throw", "logMessage": f"throw {log}", "condition": "thrown and not sent"},
                {"line": d.line("end"), "logMessage": f"end {log}"},
            )
            d.run()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(
                d.output("console").splitlines(),
                [
                    "suspend 10 None None generator",
                    "resume None A None generator",
                    "line None None None generator",
                    "suspend 11 None None generator",
                    "resume None B None generator",
                    "line None None None generator",
                    "suspend 12 None None generator",
                    "throw None None KeyError('boo') generator",
                    "end None None None NoneType",
                ],
            )
            self.assertEqual(d.output("important"), "")

    def test_a_name_of_the_programs_own_is_its_own_where_nothing_passes(self) -> None:
        source = "sent, self_coroutine = 1, 2\nprint('end')  # @end\n"
        with Debuggee(source) as d:
            d.set_breakpoints({"line": d.line("end"), "logMessage": "{sent} {self_coroutine} {thrown}"})
            d.run()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output("console"), "1 2 None\n")

    def test_log_messages_do_not_stop(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.set_breakpoints({"line": d.line("step"), "logMessage": "got {received} {{ok}} {[s for s in (step,)]}"})
            d.run()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output("console"), "got A {ok} [10]\ngot B {ok} [11]\n")

    def test_on_suspend_sees_the_value_yielded(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.run_to({"line": d.line("yield"), "mode": "suspend", "condition": "yielded == 11"})
            self.assertEqual(d.scope("Coroutine")["yielded"]["value"], "11")

    def test_on_resume_sees_the_value_sent(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.run_to({"line": d.line("yield"), "mode": "resume", "condition": "sent == 'B'"})
            self.assertEqual(d.scope("Coroutine")["sent"]["value"], "'B'")

    def test_on_throw_sees_the_exception(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.run_to({"line": d.line("yield"), "mode": "throw"})
            self.assertEqual(d.scope("Coroutine")["thrown"]["value"], "KeyError('boo')")

    def test_a_mode_without_a_suspension_point_is_refused(self) -> None:
        with Debuggee(PROGRAM) as d:
            (state,) = d.set_breakpoints({"line": d.line("end"), "mode": "suspend"})
            self.assertFalse(state["verified"])
            self.assertIn("no suspension point", state["message"])

    def test_locations_list_every_suspension_point(self) -> None:
        with Debuggee(PROGRAM) as d:
            line = d.line("yield")
            found = d.command("breakpointLocations", path=d.path, line=line)["locations"]
            self.assertEqual([each.get("kind") for each in found], [None, "yield"])
            self.assertEqual((found[1]["column"], found[1]["endColumn"]), (20, 30))

    def test_a_line_breakpoint_is_hit_once_and_a_column_reaches_the_generator_expression(self) -> None:
        with Debuggee(PROGRAM) as d:
            line = d.line("genexpr")
            d.run_to("genexpr")
            self.assertEqual(d.where(), "<module>: doubled = list(x * 2 for x in range(4))")
            found = d.command("breakpointLocations", path=d.path, line=line)["locations"]
            columns = [each["column"] for each in found if "column" in each and "kind" in each]
            d.set_breakpoints({"line": line, "column": columns[0]}, "end")
            for _ in range(4):
                d.resume()
                d.stopped()
                self.assertTrue(d.where().startswith("<genexpr>"), d.where())
            d.resume()
            d.stopped()
            self.assertEqual(d.where(), '<module>: print("end")')

    def test_set_while_it_runs_in_code_that_is_suspended(self) -> None:
        with Debuggee(PROGRAM) as d:
            d.run_to("sendB")
            (state,) = d.set_breakpoints("step")
            self.assertTrue(state["verified"])
            d.resume()
            d.stopped()
            self.assertEqual(d.where(), "talk: step += 1")

    def test_function_breakpoints(self) -> None:
        with Debuggee(PROGRAM) as d:
            answer = d.command(
                "setFunctionBreakpoints", breakpoints=[{"id": 9, "name": "gather"}, {"id": 10, "name": "1x"}]
            )
            self.assertEqual([each["verified"] for each in answer["breakpoints"]], [True, False])
            d.run()
            self.assertEqual(d.stopped()["reason"], "function breakpoint")
            self.assertTrue(d.where().startswith("gather:"))

    def test_before_the_module_is_imported(self) -> None:
        with Debuggee("import later\nlater.f()\n") as d:
            path = os.path.join(os.path.dirname(d.path), "later.py")
            with open(path, "w", encoding="utf-8") as file:
                file.write("def f():\n    return 1\n")
            answer = d.command("setBreakpoints", path=path, breakpoints=[{"id": 1, "line": 2}])
            self.assertTrue(answer["breakpoints"][0]["verified"])
            d.run()
            d.stopped()
            self.assertEqual(d.stack()[0]["name"], "f")

    def test_a_file_that_does_not_parse_says_why(self) -> None:
        with Debuggee("x = (\n") as d:
            (state,) = d.set_breakpoints({"line": 1})
            self.assertFalse(state["verified"])
            self.assertIn("not valid Python", state["message"])

    def test_breakpoint_call_stops_on_its_line(self) -> None:
        with Debuggee("def f():\n    x = 1\n    breakpoint()\n    y = 2\nf()\n") as d:
            d.run()
            self.assertEqual(d.stopped()["reason"], "breakpoint call")
            self.assertEqual(d.where(), "f: breakpoint()")
            self.assertEqual(d.step("next"), "f: y = 2")

    def test_entry(self) -> None:
        with Debuggee("import json\nx = 1\n", stopOnEntry=True) as d:
            d.run()
            self.assertEqual(d.stopped()["reason"], "entry")
            self.assertEqual(d.where(), "<module>: import json")


class OnOneCoroutine(unittest.TestCase):
    SOURCE = textwrap.dedent(
        """
        def count(name):
            for i in range(3):
                got = yield i
        generators = [count(n) for n in range(100)]
        for g in generators:
            next(g)
        here = 1                 # @here
        for g in generators:
            g.send("x")
        for g in generators:
            for each in g:
                pass
        """
    )

    def test_it_stops_for_that_object_only(self) -> None:
        with Debuggee(self.SOURCE) as d:
            d.run_to("here")
            rows = d.logical()
            self.assertEqual(len(rows), 100)
            chosen = rows[42]["id"]
            name = d.scope("Locals", d.stack(coroutine=chosen)[0]["id"])["name"]["value"]
            moments = ["resume", "suspend", "end"]
            (answer,) = d.command("breakOnCoroutine", coroutine=chosen, breakpoints=[{"on": moments}])["breakpoints"]
            self.assertTrue(answer["verified"])
            d.set_breakpoints()
            seen = []
            for _ in range(6):
                d.resume()
                stop = d.stopped()
                self.assertEqual(stop["reason"], "coroutine breakpoint")
                self.assertEqual(d.scope("Locals")["name"]["value"], name)
                seen.append(stop["text"].split()[-1])
                if len(seen) == 1:
                    self.assertEqual(d.scope("Coroutine")["sent"]["value"], "'x'")
            self.assertEqual(seen, ["resumes", "suspends", "resumes", "suspends", "resumes", "ends"])
            d.resume()
            self.assertEqual(d.finish(), 0)

    def test_one_that_has_ended_is_refused(self) -> None:
        with Debuggee("def g():\n    yield 1\na = g(); next(a)\nb = a  # @one\nlist(a)\nx = 1  # @two\n") as d:
            d.run_to("one", "two")
            (row,) = d.logical()
            d.resume()
            d.stopped()
            wanted = [{"on": ["resume"]}]
            (answer,) = d.command("breakOnCoroutine", coroutine=row["id"], breakpoints=wanted)["breakpoints"]
            self.assertFalse(answer["verified"])
            self.assertIn("has ended", answer["message"])


if __name__ == "__main__":
    unittest.main()
