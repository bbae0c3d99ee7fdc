"""What asyncio itself finds out about tasks and async generators, taken from the start of the functions that it tells.

``BaseEventLoop.call_exception_handler`` hears of exceptions that nobody retrieved and of tasks that were destroyed while
pending, ``_asyncgen_finalizer_hook`` of async generators dropped while open (PEP 525), and ``close`` is the last moment of
those that still are. All of these objects may be in their own deallocation: they are only read. A loop that has none of
asyncio's own methods (uvloop's) tells nothing.
"""

from __future__ import annotations

import sys
from opcode import opmap
from types import CodeType, FrameType
from typing import Any

from . import asyncio_tasks, finding_texts, interpreter, loops, tasks, values
from .coroutines import Registry
from .explained import Place, places, short
from .findings import Finding
from .interpreter import Coroutine
from .looking import find, is_a, plain
from .positions import line_location, location, position_at
from .records import Records
from .user_code import UserCode

HANDLERS = ("BaseEventLoop.call_exception_handler", "BaseEventLoop._asyncgen_finalizer_hook", "BaseEventLoop.close")

_CALL_INTRINSIC_1 = opmap["CALL_INTRINSIC_1"]
_STOPITERATION_ERROR = 3  # INTRINSIC_STOPITERATION_ERROR, CPython's Include/internal/pycore_intrinsics.h


class AsyncioReports:
    def __init__(self, registry: Registry, user_code: UserCode, records: Records) -> None:
        self._registry = registry
        self._user_code = user_code
        self._records = records

    def started(self, frame: FrameType) -> list[Finding]:
        """The findings that the start of one of ``HANDLERS`` means."""
        names = frame.f_locals
        try:
            which = frame.f_code.co_name
            if which == "call_exception_handler":
                return self._reported(names.get("context"))
            if which == "_asyncgen_finalizer_hook":
                return self._open_generators([names.get("agen")], False)
            return self._open_generators(_generators_of(names.get("self")), True)
        finally:
            if sys.version_info < (3, 13):
                names.clear()  # a snapshot, which would keep what it holds

    # --- tasks ---------------------------------------------------------------------------------------------------

    def _reported(self, context: Any) -> list[Finding]:
        if type(context) is not dict:
            return []
        message = find(context, "message")
        if type(message) is not str:
            return []
        if message.endswith("exception was never retrieved"):
            return [self.failed(find(context, "future"), find(context, "exception"), for_good=True)]
        if message.startswith("Task was destroyed but it is pending"):
            task = find(context, "task")
            if asyncio_tasks.is_task(task, asyncio_tasks.task_types()):
                name, coroutine = self.name_of(task)
                return [finding_texts.vanished(name, self.places_of(coroutine), self.known(coroutine))]
        return []

    def failed(self, future: object, error: object, *, for_good: bool) -> Finding:
        is_task = asyncio_tasks.is_task(future, asyncio_tasks.task_types())
        name, coroutine = self.name_of(future) if is_task else ("a future", None)
        raised = self._raised(error)
        what = values.text(error, 200) if is_a(error, BaseException) else "an exception"
        found = places(raised, self._creation(coroutine), None if raised is not None else self._function(coroutine))
        return finding_texts.not_retrieved(name, what, found, self.known(coroutine), for_good=for_good)

    def name_of(self, task: Any) -> tuple[str, Coroutine | None]:
        fact = tasks.describe(task, asyncio_tasks.task_types())
        function = f" ({short(plain(fact.coroutine.__qualname__))})" if fact.coroutine is not None else ""
        return f"the task '{fact.name}'{function}", fact.coroutine

    def known(self, coroutine: Coroutine | None) -> int | None:
        """Its id, if it has one already: one that may be dying gets none."""
        known = self._registry.seen(coroutine) if coroutine is not None else None
        return known.identity if known is not None else None

    def places_of(self, coroutine: Coroutine | None) -> tuple[Place, ...]:
        """Where a task was created, where it stands, and where its function is."""
        return places(self._creation(coroutine), self.stands(coroutine), self._function(coroutine))

    def stands(self, coroutine: Coroutine | None) -> Place | None:
        frame = interpreter.frame_of(coroutine) if coroutine is not None else None
        if frame is None or frame.f_lasti < 0:
            return None
        code = frame.f_code
        return Place("where it is suspended", location(code, position_at(code, frame.f_lasti)))

    def _creation(self, coroutine: Coroutine | None) -> Place | None:
        identity = self.known(coroutine)
        created = self._records.creation_of(identity) if identity is not None else None
        if created is None:
            return None
        return Place("where its task was created", line_location(created[0].co_filename, created[1]))

    def _function(self, coroutine: Coroutine | None) -> Place | None:
        if coroutine is None:
            return None
        code = interpreter.code_of(coroutine)
        return Place("its function", line_location(code.co_filename, code.co_firstlineno))

    def _raised(self, error: object) -> Place | None:
        if not is_a(error, BaseException):
            return None
        trace: Any = _traceback_of(error)
        found: Place | None = None
        while trace is not None:
            code = trace.tb_frame.f_code
            if found is None or self._user_code.is_user(code):
                found = Place(finding_texts.RAISED, line_location(code.co_filename, trace.tb_lineno))
            trace = trace.tb_next
        return found

    # --- async generators ----------------------------------------------------------------------------------------

    def _open_generators(self, generators: list[Any], closed_loop: bool) -> list[Finding]:
        found: list[Finding] = []
        for each in generators:
            frame = interpreter.frame_of(each) if interpreter.is_coroutine(each) else None
            if frame is None or frame.f_lasti < 0 or not self._user_code.is_user(frame.f_code):
                continue
            cleans_up = _has_cleanup(frame.f_code, frame.f_lasti)
            name = short(plain(each.__qualname__))
            stands = self.stands(each)
            found.append(finding_texts.left_open(name, stands, closed_loop, cleans_up, self.known(each)))
        return found


_traceback_of: Any = BaseException.__dict__["__traceback__"].__get__


def _generators_of(loop: object) -> list[Any]:
    """The async generators that a loop has begun and not finished: the members of its ``WeakSet``."""
    data: Any = getattr(loops.attribute(loop, "_asyncgens"), "data", None)
    if type(data) is not set:
        return []
    references: list[Any] = list(data)  # pyright: ignore[reportUnknownArgumentType]
    return [generator for reference in references if (generator := reference()) is not None]


def _has_cleanup(code: CodeType, offset: int) -> bool:
    """Whether a ``try`` or ``with`` is around an instruction.

    By the exception table (CPython's InternalDocs/exception_handling.md), where the compiler has an entry of its own around
    the whole of a generator: the one that makes a RuntimeError of a StopIteration.
    """
    instructions = code.co_code
    for start, end, target in _exception_table(code.co_exceptiontable):
        wraps_all = instructions[target] == _CALL_INTRINSIC_1 and instructions[target + 1] == _STOPITERATION_ERROR
        if start <= offset < end and not wraps_all:
            return True
    return False


def _exception_table(table: bytes) -> list[tuple[int, int, int]]:
    """Start, end and target of each entry, as byte offsets."""
    numbers: list[int] = []
    entries: list[tuple[int, int, int]] = []
    current = 0
    for byte in table:
        current = current << 6 | byte & 63
        if byte & 64:  # more of this number follows
            continue
        numbers.append(current * 2)
        current = 0
        if len(numbers) == 4:
            start, length, target, _depth_and_lasti = numbers
            entries.append((start, start + length, target))
            numbers = []
    return entries
