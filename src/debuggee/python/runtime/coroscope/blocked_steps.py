"""Steps of asyncio's loops that take longer than a limit, and the line that blocked.

Every step runs in ``Handle._run``, which calls ``context.run(callback, …)`` and catches what it raises.

Where there is a reader thread a step costs nothing: that thread looks a few times within the limit which threads are in
a step, and only what it sees is watched for its end (PY_RETURN of that one code object, which takes itself out again).
What counts begins with the look that first saw the step, so no step is reported that was within the limit; one that is
over it by less than the time between two looks may be missed. A call in C that holds the interpreter holds the reader
thread up as well: the processor time that passed meanwhile tells how long (``held_up``).

Where there is no such thread (``StepEvents``) the CALL event and its return are the beginning and the end.

Time spent paused does not count. uvloop runs its callbacks in C: nothing of this is seen there.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from time import monotonic
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any, NamedTuple

from . import asyncio_tasks, faults, finding_texts, tasks
from .coroutines import Registry
from .explained import Place, places, short
from .findings import Finding
from .held_up import HeldUp
from .looking import class_module, class_of, plain
from .monitoring import DISABLE
from .pausing import Stop
from .positions import line_location
from .recording import Recorder
from .schedulers import TaskFact
from .user_code import UserCode

BLOCKED = "where it blocked"
HELD = "at a call that lets nobody else run, or just after it"
"""The reader thread runs again at the first place behind the call where the interpreter offers that."""


LOOKS = 4
"""Within the limit, by the reader thread."""


class Runner(NamedTuple):
    """Who runs in a step, as a finding tells it."""

    name: str
    resumed: Place | None
    identity: int | None


class _Look(NamedTuple):
    """Where a step stood when a look saw it."""

    label: str
    frames: list[tuple[CodeType, int]]
    """Code and line of each, innermost first."""
    seconds: float
    """Since the look before, or for how long the step had held this one up."""


_Spent = dict[tuple[str, str, int], float]
"""Seconds, by label, file and line of a place in the user's code."""


class _Step:
    """A step that a look saw: since when for certain, and how long it was seen where."""

    __slots__ = ("begun", "callback", "last", "looked", "spent")

    def __init__(self, begun: float, now: float, callback: Any) -> None:
        self.begun = begun
        self.looked = now
        # What is called is kept by the call; the handle lets go of itself before the step returns (``Handle._run``).
        self.callback = callback
        self.last: _Look | None = None
        """The last look, which ``spent`` does not have yet."""
        self.spent: _Spent = {}


