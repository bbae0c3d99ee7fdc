"""The await graph: edges, names, and deadlocks; above all none where there is none."""

from __future__ import annotations

import textwrap
import unittest
from typing import Any

from adapter import Debuggee

PRELUDE = "import asyncio, contextlib, random, threading\nasync def rounds(n):\n    for _ in range(n): await asyncio.sleep(0)\n"

# Each runs to its end by itself; the test stops it again and again on the way.
HEALTHY = {
    "producer and consumer": """
        async def produce(q):
            for i in range(20): await q.put(i)
            await q.put(None)
        async def consume(q):
            while await q.get() is not None: here()
        async def main():
            q = asyncio.Queue(2)
            await asyncio.gather(produce(q), consume(q))
    """,
    "workers and join": """
        async def work(q):
            while True:
                await q.get(); await asyncio.sleep(0); here(); q.task_done()
        async def main():
            q = asyncio.Queue()
            for i in range(10): q.put_nowait(i)
            workers = [asyncio.create_task(work(q)) for _ in range(3)]
            await q.join()
            for each in workers: each.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
    """,
    "semaphore pool": """
        async def work(pool):
            async with pool: await rounds(2); here()
        async def main():
            pool = asyncio.BoundedSemaphore(2)
            await asyncio.gather(*(work(pool) for _ in range(6)))
    """,
    "semaphore as a signal": """
        async def consume(signal, other):
            async with signal: await other
        async def main():
            signal = asyncio.Semaphore(1)
            last = asyncio.create_task(rounds(0)); await last
            async def second():
                async with signal: here()
            inner = asyncio.create_task(second())
            signal_holder = asyncio.create_task(consume(signal, inner))
            await rounds(3); here()
            signal.release()
            await signal_holder
    """,
    "nested task groups": """
        async def leaf(): await rounds(3); here()
        async def branch():
            async with asyncio.TaskGroup() as tg:
                for _ in range(2): tg.create_task(leaf())
        async def main():
            async with asyncio.TaskGroup() as tg:
                for _ in range(2): tg.create_task(branch())
                await rounds(2); here()
    """,
    "a timeout that breaks a cycle": """
        async def waits(other):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2): await asyncio.wait([other[0]])
        async def main():
            other = []
            first = asyncio.create_task(waits(other))
            other.append(asyncio.create_task(asyncio.wait([first])))
            await rounds(5); here()
            await asyncio.gather(first, *other)
    """,
    "wait_for that breaks a lock cycle": """
        async def one(a, b, patience):
            async with a:
                await rounds(2)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(b.acquire(), patience)
                    b.release()
        async def main():
            a, b = asyncio.Lock(), asyncio.Lock()
            both = [asyncio.create_task(one(a, b, 0.2)), asyncio.create_task(one(b, a, None))]
            await rounds(6); here()
            await asyncio.gather(*both)
    """,
    "wait for the first of two, one of them in a cycle": """
        async def main():
            me = asyncio.current_task()
            async def wait_for_main(): await asyncio.wait([me])
            cyclic, event = asyncio.create_task(wait_for_main()), asyncio.Event()
            async def other(): await rounds(4); here()
            await asyncio.wait([cyclic, asyncio.create_task(other())], return_when="FIRST_COMPLETED")
    """,
    "as completed": """
        async def work(n): await rounds(n); here(); return n
        async def main():
            for each in asyncio.as_completed([work(n) for n in range(5)]): await each; here()
    """,
    "event fan out": """
        async def wait(event): await event.wait(); here()
        async def main():
            event = asyncio.Event()
            tasks = [asyncio.create_task(wait(event)) for _ in range(4)]
            await rounds(2); here(); event.set()
            await asyncio.gather(*tasks)
    """,
    "lock contention": """
        async def work(lock, other):
            for _ in range(2):
                async with lock:
                    await rounds(2)
                    async with other: await rounds(1); here()
        async def main():
            a, b = asyncio.Lock(), asyncio.Lock()
            await asyncio.gather(*(work(a, b) for _ in range(4)))
    """,
    "a lock let go by hand inside its block": """
        async def main():
            lock = asyncio.Lock()
            async def other():
                async with lock: here()
            async with lock:
                lock.release()
                task = asyncio.create_task(other()); await rounds(1); here()
                await task
                await lock.acquire()
    """,
    "async generators": """
        async def numbers(lock):
            for i in range(5):
                async with lock: yield i; await rounds(1)
        async def doubled(source):
            async for each in source: yield each * 2; here()
        async def main():
            lock = asyncio.Lock()
            async def use():
                async for each in doubled(numbers(lock)): await rounds(1); here()
            await asyncio.gather(use(), use())
    """,
    "condition": """
        async def wait(cond, ready):
            async with cond: await cond.wait_for(lambda: ready); here()
        async def main():
            cond, ready = asyncio.Condition(), []
            tasks = [asyncio.create_task(wait(cond, ready)) for _ in range(3)]
            await rounds(3); here()
            async with cond: ready.append(1); cond.notify_all(); await rounds(2); here()
            await asyncio.gather(*tasks)
    """,
    "barrier": """
        async def meet(barrier): await barrier.wait(); here()
        async def main():
            barrier = asyncio.Barrier(3)
            tasks = [asyncio.create_task(meet(barrier)) for _ in range(2)]
            await rounds(3); here(); await barrier.wait()
            await asyncio.gather(*tasks)
    """,
    "a lock behind a context manager": """
        async def main():
            lock = asyncio.Lock()
            @contextlib.asynccontextmanager
            async def held():
                async with lock: yield
            async def work():
                async with contextlib.AsyncExitStack() as stack:
                    await stack.enter_async_context(held()); await rounds(2); here()
            await asyncio.gather(work(), work(), work())
    """,
}

