"""Pending tasks that nothing in the program refers to: an event loop keeps weak references only, so they may vanish.

What leads to such a task is nothing but what it waits for (the callback that wakes it) and its own coroutines. Each
reference to it is accounted for: if ``sys.getrefcount`` knows of one more than the garbage collector's lists show (a local
of a running function, something in C), or if what refers to it is not recognised, it counts as kept. So there may be one
that is not told, and none that is told wrongly. Only for a program that stands still.
"""

from __future__ import annotations

import gc
import sys
from operator import is_
from types import BuiltinMethodType, FrameType, MethodType
from typing import Any

from . import asyncio_tasks, frame_locals, tasks
from .coroutines import chain_of
from .interpreter import get_referents
from .library_objects import is_instance
from .looking import class_module, class_of, instance_dict
from .schedulers import Pending, TaskFact

LIMIT = 100
"""Tasks that are looked at: the cost of each grows with all objects of the program."""

_COUNTS_EXACTLY = getattr(sys, "_is_gil_enabled", lambda: True)()
"""Without the GIL, reference counts are split over threads and not to be had."""


def unkept(pending: list[Any]) -> list[Any]:
    """Those of some pending tasks that nothing keeps. ``pending`` must be the only list of the runtime's that has them."""
    if not _COUNTS_EXACTLY or not pending:
        return []
    frame_locals.forget_snapshots()
    probe = [object()]
    unheld = sys.getrefcount(probe[0])
    wanted = {id(task): index for index, task in enumerate(pending)}
    unseen = [sys.getrefcount(pending[index]) - unheld for index in range(len(pending))]
    kept = [False] * len(pending)
    own = [_own_objects(pending[index]) for index in range(len(pending))]
    for referrer in gc.get_referrers(*pending):
        if referrer is pending or _is_same(referrer, pending) or type(referrer) is FrameType:
            continue
        for referent in get_referents(referrer):
            index = wanted.get(id(referent))
            if index is None:
                continue
            unseen[index] -= 1
            is_ours = type(referrer) is TaskFact or type(referrer) is Pending
            if not is_ours and not _wakes(referrer, referent) and id(referrer) not in own[index]:
                kept[index] = True
    return [pending[index] for index in range(len(pending)) if not kept[index] and unseen[index] == 0]


def _is_same(referrer: Any, pending: list[Any]) -> bool:
    """Whether it is the tuple of arguments of the very call that looks for referrers, which 3.14 lists."""
    return type(referrer) is tuple and len(referrer) == len(pending) and all(map(is_, referrer, pending))  # pyright: ignore[reportUnknownArgumentType]


def _wakes(referrer: Any, task: object) -> bool:
    """Whether something is the callback that steps or wakes a task."""
    is_method = type(referrer) is MethodType or type(referrer) is BuiltinMethodType
    return (is_method or class_module(class_of(referrer)) == "_asyncio") and getattr(referrer, "__self__", None) is task


def _own_objects(task: Any) -> set[int]:
    """The addresses of a task's own coroutines, of the timeouts and task groups that are in use in them, and of the future
    it waits for: from 3.14 that refers to who awaits it, or to a set of them."""
    fact = tasks.describe(task, asyncio_tasks.task_types())
    root = fact.coroutine
    waiter = asyncio_tasks.waiter_of(task)
    found: set[int] = {id(waiter)}
    found.update(id(each) for each in get_referents(waiter) if class_of(each) is set)
    for coroutine in chain_of(root).coroutines if root is not None else ():
        found.add(id(coroutine))
        for value in get_referents(coroutine):
            # Up to 3.13 the evaluation stack has the bound ``__aexit__`` of an open block.
            found.update(_addresses_of_block(value.__self__ if type(value) is MethodType else value))
    frame_locals.forget_snapshots()
    return found


def _addresses_of_block(value: Any) -> list[int]:
    """Those of a timeout or task group: they refer to the task they are used in."""
    if is_instance(value, "asyncio.timeouts", "Timeout") or is_instance(value, "asyncio.taskgroups", "TaskGroup"):
        return [id(value), id(instance_dict(value))]
    return []
