"""The life of a session: pausing, threads, input and output, ending, recording, lifetimes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import unittest
from unittest import mock

from adapter import PATIENCE, RUNTIME, Debuggee, RefusedError

from coroscope import session


class Pausing(unittest.TestCase):
    def test_a_busy_loop_is_paused_and_goes_on(self) -> None:
        with Debuggee("go = True\nprint('up', flush=True)\nwhile go: pass\nprint('end')\n") as d:
            d.run()
            d.wait("output")
            d.command("pause")
            self.assertEqual(d.stopped()["reason"], "pause")
            self.assertEqual(d.where(), "<module>: while go: pass")
            d.evaluate("go = False")
            d.resume()
            self.assertEqual(d.finish(), 0)

    def test_a_program_that_waits_in_c_code_is_paused_where_it_waits(self) -> None:
        source = textwrap.dedent(
            """
            import asyncio
            async def idle():
                print("up", flush=True)
                await asyncio.sleep(3600)
            async def main():
                task = asyncio.create_task(idle())
                await task
            asyncio.run(main())
            """
        )
        with Debuggee(source) as d:
            d.run()
            d.wait("output")
            d.command("pause")
            self.assertEqual(d.stopped()["reason"], "pause")
            tasks = {row["task"]: row for row in d.logical()}
            self.assertEqual(tasks["Task-2"]["waitsFor"], "asyncio.sleep")
            self.assertEqual([each["name"] for each in d.stack(coroutine=tasks["Task-2"]["id"])], ["sleep", "idle"])
            d.resume()
            d.command("terminate", kill=False)
            d.finish()
            self.assertIn("KeyboardInterrupt", d.output("stderr"))

    def test_a_pause_that_comes_as_another_stop_ends_is_not_lost(self) -> None:
        with Debuggee("print('here')  # @stop\ndef turn(): pass\nwhile True: turn()\n") as d:
            d.run_to("stop")
            for _ in range(30):
                sent = [d.send("resume", action="continue"), d.send("pause")]
                for each in sent:
                    d.reply(each)
                self.assertEqual(d.stopped()["reason"], "pause")

    def test_a_pause_that_comes_as_a_stop_ends_stops_what_goes_to_wait_in_c_code(self) -> None:
        with Debuggee("import time\ntime.sleep(3600)  # @stop\n") as d:
            d.run_to("stop")
            sent = [d.send("resume", action="continue"), d.send("pause")]
            for each in sent:
                d.reply(each)
            self.assertEqual(d.stopped()["reason"], "pause")
            self.assertEqual(d.where(), "<module>: time.sleep(3600)")

    def test_all_threads_stop(self) -> None:
        source = textwrap.dedent(
            """
            import threading
            count = 0
            go = True
            def spin():
                global count
                while go:
                    count += 1
            thread = threading.Thread(target=spin, name="spinner")
            thread.start()
            while count < 1000:
                pass
            here = 1        # @stop
            go = False
            thread.join()
            """
        )
        with Debuggee(source) as d:
            d.run_to("stop")
            threads = {row["name"]: row for row in d.command("threads", limit=10)["threads"]}
            self.assertEqual(set(threads), {"MainThread", "spinner"})
            while not {r["name"]: r for r in d.command("threads", limit=10)["threads"]}["spinner"]["paused"]:
                pass
            before = d.evaluate("count")
            self.assertEqual(before, d.evaluate("count"))
            frames = [each["name"] for each in d.stack(thread=threads["spinner"]["id"])]
            self.assertEqual(frames[0], "spin")
            d.resume()
            self.assertEqual(d.finish(), 0)

    def test_two_threads_that_hit_breakpoints_each_stop(self) -> None:
        source = textwrap.dedent(
            """
            import threading
            def work(n):
                x = n           # @stop
            threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
            for t in threads: t.start()
            for t in threads: t.join()
            """
        )
        with Debuggee(source) as d:
            d.set_breakpoints("stop")
            d.run()
            seen = []
            for _ in range(5):
                thread = d.stopped()["thread"]
                frame = d.stack(thread=thread)[0]["id"]
                seen.append(d.scope("Locals", frame)["n"]["value"])
                d.resume()
            self.assertEqual(sorted(seen), list("01234"))
            self.assertEqual(d.finish(), 0)


class Streams(unittest.TestCase):
    def test_output_comes_in_order_and_in_categories(self) -> None:
        source = "import sys\nfor i in range(50):\n    print('o', i)\n    print('e', i, file=sys.stderr)\n"
        with Debuggee(source) as d:
            d.run()
            self.assertEqual(d.finish(), 0)
            said = [(f["body"]["category"], f["body"]["text"]) for f in d.facts if f["fact"] == "output"]
            joined: list[tuple[str, str]] = []
            for category, text in said:
                if joined and joined[-1][0] == category:
                    joined[-1] = (category, joined[-1][1] + text)
                else:
                    joined.append((category, text))
            self.assertEqual(joined, [p for i in range(50) for p in (("stdout", f"o {i}\n"), ("stderr", f"e {i}\n"))])

    def test_input_is_asked_for_and_answered(self) -> None:
        with Debuggee(
            "name = input('who? ')\nprint('hello', name)\ntry:\n    input()\nexcept EOFError:\n    print('eof')\n"
        ) as d:
            d.run()
            d.wait("inputRequested")
            self.assertEqual(d.output(), "who? ")
            d.command("input", text="Ada")
            d.wait("inputRequested")
            d.command("input", text=None)
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output(), "who? hello Ada\neof\n")

    def test_input_that_nobody_asked_for_is_refused(self) -> None:
        with Debuggee("x = 1\n") as d, self.assertRaises(RefusedError):
            d.command("input", text="Ada")


class Ending(unittest.TestCase):
    def test_terminate_is_ctrl_c_also_while_stopped(self) -> None:
        with Debuggee("try:\n    x = 1    # @stop\n    y = 2\nexcept KeyboardInterrupt:\n    print('caught')\n") as d:
            d.run_to("stop")
            d.command("terminate", kill=False)
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output(), "caught\n")

    def test_terminate_reaches_a_program_that_is_about_to_wait(self) -> None:
        source = "import asyncio\nasync def main():\n    print('up', flush=True)\n    await asyncio.sleep(3600)\nasyncio.run(main())\n"
        for _ in range(5):  # whether the interrupt comes before or within the wait is a matter of luck
            with Debuggee(source) as d:
                d.run()
                d.wait("output")
                d.command("terminate", kill=False)
                d.finish()
                self.assertIn("KeyboardInterrupt", d.output("stderr"))

    def test_a_finalizer_waits_for_no_thread_that_the_interpreter_has_ended(self) -> None:
        # The thread's names are not the module's, or they would keep the module's alive to the end.
        program = """
