"""What a chain of coroutines stands inside of: the locks it holds, the timeouts that run.

The evaluation stack knows the open ``with`` blocks of each coroutine. Seen through are the generators behind
``contextlib``'s decorators, what an exit stack has entered, and generators that a ``for`` loop runs over: while they
are suspended in a block, whoever runs them is in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from . import evaluation_stack, tasks
from .coroutines import chain_of, iterating_and_inside
from .interpreter import Coroutine, is_coroutine
from .library_objects import field, is_instance

_MAX_BLOCKS = 10_000


class Standing(NamedTuple):
    """``locks``: the lock, semaphore or condition's lock of each open block, outermost first."""

    locks: list[object]
    timers: list[float]
    """When the timeouts of open blocks fire, by the monotonic clock."""


def standing(chain: Iterable[Coroutine]) -> Standing:
    found = Standing([], [])
    # A Condition gives its lock back while it waits.
    given_back: set[int] = set()
    managers: list[object] = []
    seen: set[int] = set()
    pending: deque[Coroutine] = deque(chain)
    while pending and len(managers) < _MAX_BLOCKS:
        coroutine = pending.popleft()
        if id(coroutine) in seen:
            continue
        seen.add(id(coroutine))
        lock = tasks.given_back(coroutine)
        if lock is not None:
            given_back.add(id(lock))
        iterating, inside = iterating_and_inside(coroutine)
        for block in inside:
            if not block.entering:
                _open(block.manager, managers, pending)
        for iterated in iterating:
            if is_coroutine(iterated):
                pending.extend(chain_of(iterated).coroutines)
    for manager in managers:
        _sort(manager, found, given_back)
    return found


def _open(manager: object, managers: list[object], pending: deque[Coroutine]) -> None:
    if is_instance(manager, "contextlib", "_GeneratorContextManagerBase"):
        generator = field(manager, "gen")
        if is_coroutine(generator):
            pending.extend(chain_of(generator).coroutines)
    elif is_instance(manager, "contextlib", "_BaseExitStack"):
        callbacks: Any = field(manager, "_exit_callbacks")
        for entry in list(callbacks) if type(callbacks) is deque else ():  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            exit_: Any = entry[1] if type(entry) is tuple and len(entry) == 2 else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            owner = evaluation_stack.exit_owner([exit_], 0)
            if owner is not None:
                managers.append(owner[0])
    else:
        managers.append(manager)


def _sort(manager: object, found: Standing, given_back: set[int]) -> None:
    lock = tasks.lock_of(manager)
    if lock is None:
        found.timers.extend(tasks.timers_of(manager))
    elif id(lock) not in given_back:
        found.locks.append(lock)
