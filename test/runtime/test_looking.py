"""Looking at a stopped program: stacks, scopes, variables, evaluating. It never runs the program."""

from __future__ import annotations

import textwrap
import unittest

from adapter import Debuggee, RefusedError

CHAIN = textwrap.dedent(
    """
    import asyncio, threading, types

    lock = threading.Lock()

    def numbers():
        yield from [1, 2, 3]

    def pipeline():
        with lock:
            for n in numbers():
                yield n * 10

    async def agen():
        await asyncio.sleep(60)
        yield 1

    class Custom:
        def __await__(self):
            yield from asyncio.sleep(60).__await__()

    @types.coroutine
    def old():
        yield from asyncio.sleep(60)

    async def over_agen():
        async for each in agen():
            pass

    async def by_hand():
        await agen().asend(None)

    async def custom():
        await Custom()

    async def main():
        p = pipeline()
        next(p)
        fresh = pipeline()
        tasks = [asyncio.create_task(f(), name=f.__name__) for f in (over_agen, by_hand, custom)]
        tasks.append(asyncio.create_task(_old(), name="old"))
        await asyncio.sleep(0)
        value = 1                       # @stop
        for task in tasks:
            task.cancel()

    async def _old():
        await old()

    asyncio.run(main())
    """
)


class Chains(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.d = Debuggee(CHAIN)
        cls.d.run_to("stop")
        cls.rows = {row.get("task", row["name"]): row for row in cls.d.logical()}

    @classmethod
    def tearDownClass(cls) -> None:
        cls.d.__exit__()

    def chain(self, name: str) -> list[str]:
        return [each["name"] for each in self.d.stack(coroutine=self.rows[name]["id"])]

    def test_chains_pass_through_async_generators_asend_await_and_generator_coroutines(self) -> None:
        self.assertEqual(self.chain("over_agen"), ["sleep", "agen", "over_agen"])
        self.assertEqual(self.chain("by_hand"), ["sleep", "agen", "by_hand"])
        self.assertEqual(self.chain("custom"), ["sleep", "Custom.__await__", "custom"])
        self.assertEqual(self.chain("old"), ["sleep", "old", "_old"])

    def test_rows_say_what_and_where(self) -> None:
        row = self.rows["over_agen"]
        self.assertEqual((row["kind"], row["suspension"], row["waitsFor"]), ("coroutine", "await", "asyncio.sleep"))
        row = self.rows["pipeline"]
        self.assertEqual((row["kind"], row["suspension"]), ("generator", "yield"))

    def test_iterating_and_inside(self) -> None:
        scope = self.d.scope("Coroutine", self.d.stack(coroutine=self.rows["pipeline"]["id"])[0]["id"])
        self.assertIn("numbers", scope["iterating"]["value"])
        self.assertIn("lock", scope["inside"]["value"])
        inner = self.d.open(self.d.open(scope["iterating"]["ref"])["[0]"]["ref"])
        self.assertEqual(inner["state"]["value"], "suspended")
        self.assertEqual(inner["kind"]["value"], "generator")

    def test_a_generator_shown_as_a_value_expands_to_its_coroutine(self) -> None:
        fresh = self.d.scope("Locals")["fresh"]
        self.assertEqual(self.d.open(fresh["ref"])["state"]["value"], "created")
        suspended = self.d.scope("Locals")["p"]
        self.assertIn("valueLocation", suspended)

    def test_a_task_shown_as_a_value_expands_to_its_coroutine(self) -> None:
        tasks = self.d.open(self.d.scope("Locals")["tasks"]["ref"], filter="indexed")
        first = self.d.open(next(iter(tasks.values()))["ref"])
        self.assertEqual(first["name"]["value"], "over_agen")
        self.assertEqual(self.d.open(first["coroutine"]["ref"])["state"]["value"], "suspended")

    def test_created_at(self) -> None:
        scope = self.d.scope("Coroutine", self.d.stack(coroutine=self.rows["custom"]["id"])[-1]["id"])
        self.assertIn("program.py:", scope["createdAt"]["value"])


HOSTILE = textwrap.dedent(
    """
    calls = []
    class Hostile:
        def __getattribute__(self, name): calls.append(name); raise RuntimeError(name)
        def __repr__(self): calls.append("repr"); raise RuntimeError
        def __len__(self): calls.append("len"); return 3
        def __iter__(self): calls.append("iter"); return iter(())
        def __eq__(self, other): calls.append("eq"); return True
        __hash__ = None
        @property
        def prop(self): calls.append("prop")
    def gen():
        yield 1
        yield 2
    g = gen()
    hostile = Hostile()
    big = {i: i for i in range(1_000_000)}
    text = "x" * 100_000_000
    loop = []; loop.append(loop)
    seq = [1, 2, 3]
    here = 1         # @stop
    print(next(g), calls)
    """
)


class LookingNeverRuns(unittest.TestCase):
    def test_expanding_hovering_and_listing(self) -> None:
        with Debuggee(HOSTILE) as d:
            d.run_to("stop")
            names = d.scope("Locals")
            for name in ("hostile", "g", "big", "loop", "text"):
                if names[name]["ref"]:
                    d.open(names[name]["ref"], count=100)
                d.evaluate(name, "hover")
            page = d.open(names["big"]["ref"], filter="indexed", start=999_990, count=10)
            self.assertEqual(len(page), 10)
            self.assertLess(len(names["text"]["value"]), 2000)
            for expression in ("list(g)", "hostile.prop", "[x for x in g]", "next(g)"):
                with self.assertRaises(RefusedError) as refused:
                    d.evaluate(expression, "hover")
                self.assertEqual(refused.exception.code, "wouldRun", expression)
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output(), "1 []\n")


