"""Where tasks were created, seen in the schedulers' own functions that create them, and kept as code and line."""

from __future__ import annotations

from types import CodeType, FrameType

from . import interpreter, tasks
from .coroutines import Registry
from .library_objects import module_of
from .monitoring import events
from .schedulers import LIBRARIES


class TaskCreations:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._sites: dict[int, tuple[CodeType, int]] = {}
        # The functions in which schedulers make tasks, by the event at which a task shows.
        self._functions: dict[int, CodeType] = {}

    def event_of(self, code: CodeType) -> int:
        """The event to watch in a function that creates tasks; 0 in any other."""
        event = tasks.shows_created(code)
        if event:
            self._functions[event] = code
        return event

    def functions(self) -> list[CodeType]:
        return list(self._functions.values())

    def started(self, frame: FrameType) -> None:
        if frame.f_code is self._functions.get(events.PY_START):
            self._note(frame, None)

    def returned(self, frame: FrameType, result: object) -> None:
        if frame.f_code is self._functions.get(events.PY_RETURN):
            self._note(frame, result)

    def _note(self, frame: FrameType, result: object) -> None:
        """Keeps the first frame outside of the scheduler that led here."""
        coroutine = tasks.created(frame, result)
        outer = frame.f_back
        while outer is not None and module_of(outer).partition(".")[0] in LIBRARIES:
            outer = outer.f_back
        if interpreter.is_coroutine(coroutine) and outer is not None:
            self._sites[self._registry.know(coroutine).identity] = (outer.f_code, outer.f_lineno)

    def site_of(self, identity: int) -> tuple[CodeType, int] | None:
        """Code and line that created the task a coroutine is the root of; None if that was not seen."""
        return self._sites.get(identity)

    def forget(self, identity: int) -> None:
        self._sites.pop(identity, None)
