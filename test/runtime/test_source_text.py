"""Source lines as the interpreter reads them, and columns between UTF-8 bytes and UTF-16 units."""

from __future__ import annotations

import linecache
import os
import sys
import tempfile
import unittest
from pathlib import Path

from coroscope import source_text
from coroscope.source_text import byte_offset, lines, utf16_column, utf16_index, utf16_length


class Lines(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = str(Path(self.folder.name, "sample.py"))

    def write(self, data: bytes) -> None:
        Path(self.path).write_bytes(data)

    def test_line_ends_and_marks(self):
        self.write(b"a = 1\r\nb = '\x0c\xe2\x80\xa8'\rc = 3\n")
        self.assertEqual(lines(self.path), ["a = 1", "b = '\x0c\u2028'", "c = 3"])
        self.write(b"\xef\xbb\xbfx = 1\n\n")
        self.assertEqual(lines(self.path), ["x = 1", ""])
        self.write(b"")
        self.assertEqual(lines(self.path), [])

    def test_the_cookie_names_the_encoding(self):
        self.write(b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n")
        self.assertEqual(lines(self.path)[2], "x = '\xe9'")
        self.write(b"# coding: no-such-encoding\n")
        self.assertIsNone(lines(self.path))
        self.write(b"x = '\xff'\n")
        self.assertEqual(lines(self.path), ["x = '\ufffd'"])

    def test_a_changed_file_is_read_again(self):
        self.write(b"a\n")
        first = lines(self.path)
        self.assertIs(lines(self.path), first)
        self.write(b"bb\n")
        self.assertEqual(lines(self.path), ["bb"])
        os.remove(self.path)
        self.assertIsNone(lines(self.path))

    def test_what_cannot_be_read(self):
        self.assertIsNone(lines(self.folder.name))
        self.assertIsNone(lines("/no/such/file.py"))
        self.assertIsNone(lines("with\0null"))
        self.assertIsNone(lines(""))

    @unittest.skipUnless(hasattr(os, "mkfifo") and sys.platform != "emscripten", "there are no named pipes here")
    def test_a_pipe_is_not_waited_for(self):
        os.mkfifo(self.path)
        self.assertIsNone(lines(self.path))

    def test_the_cache_is_bounded(self):
        for number in range(200):
            path = Path(self.folder.name, f"file{number}.py")
            path.write_text("x\n")
            lines(str(path))
        self.assertLessEqual(len(source_text._cache), 128)

    def test_a_name_with_methods_of_its_own(self):
        class Name(str):
            def __hash__(self):
                raise AssertionError("run")

            def startswith(self, *_):
                raise AssertionError("run")

        self.write(b"a\n")
        self.assertEqual(lines(Name(self.path)), ["a"])

    def test_registered_sources(self):
        def loader() -> str:
            raise AssertionError("run")

        linecache.cache["<sample>"] = (4, None, ["a\n", "b\n"], "<sample>")
        linecache.cache["<lazy>"] = (loader,)
        self.addCleanup(linecache.cache.pop, "<sample>")
        self.addCleanup(linecache.cache.pop, "<lazy>")
        self.assertEqual(lines("<sample>"), ["a", "b"])
        self.assertIsNone(lines("<lazy>"))
        self.assertIsNone(lines("<string>"))


class Columns(unittest.TestCase):
    def test_every_position_of_a_mixed_line_goes_there_and_back(self):
        line = "aé\u2028\U0001f600z\ud800!"
        offset, column = 0, 1
        for character in line:
            self.assertEqual(utf16_column(line, offset), column)
            self.assertEqual(byte_offset(line, column), offset)
            size = len(character.encode("utf-8", "surrogatepass"))
            for inside in range(1, size):
                self.assertEqual(utf16_column(line, offset + inside), column)
            offset += size
            column += 2 if character > "\uffff" else 1
        self.assertEqual(utf16_column(line, offset), column)
        self.assertEqual(byte_offset(line, column), offset)
        self.assertEqual(utf16_column(line, offset + 3), column + 3)
        self.assertEqual(byte_offset(line, column + 3), offset + 3)

    def test_positions_of_the_compiler(self):
        line = "x = 'é\U0001f600', await_me()"
        code = compile(line, "<line>", "exec")
        starts = {position[2] for position in code.co_positions() if position[2]}
        self.assertIn(utf16_index(line, 12), {len(line.encode()[:start].decode()) for start in starts})
        self.assertIn(12, {utf16_column(line, start) for start in starts})

    def test_lengths(self):
        self.assertEqual(utf16_length("a\U0001f600"), 3)
        self.assertEqual(
            [utf16_index("a\U0001f600b", column) for column in (0, 1, 2, 3, 4, 5, 9)], [0, 0, 1, 1, 2, 3, 3]
        )


if __name__ == "__main__":
    unittest.main()
