"""anyio's task groups, locks and streams, on asyncio and on trio; and asyncio's tasks on uvloop's loop."""

from __future__ import annotations

import textwrap
import unittest
from typing import Any

from adapter import Debuggee
from libraries import needs

GROUPS = textwrap.dedent(
    """
    import anyio, anyio.lowlevel
    event, lock, out = None, None, None
    async def waits(): await event.wait()
    async def wants():
        async with lock: pass
    async def receives(stream): await stream.receive()
    async def branch():
        async with anyio.create_task_group() as inner:
            inner.start_soon(waits, name="inner")
    async def body():
        async with anyio.create_task_group() as inner:
            inner.start_soon(waits, name="of body")
            await event.wait()
    async def timed():
        with anyio.move_on_after(30): await event.wait()
    async def main():
        global event, lock
        event, lock, limiter = anyio.Event(), anyio.Lock(), anyio.CapacityLimiter(1)
        out, into = anyio.create_memory_object_stream(5)
        await lock.acquire()
        async with anyio.create_task_group() as group:
            for each, *args in [(branch,), (body,), (wants,), (receives, into), (timed,)]:
                group.start_soon(each, *args, name=each.__name__)
            await anyio.wait_all_tasks_blocked()
            here = 1                                        # @stop
            group.cancel_scope.cancel()
        lock.release()
        for each in (out, into): each.close()
    anyio.run(main, backend="BACKEND")
    """
)

EXPECTED = {
    "branch": r"anyio.TaskGroup.__aexit__ · (TaskGroup|nursery) of inner",
    "inner": r"anyio.Event.wait · Event",
    "body": r"anyio.Event.wait · Event",
    "of body": r"anyio.Event.wait · Event",
    "wants": r"anyio.Lock · Lock",
    "receives": r"anyio.MemoryObjectReceiveStream.receive · channel.receive \(0 of 5\)",
    "timed": r"anyio.Event.wait · Event",
}


