"""The list of all coroutines: what is in it, its groups, its pages, and that looking at it keeps nothing alive."""

from __future__ import annotations

import os
import textwrap
import unittest
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from adapter import Debuggee, RefusedError

from coroscope.census import STATES, Census, CensusTaker
from coroscope.coroutine_list import CoroutineList

MANY = textwrap.dedent(
    """
    import asyncio, gc, weakref

    def leaf(n):
        yield n                             # @leaf

    def even(n):
        yield from leaf(n)                  # @even

    def odd(n):
        try:
            yield n                         # @odd
        finally:
            ended.append(n)

    async def fetch(future):
        await future                        # @fetch

    async def ticks():
        yield 1

    def driven():
        here = "driven"                     # @inside
        yield here

    async def child():
        next(driven())

    ended = []

    async def main():
        future = asyncio.get_running_loop().create_future()
        generators = [even(n) if n % 2 == 0 else odd(n) for n in range(50)]
        for generator in generators:
            next(generator)
        fresh = odd(99)
        over = odd(-1)
        over.close()
        asynchronous = ticks()
        await anext(asynchronous)
        tasks = [asyncio.create_task(fetch(future), name=f"fetcher-{n}") for n in range(20)]
        await asyncio.sleep(0)
        stop = 1                            # @stop
        await child()
        reference = weakref.ref(generators[1])
        generators.clear()
        gone = reference() is None and len(ended)
        print(gone)                         # @gone
        future.set_result(None)
        await asyncio.gather(*tasks)
        await asynchronous.aclose()

    asyncio.run(main())
    """
)


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


