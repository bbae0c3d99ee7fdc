"""The context variables (PEP 567) that hold in a frame: those of the task it belongs to.

Whatever is evaluated at a stop runs in the context of the thread that stopped. In the frame of a task that is suspended,
or that runs in another thread, that would show somebody else's values.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable
from contextvars import Context
from types import FrameType
from typing import Any

from . import tasks
from .interpreter import SUSPENDS, Coroutine, coroutine_of
from .stacks import Shown, Stacks


class TaskContexts:
    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks

    def of(self, shown: Shown | None) -> Context | None:
        """The context of the task a frame belongs to; None where this thread's own is the right one, or none is known.

        A task's context that is in use at the moment (it runs in another thread, or under an eager task) cannot be
        entered a second time: then it is a copy, which shows the values and takes no changes.
        """
        task = self._task_at(shown) if shown is not None and tasks.any_scheduler() else None
        if task is None:
            return None
        context = tasks.context_of(task)
        return context if context is None or can_be_entered(context) else context.copy()

    def run[Result](self, shown: Shown | None, work: Callable[[], Result]) -> Result:
        """Does the work in the context of the task a frame belongs to; what it sets there stays set."""
        context = self.of(shown)
        return work() if context is None else context.run(work)

    def _task_at(self, shown: Shown) -> Any:
        if shown.ident == 0:
            return None if shown.root is None else self._task_of(shown.root)
        if shown.ident == get_ident():
            current = tasks.current_task()
            if current is not None and any(each is current.coroutine for each in _coroutines_from(shown.frame)):
                return None
        for each in _coroutines_from(shown.frame):
            task = self._task_of(each)
            if task is not None:
                return task
        return None

    def _task_of(self, coroutine: Coroutine) -> Any:
        fact = self._stacks.task_of(coroutine)
        return None if fact is None else fact.task


def can_be_entered(context: Context) -> bool:
    try:
        context.run(int)
    except RuntimeError:
        return False
    return True


def _coroutines_from(frame: FrameType | None) -> list[Coroutine]:
    """The coroutines that a frame and those below it belong to, the innermost first."""
    found: list[Coroutine] = []
    while frame is not None:
        coroutine = coroutine_of(frame) if frame.f_code.co_flags & SUSPENDS else None
        if coroutine is not None:
            found.append(coroutine)
        frame = frame.f_back
    return found
