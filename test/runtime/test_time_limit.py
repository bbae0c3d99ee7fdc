"""What is evaluated is cut off in time, and nothing else is."""

from __future__ import annotations

import sys
import threading
import types
import unittest
from typing import Any, cast

from coroscope.protocol import CommandError
from coroscope.time_limit import TimeLimit


def limit() -> TimeLimit:
    return TimeLimit(cast("Any", types.SimpleNamespace(hide_current=lambda: None, hidden=set())))


def forever() -> None:
    while True:
        pass


@unittest.skipIf(sys.platform == "emscripten", "no threads; the adapter limits what is evaluated there")
class CuttingOff(unittest.TestCase):
    def test_a_late_cancel_of_an_older_command_leaves_the_next_one_its_own_reason(self) -> None:
        it = limit()

        def work() -> None:
            it.cancel(1)
            forever()

        with self.assertRaises(CommandError) as raised:
            it.run(2, 0.05, work)
        self.assertEqual(raised.exception.code, "timeout")

    def test_a_cancel_says_so(self) -> None:
        it = limit()
        threading.Timer(0.05, it.cancel, (3,)).start()
        with self.assertRaises(CommandError) as raised:
            it.run(3, 20, forever)
        self.assertEqual(raised.exception.code, "cancelled")

    def test_what_is_cancelled_before_it_begins_never_begins(self) -> None:
        it = limit()
        it.cancel(5)
        self.assertEqual(it.run(4, 20, lambda: "another"), "another")
        with self.assertRaises(CommandError) as raised:
            it.run(5, 20, lambda: self.fail("it began"))
        self.assertEqual(raised.exception.code, "cancelled")
        self.assertEqual(it.run(6, 20, lambda: "the next"), "the next")

    def test_what_comes_to_rest_as_it_is_cut_off_is_woken_and_gets_no_exception(self) -> None:
        it = limit()
        woken = threading.Event()

        class Waiting:
            at_work = False
            looks = 0

            def cut_off(self) -> bool:
                self.looks += 1
                if self.looks == 1:
                    return False  # it was at work, and is not any more
                woken.set()
                return True

        it.gentle = Waiting()
        threading.Timer(0.05, it.cancel, (6,)).start()
        self.assertTrue(it.run(6, 20, lambda: woken.wait(20)))

    def test_what_the_work_raises_comes_out_and_the_limit_is_over(self) -> None:
        it = limit()
        with self.assertRaises(ZeroDivisionError):
            it.run(4, 20, lambda: 1 // 0)
        it.cancel_any()

    def test_a_cut_that_comes_as_the_work_ends_never_reaches_the_program(self) -> None:
        it = limit()
        over = threading.Event()

        def disturb() -> None:
            while not over.is_set():
                it.cancel_any()

        thread = threading.Thread(target=disturb)
        thread.start()
        escaped: list[BaseException] = []
        try:
            for number in range(10_000):
                try:
                    if it.run(number, 20, lambda: 7) != 7:
                        raise AssertionError("the result is another one")
                except CommandError as error:
                    self.assertEqual(error.code, "cancelled")
        except BaseException as error:
            escaped.append(error)
        over.set()
        thread.join()
        self.assertEqual(escaped, [])


if __name__ == "__main__":
    unittest.main()
