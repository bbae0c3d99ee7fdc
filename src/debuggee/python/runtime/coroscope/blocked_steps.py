"""Steps of asyncio's loops that take longer than a limit, and the line that blocked.

Every step runs in ``Handle._run``, which calls ``context.run(callback, …)`` and catches what it raises: the CALL event of
that one code object and the return of the call are its beginning and end. The callback is kept for as long as the call
itself keeps it. Where there is a reader thread it looks, once a step is over the limit, at the line the step stands in;
else (and where a call in C holds the interpreter) the line where its task was resumed is named. Time spent paused does
not count. uvloop runs its callbacks in C: nothing of this is seen there.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from time import monotonic
from types import FrameType, FunctionType, MethodType
from typing import Any

from . import asyncio_tasks, finding_texts, tasks
from .coroutines import Registry
from .explained import Place, places, short
from .findings import Finding
from .looking import class_module, class_of, plain
from .pausing import Stop
from .positions import line_location
from .recording import Recorder
from .schedulers import TaskFact
from .user_code import UserCode

BLOCKED = "where it blocked"


class BlockedSteps:
    def __init__(
        self, registry: Registry, user_code: UserCode, recorder: Recorder, add: Callable[[Finding], None]
    ) -> None:
        self._registry = registry
        self._user_code = user_code
        self._recorder = recorder
        self._add = add
        self.limit = 0.0
        """Seconds; 0 when steps are not measured."""
        self._running: dict[int, tuple[float, Any]] = {}
        self._sampled: dict[int, tuple[int, Place]] = {}
        self._paused_at: float | None = None

    def begin(self, callback: object) -> None:
        self._running[get_ident()] = (monotonic(), callback)

    def end(self) -> None:
        ident = get_ident()
        begun = self._running.pop(ident, None)
        if begun is not None and monotonic() - begun[0] > self.limit:
            self._note(ident, begun[1], monotonic() - begun[0])

    def _note(self, ident: int, callback: Any, took: float) -> None:
        sample = self._sampled.pop(ident, None)
        seen = sample[1] if sample is not None and sample[0] == id(callback) else None
        who, resumed, identity = self._describe(callback)
        found = places(seen, resumed)
        self._add(finding_texts.loop_blocked(who, round(took * 1000), round(self.limit * 1000), found, identity))

    # --- while it lasts ------------------------------------------------------------------------------------------

    def look(self) -> None:
        """From another thread, every now and then: notes where steps stand that are over the limit already."""
        if self._paused_at is not None or not self._running:
            return
        now = monotonic()
        late = [
            (ident, id(callback))
            for ident, (begun, callback) in list(self._running.items())
            if now - begun > self.limit
        ]
        late = [(ident, step) for ident, step in late if ident not in self._sampled or self._sampled[ident][0] != step]
        if not late:
            return
        for ident, step in late:
            place = self._place(sys._current_frames().get(ident))
            if place is not None:
                self._sampled[ident] = (step, place)

    def _place(self, frame: FrameType | None) -> Place | None:
        while frame is not None and not self._user_code.is_user(frame.f_code):
            frame = frame.f_back
        return None if frame is None else Place(BLOCKED, line_location(frame.f_code.co_filename, frame.f_lineno))

    def pause(self, stop: Stop | None = None) -> None:
        self._paused_at = monotonic()

    def go_on(self, stop: Stop | None = None) -> None:
        since, self._paused_at = self._paused_at, None
        if since is not None:
            paused = monotonic() - since
            for ident, (begun, callback) in list(self._running.items()):
                self._running[ident] = (begun + paused, callback)

    # --- who it was ----------------------------------------------------------------------------------------------

    def _describe(self, callback: Any) -> tuple[str, Place | None, int | None]:
        owner: Any = getattr(callback, "__self__", None) if class_module(class_of(callback)) in _OWN else None
        types = asyncio_tasks.task_types()
        if owner is not None and asyncio_tasks.is_task(owner, types):
            fact = tasks.describe(owner, types)
            identity = self._registry.id_of(fact.coroutine) if fact.coroutine is not None else None
            name = f"the task '{fact.name}'"
            if fact.coroutine is not None:
                name += f" ({short(plain(fact.coroutine.__qualname__))})"
            return name, self._resumed(identity, fact), identity
        function = callback.__func__ if type(callback) is MethodType else callback
        if type(function) is FunctionType:
            code = function.__code__
            place = Place("its function", line_location(code.co_filename, code.co_firstlineno))
            return f"the callback '{short(code.co_qualname)}'", place, None
        return "a callback", None, None

    def _resumed(self, identity: int | None, fact: TaskFact) -> Place | None:
        coroutine = fact.coroutine
        if coroutine is None or identity is None:
            return None
        code: Any = getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None)
        if code is None:
            return None
        history = self._recorder.history_of(identity)
        last = [] if history is None else [event for event in history.events if event.what in ("next", "send")]
        if last:
            return Place("where its task was resumed", line_location(code.co_filename, last[-1].line))
        return Place("its function", line_location(code.co_filename, code.co_firstlineno))


_OWN = ("_asyncio", "builtins")
"""Modules of the callbacks that step and wake a task: ``TaskStepMethWrapper``, methods of C, bound methods."""
