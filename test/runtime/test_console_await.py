"""``await`` in the debug console, on the program's own loop; and the context variables of the selected task."""

from __future__ import annotations

import textwrap
import unittest
from typing import Any

from adapter import Debuggee, RefusedError

STORY = textwrap.dedent(
    """
    import asyncio, contextvars
    who = contextvars.ContextVar("who", default="nobody")
    log = []

    async def slow(value, delay=0.01):
        await asyncio.sleep(delay)
        log.append(value)
        return value

    async def fail():
        await asyncio.sleep(0)
        raise LookupError("not there")

    async def feeder(queue, asked):
        who.set("feeder")
        number = 0
        while True:
            await asked.get()
            number += 1
            await queue.put(number)

    async def main():
        who.set("main")
        queue, asked = asyncio.Queue(), asyncio.Queue()
        fed = asyncio.create_task(feeder(queue, asked), name="feeder")
        job = asyncio.create_task(slow("job"), name="job")
        never = asyncio.create_task(asyncio.Event().wait(), name="never")
        count = 1
        await asyncio.sleep(0)
        first = count         # @stop
        second = count        # @next
        await asked.put(None)
        third = await queue.get()
        print("main", await job, third, count, who.get(), never.done(), fed.done())

    asyncio.run(main())
    """
)


