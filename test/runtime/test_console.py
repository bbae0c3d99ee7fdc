"""The program's streams over the link, in this process."""

from __future__ import annotations

import io
import sys
import unittest
from unittest import mock

from coroscope.console import Console


class Writing(unittest.TestCase):
    def setUp(self) -> None:
        for name in ("stdout", "stderr", "stdin", "__stdout__", "__stderr__", "__stdin__"):
            self.enterContext(mock.patch.object(sys, name, getattr(sys, name)))
        self.enterContext(mock.patch.object(Console, "_buffers", []))

    def test_a_write_is_known_in_its_middle_and_not_before_or_after(self) -> None:
        seen: list[bool] = []
        Console(lambda _name, _body: seen.append(Console.is_writing()), None).redirect(lambda frame: None)
        before = Console.is_writing()
        print("once", flush=True)
        self.assertEqual((before, seen, Console.is_writing()), (False, [True], False))

    def test_a_stream_that_the_program_has_closed_is_not_written_to(self) -> None:
        sent: list[object] = []
        Console(lambda _name, body: sent.append(body), None).redirect(lambda frame: None)
        stream = sys.stdout
        assert isinstance(stream, io.TextIOWrapper)
        stream.close()
        self.assertFalse(Console.is_writing())
        self.assertEqual(sent, [])


if __name__ == "__main__":
    unittest.main()