import threading
from coroscope.surviving_lock import SurvivingLock
lock = SurvivingLock()
class Late:
    def __del__(self, lock=lock, print=print):
        for _ in (1, 2):
            with lock as abandoned: print(abandoned)
late = Late()
held = threading.Event()
names = {"lock": lock, "held": held, "wait": threading.Event().wait}
threading.Thread(target=exec, args=("with lock: held.set(); wait()", names), daemon=True).start()
held.wait()
"""
        environment = {**os.environ, "PYTHONPATH": str(RUNTIME)}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
        self.assertEqual((done.stdout, done.stderr), ("True\nFalse\n", ""))

    def test_detach_lets_the_program_run_on(self) -> None:
        with Debuggee("import sys\nx = 1   # @stop\nsys.exit(7)\n", redirectConsole=False) as d:
            d.run_to("stop")
            d.command("detach")
            self.assertEqual(d.finish(), 7)

    def test_an_adapter_that_dies_takes_the_program_with_it(self) -> None:
        with Debuggee("print('up', flush=True)\nwhile True: pass\n") as d:
            d.run()
            d.wait("output")
            d._file.close()
            d._socket.close()
            self.assertNotEqual(d.process.wait(30), 0)

    def test_a_broken_frame_is_reported_and_the_session_goes_on(self) -> None:
        with Debuggee("x = 1\n") as d:
            d._socket.sendall(b"not json\n[1]\n")
            d.command("threads", limit=1)
            self.assertEqual(d.output("important").count("\n"), 2)

    def test_another_version_of_the_protocol_is_refused(self) -> None:
        with Debuggee("x = 1\n") as d:
            with self.assertRaises(RefusedError) as refused:
                d.command("configure", protocol=99, settings={})
            self.assertEqual(refused.exception.code, "version")


RECORDED = textwrap.dedent(
    """
    def inner(n):
        got = yield n
        return got * 2
    def outer():
        value = yield from inner(1)
        try:
            yield value
        except KeyError:
            yield "caught"
    g = outer()
    next(g)
    g.send(21)
    g.throw(KeyError("k"))
    try:
        next(g)
    except StopIteration:
        pass
    here = 1          # @stop
    """
)


NAMED = textwrap.dedent(
    """
    import asyncio

    async def fetch():
        await asyncio.sleep(0)

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(), name="grouped")
        await asyncio.create_task(fetch(), name="named")
        await asyncio.create_task(fetch())

    asyncio.run(main())
    """
)

_WHATS = {"n": "next", "s": "send", "t": "throw", "y": "yield", "r": "return"}


class Limits(unittest.TestCase):
    def test_a_program_without_the_interpreter_lock_is_told_so_and_others_are_not(self) -> None:
        for locked in (True, False):
            with (
                self.subTest(locked=locked),
                mock.patch.object(sys, "_is_gil_enabled", mock.Mock(return_value=locked), create=True),
            ):
                told = [limit for limit in session._limits() if "PYTHON_GIL=1" in limit]
                self.assertEqual(len(told), 0 if locked else 1)


class Recording(unittest.TestCase):
    def test_a_coroutine_is_introduced_by_its_task_although_that_is_gone(self) -> None:
        with Debuggee(NAMED, record="all", streamExchanges=True) as d:
            d.run()
            self.assertEqual(d.finish(), 0)
            introduced = [
                each for fact in d.facts if fact["fact"] == "exchanges" for each in fact["body"]["coroutines"]
            ]
            # Up to 3.12 tasks that are given a name are numbered too.
            tasks = [(each["name"], re.sub(r"-[2-9]", "-N", each.get("task", ""))) for each in introduced]
            self.assertEqual(tasks, [("main", "Task-1"), ("fetch", "grouped"), ("fetch", "named"), ("fetch", "Task-N")])

    def test_every_exchange_in_order_with_values(self) -> None:
        with Debuggee(RECORDED, record="all", streamExchanges=True) as d:
            d.run()
            self.assertEqual(d.finish(), 0)
            names: dict[int, str] = {}
            told = []
            for fact in d.facts:
                if fact["fact"] == "exchanges":
                    names.update((each["id"], each["name"]) for each in fact["body"]["coroutines"])
                    columns = fact["body"]["events"]
                    told += [
                        (names[coroutine], _WHATS[what], value)
                        for coroutine, what, value in zip(
                            columns["coroutine"], columns["what"], columns["value"], strict=True
                        )
                    ]
            self.assertEqual(
                told,
                [
                    ("outer", "next", None),
                    ("inner", "next", None),
                    ("inner", "yield", "1"),
                    ("outer", "yield", "1"),
                    ("outer", "send", "21"),
                    ("inner", "send", "21"),
                    ("inner", "return", "42"),
                    ("outer", "yield", "42"),
                    ("outer", "throw", "KeyError('k')"),
                    ("outer", "yield", "'caught'"),
                    ("outer", "next", None),
                    ("outer", "return", "None"),
                ],
            )

    def test_history_newest_first(self) -> None:
        with Debuggee(RECORDED) as d:
            d.run_to("stop")
            view = d.open(d.scope("Locals")["g"]["ref"])
            self.assertEqual(view["state"]["value"], "closed")
            self.assertEqual(view["result"]["value"], "returned None")
            self.assertEqual(view["exchanges"]["value"], "4")
            self.assertEqual(view["thrown"]["value"], "KeyError('k')")
            history = list(d.open(view["history"]["ref"]).values())
            self.assertIn("return None", history[0]["value"])

    def test_off_says_that_it_is_off(self) -> None:
        with Debuggee(RECORDED, record="off") as d:
            d.run_to("stop")
            view = d.open(d.scope("Locals")["g"]["ref"])
            self.assertIn("recording is off", view["exchanges"]["value"])


class Undisturbed(unittest.TestCase):
    def test_lifetimes_warnings_and_results_are_those_of_an_undebugged_run(self) -> None:
        source = textwrap.dedent(
            """
            import weakref, gc, sys, threading
            class Thing: pass
            def gen():
                thing = Thing()
                gone = weakref.ref(thing)
                yield thing
                del thing
                yield gone() is None
            g = gen()
            next(g)
            dead = next(g)            # @look
            print(dead)
            async def never(): pass
            def make():
                never()
            make()
            ref = weakref.ref(g)
            del g
            print(ref() is None, threading.enumerate() == [threading.main_thread()], sys.gettrace())
            print(sys.argv, sys.path[0] != "", __name__)
            """
        )
        with Debuggee(source) as d:
            d.run_to("look")
            d.open(d.scope("Locals")["g"]["ref"])
            row = d.logical()[0]
            d.scope("Locals", d.stack(coroutine=row["id"])[0]["id"])
            d.resume()
            self.assertEqual(d.finish(), 0)
            self.assertEqual(d.output().splitlines()[:2], ["True", "True True None"])
            self.assertIn("coroutine 'never' was never awaited", d.output("stderr"))


if __name__ == "__main__":
    unittest.main()
