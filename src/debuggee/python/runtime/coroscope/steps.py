"""What a step is: whom it belongs to, and what it waits for."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

from . import interpreter
from .comprehensions import Loop
from .interpreter import SUSPENDS, Coroutine
from .protocol import Action
from .step_targets import StepTarget


class Subject:
    """A coroutine object, held weakly, or the frame of a plain function, which lets go of itself as soon as it is left.

    Never the frame of a coroutine: it would keep the locals alive when the coroutine is collected. ``gone`` is called
    with this subject when the coroutine is.
    """

    __slots__ = ("__weakref__", "_frame", "_reference")

    def __init__(
        self, frame: FrameType | None, coroutine: Coroutine | None, gone: Callable[[Subject], None] | None
    ) -> None:
        self._frame = frame if coroutine is None else None
        self._reference: weakref.ref[Any] | None = None
        if coroutine is not None:
            self._reference = weakref.ref(coroutine, None if gone is None else lambda reference: gone(self))

    @staticmethod
    def of(frame: FrameType, gone: Callable[[Subject], None] | None = None, *, closed: bool = False) -> Subject:
        """The subject that a running frame is. One that is being closed may be in its own deallocation, where no new weak
        reference may be made (``coroutines.Registry``); it ends soon, so its frame does until then."""
        coroutine = interpreter.coroutine_of(frame) if frame.f_code.co_flags & SUSPENDS else None
        if coroutine is not None and closed and weakref.getweakrefcount(coroutine) == 0:
            coroutine = None
        return Subject(frame, coroutine, gone)

    def owns(self, frame: FrameType) -> bool:
        if self._reference is None:
            return frame is self._frame
        if not frame.f_code.co_flags & SUSPENDS:
            return False
        coroutine = interpreter.coroutine_of(frame)
        return coroutine is not None and coroutine is self._reference()

    def let_go(self) -> None:
        """The frame is left and nobody in particular goes on."""
        self._frame = None

    @property
    def ended(self) -> bool:
        """Whether it is a coroutine that is closed or gone: not every close is an event (cpython#140373)."""
        if self._reference is None:
            return False
        coroutine = self._reference()
        return coroutine is None or interpreter.frame_of(coroutine) is None


class Statement(NamedTuple):
    """The lines that a step began in: another line inside them is no new one."""

    filename: str
    first: int
    last: int

    def holds(self, filename: str, line: int) -> bool:
        return filename == self.filename and self.first <= line <= self.last


class Step:
    """A step under way. It belongs to its subject until that one is left, and then to whoever goes on."""

    def __init__(self, action: Action, subject: Subject, start: Statement) -> None:
        self.action: Action = action
        self.subject = subject
        # None once somebody else has taken over: then every new line of the subject ends the step.
        self.start: Statement | None = start
        self.lines = action in ("next", "stepIn")
        # The next instruction of the subject ends the step: where a value arrives.
        self.arriving = False
        # Into a `yield` whose value C code takes (`list(g)`): the generator itself may well be the next to run.
        self.besides: Subject | None = None
        # While the subject is suspended: the frame that took its value, or the one outside the loop that did. This one
        # runs only when the loop has stopped, so whatever it does ends the step.
        self.taker: Subject | None = None
        self.taker_outside = False
        self.anywhere = False
        self.until_resumed = action == "runUntilResumed"
        # Out of a sub-generator at another line than a ``yield``: up to its end, as out of a coroutine.
        self.out_at_yield = True
        self.entered: FrameType | None = None
        # Stepping into what another task does: the task that waits, and the coroutines that it waits for.
        self.waiting: weakref.ref[Any] | None = None
        self.entrances: list[Subject] = []
        self.target: StepTarget | None = None
        self.loop: Loop | None = None
        # An exception thrown in is followed by a LINE event of the very line that the frame was suspended on: the id of
        # the frame, and that line.
        self.thrown_into: tuple[int, int] | None = None

    @property
    def goes_in(self) -> bool:
        return self.action == "stepIn" and not self.until_resumed

    @property
    def is_handed_on(self) -> bool:
        return self.start is None

    def hand_on(self, heir: Subject, *, arrives: bool) -> None:
        self.subject = heir
        self.start = None
        self.lines = True
        self.arriving = arrives
        self.loop = None
        self.besides = None
        self.until_resumed = False
        self.resumed()

    def resumed(self) -> None:
        """The subject runs: nobody need stand in for it."""
        self.taker = None
        self.anywhere = False
        self.waiting = None
        self.entrances.clear()
