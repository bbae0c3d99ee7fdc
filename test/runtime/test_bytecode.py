"""The runtime's compiled modules are kept in a folder of the user's, and read from there."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from adapter import Debuggee

PROGRAM = """
import sys
print(sorted(name for name in sys.modules if "bytecode" in name), "COROSCOPE_BYTECODE" in __import__("os").environ)
print(sys.dont_write_bytecode, sys.pycache_prefix, any("boot" in entry for entry in sys.path))
"""


def run_once(folder: str) -> str:
    with (
        mock.patch.dict(os.environ, {"COROSCOPE_BYTECODE": folder, "PYTHONDONTWRITEBYTECODE": "1"}),
        Debuggee(PROGRAM) as debuggee,
    ):
        debuggee.run()
        debuggee.wait("exiting")
        return debuggee.output()


class Bytecode(unittest.TestCase):
    def test_a_second_start_compiles_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            output = run_once(folder)
            self.assertEqual(output, "[] False\nTrue None False\n")
            kept = {path.name: path.stat().st_ino for path in Path(folder).iterdir()}
            self.assertGreater(len(kept), 50)
            self.assertTrue(all(name.endswith(".pyc") for name in kept), kept)
            # What is compiled is written anew, in another file.
            self.assertEqual(run_once(folder), output)
            self.assertEqual({path.name: path.stat().st_ino for path in Path(folder).iterdir()}, kept)

    def test_what_is_damaged_or_old_is_made_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            run_once(folder)
            session, scopes = (next(Path(folder).glob(f"coroscope.{name}.*")) for name in ("session", "scopes"))
            whole = session.read_bytes()
            session.write_bytes(whole[:40])
            old = bytearray(scopes.read_bytes())
            old[8] ^= 1  # when its source was modified
            scopes.write_bytes(old)
            run_once(folder)
            self.assertEqual(session.read_bytes(), whole)
            self.assertNotEqual(scopes.read_bytes(), bytes(old))

    def test_a_folder_that_cannot_be_used_is_done_without(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            self.assertEqual(run_once(file.name), "[] False\nTrue None False\n")


if __name__ == "__main__":
    unittest.main()
