"""The wire protocol as the runtime sees it: names, shapes and the check of what comes in.

The contract, field by field, is ``src/link/protocol.ts`` and its folder; this module mirrors the parts that the runtime
reads. Lines and columns are 1-based, columns count UTF-16 code units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, cast

PROTOCOL_VERSION = 1

ErrorCode = Literal[
    "notPaused",
    "stale",
    "badArgument",
    "unknownCommand",
    "program",
    "wouldRun",
    "timeout",
    "cancelled",
    "unsupported",
    "version",
    "internal",
]

RecordMode = Literal["auto", "all", "off"]
BreakpointMode = Literal["line", "suspend", "resume", "throw", "close"]
StopReason = Literal[
    "entry",
    "breakpoint",
    "function breakpoint",
    "step",
    "pause",
    "exception",
    "breakpoint call",
    "coroutine breakpoint",
]
Action = Literal["continue", "next", "stepIn", "stepOut", "runToSuspension", "runUntilResumed"]

type Json = dict[str, Any]


class CommandError(Exception):
    """An answer that is an error: ``message`` is a whole sentence, ``hint`` says what to do."""

    def __init__(self, code: ErrorCode, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
        self.hint = hint

    def in_words(self) -> str:
        """What is wrong and what to do, for where there is room for one text."""
        return f"{self.message} {self.hint}" if self.hint else self.message

    def to_wire(self) -> Json:
        error: Json = {"code": self.code, "message": self.message}
        if self.hint:
            error["hint"] = self.hint
        return error


class LocationDict(TypedDict):
    path: NotRequired[str]
    sourceId: NotRequired[int]
    name: str
    line: int
    column: NotRequired[int]
    endLine: NotRequired[int]
    endColumn: NotRequired[int]


class Settings(TypedDict):
    justMyCode: bool
    stopOnEntry: bool
    record: RecordMode
    recordLimit: int
    historyLength: int
    streamExchanges: bool
    redirectConsole: bool
    evaluateTimeout: float
    userRoots: list[str]
    freezeClocks: bool
    findings: bool
    blockedLoopMs: float


DEFAULT_SETTINGS: Settings = {
    "justMyCode": True,
    "stopOnEntry": False,
    "record": "auto",
    "recordLimit": 250_000,
    "historyLength": 16,
    "streamExchanges": False,
    "redirectConsole": False,
    "evaluateTimeout": 10.0,
    "userRoots": [],
    "freezeClocks": True,
    "findings": True,
    "blockedLoopMs": 100.0,
}


def settings_from(value: object) -> Settings:
    """Checks the settings of ``configure``. Raises CommandError that names the first field that does not fit."""
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    result: dict[str, Any] = dict(DEFAULT_SETTINGS)
    for name, default in DEFAULT_SETTINGS.items():
        if name not in given:
            continue
        found = given[name]
        wanted = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(found, wanted) or (isinstance(found, bool) and not isinstance(default, bool)):
            raise CommandError("badArgument", f"The setting '{name}' has the wrong type: {type(found).__name__}.")
        result[name] = found
    if result["record"] not in ("auto", "all", "off"):
        raise CommandError("badArgument", f"The setting 'record' is {result['record']!r}; it can be auto, all or off.")
    if result["blockedLoopMs"] < 0:
        raise CommandError("badArgument", "The setting 'blockedLoopMs' is negative; 0 switches it off.")
    return cast("Settings", result)


class Args:
    """The arguments of one command, taken out by name and type. What does not fit raises CommandError by name."""

    __slots__ = ("_command", "_values")

    def __init__(self, command: str, values: object) -> None:
        if not isinstance(values, dict):
            raise CommandError("badArgument", f"The command '{command}' wants an object as its arguments.")
        self._command = command
        self._values: Mapping[str, Any] = cast("dict[str, Any]", values)

    def _wrong(self, name: str, wanted: str) -> CommandError:
        found = self._values.get(name)
        said = "is missing" if name not in self._values else f"is {type(found).__name__}"
        return CommandError("badArgument", f"'{name}' of the command '{self._command}' {said}; it must be {wanted}.")

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a string")
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def number(self, name: str) -> int:
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name, "a whole number, not negative")
        return value

    def optional_number(self, name: str) -> int | None:
        return self.number(name) if self.has(name) else None

    def flag(self, name: str) -> bool:
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._values.get(name)
        if not isinstance(value, str) or value not in choices:
            raise self._wrong(name, "one of " + ", ".join(choices))
        return value

    def choices(self, name: str, choices: tuple[str, ...]) -> list[str]:
        value = self._values.get(name)
        if not isinstance(value, list) or any(each not in choices for each in cast("list[object]", value)):
            raise self._wrong(name, "a list of " + ", ".join(choices))
        return cast("list[str]", value)

    def objects(self, name: str) -> list[Args]:
        value = self._values.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return [Args(f"{self._command}.{name}", item) for item in cast("list[object]", value)]

    def value(self, name: str) -> object:
        return self._values.get(name)
