"""An adapter for tests: starts a program under the runtime and speaks the link's protocol with it, in this process.

Every wait ends with what it waited for, or with an error that shows all that was received; nothing sleeps.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

RUNTIME = Path(__file__).resolve().parents[2] / "src" / "debuggee" / "python" / "runtime"
PATIENCE = 30.0


class RefusedError(AssertionError):
    """A command was answered with an error."""

    def __init__(self, command: str, error: dict[str, Any]) -> None:
        super().__init__(f"{command}: {error}")
        self.code = error["code"]
        self.message = error["message"]
        self.hint = error.get("hint", "")


class Debuggee:
    """One program under the runtime. Use as a context manager: it never outlives the test."""

    def __init__(
        self, source: str, *, python: str = sys.executable, args: tuple[str, ...] = (), **settings: Any
    ) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="coroscope-test-")
        self.path = os.path.join(os.path.realpath(self.folder.name), "program.py")
        self.source = source
        Path(self.path).write_text(source, encoding="utf-8")
        self.facts: list[dict[str, Any]] = []
        self._replies: dict[int, dict[str, Any]] = {}
        self._next = 1
        server = socket.create_server(("127.0.0.1", 0))
        secret = secrets.token_hex(32)
        environment = {
            **os.environ,
            "COROSCOPE_LINK": f"{server.getsockname()[1]}:{secret}",
            "PYTHONPATH": str(RUNTIME / "boot"),
        }
        self.process = subprocess.Popen(
            [python, self.path, *args],
            env=environment,
            cwd=self.folder.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        server.settimeout(PATIENCE)
        try:
            self._socket, _ = server.accept()
        except TimeoutError:
            self.process.kill()
            output = self.process.communicate()[0].decode()
            raise AssertionError(f"the runtime did not connect: {output}") from None
        finally:
            server.close()
        self._socket.settimeout(PATIENCE)
        self._file = self._socket.makefile("rb")
        assert self._file.readline().decode().strip() == secret
        self.hello = self.wait("hello")
        self.settings = {"justMyCode": True, "stopOnEntry": False, "record": "auto", **settings}
        self.settings.setdefault("redirectConsole", True)
        self.command("configure", protocol=1, settings=self.settings)

    def __enter__(self) -> Debuggee:
        return self

    def __exit__(self, *exception: object) -> None:
        self._socket.close()
        self._file.close()
        self.process.kill()
        self.process.communicate()
        self.folder.cleanup()

    # --- the link --------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        line = self._file.readline()
        if not line:
            output = self.process.stdout.read().decode() if self.process.stdout else ""
            raise AssertionError(f"the program ended: {output}\n{self.facts}")
        frame = json.loads(line)
        if "reply" in frame:
            self._replies[frame["reply"]] = frame
        else:
            self.facts.append(frame)

    def send(self, name: str, /, **args: Any) -> int:
        identity = self._next
        self._next += 1
        self._socket.sendall(json.dumps({"id": identity, "command": name, "args": args}).encode() + b"\n")
        return identity

    def reply(self, identity: int, name: str = "") -> dict[str, Any]:
        while identity not in self._replies:
            self._read()
        frame = self._replies.pop(identity)
        if "error" in frame:
            raise RefusedError(name, frame["error"])
        return frame["result"]

    def command(self, name: str, /, **args: Any) -> dict[str, Any]:
        return self.reply(self.send(name, **args), name)

    def wait(self, *names: str) -> dict[str, Any]:
        """The next fact with one of these names; the ones before it stay in ``facts``."""
        seen = 0
        while True:
            for index in range(seen, len(self.facts)):
                if self.facts[index]["fact"] in names:
                    return self.facts.pop(index)["body"]
            seen = len(self.facts)
            self._read()

    # --- what a user does ------------------------------------------------------------------------------------------

    def line(self, marker: str) -> int:
        """The line that carries the comment ``# @marker``."""
        for number, text in enumerate(self.source.splitlines(), 1):
            if re.search(rf"# @{marker}\b", text):
                return number
        raise AssertionError(f"no line is marked @{marker}")

    def set_breakpoints(self, *wanted: str | dict[str, Any]) -> list[dict[str, Any]]:
        breakpoints = [
            {"id": number, **({"line": self.line(each)} if isinstance(each, str) else each)}
            for number, each in enumerate(wanted, 1)
        ]
        return self.command("setBreakpoints", path=self.path, breakpoints=breakpoints)["breakpoints"]

    def run(self) -> None:
        self.command("run")

    def run_to(self, *wanted: str | dict[str, Any]) -> dict[str, Any]:
        self.set_breakpoints(*wanted)
        self.run()
        return self.stopped()

    def stopped(self) -> dict[str, Any]:
        body = self.wait("stopped", "exiting")
        assert "reason" in body, f"the program ended instead of stopping: {self.output()}"
        return body

    def resume(self, action: str = "continue", **args: Any) -> None:
        self.command("resume", action=action, **({"thread": 1} if not args and action != "continue" else {}), **args)
        self.wait("continued")

    def step(self, action: str, **args: Any) -> str:
        """Takes a step; where it ends, as ``function:line text``."""
        self.resume(action, **args)
        self.stopped()
        return self.where()

    def stack(self, **args: Any) -> list[dict[str, Any]]:
        return self.command("stack", **(args or {"thread": 1}), start=0, count=0)["frames"]

    def where(self) -> str:
        frame = next(each for each in self.stack() if each["user"])
        line = frame["location"]["line"]
        return f"{frame['name']}: {self.source.splitlines()[line - 1].partition('#')[0].strip()}"

    def scope(self, name: str, frame: int | None = None) -> dict[str, dict[str, Any]]:
        identity = self.stack()[0]["id"] if frame is None else frame
        scopes = {each["name"]: each["ref"] for each in self.command("scopes", frame=identity)["scopes"]}
        return self.open(scopes[name])

    def open(self, ref: int, **args: Any) -> dict[str, dict[str, Any]]:
        page = self.command("variables", **{"ref": ref, "start": 0, "count": 0, **args})["variables"]
        return {each["name"]: each for each in page}

    def evaluate(self, expression: str, context: str = "repl", frame: int | None = None) -> str:
        identity = self.stack()[0]["id"] if frame is None else frame
        answer = self.command("evaluate", expression=expression, context=context, frame=identity)
        return answer["variable"]["value"]

    def logical(self) -> list[dict[str, Any]]:
        return self.command("threads", limit=200)["coroutines"]

    def finish(self) -> int:
        """Lets the program run to its end; its exit code."""
        self._socket.settimeout(PATIENCE)
        try:
            while True:
                self._read()
        except AssertionError:
            pass
        return self.process.wait(PATIENCE)

    def output(self, category: str = "stdout") -> str:
        return "".join(
            fact["body"]["text"]
            for fact in self.facts
            if fact["fact"] == "output" and fact["body"]["category"] == category
        )
