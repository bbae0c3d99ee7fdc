"""Where tasks were created and what they are called, seen in the schedulers' own functions that create them.

Places are kept as code and line, names as text: a task may be gone when somebody asks.
"""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Final

from . import interpreter, tasks
from .coroutines import Known, Registry
from .library_objects import module_of
from .looking import is_immutable
from .schedulers import Scheduler, of_a_library


class TaskCreations:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        # By the address of the code: hashing it would go through all of its instructions, for every task.
        self._makers: dict[int, tuple[CodeType, Scheduler]] = {}
        self._plain: type | None = None
        """The class of tasks that cannot be patched, once one was seen: nearly all tasks are of it."""
        self._library: dict[int, CodeType] = {}
        """Code of the schedulers' own that stands between a task and who made it, by address: a few functions."""

    def event_of(self, code: CodeType) -> int:
        """The events to watch in a function that creates tasks; 0 in any other."""
        maker = tasks.maker_of(code)
        if maker is None:
            return 0
        self._makers[id(code)] = (code, maker)
        return maker.shows_created(code)

    def functions(self) -> list[CodeType]:
        return [code for code, _ in self._makers.values()]

    def started(self, frame: FrameType) -> None:
        maker = self._makers.get(id(frame.f_code))
        if maker is not None:
            self._note(frame, maker[1].created(frame, None))

    def returned(self, frame: FrameType, result: object) -> None:
        known = self._makers.get(id(frame.f_code))
        if known is None:
            return
        maker = known[1]
        coroutine = maker.created(frame, result)
        created = self._note(frame, coroutine)
        if created is not None and self._is_task(result, maker):
            created.task = (_NAMES_LATER and _name_given(frame)) or maker.name_of(result)

    def _is_task(self, value: object, maker: Scheduler) -> bool:
        kind = type(value)
        if kind is self._plain:
            return True
        found = tasks.is_task(value, maker.task_types())
        if found and is_immutable(kind):
            self._plain = kind
        return found

    def _note(self, frame: FrameType, coroutine: object) -> Known | None:
        """Keeps the first frame outside of the scheduler that led here; None where no coroutine is known yet."""
        known = self._registry.by_address.get(id(coroutine))
        if known is None:
            if not interpreter.is_coroutine(coroutine):
                return None
            known = self._registry.know(coroutine)
        if known.site is not None:
            return known
        outer = frame.f_back
        while outer is not None and self._is_library(outer):
            outer = outer.f_back
        if outer is not None:
            known.site = (outer.f_code, outer.f_lineno)
        return known

    def _is_library(self, frame: FrameType) -> bool:
        code = frame.f_code
        if id(code) in self._library:
            return True
        found = _is_library(frame)
        if found:
            self._library[id(code)] = code
        return found


def _is_library(frame: FrameType) -> bool:
    return of_a_library(module_of(frame))


_NAMES_LATER: Final = sys.version_info < (3, 13)


def _name_given(frame: FrameType) -> str | None:
    """The name that asyncio has still to set: up to 3.12 its ``create_task`` and ``TaskGroup`` do so afterwards."""
    outer = frame.f_back
    while outer is not None and outer.f_code.co_name == "create_task" and _is_library(outer):
        name = outer.f_locals.get("name")
        if type(name) is str:
            return name
        outer = outer.f_back
    return None
