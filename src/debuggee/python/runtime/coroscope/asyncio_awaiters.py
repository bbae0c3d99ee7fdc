"""Which tasks of asyncio's can be waiting for a future: its end wakes them, so its callbacks lead to them.

Whoever waits for something is called back by it, directly or through the futures of ``gather``, ``shield``, ``wait``, a
task group and the like. So this costs as much as there are waiters, where asking every task what it waits for costs as
much as there are tasks. It finds more than wait, as what a callback closes over is looked at without knowing what for.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import BuiltinFunctionType, CellType, FunctionType, MethodType
from typing import Any

from .asyncio_objects import ANYIO, called_back, is_concurrent_future, is_future
from .asyncio_tasks import is_task, task_types
from .interpreter import get_referents
from .library_objects import field, is_instance

_LIMIT = 10_000
"""More futures between a task and those that wait for it than any program has; a bound for one that has."""


def possible_awaiters(task: object) -> list[object]:
    types = task_types()
    found: list[object] = []
    seen = {id(task): task}
    pending = [task]
    while pending and len(seen) < _LIMIT:
        for callback in called_back(pending.pop()):
            for thing in _held_by(callback):
                if id(thing) in seen:
                    continue
                if is_task(thing, types):
                    found.append(thing)
                elif is_future(thing) or is_concurrent_future(thing):
                    pending.append(thing)
                else:
                    continue
                seen[id(thing)] = thing
    return found


def _held_by(callback: object) -> Iterator[object]:
    """The futures and tasks that a callback has at hand."""
    if type(callback) is FunctionType:
        held: list[object] = [_content(cell) for cell in callback.__closure__ or ()]
    elif type(callback) is MethodType or type(callback) is BuiltinFunctionType:
        held = [callback.__self__]  # what wakes a task is a method of it that nobody sees
    else:
        # asyncio's own wrappers in C, and functools.partial, whose arguments are in a tuple.
        held = get_referents(callback)
        held += [each for inner in held if type(inner) is tuple for each in inner]  # pyright: ignore[reportUnknownVariableType]
    for each in held:
        yield each
        yield from _kept_by(each)


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _kept_by(thing: object) -> Iterator[object]:
    """Who is woken by an object that is no future itself."""
    if is_instance(thing, "asyncio.taskgroups", "TaskGroup"):
        yield field(thing, "_parent_task")
        yield field(thing, "_on_completed_fut")
    elif is_instance(thing, ANYIO, "TaskGroup"):
        yield field(field(thing, "cancel_scope"), "_host_task")
        yield field(thing, "_on_completed_fut")
    else:
        # ``as_completed`` hands on what is done through a queue.
        queue = field(thing, "_done") if is_instance(thing, "asyncio.tasks", "_AsCompletedIterator") else thing
        getters: Any = field(queue, "_getters") if is_instance(queue, "asyncio.queues", "Queue") else None
        yield from getters or ()
