"""What a wait is: the record, and how it reads."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, NamedTuple

from . import tasks, values
from .asyncio_objects import due, field, is_done

type Kind = Literal[
    "tasks", "lock", "semaphore", "condition", "event", "queue", "barrier", "timer", "io", "thread", "process",
    "future", "ready", "other",
]  # fmt: skip


class Wait(NamedTuple):
    """What is waited for. ``thing`` is the lock, queue or future itself; ``futures`` are tasks and futures whose end it takes."""

    kind: Kind
    name: str
    thing: object | None = None
    futures: tuple[object, ...] = ()
    any_of: bool = False
    """The first of ``futures`` is enough."""
    through: str | None = None
    """What combines them: ``gather``, ``wait``, ``TaskGroup``, ..."""
    timers: tuple[object, ...] = ()
    """Timers that end the wait whatever it waits for."""
    future: object | None = None
    """The future that the leaf waits for, whatever stands behind it."""

    def text(self, now: float) -> str:
        """For a person, with the time left: ``sleep, due in 3.2 s``."""
        deadline = deadline_of(self.timers)
        if deadline is None:
            return self.name
        if deadline == math.inf:
            return f"{self.name}, due at a time that only its loop knows" if self.kind == "timer" else self.name
        left = max(0.0, deadline - now)
        return f"{self.name}, {'due in' if self.kind == 'timer' else 'at most'} {_seconds(left)}"


def deadline_of(timers: Iterable[object]) -> float | None:
    """When the first of some timers fires, on the monotonic clock; infinity where one runs whose clock is not known."""
    running = [each for each in timers if each is not None and not field(each, "_cancelled")]
    return min((when if (when := due(each)) is not None else math.inf for each in running), default=None)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def future_text(future: object) -> str:
    return values.text(future, 100)


def counted(through: str, everyone: list[object], pending: list[object]) -> str:
    if len(everyone) == 1 and pending:
        types = tasks.task_types()
        named = tasks.describe(pending[0], types).name if tasks.is_task(pending[0], types) else "1 future"
        return f"{through} of {named}"
    done = sum(1 for each in everyone if is_done(each))
    return f"{through} of {len(everyone)}" + (f", {done} done" if done else "")
