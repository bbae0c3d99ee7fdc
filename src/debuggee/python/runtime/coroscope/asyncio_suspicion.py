"""Which tasks of asyncio's may be waiting for another task, or for a lock: only those can be part of a deadlock.

There may be a million tasks, most of which wait for a timer, a socket, an event or a queue. That shows in which of
asyncio's own functions is on the way down to the leaf, and so is known for each function once: no frame is looked at.
"""

from __future__ import annotations

from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType
from typing import Any

from . import asyncio_tasks, interpreter
from .asyncio_objects import is_future, stands_for
from .asyncio_waits import waits_alone
from .interpreter import Coroutine

_DEEP = 1000
"""A chain that is longer may be a cycle; whoever looks at it closely finds out."""


class Suspicion:
    """For one look: it remembers functions by address, which lives as long as the coroutines that are looked at."""

    def __init__(self) -> None:
        self._alone: dict[int, bool | None] = {}

    def falls_on(self, root: Coroutine, waiter: object | None) -> bool:
        """Whether the task of this root, with the future it waits for, may wait for a task or a lock."""
        known = self._alone
        current: Any = root
        kind: object
        code: CodeType | None = None
        is_alone = False
        for _ in range(_DEEP):
            inner = current
            kind = type(inner)  # pyright: ignore[reportUnknownVariableType]
            if kind is CoroutineType and inner.cr_suspended:
                code, current = inner.cr_code, inner.cr_await
            elif kind is GeneratorType and inner.gi_suspended:
                code, current = inner.gi_code, inner.gi_yieldfrom
            elif kind is AsyncGeneratorType and inner.ag_suspended:
                code, current = inner.ag_code, inner.ag_await
            else:
                break
            key = id(code)
            alone = known[key] if key in known else known.setdefault(key, waits_alone(inner))
            if alone is False:
                return True
            is_alone = is_alone or alone is True
            kind = type(current)  # pyright: ignore[reportUnknownVariableType]
            if kind is not CoroutineType:
                current = interpreter.unwrap_awaitable(current)
        else:
            return True
        if current is root:
            return False  # it does not stand still: it runs, or has not begun
        if interpreter.is_coroutine(current):
            return True  # it is on its way
        if is_alone:
            return False
        if waiter is None:
            waits_in_python = code is not None and code.co_qualname == "Future.__await__"
            return current is not None or waits_in_python
        is_plain = is_future(waiter) and not asyncio_tasks.is_task(waiter, asyncio_tasks.task_types())
        return not is_plain or stands_for(waiter) is not None