class BlockedSteps:
    """Notes the steps that took too long."""

    def __init__(
        self, registry: Registry, user_code: UserCode, recorder: Recorder, add: Callable[[Finding], None]
    ) -> None:
        self._registry = registry
        self._user_code = user_code
        self._recorder = recorder
        self._add = add
        self.limit = 0.0
        """Seconds; 0 when steps are not measured."""
        self.watch_end: Callable[[], None] = lambda: None
        """Has ``ended`` called when a step ends, until that answers DISABLE."""
        self.run: CodeType | None = None
        """The code that runs steps, once it was found."""
        self._seen: dict[int, _Step] = {}
        self._paused_at: float | None = None
        self._paused = 0.0
        self._resumed_at = 0.0

    def now(self) -> float:
        """The monotonic clock in seconds, less what was spent paused."""
        return monotonic() - self._paused

    def note(self, runner: Runner, seen: Place | None, took: float) -> None:
        found = places(seen, runner.resumed)
        self._add(
            finding_texts.loop_blocked(
                runner.name, round(took * 1000), round(self.limit * 1000), found, runner.identity
            )
        )

    # --- from the reader thread ----------------------------------------------------------------------------------

    def look(self, held_up: HeldUp) -> None:
        """Sees which threads are in a step. ``held_up``: what kept the reader since it last looked."""
        if self._paused_at is not None or self.run is None or not self.limit:
            held_up.restart()
            return
        self._look_once(held_up)
        # A look can be held up as well. What kept it stands where the interpreter let the reader on, which is now.
        if held_up.seconds() > self.limit / LOOKS:
            self._look_once(held_up)

    def _look_once(self, held_up: HeldUp) -> None:
        frames = sys._current_frames()
        held = held_up.seconds()
        held_up.restart()
        now = self.now()
        seen = self._seen
        for ident in seen.keys() - frames.keys():
            seen.pop(ident, None)
        for ident, top in frames.items():
            frame: FrameType | None = top
            while frame is not None and frame.f_code is not self.run:
                frame = frame.f_back
            if frame is None:
                seen.pop(ident, None)
                continue
            step = seen.get(ident)
            if step is None:
                step = _Step(now, now, getattr(frame.f_locals.get("self"), "_callback", None))
                if held > self.limit:
                    step.begun = max(now - held, self._resumed_at)
                    step.last = _Look(HELD, _stand(top, frame), held)
                # Up to here nothing lets the program go on (which asking for a file would): it is still the same step.
                seen[ident] = step
                self.watch_end()
            else:
                label = HELD if held > self.limit else BLOCKED
                before, step.last = step.last, _Look(label, _stand(top, frame), now - step.looked)
                step.looked = now
                if before is not None:
                    self._count(before, step.spent)

    def threads(self) -> list[int]:
        """In which the last look saw steps."""
        return list(self._seen)

    def ended(self, code: CodeType, offset: int, value: object) -> Any:
        step = self._seen.pop(get_ident(), None)
        if step is not None and self._paused_at is None:
            took = self.now() - step.begun
            if took > self.limit:
                try:
                    self.note(self.describe(step.callback), self._place(step), took)
                except Exception as error:
                    faults.report(error)
        return None if self._seen else DISABLE

    def _place(self, step: _Step) -> Place | None:
        """Where it was seen for longest: at the last look it can have been nearly through with what blocked."""
        # A copy: the reader may be at it.
        spent = dict(step.spent)
        if step.last is not None:
            self._count(step.last, spent)
        if not spent:
            return None
        label, filename, line = max(spent, key=spent.__getitem__)
        return Place(label, line_location(filename, line))

    def _count(self, look: _Look, spent: _Spent) -> None:
        for code, line in look.frames:
            if self._user_code.is_user(code):
                key = (look.label, code.co_filename, line)
                spent[key] = spent.get(key, 0.0) + look.seconds
                return

    # --- pauses --------------------------------------------------------------------------------------------------

    def pause(self, stop: Stop | None = None) -> None:
        self._paused_at = monotonic()

    def go_on(self, stop: Stop | None = None) -> None:
        since, self._paused_at = self._paused_at, None
        if since is not None:
            self._paused += monotonic() - since
            self._resumed_at = self.now()

    # --- who it was ----------------------------------------------------------------------------------------------

    def describe(self, callback: Any) -> Runner:
        owner: Any = getattr(callback, "__self__", None) if class_module(class_of(callback)) in _OWN else None
        types = asyncio_tasks.task_types()
        if owner is not None and asyncio_tasks.is_task(owner, types):
            fact = tasks.describe(owner, types)
            identity = self._registry.id_of(fact.coroutine) if fact.coroutine is not None else None
            name = f"the task '{fact.name}'"
            if fact.coroutine is not None:
                name += f" ({short(plain(fact.coroutine.__qualname__))})"
            return Runner(name, self._resumed(identity, fact), identity)
        function = callback.__func__ if type(callback) is MethodType else callback
        if type(function) is FunctionType:
            code = function.__code__
            place = Place("its function", line_location(code.co_filename, code.co_firstlineno))
            return Runner(f"the callback '{short(code.co_qualname)}'", place, None)
        return Runner("a callback", None, None)

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


def _stand(frame: FrameType, outermost: FrameType) -> list[tuple[CodeType, int]]:
    found: list[tuple[CodeType, int]] = []
    each: FrameType | None = frame
    while each is not None and each is not outermost:
        found.append((each.f_code, each.f_lineno))
        each = each.f_back
    return found


class StepEvents:
    """The beginning and the end of every step, for a host without threads; the callback is kept while it is called."""

    def __init__(self, steps: BlockedSteps) -> None:
        self._steps = steps
        self._running: tuple[float, Any] | None = None

    def begin(self, callback: object) -> None:
        self._running = (self._steps.now(), callback)

    def end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            took = self._steps.now() - running[0]
            if took > self._steps.limit:
                self._steps.note(self._steps.describe(running[1]), None, took)
