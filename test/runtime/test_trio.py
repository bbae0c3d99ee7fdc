"""trio: its tasks are seen, stepped and explained as asyncio's are, and its clock stands still at a stop."""

from __future__ import annotations

import re
import textwrap
import unittest
from typing import Any

from adapter import Debuggee, RefusedError
from libraries import needs

WAITS = textwrap.dedent(
    """
    import threading, trio, trio.testing
    release = threading.Event()
    async def sleep(): await trio.sleep(60)
    async def forever(): await trio.sleep_forever()
    async def ready():
        while True: await trio.lowlevel.checkpoint()
    async def lock(it): await it.acquire()
    async def semaphore(it):
        async with it: pass
    async def limited(it): await trio.to_thread.run_sync(int, limiter=it)
    async def thread(): await trio.to_thread.run_sync(release.wait)
    async def condition(it):
        async with it: await it.wait()
    async def notified(it):
        async with it: await it.wait()
    async def receive(it): await it.receive()
    async def send(it): await it.send(1)
    async def readable(it): await it.recv(1)
    async def event(it): await it.wait()
    async def nested():
        async with trio.open_nursery() as inner:
            inner.start_soon(sleep, name="inner")
    async def body():
        async with trio.open_nursery() as inner:
            inner.start_soon(sleep, name="of body")
            await trio.sleep(50)
    async def limit(it):
        with trio.move_on_after(30): await it.wait()
    async def main():
        taken = trio.Lock(); taken.acquire_nowait()
        limiter = trio.CapacityLimiter(1); limiter.acquire_on_behalf_of_nowait("somebody")
        out, into = trio.open_memory_channel(0)
        empty = trio.open_memory_channel(5)[1]
        left, right = trio.socket.socketpair()
        busy = trio.Condition()
        async with trio.open_nursery() as nursery:
            for each, *args in [(sleep,), (forever,), (lock, taken), (semaphore, trio.Semaphore(0)), (limited, limiter),
                    (thread,), (condition, trio.Condition()), (notified, busy), (receive, empty), (send, out),
                    (readable, left), (event, trio.Event()), (nested,), (body,), (limit, trio.Event())]:
                nursery.start_soon(each, *args, name=each.__name__)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(ready, name="ready")
            await trio.lowlevel.checkpoint()
            await busy.acquire()
            busy.notify()
            here = 1                                        # @stop
            release.set()
            busy.release()
            nursery.cancel_scope.cancel()
    trio.run(main)
    print("done")
    """
)

EXPECTED = {
    "sleep": r"trio.sleep · sleep, due in \d+\.\d s",
    "forever": r"trio.sleep_forever · its cancellation",
    "ready": r"trio.checkpoint · ready to run",
    "lock": r"trio.*acquire · Lock",
    "semaphore": r"trio.Semaphore · Semaphore \(0 left\)",
    "limited": r"trio.to_thread_run_sync · CapacityLimiter \(1 of 1 taken\)",
    "thread": r"trio.to_thread_run_sync · a thread that runs .*wait.*",
    "condition": r"trio.Condition.wait · Condition",
    "notified": r"trio.Condition.wait · Lock",
    "receive": r"trio.MemoryReceiveChannel.receive · channel.receive \(0 of 5\)",
    "send": r"trio.MemorySendChannel.send · channel.send \(0\)",
    "readable": r"trio.* · data on a socket",
    "event": r"trio.Event.wait · Event",
    "nested": r"trio.NurseryManager.__aexit__ · nursery of inner",
    "body": r"trio.sleep · sleep, due in \d+\.\d s",
    "limit": r"trio.Event.wait · Event",
    "inner": r"trio.sleep · sleep, due in \d+\.\d s",
    "of body": r"trio.sleep · sleep, due in \d+\.\d s",
}