class Groups:
    backend = ""
    d: Debuggee
    rows: dict[str, dict[str, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.d = Debuggee(GROUPS.replace("BACKEND", cls.backend))
        cls.d.run_to("stop")
        cls.rows = {row["task"]: row for row in cls.d.logical() if "task" in row}
        cls.graph = cls.d.command("awaitGraph", limit=100)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.d.__exit__()

    def stack(self: Any, name: str) -> dict[str, Any]:
        return self.d.command("stack", coroutine=self.rows[name]["id"], start=0, count=0)

    def scope(self: Any, name: str) -> dict[str, dict[str, Any]]:
        return self.d.scope("Coroutine", self.stack(name)["frames"][-1]["id"])

    def test_every_task_is_a_row_named_by_the_users_function(self: Any) -> None:
        self.assertEqual(
            {name: row["name"] for name, row in self.rows.items()},
            {**{name: name for name in EXPECTED}, "inner": "waits", "of body": "waits"},
        )

    def test_what_each_waits_for(self: Any) -> None:
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                self.assertRegex(self.scope(name)["awaiting"]["value"], f"^{expected}$")

    def test_a_parent_awaits_the_tasks_of_its_group_at_its_end_and_in_its_body(self: Any) -> None:
        self.assertEqual([each["name"] for each in self.stack("inner")["awaiters"]], ["branch", "main"])
        self.assertEqual([each["name"] for each in self.stack("of body")["awaiters"]], ["body", "main"])

    def test_where_a_task_was_started(self: Any) -> None:
        line = next(n for n, text in enumerate(GROUPS.splitlines(), 1) if 'name="inner"' in text)
        self.assertEqual(self.scope("inner")["createdAt"]["value"], f"program.py:{line}")

    def test_the_edges_of_groups_locks_and_timeouts(self: Any) -> None:
        names = {node["id"]: node["name"].partition(" ")[0] for node in self.graph["nodes"]}
        edges = {(names[e["from"]], e["relation"], names[e["to"]]): e for e in self.graph["edges"]}
        self.assertIn(edges["branch", "waitsFor", "inner"]["through"], ("TaskGroup", "nursery"))
        self.assertIn(("of", "awaitedBy", "body"), edges)
        self.assertIn(("wants", "wants", "Lock"), edges)
        holder = next(e["from"] for e in self.graph["edges"] if e["relation"] == "holds")
        self.assertIn("main", next(node["name"] for node in self.graph["nodes"] if node["id"] == holder))
        self.assertLessEqual(edges["timed", "waitsFor", "Event"]["timeout"], 30)
        self.assertEqual(self.graph["deadlocks"], [])


@needs("anyio")
class OnAsyncio(Groups, unittest.TestCase):
    backend = "asyncio"


@needs("anyio", "trio")
class OnTrio(Groups, unittest.TestCase):
    backend = "trio"


DEADLOCK = textwrap.dedent(
    """
    import anyio
    a, b = anyio.Lock(), anyio.Lock()
    async def transfer(first, second, ready, other):
        async with first:
            ready.set()
            await other.wait()
            async with second: pass
    async def main():
        one, two = anyio.Event(), anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(transfer, a, b, one, two, name="left")
            group.start_soon(transfer, b, a, two, one, name="right")
            await anyio.wait_all_tasks_blocked()
            here = 1                                        # @stop
            group.cancel_scope.cancel()
    anyio.run(main, backend="BACKEND")
    """
)

STEPPING = textwrap.dedent(
    """
    import anyio
    async def leaf(number):
        await anyio.sleep(0)
        return number
    async def worker(number):
        first = await leaf(number)          # @first
        second = await leaf(number)
        return first + second
    async def main():
        async with anyio.create_task_group() as group:
            for number in range(3): group.start_soon(worker, number)
        print("end")
    anyio.run(main, backend="BACKEND")
    """
)


@needs("anyio", "trio")
class OnBoth(unittest.TestCase):
    def test_two_locks_taken_crosswise_are_a_deadlock(self) -> None:
        for backend in ("asyncio", "trio"):
            with self.subTest(backend), Debuggee(DEADLOCK.replace("BACKEND", backend)) as d:
                d.run_to("stop")
                graph = d.command("awaitGraph", limit=100)
                names = {node["id"]: node["name"].partition(" ")[0] for node in graph["nodes"]}
                cycles = [sorted(names[each] for each in cycle) for cycle in graph["deadlocks"]]
                self.assertEqual(cycles, [["Lock", "Lock", "left", "right"]])

    def test_stepping_stays_with_its_task_and_out_of_the_libraries(self) -> None:
        for backend in ("asyncio", "trio"):
            with self.subTest(backend), Debuggee(STEPPING.replace("BACKEND", backend)) as d:
                d.run_to("first")
                number = d.evaluate("number")
                d.set_breakpoints()
                self.assertEqual(d.step("stepIn"), "leaf: await anyio.sleep(0)")
                self.assertEqual(d.step("stepIn"), "leaf: return number")
                self.assertEqual(d.step("stepOut"), "worker: second = await leaf(number)")
                self.assertEqual(d.step("next"), "worker: return first + second")
                self.assertEqual(d.evaluate("number"), number)


@needs("uvloop")
class OnUvloop(unittest.TestCase):
    def test_the_programs_loop_is_uvloops_and_its_tasks_are_seen(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio, uvloop
            async def waits(event): await event.wait()
            async def main():
                event = asyncio.Event()
                task = asyncio.create_task(waits(event), name="waiter")
                await asyncio.sleep(0)
                loop = type(asyncio.get_running_loop())
                here = 1                                    # @stop
                event.set()
                await task
                print(loop is uvloop.Loop)
            uvloop.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            row = next(each for each in d.logical() if each.get("task") == "waiter")
            self.assertEqual(row["waitsFor"], "asyncio.Event.wait")
            self.assertEqual(d.evaluate("loop.__module__ + '.' + loop.__name__"), "'uvloop.Loop'")
            self.assertEqual(d.step("next"), "main: event.set()")
            self.assertEqual(d.step("next"), "main: await task")
            self.assertEqual(d.step("next"), "main: print(loop is uvloop.Loop)")
            d.resume()
            self.assertEqual((d.finish(), d.output()), (0, "True\n"))


if __name__ == "__main__":
    unittest.main()
