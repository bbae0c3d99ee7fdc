"""Time spent paused does not make timers fire, unless that is wanted."""

from __future__ import annotations

import textwrap
import unittest
from typing import Any

from adapter import Debuggee
from libraries import needs

PASS_THE_DEADLINE = "while time.monotonic() < deadline + 0.05: pass"


def story(body: str, prelude: str = "") -> str:
    return "import asyncio, time\n" + prelude + textwrap.dedent(body)


def run(test: unittest.TestCase, source: str, **settings: Any) -> Debuggee:
    """Runs a program to its end by way of ``@stop``, where its ``deadline`` goes by."""
    with Debuggee(source, **settings) as d:
        d.run_to("stop")
        d.evaluate(PASS_THE_DEADLINE)
        d.resume()
        test.assertEqual(d.finish(), 0, d.output("stderr"))
    return d


TIMEOUT = story(
    """
    async def main():
        try:
            async with asyncio.timeout(1) as limit:
                deadline = limit.when()
                reached = True      # @stop
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                print("in time", limit.when() > deadline)
        except TimeoutError:
            print("too late")
    asyncio.run(main())
    """
)


class Freezing(unittest.TestCase):
    def test_a_timeout_does_not_fire_because_the_program_stood_still(self) -> None:
        self.assertEqual(run(self, TIMEOUT).output(), "in time True\n")

    def test_with_the_setting_off_it_does(self) -> None:
        self.assertEqual(run(self, TIMEOUT, freezeClocks=False).output(), "too late\n")

    def test_wait_for_and_wait(self) -> None:
        source = story(
            """
            async def main():
                event = asyncio.Event()
                async def work():
                    deadline = asyncio.get_running_loop().time() + 1
                    await asyncio.sleep(0)
                    event.set()      # @stop
                    await asyncio.sleep(0)
                    return "done"
                print(await asyncio.wait_for(work(), 1))
                done, pending = await asyncio.wait([asyncio.create_task(event.wait())], timeout=1)
                print(len(done), len(pending))
            asyncio.run(main())
            """
        )
        self.assertEqual(run(self, source).output(), "done\n1 0\n")

    def test_timers_keep_their_order_and_a_cancelled_one_stays_so(self) -> None:
        source = story(
            """
            async def main():
                loop = asyncio.get_running_loop()
                fired = []
                done = loop.create_future()
                handles = [loop.call_later(n / 100, fired.append, n) for n in (9, 2, 7, 4, 1, 8, 3)]
                loop.call_later(0.1, done.set_result, None)
                handles[2].cancel()
                deadline = loop.time() + 0.1
                reached = True       # @stop
                await asyncio.sleep(0)
                print(fired)
                await done
                print(fired)
            asyncio.run(main())
            """
        )
        self.assertEqual(run(self, source).output(), "[]\n[1, 2, 3, 4, 8, 9]\n")

    def test_a_timeout_that_was_made_and_not_entered(self) -> None:
        source = story(
            """
            async def main():
                limit = asyncio.timeout(1)
                deadline = limit.when()
                reached = True       # @stop
                async with limit:
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                    print("in time")
            asyncio.run(main())
            """
        )
        self.assertEqual(run(self, source).output(), "in time\n")

    def test_a_loop_in_another_thread_and_one_that_does_not_run(self) -> None:
        source = story(
            """
            import threading
            up, go = threading.Event(), threading.Event()
            async def wait(said):
                try:
                    async with asyncio.timeout(1):
                        up.set()
                        while not go.is_set():
                            await asyncio.sleep(0.001)
                        print(said, "in time")
                except TimeoutError:
                    print(said, "too late")
            thread = threading.Thread(target=lambda: asyncio.run(wait("thread")))
            idle = asyncio.new_event_loop()
            task = idle.create_task(wait("idle"))
            idle.run_until_complete(asyncio.sleep(0))
            up.clear()
            thread.start()
            up.wait()
            deadline = time.monotonic() + 1
            go.set()              # @stop
            thread.join()
            idle.run_until_complete(task)
            idle.close()
            """
        )
        self.assertEqual(run(self, source).output(), "thread in time\nidle in time\n")

    def test_a_program_paused_while_its_loop_waits(self) -> None:
        source = story(
            """
            async def main():
                global loop, event, deadline
                loop, event = asyncio.get_running_loop(), asyncio.Event()
                try:
                    async with asyncio.timeout(1) as limit:
                        deadline = limit.when()
                        print("up", flush=True)
                        await event.wait()
                        print("in time")
                except TimeoutError:
                    print("too late")
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run()
            d.wait("output")
            d.command("pause")
            d.stopped()
            frame = d.stack()[-1]["id"]
            d.evaluate(PASS_THE_DEADLINE, frame=frame)
            d.evaluate("loop.call_soon_threadsafe(event.set)", frame=frame)
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output(), "in time\n")


class LeftAlone(unittest.TestCase):
    def test_a_loop_with_a_clock_of_its_own(self) -> None:
        source = story(
            """
            class Virtual(asyncio.SelectorEventLoop):
                now = 0.0
                def time(self):
                    return self.now
            async def main():
                loop = asyncio.get_running_loop()
                handle = loop.call_at(5, print)
                deadline = time.monotonic() + 0.1
                reached = True     # @stop
                print(handle.when())
            with asyncio.Runner(loop_factory=Virtual) as runner:
                runner.run(main())
            """
        )
        self.assertEqual(run(self, source).output(), "5\n")

    @needs("uvloop")
    def test_uvloop_is_named_once(self) -> None:
        source = story(
            """
            import uvloop
            async def main():
                deadline = time.monotonic()
                for number in range(2):
                    reached = True     # @stop
                print(type(asyncio.get_running_loop()).__module__)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(main())
            """
        )
        with Debuggee(source) as d:
            d.set_breakpoints("stop")
            d.run()
            for _ in range(2):
                d.stopped()
                d.evaluate(PASS_THE_DEADLINE)
                d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output(), "uvloop\n")
            self.assertEqual(d.output("console").count("uvloop.Loop keeps its timers to itself"), 1)


if __name__ == "__main__":
    unittest.main()
