"""What the await graph and the findings of a program with a great many tasks look at, in counts."""

from __future__ import annotations

import asyncio
import textwrap
import unittest
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

from adapter import Debuggee

from coroscope import tasks
from coroscope.asyncio_suspicion import Suspicion
from coroscope.awaited_by import wait_of_task
from coroscope.interpreter import is_suspended


async def waits_in_all_ways() -> dict[str, tuple[str, bool]]:
    """Of tasks by their names: the kind of their wait, and whether the quick look takes them for one that may be stuck."""
    lock, semaphore, full, condition, notified = (
        asyncio.Lock(),
        asyncio.Semaphore(0),
        asyncio.Queue[int](),
        asyncio.Condition(),
        asyncio.Condition(),
    )
    await lock.acquire()
    forever = asyncio.create_task(asyncio.Event().wait(), name="event")
    plain = asyncio.get_running_loop().create_future()

    async def in_condition(one: asyncio.Condition) -> None:
        async with one:
            await one.wait()

    async def in_group() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(100), name="member")

    async def shielded() -> None:
        await asyncio.shield(forever)

    async def gathered() -> None:
        await asyncio.gather(forever, asyncio.sleep(100))

    async def first_of() -> None:
        await asyncio.wait([forever], return_when=asyncio.FIRST_COMPLETED)

    async def in_turn() -> None:
        for each in asyncio.as_completed([forever]):
            await each

    async def streamed() -> AsyncGenerator[None]:
        async with lock:
            yield

    async def through_generator() -> None:
        async for _ in streamed():
            pass

    async def task() -> None:
        await forever

    async def future() -> None:
        await plain

    ways: dict[str, Coroutine[Any, Any, Any]] = {
        "sleep": asyncio.sleep(100),
        "round": asyncio.sleep(0),
        "lock": lock.acquire(),
        "lock in a generator": through_generator(),
        "semaphore": semaphore.acquire(),
        "queue": full.get(),
        "condition": in_condition(condition),
        "notified": in_condition(notified),
        "group": in_group(),
        "shield": shielded(),
        "gather": gathered(),
        "wait": first_of(),
        "as_completed": in_turn(),
        "task": task(),
        "wait_for": asyncio.wait_for(forever, 100),
        "future": future(),
    }
    started = [asyncio.create_task(each, name=name) for name, each in ways.items()]
    for _ in range(3):
        await asyncio.sleep(0)
    await notified.acquire()
    notified.notify_all()
    await asyncio.sleep(0)
    everyone = tasks.all_tasks()
    found: dict[str, tuple[str, bool]] = {}
    for fact in everyone:
        root, waiter = fact.coroutine, tasks.waiter_of(fact)
        if root is not None and is_suspended(root):
            wait = wait_of_task(fact, lambda: everyone)
            found[fact.name] = ("none" if wait is None else wait.kind, Suspicion().falls_on(root, waiter))
    notified.release()
    for each in (forever, *started):
        each.cancel()
    await asyncio.gather(forever, *started, return_exceptions=True)
    return found


class Suspects(unittest.TestCase):
    """A deadlock is looked for closely only among those whom a quick look takes for possible members of one."""

    def test_the_quick_look_misses_nobody_who_waits_for_a_task_or_a_lock(self) -> None:
        found = asyncio.run(waits_in_all_ways())
        for name, (kind, is_suspect) in found.items():
            with self.subTest(name, kind=kind):
                if kind in ("lock", "semaphore", "tasks"):
                    self.assertTrue(is_suspect)
        kinds = {name: kind for name, (kind, _) in found.items()}
        self.assertEqual({kinds[name] for name in ("lock", "lock in a generator", "notified")}, {"lock"})
        waiting_for_tasks = ("group", "shield", "gather", "wait", "as_completed", "task")
        self.assertEqual({kinds[name] for name in waiting_for_tasks}, {"tasks"})
        self.assertEqual({name for name in ("sleep", "event", "queue", "condition", "future") if found[name][1]}, set())


class Graph(unittest.TestCase):
    SOURCE = """
        import asyncio
        async def work(event): await event.wait()
        async def both(first, second):
            async with first:
                await asyncio.sleep(0)
                async with second: pass
        async def main():
            event, one, two = asyncio.Event(), asyncio.Lock(), asyncio.Lock()
            many = [asyncio.create_task(work(event)) for _ in range(1000)]
            stuck = [asyncio.create_task(both(one, two)), asyncio.create_task(both(two, one))]
            for _ in range(4): await asyncio.sleep(0)
            print("here")  # @stop
        asyncio.run(main())
    """

    COUNT = (
        "(lambda g: (setattr(g, 'looked', []), setattr(g, 'standing', "
        "lambda chain, look=g.standing, looked=g.looked: looked.append(1) or look(chain)"
        ")))(__import__('sys').modules['coroscope.await_graph'])"
    )
    LOOKED = "len(__import__('sys').modules['coroscope.await_graph'].looked)"

    def test_tasks_that_are_all_done_are_none(self) -> None:
        source = """
            import asyncio
            async def main():
                return [asyncio.create_task(asyncio.sleep(0)), await asyncio.sleep(0.01)]
            done = asyncio.run(main())
            print("here")  # @stop
        """
        with Debuggee(textwrap.dedent(source)) as d:
            d.run_to("stop")
            self.assertEqual(d.command("awaitGraph", limit=10)["nodes"], [])
            self.assertEqual(d.command("findings")["findings"], [])

    def test_a_deadlock_among_many_tasks_is_found_with_a_close_look_at_few(self) -> None:
        with Debuggee(textwrap.dedent(self.SOURCE)) as d:
            d.run_to("stop")
            d.evaluate(self.COUNT)
            graph = d.command("awaitGraph", limit=10)
            self.assertEqual((len(graph["nodes"]) > 10, graph["total"]), (True, 1003))
            self.assertEqual([len(cycle) for cycle in graph["deadlocks"]], [4])
            self.assertLessEqual(int(d.evaluate(self.LOOKED)), 12)
            d.evaluate(self.COUNT)
            found = d.command("findings")["findings"]
            self.assertEqual([each["kind"] for each in found if each["kind"] == "deadlock"], ["deadlock"])
            self.assertLessEqual(int(d.evaluate(self.LOOKED)), 4)


if __name__ == "__main__":
    unittest.main()