class OnTheLoop(unittest.TestCase):
    def finish(self, d: Debuggee, said: str) -> None:
        """A step still ends at the next line, and the program's results are those of an undisturbed run."""
        self.assertEqual(d.step("next"), "main: second = count")
        self.assertEqual(d.step("next"), "main: await asked.put(None)")
        self.assertEqual(d.step("next"), "main: third = await queue.get()")
        d.set_breakpoints()
        self.assertIn("main: print(", d.step("next"))
        d.resume()
        self.assertEqual(d.finish(), 0, d.output("stderr"))
        self.assertEqual((d.output(), d.output("stderr")), (said + "\n", ""))

    def test_a_coroutine_a_pending_task_and_wait_for(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            self.assertEqual(d.evaluate("await asyncio.sleep(0.01, 'slept')"), "'slept'")
            self.assertEqual(d.evaluate("await job"), "'job'")
            self.assertEqual(d.evaluate("await asyncio.wait_for(slow('mine'), 5)"), "'mine'")
            self.assertEqual(d.evaluate("await asyncio.gather(*(slow(n) for n in range(count + 2)))"), "[0, 1, 2]")
            self.assertEqual(d.evaluate("log"), "['job', 'mine', 0, 1, 2]")
            self.finish(d, "main job 1 1 main False False")

    def test_what_another_task_fills_in(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            d.evaluate("asked.put_nowait(None)")
            self.assertEqual(d.evaluate("await queue.get()"), "1")
            self.finish(d, "main job 2 1 main False False")

    def test_statements_set_the_frame_s_variables(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            d.evaluate("count = len([await slow(n) for n in range(3)])")
            self.assertEqual(d.evaluate("count"), "3")
            d.evaluate("async with asyncio.Lock():\n    count += await slow(4)")
            self.assertEqual(d.evaluate("count"), "7")
            self.assertEqual(d.scope("Locals")["count"]["value"], "7")
            self.finish(d, "main job 1 7 main False False")

    def test_many_ready_callbacks_in_one_turn(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio
            async def turn(n):
                global total
                for _ in range(3):
                    await asyncio.sleep(0)
                    total += n          # @stop
                return n
            total = 0
            async def main():
                print(sum(await asyncio.gather(*map(turn, range(20)))), total)
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.set_breakpoints({"line": d.line("stop"), "condition": "n == 5"})
            d.run()
            for _ in range(3):
                d.stopped()
                self.assertEqual(d.evaluate("await asyncio.sleep(0, n)"), "5")
                d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual((d.output(), d.output("stderr")), ("190 570\n", ""))

    def test_an_exception_is_shown_and_the_program_is_not_hit_by_it(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            for expression, said in (
                ("await fail()", "LookupError: not there"),
                ("await 3", "TypeError: "),
                ("await asyncio.wait_for(asyncio.sleep(60), 0.01)", "TimeoutError: "),
                ("await slow('bye'); raise SystemExit(3)", "SystemExit: 3"),
            ):
                with self.assertRaises(RefusedError) as caught:
                    d.evaluate(expression)
                self.assertEqual(caught.exception.code, "program")
                self.assertTrue(caught.exception.message.startswith(said), caught.exception.message)
            self.finish(d, "main job 1 1 main False False")

    def test_threads_that_the_loop_needs_run_meanwhile(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            self.assertEqual(d.evaluate("await asyncio.to_thread(lambda: sum(range(5)))"), "10")
            self.finish(d, "main job 1 1 main False False")

    def test_tasks_that_share_the_context_run_meanwhile(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio, contextvars
            who = contextvars.ContextVar("who")
            async def other(asked, told):
                await asked.wait()
                told.set_result(who.get())
            async def main():
                who.set("main")
                asked, told = asyncio.Event(), asyncio.get_running_loop().create_future()
                task = asyncio.create_task(other(asked, told), context=asyncio.current_task().get_context())
                await asyncio.sleep(0)
                reached = True          # @stop
                print(who.get(), await told)
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            d.evaluate("who.set('console')")
            d.evaluate("asked.set()")
            self.assertEqual(d.evaluate("await told"), "'console'")
            d.evaluate("await asyncio.sleep(0); who.set('awaiting console')")
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual((d.output(), d.output("stderr")), ("awaiting console console\n", ""))

    def test_in_a_timer_s_callback(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio
            def callback(done):
                reached = True          # @stop
                done.set_result(1)
            async def main():
                loop = asyncio.get_running_loop()
                loop.slow_callback_duration = 1000  # the pause is no slowness of the callback
                done = loop.create_future()
                loop.call_later(0, callback, done)
                print(await done)
            asyncio.run(main(), debug=True)
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            self.assertEqual(d.evaluate("await asyncio.sleep(0, 'slept')"), "'slept'")
            self.assertEqual(d.step("next"), "callback: done.set_result(1)")
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual((d.output(), d.output("stderr")), ("1\n", ""))

    def test_timers_count_while_something_is_awaited(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            d.evaluate("fired = asyncio.get_running_loop().create_future()")
            d.evaluate("handle = asyncio.get_running_loop().call_later(0.02, fired.set_result, 'fired')")
            self.assertEqual(d.evaluate("await fired"), "'fired'")
            self.finish(d, "main job 1 1 main False False")


class Traces(unittest.TestCase):
    def test_nothing_of_what_was_awaited_is_kept(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio, gc, weakref
            class Thing:
                pass
            things = weakref.WeakSet()
            async def make():
                thing = Thing()
                things.add(thing)
                await asyncio.sleep(0)
                return thing
            async def broken():
                thing = await make()
                raise LookupError
            async def main():
                gc.disable()
                reached = True       # @stop
                print(len(things), len(asyncio.all_tasks()))
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            self.assertIn("Thing", d.evaluate("await make()"))
            self.assertEqual(d.evaluate("len(things)"), "1")
            with self.assertRaises(RefusedError):
                d.evaluate("await broken()")
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual((d.output(), d.output("stderr")), ("0 1\n", ""))

    def test_tasks_that_are_written_in_python(self) -> None:
        with Debuggee("import asyncio; asyncio.Task = asyncio.tasks.Task = asyncio.tasks._PyTask\n" + STORY) as d:
            d.run_to("stop")
            self.assertEqual(d.evaluate("await job"), "'job'")
            self.assertEqual(d.step("next"), "main: second = count")
            d.set_breakpoints()
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertIn("main job 1 1 main False False", d.output())


class CutOff(unittest.TestCase):
    def cut(self, expression: str, code: str, act: Any = None, **settings: Any) -> Debuggee:
        with Debuggee(STORY, **settings) as d:
            d.run_to("stop")
            frame = d.stack()[0]["id"]
            command = d.send("evaluate", expression=expression, context="repl", frame=frame)
            if act is not None:
                act(d, command)
            with self.assertRaises(RefusedError) as caught:
                d.reply(command, "evaluate")
            self.assertEqual(caught.exception.code, code)
            self.assertEqual(d.step("next"), "main: second = count")
            self.assertEqual(d.evaluate("[never.done(), fed.done()]"), "[False, False]")
            d.set_breakpoints()
            d.resume()
            self.assertEqual(d.finish(), 0, d.output("stderr"))
            self.assertEqual(d.output("stderr"), "")
            self.assertIn("main job 1 1 main False False", d.output())
        return d

    def test_at_the_time_limit_and_the_program_s_own_task_goes_on(self) -> None:
        self.cut("await never", "timeout", evaluateTimeout=0.2)
        self.cut("await asyncio.gather(never, fed)", "timeout", evaluateTimeout=0.2)

    def test_in_the_middle_of_its_own_work(self) -> None:
        self.cut("await asyncio.sleep(0)\nwhile True: pass", "timeout", evaluateTimeout=0.2)

    def test_its_own_clean_up_runs(self) -> None:
        tidy = "try:\n    await asyncio.sleep(60)\nfinally:\n    await asyncio.sleep(0)\n    print('tidy')"
        self.assertIn("tidy\n", self.cut(tidy, "timeout", evaluateTimeout=0.2).output())

    def test_tasks_of_its_own_are_cancelled(self) -> None:
        wait = "async def wait():\n    try:\n        print('up', flush=True)\n        await asyncio.sleep(60)\n"
        wait += "    except asyncio.CancelledError:\n        print('cancelled')\n        raise\n"
        d = self.cut(wait + "await asyncio.gather(wait(), wait())", "timeout", evaluateTimeout=0.2)
        self.assertEqual(d.output().count("cancelled\n"), 2)

    def test_what_ignores_its_cancellation_goes_on_with_the_program(self) -> None:
        stubborn = "try:\n    await asyncio.sleep(60)\nexcept asyncio.CancelledError:\n    await asyncio.sleep(60)"
        self.cut(stubborn, "timeout", evaluateTimeout=0.2)

    def test_by_the_cancel_command(self) -> None:
        def cancel(d: Debuggee, command: int) -> None:
            d.wait("output")
            d.command("cancel", command=command)

        self.cut("print('up', flush=True)\nawait never", "cancelled", cancel)

    @unittest.skipIf(__import__("sys").platform == "win32", "there is no such signal")
    def test_by_ctrl_c_which_the_program_does_not_see(self) -> None:
        def interrupt(d: Debuggee, command: int) -> None:
            d.wait("output")
            d.process.send_signal(2)

        self.cut("print('up', flush=True)\nawait never", "cancelled", interrupt)

    def test_by_the_loop_s_end(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio
            async def other():
                reached = True       # @stop
            async def main():
                asyncio.get_running_loop().create_task(other())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                print("main")
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            with self.assertRaises(RefusedError) as caught:
                d.evaluate("await asyncio.sleep(60)")
            self.assertEqual(caught.exception.code, "cancelled")
            self.assertIn("asked to stop", caught.exception.message)
            d.resume()
            self.assertEqual(d.finish(), 0, d.output("stderr"))
            self.assertEqual((d.output(), d.output("stderr")), ("main\n", ""))

    def test_by_a_callback_that_ends_the_program(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio
            async def leave():
                await asyncio.sleep(0)
                raise SystemExit(7)
            async def main():
                task = asyncio.create_task(leave())
                reached = True       # @stop
                await asyncio.sleep(60)
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            with self.assertRaises(RefusedError) as caught:
                d.evaluate("await asyncio.sleep(60)")
            self.assertIn("SystemExit", caught.exception.message)
            d.resume()
            self.assertEqual(d.finish(), 7, d.output("stderr"))


class Refused(unittest.TestCase):
    def refusal(self, source: str, expression: str = "await job", context: str = "repl") -> str:
        with Debuggee(textwrap.dedent(source)) as d:
            d.run_to("stop")
            with self.assertRaises(RefusedError) as caught:
                d.evaluate(expression, context)
            d.set_breakpoints()
            d.resume()
            self.assertEqual(d.finish(), 0, d.output("stderr"))
            self.assertEqual(d.output("stderr"), "")
            return caught.exception.message

    def test_without_a_loop(self) -> None:
        self.assertIn("No asyncio event loop runs in this thread", self.refusal("x = 1  # @stop\n"))
        self.assertIn("No asyncio event loop", self.refusal("import asyncio\nx = 1  # @stop\n"))

    def test_in_another_thread_than_the_loop_s(self) -> None:
        source = """
            import asyncio, threading
            up = threading.Event()
            async def main():
                global loop, end
                loop, end = asyncio.get_running_loop(), asyncio.Event()
                up.set()
                await end.wait()
            thread = threading.Thread(target=lambda: asyncio.run(main()))
            thread.start()
            up.wait()
            loop.call_soon_threadsafe(end.set)   # @stop
            thread.join()
        """
        self.assertIn("runs in another thread", self.refusal(source, "await end.wait()"))

    def test_in_a_watch(self) -> None:
        self.assertIn("awaits", self.refusal(STORY, "await job", "watch"))
        self.assertIn("not a Python expression", self.refusal(STORY, "x = 1", "watch"))

    def test_what_is_no_python(self) -> None:
        self.assertIn("This is not Python: ", self.refusal(STORY, "await", "repl"))


class ContextVariables(unittest.TestCase):
    def test_of_the_task_whose_frame_is_selected(self) -> None:
        with Debuggee(STORY) as d:
            d.run_to("stop")
            self.assertEqual(d.evaluate("who.get()"), "'main'")
            feeder = next(row["id"] for row in d.logical() if row.get("task") == "feeder")
            frame = d.stack(coroutine=feeder)[-1]["id"]
            self.assertEqual(d.evaluate("who.get()", frame=frame), "'feeder'")
            self.assertEqual(d.evaluate("who.get()", "watch", frame=frame), "'feeder'")
            self.assertEqual(d.evaluate("await asyncio.sleep(0, who.get())", frame=frame), "'feeder'")
            d.evaluate("who.set('set')", frame=frame)
            self.assertEqual(d.evaluate("who.get()", frame=frame), "'set'")
            self.assertEqual(d.evaluate("who.get()"), "'main'")
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertIn("main job 1 1 main False False", d.output())

    def test_of_a_task_that_runs_in_another_thread(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio, contextvars, threading
            who = contextvars.ContextVar("who", default="nobody")
            up, go = threading.Event(), threading.Event()
            async def main():
                who.set("other thread")
                up.set()
                go.wait()
            thread = threading.Thread(target=lambda: asyncio.run(main()))
            thread.start()
            up.wait()
            go.set()               # @stop
            thread.join()
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            thread = d.command("threads", limit=1)["threads"][-1]["id"]
            frame = next(each["id"] for each in d.stack(thread=thread) if each["name"] == "main")
            self.assertEqual(d.evaluate("who.get()", frame=frame), "'other thread'")
            self.assertEqual(d.evaluate("who.get()"), "'nobody'")
            d.resume()
            self.assertEqual(d.finish(), 0)


if __name__ == "__main__":
    unittest.main()