DEADLOCKS = {
    "two locks": (
        """
        a, b = asyncio.Lock(), asyncio.Lock()
        async def one():
            async with a: await rounds(2); await two(b)
        async def two(lock):
            async with lock: pass
        async def other():
            async with b:
                await rounds(2)
                async with a: pass
        async def main():
            tasks = [asyncio.create_task(one(), name="one"), asyncio.create_task(other(), name="other")]
            await rounds(6); here()
            await asyncio.gather(*tasks)
        """,
        {("one one", "Lock 'b'", "other other", "Lock 'a'")},
    ),
    "a task that gathers itself": (
        """
        async def itself():
            await asyncio.gather(asyncio.current_task(), asyncio.sleep(60))
        async def main():
            task = asyncio.create_task(itself(), name="itself"); await rounds(2); here()
            await task
        """,
        {("itself itself",)},
    ),
    "two tasks await each other": (
        """
        async def wait(others): await others[0]
        async def main():
            others = []
            first = asyncio.create_task(wait(others), name="first")
            others.append(asyncio.create_task(asyncio.wait_for(asyncio.shield(first), None), name="second"))
            await rounds(3); here()
            await first
        """,
        {("first wait", "second wait_for")},
    ),
    "a lock taken twice": (
        """
        class Account:
            def __init__(self): self.lock = asyncio.Lock()
            async def deposit(self):
                async with self.lock: await self.balance()
            async def balance(self):
                async with self.lock: pass
        async def main():
            task = asyncio.create_task(Account().deposit(), name="deposit"); await rounds(2); here()
            await task
        """,
        {("Lock 'Account.lock'", "deposit Account.deposit")},
    ),
    "philosophers": (
        """
        forks = [asyncio.BoundedSemaphore() for _ in range(3)]
        @contextlib.asynccontextmanager
        async def fork(i):
            async with forks[i % 3]: yield
        async def eat(i):
            async with fork(i):
                await rounds(3)
                async with contextlib.AsyncExitStack() as stack: await stack.enter_async_context(fork(i + 1))
        async def main():
            tasks = [asyncio.create_task(eat(i), name=f"p{i}") for i in range(3)]
            await rounds(9); here()
            await asyncio.gather(*tasks)
        """,
        {tuple(f for i in range(3) for f in (f"p{i} eat", f"BoundedSemaphore 'forks[{(i + 1) % 3}]' (0 left)"))},
    ),
}


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


