"""The read-only part of the runtime in a program that something else has stopped: what it answers, and that it is gone after."""

from __future__ import annotations

import ast
import base64
import gc
import json
import subprocess
import sys
import types
import unittest
import weakref
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from coroscope import borrowed, frame_locals

RUNTIME = Path(borrowed.__file__).resolve().parents[1]
ENTRY = (RUNTIME / "boot" / "borrow.py").read_text(encoding="utf-8")
DEBUGGER = "/elsewhere/debugger"

_names: dict[str, Any] = {}
exec(compile("def stops(look, *event):\n    return look()", DEBUGGER + "/tracer.py", "exec"), _names)
stops: Callable[..., Any] = _names["stops"]
"""A function of a debugger's, in which the program is stopped."""


def ask(command: str, **args: Any) -> dict[str, Any]:
    return stops(lambda: look(command, **args))


def look(command: str, **args: Any) -> dict[str, Any]:
    text = json.dumps({"command": command, "args": args, "stop": Stopped.number})
    return decoded(borrowed.answer(text, (DEBUGGER,)))


def decoded(text: str) -> dict[str, Any]:
    assert text.endswith("."), text
    return json.loads(base64.b64decode(text[:-1]))


def rows(**args: Any) -> list[dict[str, Any]]:
    return ask("coroutines", start=0, count=1000, **args)["result"]["rows"]


def counting(upto: int) -> Generator[int]:
    yield from range(upto)


class Stopped(unittest.TestCase):
    number = 0

    def setUp(self) -> None:
        Stopped.number += 1


class Answers(Stopped):
    def test_the_list_with_those_near_the_stop_first(self) -> None:
        others = [counting(3) for _ in range(10)]
        for each in others:
            next(each)
        near = counting(5)
        next(near)
        found = rows(filter="counting")
        self.assertEqual([row["name"] for row in found], ["counting"] * 11)
        self.assertEqual(found[0]["state"], "suspended")
        details = ask("coroutine", coroutine=found[0]["id"])["result"]
        self.assertEqual((details["history"], "resumedBy" in details, "createdAt" in details), ([], False, False))
        self.assertEqual(rows(filter="counting"), found)

    def test_a_coroutine_that_the_stop_is_in_runs(self) -> None:
        def body() -> Generator[Any]:
            yield rows(filter="body")

        (row,) = next(body())
        self.assertEqual(row["state"], "running")

    def test_a_coroutine_that_the_stop_has_caught_in_its_yield_runs(self) -> None:
        def leaving() -> Generator[int]:
            yield 1

        found: list[Any] = []
        looking = partial(stops, lambda: found.append(look("coroutines", start=0, count=9, filter="leaving")))
        monitoring, tool = sys.monitoring, 5
        monitoring.use_tool_id(tool, "test")
        try:
            monitoring.register_callback(tool, monitoring.events.PY_YIELD, looking)
            monitoring.set_local_events(tool, leaving.__code__, monitoring.events.PY_YIELD)
            self.assertEqual(list(leaving()), [1])
            monitoring.set_local_events(tool, leaving.__code__, 0)
        finally:
            monitoring.free_tool_id(tool)
        self.assertEqual([row["state"] for row in found[0]["result"]["rows"]], ["running"])

    def test_code_of_the_debugger_is_not_the_users(self) -> None:
        names: dict[str, Any] = {}
        exec(compile("def inner():\n    yield 1", DEBUGGER + "/inner.py", "exec"), names)
        generator = names["inner"]()
        next(generator)
        self.assertEqual(rows(filter="inner"), [])

    def test_what_it_cannot_do_is_said(self) -> None:
        self.assertEqual(ask("resume")["error"]["code"], "unknownCommand")
        self.assertEqual(ask("coroutines", start=-1)["error"]["code"], "badArgument")
        self.assertIn("not recorded", ask("findings")["result"]["notes"][-1])

    def test_without_a_debugger_below_there_is_no_stop(self) -> None:
        text = json.dumps({"command": "findings", "stop": 1})
        self.assertEqual(decoded(borrowed.answer(text, (DEBUGGER,)))["error"]["code"], "notPaused")