class Listing(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.d = Debuggee(MANY)
        cls.d.run_to("stop")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.d.__exit__()

    def page(self, start: int = 0, count: int = 200, **args: Any) -> dict[str, Any]:
        return self.d.command("coroutines", start=start, count=count, **args)

    def groups(self, by: str, **args: Any) -> dict[str, int]:
        return {group["name"]: group["count"] for group in self.page(group=by, **args)["groups"]}

    def test_every_root_is_in_it_once_and_no_delegate(self) -> None:
        found = self.page()
        self.assertEqual((found["total"], found["length"]), (73, 73))
        self.assertEqual(len({row["id"] for row in found["rows"]}), 73)
        counted = {name: names(found["rows"]).count(name) for name in names(found["rows"])}
        self.assertEqual(counted, {"main": 1, "even": 25, "odd": 26, "ticks": 1, "fetch": 20})
        self.assertEqual(found["rows"][0]["state"], "running")

    def test_a_row_says_where_it_stands_what_passed_last_and_how_deep_it_is(self) -> None:
        even = next(row for row in self.page()["rows"] if row["name"] == "even")
        self.assertEqual((even["delegates"], even["location"]["line"]), (1, self.d.line("leaf")))
        self.assertEqual((even["last"]["what"], even["last"]["value"], even["suspension"]), ("yield", "0", "yield"))
        task = next(row for row in self.page()["rows"] if row.get("task") == "fetcher-3")
        self.assertEqual((task["waitsFor"], task["delegates"]), ("_asyncio.Future", 0))

    def test_pages_are_the_list_in_pieces(self) -> None:
        whole = [row["id"] for row in self.page()["rows"]]
        pieces = [row["id"] for start in range(0, 80, 20) for row in self.page(start, 20)["rows"]]
        self.assertEqual(pieces, whole)
        self.assertEqual(self.page(1000, 10)["rows"], [])

    def test_groups(self) -> None:
        self.assertEqual(self.groups("kind"), {"generator": 51, "coroutine": 21, "async generator": 1})
        self.assertEqual(self.groups("state"), {"suspended": 71, "created": 1, "running": 1})
        self.assertEqual(self.groups("task"), {"Generators": 51, "Tasks": 21, "Async generators": 1})
        self.assertEqual(self.groups("stack")["even → leaf"], 25)
        places = {g["location"]["line"]: g["count"] for g in self.page(group="location")["groups"]}
        self.assertEqual(places[self.d.line("leaf")], 25)
        self.assertEqual(places[self.d.line("fetch")], 20)
        self.assertEqual(places[self.d.line("odd")], 25)

    def test_a_group_of_equal_stacks_has_the_stack_and_pages_of_rows(self) -> None:
        first = self.page(group="stack", count=1)
        self.assertGreater(first["length"], 3)
        (group,) = first["groups"]
        self.assertEqual(group["count"], 25)
        every = self.page(group="stack")["groups"]
        self.assertEqual(sum(each["count"] for each in every), 73)
        even = next(each for each in every if each["name"] == "even → leaf")
        self.assertEqual(names(even["frames"]), ["leaf", "even"])
        self.assertEqual([f["location"]["line"] for f in even["frames"]], [self.d.line("leaf"), self.d.line("even")])
        rows = self.page(20, 20, group="stack", path=even["key"])
        self.assertEqual((rows["length"], set(names(rows["rows"])), len(rows["rows"])), (25, {"even"}, 5))
        self.assertEqual(self.page(group="stack", path="none")["length"], 0)

    def test_filters(self) -> None:
        self.assertEqual(set(names(self.page(filter="LEAF")["rows"])), {"even"})
        self.assertEqual([row["task"] for row in self.page(filter="fetcher-7")["rows"]], ["fetcher-7"])
        self.assertEqual(self.page(filter=f"program.py:{self.d.line('odd')}")["total"], 25)
        self.assertEqual(self.page(filter="fetcher leaf")["total"], 0)

    def test_a_line_in_a_filter_is_that_line_of_that_file(self) -> None:
        line = self.d.line("odd")
        here = lambda words: self.page(filter=words)["total"]  # noqa: E731
        self.assertEqual(here(f"program.py:{line}"), 25)
        self.assertGreater(line, 9)
        self.assertEqual(here(f"program.py:{line // 10}"), 0)
        self.assertEqual(here(f"gram.py:{line}"), 0)
        folder = os.path.basename(os.path.dirname(self.d.path)).casefold()
        self.assertEqual(here(f"{folder}/program.py:{line}"), 25)
        self.assertEqual(here(f"{folder[1:]}/program.py:{line}"), 0)
        self.assertEqual(here(f"{self.d.path}:{line}"), 25)
        # Anything else is looked for as it is written.
        self.assertEqual(here("program.py"), here("gram.py"))
        self.assertEqual((here(f":{line}"), here(f":{line // 10}")), (25, 0))
        self.assertEqual(self.page(kinds=["async generator"])["total"], 1)
        self.assertEqual(names(self.page(states=["created"])["rows"]), ["odd"])
        self.assertEqual(names(self.page(states=["closed"], filter="odd")["rows"]), ["odd"])
        self.assertEqual(self.groups("kind", filter="even"), {"generator": 25})

    def test_threads_are_of_the_same_list(self) -> None:
        rows = self.d.command("threads", limit=10)
        self.assertEqual((len(rows["coroutines"]), rows["totalCoroutines"]), (10, 71))
        suspended = self.page(states=["suspended"], count=10)["rows"]
        self.assertEqual([row["id"] for row in rows["coroutines"]], [row["id"] for row in suspended])

    def test_parallel_stacks_are_merged_from_the_root(self) -> None:
        found = self.d.command("parallelStacks", limit=100)
        by_name = {node["name"]: node for node in found["nodes"] if node["count"] > 1}
        even, leaf = by_name["even"], by_name["leaf"]
        self.assertEqual((even["count"], even["ends"], leaf["count"], leaf["ends"]), (25, 0, 25, 25))
        self.assertEqual(leaf["parent"], even["id"])
        self.assertEqual((found["total"], found["left"]), (73, 0))
        self.assertEqual(sum(node["ends"] for node in found["nodes"]), 73)
        few = self.d.command("parallelStacks", limit=2)
        self.assertEqual([node["count"] for node in few["nodes"]], [25, 25])
        self.assertGreater(few["left"], 0)

    def test_one_in_full(self) -> None:
        even = next(row for row in self.page()["rows"] if row["name"] == "even")
        found = self.d.command("coroutine", coroutine=even["id"])
        self.assertEqual((found["row"], names(found["delegates"])), (even, ["leaf"]))
        self.assertEqual([event["what"] for event in found["history"]], ["yield", "next"])
        self.assertEqual(found["valueLocation"]["line"], self.d.line("even"))
        self.assertIn("location", found["resumedBy"])
        leaf = self.d.command("coroutine", coroutine=found["delegates"][0]["id"])
        self.assertEqual(names(leaf["awaitedBy"]), ["even"])
        task = next(row for row in self.page()["rows"] if row.get("task") == "fetcher-3")
        self.assertIn("line", self.d.command("coroutine", coroutine=task["id"])["createdAt"])

    def test_each_link_of_a_chain_says_where_it_stands_itself(self) -> None:
        with Debuggee(
            "def a(): yield 1\ndef b():\n yield from a()\ndef c():\n yield from b()\ng = c(); next(g)\nx = 1"
        ) as d:
            d.run_to({"line": 7})
            (row,) = d.command("coroutines", start=0, count=9)["rows"]
            found = d.command("coroutine", coroutine=row["id"])
            links = [(each["name"], each["suspension"], each["location"]["line"]) for each in found["delegates"]]
            self.assertEqual(links, [("b", "yield from", 3), ("a", "yield", 1)])
            self.assertEqual((row["location"]["line"], found["valueLocation"]["line"]), (1, 5))

    def test_bad_arguments_are_named(self) -> None:
        for args, word in (
            ({"group": "colour"}, "group"),
            ({"path": "x"}, "group"),
            ({"kinds": ["frog"]}, "kinds"),
            ({"states": "created"}, "states"),
        ):
            with self.subTest(args), self.assertRaises(RefusedError) as refused:
                self.page(**args)
            self.assertIn(word, refused.exception.message)
        with self.assertRaises(RefusedError) as refused:
            self.d.command("coroutine", coroutine=10**9)
        self.assertEqual(refused.exception.code, "stale")


class Moments(unittest.TestCase):
    def test_a_look_that_a_stop_overtakes_is_not_that_of_the_stop(self) -> None:
        world: Any = SimpleNamespace(stop=None)
        unused: Any = None
        listed = CoroutineList(world, unused, unused, unused, unused, unused)
        looks = 0

        def stopped_meanwhile(_taker: CensusTaker) -> Census:
            nonlocal looks
            looks += 1
            world.stop = "a stop"
            return Census({state: [] for state in STATES}, unused, unused)

        with patch.object(CensusTaker, "take", stopped_meanwhile):
            for expected in (1, 2, 2):
                listed.census()
                self.assertEqual(looks, expected)

    def test_what_is_evaluated_changes_the_list(self) -> None:
        with Debuggee(MANY) as d:
            d.run_to("stop")
            count = lambda: d.command("coroutines", start=0, count=5, filter="odd")["total"]  # noqa: E731
            self.assertEqual(count(), 26)
            d.evaluate("generators.pop(1) and None")
            self.assertEqual((count(), d.evaluate("ended")), (25, "[1]"))

    def test_running_ones_are_roots_unless_they_are_delegates(self) -> None:
        with Debuggee(MANY) as d:
            d.run_to("inside")
            rows = d.command("coroutines", start=0, count=9, states=["running"])["rows"]
            self.assertEqual(sorted(names(rows)), ["driven", "main"])

    def test_looking_keeps_nothing_alive(self) -> None:
        with Debuggee(MANY) as d:
            d.run_to("stop", "gone")
            for by in ("stack", "location"):
                d.command("coroutines", start=0, count=100, group=by)
            d.command("coroutines", start=0, count=100, filter="odd")
            d.command("parallelStacks", limit=100)
            d.resume()
            d.stopped()
            self.assertEqual(d.evaluate("gone"), "24")

    def test_while_the_program_runs_it_is_a_snapshot_that_keeps_nothing(self) -> None:
        source = textwrap.dedent(
            """
            import sys
            def work(n):
                try: yield n
                finally: ended.append(n)
            ended = []
            generators = [work(n) for n in range(30)]
            for generator in generators: next(generator)
            print("ready", flush=True)
            sys.stdin.readline()
            del generator
            generators.clear()
            print(len(ended), flush=True)
            """
        )
        with Debuggee(source) as d:
            d.run()
            d.wait("inputRequested")
            found = d.command("coroutines", start=0, count=10, group="stack")
            self.assertEqual([(group["name"], group["count"]) for group in found["groups"]], [("work", 30)])
            row = d.command("coroutines", start=0, count=1)["rows"][0]
            self.assertEqual(d.command("coroutine", coroutine=row["id"])["row"]["name"], "work")
            d.command("input", text="\n")
            self.assertEqual(d.finish(), 0)
            self.assertIn("30", d.output())


if __name__ == "__main__":
    unittest.main()
