"""What a chain of coroutines stands inside of: the locks it holds, the timeouts that run.

The evaluation stack knows the open ``with`` blocks of each coroutine. Seen through are the generators behind
``contextlib``'s decorators, what an exit stack has entered, and generators that a ``for`` loop runs over: while they
are suspended in a block, whoever runs them is in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from . import interpreter
from .asyncio_objects import field, is_instance
from .coroutines import chain_of, iterating_and_inside
from .interpreter import Coroutine, is_coroutine

_MAX_BLOCKS = 10_000


class Standing(NamedTuple):
    """``locks``: the lock, semaphore or condition's lock of each open block, outermost first."""

    locks: list[object]
    timers: list[object]


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
        condition = _waiting_condition(coroutine)
        if condition is not None:
            given_back.add(id(field(condition, "_lock")))
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
            owner = interpreter.exit_owner([exit_], 0)
            if owner is not None:
                managers.append(owner[0])
    else:
        managers.append(manager)


def _waiting_condition(coroutine: Coroutine) -> object | None:
    if interpreter.code_of(coroutine).co_qualname != "Condition.wait":
        return None
    frame = interpreter.frame_of(coroutine)
    if frame is None or frame.f_globals.get("__name__") != "asyncio.locks":
        return None
    from .frame_locals import names_of

    return names_of(frame).get("self")


def _sort(manager: object, found: Standing, given_back: set[int]) -> None:
    if is_instance(manager, "asyncio.locks", "Condition"):
        manager = field(manager, "_lock")
    if is_instance(manager, "asyncio.locks", "Lock") or is_instance(manager, "asyncio.locks", "Semaphore"):
        if id(manager) not in given_back:
            found.locks.append(manager)
    elif is_instance(manager, "asyncio.timeouts", "Timeout"):
        handle = field(manager, "_timeout_handler")
        if handle is not None and not field(handle, "_cancelled"):
            found.timers.append(handle)
