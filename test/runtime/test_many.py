"""What looking at a great many coroutines costs, in counts: which objects are made or asked, and how often."""

from __future__ import annotations

import asyncio
import gc
import textwrap
import unittest
from collections.abc import AsyncGenerator, Coroutine, Generator
from types import FrameType, SimpleNamespace, coroutine
from typing import Any, cast
from unittest import mock

from adapter import Debuggee

from coroscope import tasks
from coroscope.asyncio_suspicion import Suspicion
from coroscope.awaited_by import wait_of_task
from coroscope.chain_places import ChainPlaces
from coroscope.coroutine_list import _with_words
from coroscope.coroutines import chain_of
from coroscope.interpreter import frame_of, is_suspended
from coroscope.user_code import UserCode


def idle() -> Generator[None]:
    yield


@coroutine
def pass_on(value: object) -> Generator[object, None, None]:
    yield value


def two_yields() -> Generator[int, None, None]:
    yield 1
    yield 2


def yields_and_delegates() -> Generator[object, None, None]:
    yield 1
    yield from idle()


async def awaits() -> None:
    await pass_on(None)


async def awaits_twice() -> None:
    await pass_on(1)
    await pass_on(2)


async def streams() -> AsyncGenerator[int]:
    yield 1
    await pass_on(None)


async def iterates() -> None:
    async for _ in streams():
        await pass_on(None)


class Places(unittest.TestCase):
    """Where a coroutine stands, without the frame that would be made for it where there is one place only."""

    def made(self) -> list[Any]:
        one: list[Any] = [two_yields(), two_yields(), yields_and_delegates(), yields_and_delegates()]
        for each, times in zip(one, (1, 2, 1, 2), strict=True):
            for _ in range(times):
                next(each)
        others: list[Any] = [awaits(), awaits_twice(), awaits_twice(), iterates(), iterates()]
        for each, times in zip(others, (1, 1, 2, 1, 2), strict=True):
            for _ in range(times):
                each.send(None)
            self.addCleanup(each.close)
        return [*one, *others]

    def test_they_are_those_that_frames_tell(self) -> None:
        for each in self.made():
            with self.subTest(each.__name__):
                places = ChainPlaces(UserCode(True))
                told = [(places.places[at].code, places.places[at].line) for at in places.chain(each)]
                chain = chain_of(each).coroutines
                frames = [(frame.f_code, frame.f_lineno) for at in chain if (frame := frame_of(at)) is not None]
                self.assertEqual(told, frames)
                self.assertGreater(len(told), 0)

    def test_none_is_made_where_there_is_one_place(self) -> None:
        places = ChainPlaces(UserCode(True))
        coroutine_, generator, twice = awaits(), yields_and_delegates(), two_yields()
        coroutine_.send(None)
        self.addCleanup(coroutine_.close)
        next(generator)
        next(twice)
        for each, has_frame in ((coroutine_, False), (generator, False), (twice, True)):
            places.chain(cast("Any", each))
            self.assertEqual(any(type(found) is FrameType for found in gc.get_referents(each)), has_frame)

    def test_a_filter_that_the_name_of_the_function_decides_looks_at_no_place(self) -> None:
        many = [two_yields() for _ in range(20)]
        for each in many:
            next(each)
        look = cast("Any", SimpleNamespace(places=ChainPlaces(UserCode(True)), census=mock.Mock()))
        look.census.facts.among.return_value = {}
        walk = mock.Mock(side_effect=look.places.chain)
        with mock.patch.object(look.places, "chain", walk):
            self.assertEqual(_with_words(many, ("two_y", "test_many.py"), look), many)
            self.assertEqual(walk.call_count, 0)
            self.assertEqual(_with_words(many, ("two_y", "elsewhere"), look), [])
            self.assertEqual(walk.call_count, 20)


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
