"""Who goes on when a frame is left or suspends: its driver, the awaiter of its task, or the code outside the loop.

Frames further out are those of the interpreter's stack. Between a task's coroutine and the code that started the loop
lies the loop itself, which nobody steps to as long as somebody awaits the task.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FrameType
from typing import NamedTuple

from . import interpreter
from .interpreter import CO_ASYNC_GENERATOR, SUSPENDS, Coroutine
from .positions import delegates_at
from .schedulers import of_a_library


class Heir(NamedTuple):
    """``frame`` runs next, or ``awaiter`` once the loop resumes it; neither: whatever the loop or thread does next.

    ``outside`` is the code outside the loop, which goes on if the loop stops before anything of interest has run.
    """

    frame: FrameType | None = None
    awaiter: Coroutine | None = None
    delegated: bool = False
    """It delegated to the frame that was left (``await``, ``yield from``)."""
    outside: FrameType | None = None


class Taker(NamedTuple):
    """The nearest code of interest that a value going out of a coroutine comes to."""

    frame: FrameType | None
    drives: bool
    """It drives the coroutine itself, with nothing between them."""
    through_loop: bool
    """A loop lies between them: it runs only when the loop has stopped."""


class Succession:
    """``interested`` says at whose code a step may end; ``awaiter_of`` who waits for the task of a root coroutine."""

    def __init__(self, interested: Callable[[CodeType], bool]) -> None:
        self._interested = interested
        self.awaiter_of: Callable[[Coroutine], Coroutine | None] = lambda coroutine: None

    def after(self, frame: FrameType) -> Heir:
        """Who goes on when ``frame``, which is innermost, returns or lets an exception out."""
        root = frame
        in_chain = bool(frame.f_code.co_flags & SUSPENDS)
        outer = frame.f_back
        while outer is not None:
            in_chain = in_chain and _delegates(outer)
            if in_chain:
                root = outer
            elif is_loop(outer):
                return self._after_loop(root, outer)
            if self._interested(outer.f_code):
                return Heir(outer, delegated=in_chain)
            outer = outer.f_back
        return Heir()

    def _after_loop(self, root: FrameType, loop: FrameType) -> Heir:
        coroutine = interpreter.coroutine_of(root) if root.f_code.co_flags & SUSPENDS else None
        awaiter = self.awaiter_of(coroutine) if coroutine is not None else None
        if awaiter is None and self._interested(loop.f_code):
            return Heir(loop)
        return Heir(awaiter=awaiter, outside=self._outside(loop))

    def _outside(self, frame: FrameType | None) -> FrameType | None:
        while frame is not None and (is_loop(frame) or not self._interested(frame.f_code)):
            frame = frame.f_back
        return frame

    def taker(self, frame: FrameType, directly: bool) -> Taker:
        """Who takes the value that ``frame`` lets out. ``directly``: an async generator's own ``yield``, which whoever
        awaits it takes; any other value passes through all that delegate."""
        outer = frame.f_back
        while not directly and outer is not None and _delegates(outer):
            outer = outer.f_back
        receiver = outer
        while outer is not None and not is_loop(outer):
            if self._interested(outer.f_code):
                return Taker(outer, outer is receiver, False)
            outer = outer.f_back
        return Taker(self._outside(outer), False, outer is not None)

    def onlookers(self, frame: FrameType | None) -> list[CodeType]:
        """The code of interest at and above a frame."""
        found: list[CodeType] = []
        while frame is not None:
            if self._interested(frame.f_code):
                found.append(frame.f_code)
            frame = frame.f_back
        return found


def _delegates(frame: FrameType) -> bool:
    return bool(frame.f_code.co_flags & SUSPENDS) and delegates_at(frame.f_code, frame.f_lasti)


def is_delegate(frame: FrameType) -> bool:
    """Whether a running generator or coroutine is another one's delegate, to which its values pass unseen.

    (What an async generator yields goes to whoever awaits it and no further.)
    """
    outer = frame.f_back
    own = frame.f_code.co_flags & SUSPENDS
    return bool(own) and not own & CO_ASYNC_GENERATOR and outer is not None and _delegates(outer)


def is_loop(frame: FrameType) -> bool:
    """Whether a frame is one of an event loop's own. Its coroutines are not: they stand in a task like the user's."""
    if frame.f_code.co_flags & SUSPENDS:
        return False
    return of_a_library(frame.f_globals.get("__name__"))