class NoTrace(Stopped):
    def test_nothing_is_kept_alive(self) -> None:
        def looked_at() -> weakref.ref[Any]:
            generator = counting(3)
            next(generator)
            self.assertTrue(rows(filter="counting"))
            ask("awaitGraph", limit=100)
            ask("findings")
            ask("parallelStacks", limit=100)
            return weakref.ref(generator)

        gc.disable()
        try:
            self.assertIsNone(looked_at()())
        finally:
            gc.enable()

    def test_the_world_is_as_it_was(self) -> None:
        def state() -> list[Any]:
            tools = [sys.monitoring.get_tool(each) for each in range(6)]
            return [tools, sys.gettrace(), gc.isenabled(), list(gc.callbacks), list(sys.path), list(sys.meta_path)]

        before = state()
        for command in ("findings", "nonsense"):
            ask(command)
        self.assertEqual(state(), before)
        self.assertFalse(frame_locals._snapshots)

    def test_a_trace_function_that_looks_leaves_the_variables(self) -> None:
        seen: list[int] = []

        def trace(frame: types.FrameType, event: str, _: object) -> Any:
            if frame.f_code.co_name == "traced" and event == "line":
                seen.append(len(rows(filter="counting")))
            return trace

        def traced() -> list[int]:
            generator = counting(4)
            total = [next(generator)]
            total.append(next(generator))
            return [*total, *generator]

        tracing = sys.gettrace()
        sys.settrace(trace)
        try:
            result = traced()
        finally:
            sys.settrace(tracing)
        self.assertEqual((result, max(seen)), ([0, 1, 2, 3], 1))

    @unittest.skipIf(sys.platform == "emscripten", "no processes")
    def test_nothing_that_debugs_is_imported(self) -> None:
        code = "import coroscope.borrowed, sys; print(*sorted(n for n in sys.modules if n.startswith('coroscope.')))"
        out = subprocess.run(
            [sys.executable, "-c", code], cwd=RUNTIME, capture_output=True, text=True, check=True, timeout=60
        ).stdout.split()
        self.assertIn("coroscope.borrowed", out)
        for name in ("session", "commands", "recording", "breakpoints", "stepping", "channels"):
            self.assertNotIn("coroscope." + name, out)


class Entry(unittest.TestCase):
    def answer(self, folder: Path | str = RUNTIME) -> dict[str, Any]:
        given: dict[str, Any] = {"folder": str(folder), "request": json.dumps({"command": "findings", "stop": 1})}
        exec(ENTRY, given)
        return decoded(given["answer"])

    def test_it_asks_the_runtime(self) -> None:
        # Here is no debugger below, and that is the runtime's own answer.
        self.assertEqual(self.answer()["error"]["code"], "notPaused")

    def test_an_older_interpreter_is_told(self) -> None:
        ast.parse(ENTRY, feature_version=(3, 7))
        with mock.patch.object(sys, "version_info", (3, 11, 4)):
            self.assertIn("Python 3.11", self.answer()["error"]["message"])

    def test_a_program_on_another_machine_is_told(self) -> None:
        self.assertIn("another machine", self.answer("/nowhere/runtime")["error"]["message"])

    def test_a_module_of_the_programs_own_is_left_alone(self) -> None:
        with mock.patch.dict(sys.modules, {"coroscope": types.ModuleType("coroscope")}):
            self.assertIn("of its own", self.answer()["error"]["message"])

    @unittest.skipIf(sys.platform == "emscripten", "no processes")
    def test_a_programs_modules_win_over_the_librarys(self) -> None:
        import os
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            for name in ("ast", "dataclasses", "tokenize"):
                Path(folder, name + ".py").write_text(f"own = print('{name} of the program')\n")
            program = Path(folder, "program.py")
            program.write_text(
                "import sys\n"
                f"given = dict(folder={str(RUNTIME)!r}, request='{{}}')\n"
                "before = list(sys.path)\n"
                f"exec({ENTRY!r}, given)\n"
                "print(sys.path == before, sys.dont_write_bytecode)\n"
                "import ast, dataclasses, tokenize\n"
            )
            env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
            run = subprocess.run(
                [sys.executable, str(program)], env=env, capture_output=True, text=True, check=False, timeout=60
            )
            wanted = ["True False", *(f"{name} of the program" for name in ("ast", "dataclasses", "tokenize"))]
            self.assertEqual((run.stdout.splitlines(), run.stderr), (wanted, ""))


if __name__ == "__main__":
    unittest.main()
