"""The await graph: edges, names, and deadlocks; above all none where there is none."""

from __future__ import annotations

import textwrap
import unittest
from pathlib import Path
from typing import Any

from adapter import Debuggee

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
"""Sessions with all of them are in ``test/promises/graph.test.ts``; here is what is made of them."""

PRELUDE = "import asyncio, contextlib, random, threading\nasync def rounds(n):\n    for _ in range(n): await asyncio.sleep(0)\n"


def program(text: str) -> str:
    return PRELUDE + "def here():\n    pass  # @stop\n" + textwrap.dedent(text) + "\nasyncio.run(main())\n"


def graph(d: Debuggee) -> dict[str, Any]:
    return d.command("awaitGraph", limit=1000)


def deadlocks(found: dict[str, Any]) -> set[tuple[str, ...]]:
    """Each cycle by the names of its nodes, turned so that it begins with the least."""
    names = {node["id"]: node["name"] for node in found["nodes"]}
    turned: set[tuple[str, ...]] = set()
    for cycle in found["deadlocks"]:
        at = min(range(len(cycle)), key=lambda index: names[cycle[index]])
        turned.add(tuple(names[each] for each in cycle[at:] + cycle[:at]))
    return turned


def deadlock(name: str) -> tuple[str, set[tuple[str, ...]]]:
    """A program that ends in a deadlock, and the cycle of it as ``deadlocks`` tells it."""
    text = (PROGRAMS / "deadlocks" / f"{name}.py").read_text(encoding="utf-8")
    cycle = tuple(text.partition("\n")[0].removeprefix("# deadlock: ").split(" > "))
    at = cycle.index(min(cycle))
    return text, {cycle[at:] + cycle[:at]}


class Deadlocks(unittest.TestCase):
    def test_they_are_found_while_running(self) -> None:
        text, expected = deadlock("two_locks")
        with Debuggee(text.replace("    here()", "    print('locked')")) as d:
            d.run()
            d.wait("output")
            self.assertEqual(deadlocks(graph(d)), expected)

    def test_who_waits_for_a_deadlock_is_stuck_too_and_a_sleeper_is_not(self) -> None:
        text, _ = deadlock("a_lock_taken_twice")
        text = text.replace(
            "    await rounds(2)\n    here()\n",
            "    await asyncio.sleep(0)\n"
            "    other = asyncio.create_task(asyncio.wait([task]), name='waits')\n"
            "    sleeps = asyncio.create_task(asyncio.sleep(60), name='sleeps')\n"
            "    await rounds(3)\n    here()\n",
        )
        with Debuggee(text) as d:
            d.run_to("stop")
            stuck = {node["name"] for node in graph(d)["nodes"] if node.get("stuck")}
            self.assertEqual(stuck, {"deposit Account.deposit", "waits wait"})


class Trees(unittest.TestCase):
    def test_the_awaiters_of_a_family_of_tasks(self) -> None:
        with Debuggee((PROGRAMS / "family.py").read_text(encoding="utf-8")) as d:
            d.run_to("stop")
            rows = {row["task"]: row["id"] for row in d.logical()}
            answer = d.command("stack", coroutine=rows["outer1.0"], start=0, count=0)
            self.assertEqual([each["task"] for each in answer["awaiters"]], ["outer1", "runner"])
            stack = [frame["name"] for each in answer["awaiters"] for frame in each["frames"]]
            self.assertEqual(stack, ["inner", "middle", "outer", "sleep", "runner"])

    def test_a_task_awaited_from_the_loop_of_another_thread(self) -> None:
        text = """
            async def remote(): await asyncio.sleep(60)
            async def main():
                loop = asyncio.new_event_loop()
                thread = threading.Thread(target=loop.run_forever, daemon=True)
                thread.start()
                far = asyncio.run_coroutine_threadsafe(remote(), loop)
                async def near(): await asyncio.wrap_future(far)
                task = asyncio.create_task(near(), name="near")
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(rounds(3), loop))
                await rounds(1); here()  # what is done already is not waited for, and `near` would not have begun
                far.cancel(); await asyncio.gather(task, return_exceptions=True)
                loop.call_soon_threadsafe(loop.stop); thread.join(); loop.close()
        """
        with Debuggee(program(text)) as d:
            d.run_to("stop")
            found = graph(d)
            names = {node["id"]: node["name"] for node in found["nodes"]}
            edges = {(names[each["from"]], names[each["to"]].partition(" ")[2]) for each in found["edges"]}
            self.assertIn(("near main.<locals>.near", "remote"), edges)
            d.resume()
            self.assertEqual(d.finish(), 0)

    def test_a_running_task_holds_its_locks(self) -> None:
        text = """
            async def main():
                lock = asyncio.Lock()
                async def wants():
                    async with lock: pass
                async with lock:
                    task = asyncio.create_task(wants(), name="wants"); await rounds(2); here()
                await task
        """
        with Debuggee(program(text)) as d:
            d.run_to("stop")
            found = graph(d)
            names = {node["id"]: node["name"] for node in found["nodes"]}
            edges = {(names[each["from"]], each["relation"], names[each["to"]]) for each in found["edges"]}
            self.assertIn(("Task-1 main", "holds", "Lock 'lock'"), edges)
            self.assertIn(("wants main.<locals>.wants", "wants", "Lock 'lock'"), edges)
            self.assertEqual(found["deadlocks"], [])

    def test_the_limit_keeps_the_deadlock(self) -> None:
        text, expected = deadlock("a_task_that_gathers_itself")
        many = "async def main():\n    more = [asyncio.create_task(rounds(99)) for _ in range(50)]"
        with Debuggee(text.replace("async def main():", many)) as d:
            d.run_to("stop")
            found = d.command("awaitGraph", limit=3)
            self.assertEqual(sum(1 for node in found["nodes"] if "row" in node), 3)
            self.assertGreater(found["total"], 50)
            self.assertEqual(deadlocks(found), expected)


if __name__ == "__main__":
    unittest.main()