@needs("trio")
class Seen(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.d = Debuggee(WAITS)
        cls.d.run_to("stop")
        cls.rows = {row["task"]: row for row in cls.d.logical() if "task" in row}
        cls.graph = cls.d.command("awaitGraph", limit=100)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.d.__exit__()

    def stack(self, name: str) -> dict[str, Any]:
        return self.d.command("stack", coroutine=self.rows[name]["id"], start=0, count=0)

    def scope(self, name: str) -> dict[str, dict[str, Any]]:
        return self.d.scope("Coroutine", self.stack(name)["frames"][-1]["id"])

    def edges(self, name: str) -> set[tuple[str, str, str | None]]:
        names = {node["id"]: node["name"].partition(" ")[0] for node in self.graph["nodes"]}
        found = [edge for edge in self.graph["edges"] if names[edge["from"]] == name]
        return {(edge["relation"], names[edge["to"]], edge.get("through")) for edge in found}

    def test_every_task_is_a_row_and_what_it_waits_for_is_named(self) -> None:
        self.assertEqual(set(self.rows), set(EXPECTED))
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                self.assertRegex(self.scope(name)["awaiting"]["value"], f"^{expected}$")

    def test_a_parent_awaits_the_tasks_of_its_nursery_at_its_end_and_in_its_body(self) -> None:
        self.assertEqual(self.scope("inner")["awaitedBy"]["value"], "nested nested")
        self.assertEqual(self.scope("of body")["awaitedBy"]["value"], "body body")
        self.assertEqual([each["task"] for each in self.stack("inner")["awaiters"]], ["nested", "__main__.main"])

    def test_where_a_task_was_started_and_who_resumes_it(self) -> None:
        scope = self.scope("inner")
        line = next(n for n, text in enumerate(WAITS.splitlines(), 1) if 'name="inner"' in text)
        self.assertEqual(scope["createdAt"]["value"], f"program.py:{line}")
        self.assertIn("by trio's run loop", scope["resumedBy"]["value"])

    def test_the_graph_has_nurseries_locks_and_deadlines(self) -> None:
        self.assertEqual(
            self.edges("nested"), {("waitsFor", "inner", "nursery"), ("awaitedBy", "__main__.main", "nursery")}
        )
        self.assertIn(("awaitedBy", "body", "nursery"), self.edges("of"))
        self.assertIn(("wants", "Lock", None), self.edges("lock"))
        self.assertIn(("holds", "Lock", None), self.edges("__main__.main"))
        nodes = {node["name"]: node["id"] for node in self.graph["nodes"]}
        limited = next(
            e for e in self.graph["edges"] if e["from"] == nodes["limit limit"] and e["relation"] == "waitsFor"
        )
        self.assertLessEqual(limited["timeout"], 30)
        self.assertEqual(self.graph["deadlocks"], [])

    def test_tasks_nurseries_and_locks_have_texts(self) -> None:
        names = self.d.scope("Locals")
        self.assertEqual(names["taken"]["value"], "<Lock, of '__main__.main'>")
        self.assertEqual(names["nursery"]["value"], "<Nursery, 16 tasks>")
        task = self.d.open(self.scope("inner")["awaitedBy"]["ref"])["nested"]
        self.assertEqual(task["value"], "<Task 'nested'>")
        inside = self.d.open(task["ref"])
        self.assertEqual(inside["task"]["value"], "pending")
        self.assertEqual(inside["nursery"]["value"], "<Nursery, 16 tasks>")
        self.assertEqual(len(self.d.open(inside["nurseries"]["ref"])), 1)

    def test_trios_own_frames_are_no_code_of_the_users(self) -> None:
        self.assertEqual(
            [(each["name"], each["user"]) for each in self.d.stack()],
            [("main", True), ("unrolled_run", False), ("run", False), ("<module>", True)],
        )


STEPPING = textwrap.dedent(
    """
    import trio, contextvars
    who = contextvars.ContextVar("who")
    async def leaf(number):
        await trio.sleep(0)
        return number                       # @leaf
    async def worker(number):
        who.set(number)
        first = await leaf(number)          # @first
        second = await leaf(number)
        await trio.lowlevel.checkpoint()
        return first + second
    async def main():
        async with trio.open_nursery() as nursery:
            for number in range(3):
                nursery.start_soon(worker, number)
        print("end")                        # @end
    trio.run(main)
    """
)


@needs("trio")
class Stepped(unittest.TestCase):
    def test_over_an_await_to_the_next_line_of_the_same_task(self) -> None:
        with Debuggee(STEPPING) as d:
            d.run_to("first")
            number = d.evaluate("number")
            d.set_breakpoints()
            places = [(d.step("next"), d.evaluate("number")) for _ in range(3)]
        lines = ("second = await leaf(number)", "await trio.lowlevel.checkpoint()", "return first + second")
        self.assertEqual(places, [(f"worker: {line}", number) for line in lines])

    def test_into_and_out_of_what_is_awaited(self) -> None:
        with Debuggee(STEPPING) as d:
            d.run_to("first")
            number = d.evaluate("number")
            d.set_breakpoints()
            self.assertEqual(d.step("stepIn"), "leaf: await trio.sleep(0)")
            self.assertEqual(d.step("stepIn"), "leaf: return number")  # never into trio itself
            self.assertEqual(d.step("stepOut"), "worker: second = await leaf(number)")
            self.assertEqual(d.evaluate("number"), number)

    def test_out_of_the_last_task_to_the_parent_behind_its_nursery(self) -> None:
        with Debuggee(STEPPING) as d:
            d.run_to("first")
            d.set_breakpoints()
            self.assertEqual(d.step("stepOut"), 'main: print("end")')

    def test_names_are_looked_up_in_the_context_of_the_selected_task(self) -> None:
        with Debuggee(STEPPING) as d:
            d.run_to({"line": STEPPING.splitlines().index("    await trio.lowlevel.checkpoint()") + 1})
            for row in d.logical():
                if row["name"] == "worker":
                    frame = d.stack(coroutine=row["id"])[-1]["id"]
                    self.assertEqual(d.evaluate("who.get()", frame=frame), d.evaluate("number", frame=frame))

    def test_an_await_in_the_console_is_refused_with_the_reason(self) -> None:
        with Debuggee(STEPPING) as d:
            d.run_to("first")
            with self.assertRaises(RefusedError) as refused:
                d.evaluate("await leaf(7)")
            self.assertIn(
                "trio runs this task, and its run loop cannot be entered a second time", refused.exception.message
            )
            self.assertIn("nursery.start_soon", refused.exception.hint)
            d.set_breakpoints()
            d.resume()
            self.assertEqual((d.finish(), d.output()), (0, "end\n"))


DEADLOCK = textwrap.dedent(
    """
    import trio, trio.testing
    a, b = trio.Lock(), trio.Lock()
    async def transfer(first, second, ready, other):
        async with first:
            ready.set()
            await other.wait()
            await second.acquire()
    async def watch(nursery):
        await trio.sleep(0)
        await trio.testing.wait_all_tasks_blocked()
        here = 1                                    # @stop
        nursery.cancel_scope.cancel()
    async def main():
        one, two = trio.Event(), trio.Event()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(watch, nursery)
            with trio.move_on_after(PATIENCE):
                async with trio.open_nursery() as inner:
                    inner.start_soon(transfer, a, b, one, two, name="left")
                    inner.start_soon(transfer, b, a, two, one, name="right")
    trio.run(main)
    """
)


@needs("trio")
class Deadlocks(unittest.TestCase):
    def deadlocks(self, patience: str) -> list[set[str]]:
        with Debuggee(DEADLOCK.replace("PATIENCE", patience)) as d:
            d.run_to("stop")
            graph = d.command("awaitGraph", limit=100)
            d.resume()
            self.assertEqual(d.finish(), 0)
        names = {node["id"]: re.sub(r" transfer$", "", node["name"]) for node in graph["nodes"]}
        return [{names[each] for each in cycle} for cycle in graph["deadlocks"]]

    def test_two_locks_taken_crosswise(self) -> None:
        self.assertEqual(self.deadlocks("float('inf')"), [{"left", "Lock 'a'", "right", "Lock 'b'"}])

    def test_a_deadline_around_the_nursery_ends_it_so_it_is_none(self) -> None:
        self.assertEqual(self.deadlocks("60"), [])


RAISING = textwrap.dedent(
    """
    import trio
    async def fails():
        await trio.sleep(0)
        raise ValueError("child")           # @raise
    async def cancelled():
        try:
            await trio.sleep_forever()
        finally:
            print("cleaned up")
    async def main():
        with trio.CancelScope() as scope:
            scope.cancel()
            await trio.sleep(1)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(cancelled)
                nursery.start_soon(fails)
        except* ValueError:
            print("caught")
    trio.run(main)
    """
)


@needs("trio")
class Raised(unittest.TestCase):
    def stops(self, source: str, name: str) -> list[str]:
        with Debuggee(source) as d:
            d.command("setExceptionBreakpoints", filters=[{"filter": name}])
            d.run()
            stops: list[str] = []
            while "reason" in (body := d.wait("stopped", "exiting")):
                self.assertNotIn("Cancelled", body.get("text", ""))
                stops.append(d.where())
                d.resume()
            return stops

    def test_at_its_raise_in_a_nurserys_task_and_nobody_at_a_cancellation(self) -> None:
        stops = self.stops(RAISING, "raised")
        self.assertEqual(stops[0], 'fails: raise ValueError("child")')
        self.assertEqual([each for each in stops if "fails" not in each and "main" not in each], [])

    def test_uncaught_only_where_whoever_opened_the_nursery_does_not_catch_it(self) -> None:
        unhandled = RAISING.replace("except* ValueError", "except* KeyError")
        for name in ("uncaught", "userUncaught"):
            with self.subTest(name):
                self.assertEqual(self.stops(RAISING, name), [])
                self.assertEqual(self.stops(unhandled, name), ['fails: raise ValueError("child")'])


CLOCK = textwrap.dedent(
    """
    import time, trio, trio.testing
    class Own(trio.abc.Clock):
        def start_clock(self): pass
        def current_time(self): return time.perf_counter()
        def deadline_to_sleep_time(self, deadline): return deadline - time.perf_counter()
    async def main():
        began = trio.current_time()
        with trio.move_on_after(1) as scope:
            deadline = time.monotonic() + 1
            reached = True                  # @stop
            for _ in range(3): await trio.sleep(0)
            print("in time", trio.current_time() - began < 1)
        if scope.cancelled_caught: print("too late")
    trio.run(main, clock=CLOCK)
    """
)


@needs("trio")
class Clocks(unittest.TestCase):
    def run_past_the_deadline(self, clock: str = "None", **settings: Any) -> Debuggee:
        with Debuggee(CLOCK.replace("CLOCK", clock), **settings) as d:
            d.run_to("stop")
            d.evaluate("while time.monotonic() < deadline + 0.05: pass")
            d.resume()
            self.assertEqual(d.finish(), 0, d.output("stderr"))
        return d

    def test_time_spent_paused_does_not_count(self) -> None:
        self.assertEqual(self.run_past_the_deadline().output(), "in time True\n")

    def test_with_the_setting_off_it_does(self) -> None:
        self.assertEqual(self.run_past_the_deadline(freezeClocks=False).output(), "too late\n")

    def test_a_clock_of_the_programs_own_is_left_alone_and_named(self) -> None:
        d = self.run_past_the_deadline("Own()")
        self.assertEqual(d.output(), "too late\n")
        self.assertEqual(d.output("console").count("trio runs by the clock __main__.Own"), 1)

    def test_a_clock_for_tests_that_stands_still_anyway_is_not_worth_a_word(self) -> None:
        d = self.run_past_the_deadline("trio.testing.MockClock()")
        self.assertEqual((d.output(), d.output("console")), ("in time True\n", ""))


if __name__ == "__main__":
    unittest.main()