def canonical(cycles: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    return {each[each.index(min(each)) :] + each[: each.index(min(each))] for each in cycles}


class Healthy(unittest.TestCase):
    def test_there_is_no_deadlock_where_all_goes_on(self) -> None:
        for name, text in HEALTHY.items():
            with self.subTest(name), Debuggee(program(text)) as d:
                d.set_breakpoints("stop")
                d.run()
                stops = 0
                while "reason" in d.wait("stopped", "exiting"):
                    found = graph(d)
                    self.assertEqual(found["deadlocks"], [], found)
                    self.assertFalse([node for node in found["nodes"] if node.get("stuck")])
                    stops += 1
                    if stops == 8:
                        d.set_breakpoints()
                    d.resume()
                self.assertGreater(stops, 0)
                self.assertEqual((d.finish(), d.output("stderr")), (0, ""))


class Deadlocks(unittest.TestCase):
    def test_they_are_found_while_stopped(self) -> None:
        for name, (text, expected) in DEADLOCKS.items():
            with self.subTest(name), Debuggee(program(text)) as d:
                d.run_to("stop")
                self.assertEqual(deadlocks(graph(d)), canonical(expected), graph(d))

    def test_they_are_found_while_running(self) -> None:
        text, expected = DEADLOCKS["two locks"]
        with Debuggee(program(text.replace("here()", "print('locked')"))) as d:
            d.run()
            d.wait("output")
            self.assertEqual(deadlocks(graph(d)), canonical(expected))

    def test_who_waits_for_a_deadlock_is_stuck_too_and_a_sleeper_is_not(self) -> None:
        text = DEADLOCKS["a lock taken twice"][0].replace("await rounds(2); here()", "await asyncio.sleep(0)")
        text = text.replace(
            "    await task",
            "    other = asyncio.create_task(asyncio.wait([task]), name='waits')\n"
            "            sleeps = asyncio.create_task(asyncio.sleep(60), name='sleeps')\n"
            "            await rounds(3); here(); await task",
        )
        with Debuggee(
            PRELUDE + "def here():\n    pass  # @stop\n" + textwrap.dedent(text) + "\nasyncio.run(main())\n"
        ) as d:
            d.run_to("stop")
            stuck = {node["name"] for node in graph(d)["nodes"] if node.get("stuck")}
            self.assertEqual(stuck, {"deposit Account.deposit", "waits wait"})


# Nested coroutines under gather, under a task group whose parent still stands in its body.
FAMILY = """
    async def outer(): await middle()
    async def middle(): await inner()
    async def inner():
        leaves = [asyncio.create_task(leaf(), name=f"{asyncio.current_task().get_name()}.{i}") for i in range(2)]
        await asyncio.gather(*leaves, return_exceptions=True)
    async def leaf(): await asyncio.sleep(60)
    async def runner():
        async with asyncio.TaskGroup() as group:
            for i in range(3): group.create_task(outer(), name=f"outer{i}")
            group.create_task(leaf(), name="leaf")
            await asyncio.sleep(60)
    async def main():
        task = asyncio.create_task(runner(), name="runner")
        await rounds(5); here()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
"""


class Trees(unittest.TestCase):
    def test_a_family_of_tasks(self) -> None:
        with Debuggee(program(FAMILY)) as d:
            d.run_to("stop")
            found = graph(d)
            names = {node["id"]: node["name"].partition(" ")[0] for node in found["nodes"]}
            below: dict[str, set[str]] = {}
            for edge in found["edges"]:
                start, end = names[edge["from"]], names[edge["to"]]
                if edge["relation"] == "awaitedBy":
                    start, end = end, start
                below.setdefault(start, set()).add(end)
            self.assertEqual(below["runner"] - {"sleep,"}, {"outer0", "outer1", "outer2", "leaf"})
            self.assertEqual(below["outer1"], {"outer1.0", "outer1.1"})
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
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(rounds(3), loop)); here()
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
        text = DEADLOCKS["a task that gathers itself"][0].replace(
            "async def main():",
            "async def main():\n            more = [asyncio.create_task(rounds(99)) for _ in range(50)]",
        )
        with Debuggee(program(text)) as d:
            d.run_to("stop")
            found = d.command("awaitGraph", limit=3)
            self.assertEqual(sum(1 for node in found["nodes"] if "row" in node), 3)
            self.assertGreater(found["total"], 50)
            self.assertEqual(deadlocks(found), {("itself itself",)})


if __name__ == "__main__":
    unittest.main()
