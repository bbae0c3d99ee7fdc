"""Tasks of asyncio as they are, without its debug mode and without touching them.

Everything is read from attributes of asyncio's own classes; a task of another class of the user's is only looked at
through the base class. A program that has not imported asyncio has no tasks, and the runtime does not import it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextvars import Context
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, NamedTuple

from . import values
from .interpreter import Coroutine, get_referents, is_coroutine
from .looking import class_attribute, instance_dict, is_a, mro


class TaskFact(NamedTuple):
    task: Any
    name: str
    coroutine: Coroutine | None


def task_types() -> tuple[type, ...]:
    """The C and Python implementations of ``asyncio.Task``, as far as they are loaded."""
    module = sys.modules.get("asyncio.tasks")
    found = [getattr(module, name, None) for name in ("Task", "_PyTask", "_CTask")]
    return tuple({each for each in found if isinstance(each, type)})


def is_task(value: object, types: tuple[type, ...]) -> bool:
    """Whether the class of a value is a task class; the value itself is not asked."""
    return any(is_a(value, base) for base in types)


def _base_of(task: object, types: tuple[type, ...]) -> Any:
    return next(base for base in mro(type(task)) if any(base is each for each in types))


def describe(task: object, types: tuple[type, ...]) -> TaskFact:
    base = _base_of(task, types)
    name = base.get_name(task)
    coroutine = base.get_coro(task)
    return TaskFact(
        task,
        name if type(name) is str else values.text(name),
        coroutine if is_coroutine(coroutine) else None,
    )


def all_tasks(objects: Iterable[object]) -> list[TaskFact]:
    """Every task among the given objects (those of the garbage collector) that is not done."""
    types = task_types()
    if not types:
        return []
    known: dict[int, bool] = {}
    tasks: list[TaskFact] = []
    for value in objects:
        kind = id(type(value))
        fits = known.get(kind)
        if fits is None:
            fits = known[kind] = is_task(value, types)
        if fits and not _base_of(value, types).done(value):
            tasks.append(describe(value, types))
    return tasks


def waiter_of(fact: TaskFact) -> object | None:
    """The future a suspended task waits for (``_fut_waiter`` of both implementations)."""
    base = _base_of(fact.task, task_types())
    found = class_attribute(base, "_fut_waiter")
    if found is not None and type(found[0]) in (GetSetDescriptorType, MemberDescriptorType):
        return found[0].__get__(fact.task)
    names = instance_dict(fact.task)
    return None if names is None else names.get("_fut_waiter")


def context_of(task: object) -> Context | None:
    """The context that a task runs in."""
    return _base_of(task, task_types()).get_context(task)


def current_task(objects: Iterable[object] | None = None) -> TaskFact | None:
    """The task that runs in this thread."""
    module = sys.modules.get("asyncio.tasks")
    events_module = sys.modules.get("asyncio.events")
    if module is None or events_module is None:
        return None
    loop = events_module._get_running_loop()
    if loop is None:
        return None
    task = module.current_task(loop)
    return describe(task, task_types()) if task is not None and is_task(task, task_types()) else None


def outcome(task: object, types: tuple[type, ...]) -> str:
    """``pending``, ``finished`` or ``cancelled``."""
    base = _base_of(task, types)
    if not base.done(task):
        return "pending"
    return "cancelled" if base.cancelled(task) else "finished"


def future_of_iterator(value: object) -> object | None:
    """The future behind a ``FutureIter``, the object that ``await future`` delegates to."""
    if type(value).__name__ != "FutureIter":
        return None
    base = getattr(sys.modules.get("asyncio.futures"), "Future", None)
    for referent in get_referents(value):
        if isinstance(base, type) and is_a(referent, base):
            return referent
    return None
