"""What a wait is: the record, and how it reads."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from . import values

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
    timers: tuple[float, ...] = ()
    """When timers end the wait whatever it waits for, by the monotonic clock; infinity if only the loop knows."""
    future: object | None = None
    """The future that the leaf waits for, whatever stands behind it. (Not every scheduler has futures.)"""

    def text(self, now: float) -> str:
        """For a person, with the time left: ``sleep, due in 3.2 s``."""
        deadline = deadline_of(self.timers)
        if deadline is None:
            return self.name
        if deadline == math.inf:
            return f"{self.name}, due at a time that only its loop knows" if self.kind == "timer" else self.name
        left = max(0.0, deadline - now)
        return f"{self.name}, {'due in' if self.kind == 'timer' else 'at most'} {_seconds(left)}"


def deadline_of(timers: Iterable[float]) -> float | None:
    """When the first of some timers fires; None if there is none."""
    return min(timers, default=None)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def future_text(future: object) -> str:
    return values.text(future, 100)


def counted(through: str, names: list[str], total: int) -> str:
    """``gather of 5, 2 done``: ``names`` are those of what is still waited for."""
    if total == 1 and names:
        return f"{through} of {names[0]}"
    done = total - len(names)
    return f"{through} of {total}" + (f", {done} done" if done > 0 else "")


# --- how a library's own coroutines tell what they wait for -----------------------------------------------------------

type Names = Mapping[str, Any]
"""The locals of a library's coroutine."""
type Known = Callable[[Names, object | None], Wait | None]
"""What a known coroutine waits for, from its locals and what else its scheduler knows of it (asyncio: the future at the end
of the chain; trio: the coroutine itself). None if it is another one that tells."""


def of_self(kind: Kind, describe: Callable[[Any], str], through: str | None = None) -> Known:
    """A method that waits for the object it belongs to."""

    def known(names: Names, future: object | None) -> Wait | None:
        thing = names.get("self")
        return None if thing is None else Wait(kind, describe(thing), thing, through=through)

    return known


def class_name(thing: object) -> str:
    return values.type_name(thing).rpartition(".")[2]


def filled(name: str, held: object, limit: object) -> str:
    """``Queue.get (0 of 10)``, from what a queue keeps its items in and how many it takes."""
    size = len(held) if type(held) is deque or type(held) is list else "?"  # pyright: ignore[reportUnknownArgumentType]
    bounded = type(limit) is int and limit > 0
    return f"{name} ({size} of {limit})" if bounded else f"{name} ({size})"
