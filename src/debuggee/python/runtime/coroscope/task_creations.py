"""Where tasks were created and what they are called, seen in the schedulers' own functions that create them.

Places are kept as code and line, names as text: a task may be gone when somebody asks.
"""

from __future__ import annotations

from types import CodeType, FrameType

from . import interpreter, tasks
from .coroutines import Registry
from .library_objects import module_of
from .schedulers import of_a_library


class TaskCreations:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._sites: dict[int, tuple[CodeType, int]] = {}
        self._functions: dict[CodeType, None] = {}

    def event_of(self, code: CodeType) -> int:
        """The events to watch in a function that creates tasks; 0 in any other."""
        at = tasks.shows_created(code)
        if at:
            self._functions[code] = None
        return at

    def functions(self) -> list[CodeType]:
        return list(self._functions)

    def started(self, frame: FrameType) -> None:
        if frame.f_code in self._functions:
            self._note(frame, tasks.created(frame, None))

    def returned(self, frame: FrameType, result: object) -> None:
        if frame.f_code not in self._functions:
            return
        coroutine = tasks.created(frame, result)
        self._note(frame, coroutine)
        types = tasks.task_types()
        if interpreter.is_coroutine(coroutine) and tasks.is_task(result, types):
            self._registry.know(coroutine).task = _name_given(frame) or tasks.describe(result, types).name

    def _note(self, frame: FrameType, coroutine: object) -> None:
        """Keeps the first frame outside of the scheduler that led here."""
        if not interpreter.is_coroutine(coroutine):
            return
        identity = self._registry.know(coroutine).identity
        if identity in self._sites:
            return
        outer = frame.f_back
        while outer is not None and _is_library(outer):
            outer = outer.f_back
        if outer is not None:
            self._sites[identity] = (outer.f_code, outer.f_lineno)

    def site_of(self, identity: int) -> tuple[CodeType, int] | None:
        """Code and line that created the task a coroutine is the root of; None if that was not seen."""
        return self._sites.get(identity)

    def forget(self, identity: int) -> None:
        self._sites.pop(identity, None)


def _is_library(frame: FrameType) -> bool:
    return of_a_library(module_of(frame))


def _name_given(frame: FrameType) -> str | None:
    """The name that asyncio has still to set: up to 3.12 its ``create_task`` and ``TaskGroup`` do so afterwards."""
    outer = frame.f_back
    while outer is not None and outer.f_code.co_name == "create_task" and _is_library(outer):
        name = outer.f_locals.get("name")
        if type(name) is str:
            return name
        outer = outer.f_back
    return None
