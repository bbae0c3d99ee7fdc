"""What asyncio's own objects store, read without running anything: futures, what they stand for, timers, open blocks.

anyio's task groups and cancel scopes are here too, as they are on asyncio: they keep their tasks as asyncio's own do.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import CellType, FunctionType, MethodType
from typing import Any

from .library_objects import field, is_instance, loaded_class
from .looking import class_attribute, find, namespace


def is_future(value: object) -> bool:
    """Whether it is a future or task of asyncio's, of either implementation."""
    return any(is_instance(value, "asyncio.futures", name) for name in ("Future", "_PyFuture"))


def is_concurrent_future(value: object) -> bool:
    return is_instance(value, "concurrent.futures._base", "Future")


def is_done(future: object) -> bool:
    """Whether a future (asyncio's or of ``concurrent.futures``) has its result already."""
    state = field(future, "_state")
    return type(state) is str and state not in ("PENDING", "RUNNING")


def called_back(future: object) -> Iterator[object]:
    """What a future calls when it is done, in the order in which they asked for it."""
    stored: Any = field(future, "_callbacks")
    if stored is None:
        stored = field(future, "_done_callbacks")
    entries: list[Any] = list(stored) if type(stored) is list else []  # pyright: ignore[reportUnknownArgumentType]
    for entry in entries:
        yield entry[0] if type(entry) is tuple and entry else entry


def _functions_called_back(future: object) -> Iterator[FunctionType]:
    return (function for function in called_back(future) if type(function) is FunctionType)


ANYIO = "anyio._backends._asyncio"


def group_parent(task: object) -> object | None:
    """The task that opened the ``TaskGroup`` a task is in: at its end, it waits for that task."""
    for method in called_back(task):
        if type(method) is MethodType and is_instance(method.__self__, "asyncio.taskgroups", "TaskGroup"):
            return field(method.__self__, "_parent_task")
        if type(method) is FunctionType and method.__code__.co_qualname == "TaskGroup._spawn.<locals>.task_done":
            group = captured(method, "self")
            if is_instance(group, ANYIO, "TaskGroup"):
                return field(field(group, "cancel_scope"), "_host_task")
    return None


def group_tasks(group: object) -> list[object]:
    """The tasks in a ``TaskGroup`` of asyncio or anyio that are not done."""
    is_group = is_instance(group, "asyncio.taskgroups", "TaskGroup") or is_instance(group, ANYIO, "TaskGroup")
    found: Any = field(group, "_tasks") if is_group else None
    return list(found) if type(found) is set else []  # pyright: ignore[reportUnknownArgumentType]


def timer_of(manager: object) -> object | None:
    """The timer of a timeout that somebody stands in."""
    if is_instance(manager, "asyncio.timeouts", "Timeout"):
        return field(manager, "_timeout_handler")
    return field(manager, "_timeout_handle") if is_instance(manager, ANYIO, "CancelScope") else None


def captured(function: FunctionType, name: str) -> object | None:
    """What a nested function has under ``name`` in its closure."""
    cells = function.__closure__ or ()
    for free, cell in zip(function.__code__.co_freevars, cells, strict=False):
        if free == name and type(cell) is CellType:
            try:
                return cell.cell_contents
            except ValueError:
                return None
    return None


# The function that a library has a future call back, and the name in its closure under which lies what the future
# stands for: asyncio keeps it nowhere else.
_STANDS_FOR = {
    ("asyncio.tasks", "shield.<locals>._outer_done_callback"): ("inner", "shield"),
    ("asyncio.futures", "_chain_future.<locals>._call_check_cancel"): ("source", "another thread"),
}


type _Behind = tuple[list[object], str] | None

_remembered: list[dict[int, tuple[object, _Behind]]] = []


@contextmanager
def one_look() -> Generator[None]:
    """Within it, each future is looked through once: thousands may wait for one that has as many callbacks to look at."""
    _remembered.append({})
    try:
        yield
    finally:
        _remembered.pop()


def stands_for(future: object) -> _Behind:
    """What a future only passes on: the children of a ``gather``, the inner one of a ``shield``, the one of another thread."""
    if not _remembered:
        return _look_through(future)
    found = _remembered[-1].get(id(future))
    if found is None:
        found = _remembered[-1][id(future)] = future, _look_through(future)
    return found[1]


def _look_through(future: object) -> _Behind:
    if is_instance(future, "asyncio.tasks", "_GatheringFuture"):
        children: Any = field(future, "_children")
        return (list(children), "gather") if type(children) is list else None  # pyright: ignore[reportUnknownArgumentType]
    for function in _functions_called_back(future):
        known = _STANDS_FOR.get((function.__module__, function.__code__.co_qualname))
        inner = captured(function, known[0]) if known is not None else None
        if known is not None and inner is not None and inner is not future:
            return [inner], known[1]
    return None


def members(futures: list[object]) -> list[object]:
    """The tasks and plain futures behind some futures that are not done, each once."""
    found: list[object] = []
    seen: set[int] = set()
    pending = list(reversed(futures))
    while pending:
        current = pending.pop()
        if id(current) in seen or is_done(current):
            continue
        seen.add(id(current))
        behind = stands_for(current)
        if behind is None:
            found.append(current)
        else:
            pending.extend(reversed(behind[0]))
    return found


def completion_of(future: object, done: object) -> tuple[object | None, object | None] | None:
    """On 3.12, where ``as_completed`` is a generator: if it has ``future`` report to the queue ``done``, the set of those
    it still waits for, and the timer of its timeout."""
    for function in _functions_called_back(future):
        if function.__code__.co_qualname == "as_completed.<locals>._on_completion":
            if captured(function, "done") is done:
                return captured(function, "todo"), captured(function, "timeout_handle")
    return None


def running(*handles: object) -> tuple[float, ...]:
    """When those of some timers that still run fire, in seconds of the monotonic clock; infinity where that is not known."""
    return tuple(_due(each) for each in handles if each is not None and not field(each, "_cancelled"))


def _due(handle: object) -> float:
    if not is_instance(handle, "asyncio.events", "TimerHandle"):
        return math.inf
    loop: object = field(handle, "_loop")
    clock = class_attribute(type(loop), "time")
    base_loop = loaded_class("asyncio.base_events", "BaseEventLoop")
    if base_loop is None or clock is None or clock[0] is not find(namespace(base_loop), "time"):
        return math.inf  # a loop with a clock of its own
    when = field(handle, "_when")
    return float(when) if type(when) in (float, int) else math.inf
