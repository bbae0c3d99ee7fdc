"""What a suspended task is said to wait for, down to the thing itself, and who is said to wait for it."""

from __future__ import annotations

import textwrap
import unittest

from adapter import Debuggee

KINDS = textwrap.dedent(
    """
    import asyncio, contextlib, socket, threading

    release = threading.Event()
    async def sleep(): await asyncio.sleep(60)
    async def next_round(): await asyncio.sleep(0)
    async def lock(it): await it.acquire()
    async def with_lock(it):
        async with it: pass
    async def semaphore(it):
        async with it: pass
    async def event(it): await it.wait()
    async def get(it): await it.get()
    async def put(it): await it.put(3)
    async def join(it): await it.join()
    async def barrier(it):
        async with it: pass
    async def condition(it):
        async with it: await it.wait()
    async def timed(it): await asyncio.wait_for(it.get(), 60)
    async def timeout(it):
        async with asyncio.timeout(60): await it.wait()
    async def task(it): await it
    async def gather(it): await asyncio.gather(it, asyncio.sleep(60))
    async def shield(it): await asyncio.shield(it)
    async def wait(it): await asyncio.wait([it])
    async def first(it): await asyncio.wait([it], return_when="FIRST_COMPLETED", timeout=60)
    async def wait_for(it): await asyncio.wait_for(it, 60)
    async def completed(it):
        for each in asyncio.as_completed([it]): await each
    async def group(it):
        async with asyncio.TaskGroup() as tasks: tasks.create_task(sleep(), name="child")
    async def future(it): await it
    async def thread(): await asyncio.to_thread(release.wait)
    async def executor(loop): await loop.run_in_executor(None, release.wait)
    async def reader(it): await it.readline()
    async def sock(it, loop): await loop.sock_recv(it, 1)

    async def main():
        loop = asyncio.get_running_loop()
        taken = asyncio.Lock(); await taken.acquire()
        full = asyncio.Queue(1); full.put_nowait(1)
        empty = asyncio.Queue(10)
        left, right = socket.socketpair(); left.setblocking(False)
        running = [sleep(), lock(taken), with_lock(taken), semaphore(asyncio.Semaphore(0)), event(asyncio.Event()),
            get(empty), put(full), join(full), barrier(asyncio.Barrier(3)), condition(asyncio.Condition()), timed(empty),
            timeout(asyncio.Event()), future(loop.create_future()), thread(), executor(loop),
            reader(asyncio.StreamReader()), sock(left, loop), group(None)]
        tasks = [asyncio.create_task(each, name=each.__name__) for each in running]
        tasks += [asyncio.create_task(each(tasks[0]), name=each.__name__)
            for each in (task, gather, shield, wait, first, wait_for, completed)]
        for _ in range(5): await asyncio.sleep(0)
        tasks.append(asyncio.create_task(next_round(), name="next_round"))
        await asyncio.sleep(0)
        here = 1                                    # @stop
        release.set()
        for each in tasks: each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left.close(); right.close()

    asyncio.run(main())
    """
)

EXPECTED = {
    "sleep": r"asyncio.sleep · sleep, due in \d+\.\d s",
    "next_round": r"asyncio.sleep · the loop's next round",
    "lock": r"asyncio.Lock.acquire · Lock",
    "with_lock": r"asyncio.Lock · Lock",
    "semaphore": r"asyncio.Semaphore · Semaphore \(0 left\)",
    "event": r"asyncio.Event.wait · Event",
    "get": r"asyncio.Queue.get · Queue.get \(0 of 10\)",
    "put": r"asyncio.Queue.put · Queue.put \(1 of 1\)",
    "join": r"asyncio.Queue.join · Queue.join \(1 unfinished\)",
    "barrier": r"asyncio.Barrier · Barrier \(1 of 3\)",
    "condition": r"asyncio.Condition.wait · Condition",
    "timed": r"asyncio.wait_for · Queue.get \(0 of 10\)",
    "timeout": r"asyncio.Event.wait · Event",
    "future": r"_asyncio.Future · <Future, pending>",
    "thread": r"asyncio.to_thread · a thread that runs .*wait.*",
    "executor": r"_asyncio.Future · a call in another thread",
    "reader": r"asyncio.StreamReader.readline · data on a StreamReader",
    "sock": r"asyncio.*sock_recv · socket recv",
    "group": r"asyncio.TaskGroup.__aexit__ · TaskGroup of child",
    "task": r"sleep",
    "gather": r"asyncio.tasks._GatheringFuture · gather of 2",
    "shield": r"_asyncio.Future · shield of sleep",
    "wait": r"asyncio.wait · wait of sleep",
    "first": r"asyncio.wait · wait for the first of sleep, at most \d+\.\d s",
    "wait_for": r"asyncio.wait_for · sleep",
    "completed": r"asyncio.*_wait_for_one · as_completed of sleep",
}


class Waiting(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.d = Debuggee(KINDS)
        cls.d.run_to("stop")
        cls.rows = {row["task"]: row for row in cls.d.logical() if "task" in row}

    @classmethod
    def tearDownClass(cls) -> None:
        cls.d.__exit__()

    def scope(self, name: str) -> dict[str, dict[str, object]]:
        return self.d.scope("Coroutine", self.d.stack(coroutine=self.rows[name]["id"])[-1]["id"])

    def test_every_kind_of_wait_is_named(self) -> None:
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                self.assertRegex(str(self.scope(name)["awaiting"]["value"]), f"^{expected}$")

    def test_the_thing_itself_is_inside(self) -> None:
        for name, kind in (("lock", "lock"), ("get", "queue"), ("sleep", "timer"), ("group", "TaskGroup")):
            inside = self.d.open(self.scope(name)["awaiting"]["ref"])  # type: ignore[arg-type]
            self.assertIn(kind, inside)
        self.assertIn("sleep", self.d.open(self.scope("shield")["awaiting"]["ref"])["[0]"]["value"])  # type: ignore[arg-type]

    def test_awaited_by_sees_through_whatever_combines_tasks(self) -> None:
        by = set(self.d.open(self.scope("sleep")["awaitedBy"]["ref"]))  # type: ignore[arg-type]
        self.assertEqual(by, {"task", "gather", "shield", "wait", "first", "wait_for", "completed"})
        self.assertEqual(set(self.d.open(self.scope("child")["awaitedBy"]["ref"])), {"group"})  # type: ignore[arg-type]

    def test_a_block_that_is_still_entered_is_not_open(self) -> None:
        self.assertNotIn("inside", self.scope("with_lock"))
        self.assertIn("Condition", str(self.scope("condition")["inside"]["value"]))

    def test_the_program_ends_as_it_would(self) -> None:
        with Debuggee(KINDS) as d:
            d.run_to("stop")
            d.command("awaitGraph", limit=100)
            d.resume()
            self.assertEqual((d.finish(), d.output("stderr")), (0, ""))


if __name__ == "__main__":
    unittest.main()
