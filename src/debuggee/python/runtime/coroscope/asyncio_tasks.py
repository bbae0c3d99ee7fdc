"""Tasks of asyncio as they are, without its debug mode and without touching them.

Everything is read from attributes of asyncio's own classes; a task of another class of the user's is only looked at
through the base class. A program that has not imported asyncio has no tasks, and the runtime does not import it.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

from . import values
from .interpreter import get_referents
from .looking import class_attribute, class_module, instance_dict, is_a, mro


def task_types() -> tuple[type, ...]:
    """The C and Python implementations of ``asyncio.Task``, as far as they are loaded."""
    module = sys.modules.get("asyncio.tasks")
    if module is None:
        return ()
    names = module.__dict__
    found = (names.get("Task"), names.get("_PyTask"), names.get("_CTask"))
    return tuple([each for each in found if isinstance(each, type)])


def is_task(value: object, types: tuple[type, ...]) -> bool:
    """Whether the class of a value is a task class; the value itself is not asked."""
    return any(is_a(value, base) for base in types)


_plain: type | None = None
"""The class written in C, which nearly all tasks are of, once one was seen: there may be a million of them to ask."""


def base_of(task: object) -> Any:
    """asyncio's own class of a task, through which alone it is asked for anything."""
    global _plain
    kind = type(task)
    if kind is _plain:
        return kind
    types = task_types()
    if kind is types[0] and class_module(kind) == "_asyncio":
        _plain = kind
    return kind if kind is types[0] else next(base for base in mro(kind) if any(base is each for each in types))


def name_of(task: object) -> str:
    name = base_of(task).get_name(task)
    return name if type(name) is str else values.text(name)


def waiter_of(task: object) -> object | None:
    """The future a suspended task waits for (``_fut_waiter`` of both implementations)."""
    found = class_attribute(base_of(task), "_fut_waiter")
    if found is not None and type(found[0]) in (GetSetDescriptorType, MemberDescriptorType):
        return found[0].__get__(task)
    names = instance_dict(task)
    return None if names is None else names.get("_fut_waiter")


def waiters_of(tasks: list[Any]) -> list[object | None]:
    """As ``waiter_of``, for tasks that are all of one class."""
    if type(tasks[0]) is _plain:
        return list(map(attrgetter("_fut_waiter"), tasks))
    return list(map(waiter_of, tasks))


def current_task() -> Any:
    """The task that runs in this thread."""
    module = sys.modules.get("asyncio.tasks")
    events_module = sys.modules.get("asyncio.events")
    if module is None or events_module is None:
        return None
    loop = events_module._get_running_loop()
    task = None if loop is None else module.current_task(loop)
    return task if is_task(task, task_types()) else None


def future_of_iterator(value: object) -> object | None:
    """The future behind a ``FutureIter``, the object that ``await future`` delegates to."""
    if type(value).__name__ != "FutureIter":
        return None
    base = getattr(sys.modules.get("asyncio.futures"), "Future", None)
    for referent in get_referents(value):
        if isinstance(base, type) and is_a(referent, base):
            return referent
    return None