class Evaluating(unittest.TestCase):
    SOURCE = textwrap.dedent(
        """
        def gen(a):
            b = a + 1
            got = yield b
            return got, b           # @ret
        def outer(x):
            y = x * 2
            def inner():
                return y            # @inner
            return inner()
        g = gen(1)
        next(g)
        outer(5)
        try:
            g.send("in")
        except StopIteration as stop:
            print(stop.value)
        """
    )

    def test_names_statements_and_errors(self) -> None:
        with Debuggee(self.SOURCE) as d:
            d.run_to("inner")
            self.assertEqual(d.evaluate("y + 1"), "11")
            self.assertEqual(d.evaluate("[y + i for i in range(2)]"), "[10, 11]")
            self.assertEqual(d.evaluate("x", frame=d.stack()[1]["id"]), "5")
            d.evaluate("import math; new = math.pi")
            with self.assertRaises(RefusedError) as refused:
                d.evaluate("1 / 0")
            self.assertEqual(refused.exception.message, "ZeroDivisionError: division by zero")
            with self.assertRaises(RefusedError) as refused:
                d.evaluate("1 +")
            self.assertEqual(refused.exception.code, "badArgument")
            d.evaluate("print('from the console')")
            self.assertEqual(d.output(), "from the console\n")

    def test_a_suspended_frame_is_read_and_written(self) -> None:
        with Debuggee(self.SOURCE) as d:
            d.run_to("inner")
            row = next(each for each in d.logical() if each["name"] == "gen")
            frame = d.stack(coroutine=row["id"])[0]["id"]
            self.assertEqual(d.evaluate("a, b", frame=frame), "(1, 2)")
            scopes = {each["name"]: each["ref"] for each in d.command("scopes", frame=frame)["scopes"]}
            d.open(scopes["Locals"])
            d.command("setVariable", ref=scopes["Locals"], name="b", value="a + 41")
            d.set_breakpoints()
            d.resume()
            d.finish()
            self.assertEqual(d.output(), "('in', 42)\n")

    def test_expressions_are_assigned(self) -> None:
        with Debuggee("items = [1, 2]\nx = 1\nprint(items, x)  # @stop\n") as d:
            d.run_to("stop")
            frame = d.stack()[0]["id"]
            d.command("setExpression", frame=frame, expression="items[0]", value="x + 6")
            d.command("setExpression", frame=frame, expression="x", value="'new'")
            with self.assertRaises(RefusedError):
                d.command("setExpression", frame=frame, expression="f()", value="1")
            d.resume()
            d.finish()
            self.assertEqual(d.output(), "[7, 2] new\n")

    def test_an_evaluation_that_hangs_is_cut_off_and_the_session_goes_on(self) -> None:
        with Debuggee(self.SOURCE, evaluateTimeout=0.3) as d:
            d.run_to("inner")
            with self.assertRaises(RefusedError) as refused:
                d.evaluate("[0 for _ in iter(int, 1)]", "watch")
            self.assertEqual(refused.exception.code, "timeout")
            self.assertEqual(d.evaluate("y"), "10")
            identity = d.send(
                "evaluate", expression="[0 for _ in iter(int, 1)]", context="repl", frame=d.stack()[0]["id"]
            )
            d.command("cancel", command=identity)
            with self.assertRaises(RefusedError):
                d.reply(identity)
            self.assertEqual(d.step("next"), "outer: return inner()")

    def test_completions(self) -> None:
        with Debuggee(self.SOURCE) as d:
            d.run_to("inner")
            frame = d.stack()[1]["id"]
            items = d.command("completions", text="inn", column=4, frame=frame)["items"]
            self.assertIn("inner", [each["label"] for each in items])

    def test_stale_and_unknown_references_are_named(self) -> None:
        with Debuggee(self.SOURCE) as d:
            d.run_to("inner")
            frame = d.stack()[0]["id"]
            ref = d.command("scopes", frame=frame)["scopes"][0]["ref"]
            d.step("next")
            for name, args in (("scopes", {"frame": frame}), ("variables", {"ref": ref, "start": 0, "count": 0})):
                with self.assertRaises(RefusedError) as refused:
                    d.command(name, **args)
                self.assertEqual(refused.exception.code, "stale")
            with self.assertRaises(RefusedError) as refused:
                d.command("fly")
            self.assertEqual(refused.exception.code, "unknownCommand")
            with self.assertRaises(RefusedError) as refused:
                d.command("scopes", frame="one")
            self.assertIn("'frame'", refused.exception.message)


if __name__ == "__main__":
    unittest.main()
