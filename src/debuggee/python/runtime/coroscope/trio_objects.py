"""What trio's own objects store: tasks, nurseries, cancel scopes, clocks. (Tried on trio 0.34.)"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from math import inf
from time import monotonic, perf_counter
from typing import Any

from . import interpreter
from .interpreter import Coroutine, is_coroutine
from .library_objects import field, is_instance, loaded_class, module_of

RUN = "trio._core._run"
SYNC = "trio._sync"


def task_types() -> tuple[type, ...]:
    found = loaded_class(RUN, "Task")
    return () if found is None else (found,)


def is_task(value: object) -> bool:
    return is_instance(value, RUN, "Task")


def name_of(task: object) -> str:
    name = field(task, "name")
    return name if type(name) is str else "task"


def coroutine_of(task: object) -> Coroutine | None:
    found = field(task, "coro")
    return found if is_coroutine(found) else None


def current_task() -> Any:
    """The task that runs in this thread; trio keeps it in a thread's own storage while it is stepped."""
    context = getattr(sys.modules.get("trio._core._run_context"), "GLOBAL_RUN_CONTEXT", None)
    return None if context is None else context.__dict__.get("task")


def parent_task(task: object) -> object | None:
    """The task that opened the nursery a task is in; None for the one that trio begins a run with."""
    return field(field(task, "_parent_nursery"), "_parent_task")


def is_internal(task: object) -> bool:
    """Whether it is one of the two tasks that trio itself has in every run."""
    parent = parent_task(task)
    if parent is None:
        return True
    if parent_task(parent) is not None or field(field(task, "_runner"), "main_task") is task:
        return False
    coroutine = coroutine_of(task)
    frame = interpreter.frame_of(coroutine) if coroutine is not None else None
    return module_of(frame).startswith("trio.")


def children(nursery: object) -> list[object]:
    """The tasks in a nursery that are not done."""
    found: Any = field(nursery, "_children")
    return list(found) if type(found) is set else []  # pyright: ignore[reportUnknownArgumentType]


def scopes_around(task: object) -> Iterator[object]:
    """The cancel scopes whose deadlines end what a task waits for, the innermost first: those of its parents too, up to a shield."""
    status = field(task, "_cancel_status")
    while status is not None:
        scope = field(status, "_scope")
        yield scope
        status = None if field(scope, "_shield") is True else field(status, "_parent")


def task_in(scope: object) -> object | None:
    """A task that stands in a cancel scope and in no other inside of it."""
    tasks: Any = field(field(scope, "_cancel_status"), "_tasks")
    found: list[object] = list(tasks) if type(tasks) is set else []  # pyright: ignore[reportUnknownArgumentType]
    return found[0] if found else None


def deadline_of(scope: object, task: object | None) -> float | None:
    """When a scope is cancelled by the clock of a task's run, as a time of the monotonic clock.

    None if it has no deadline; infinity if its clock is none of trio's own.
    """
    at = field(scope, "_registered_deadline")
    if type(at) not in (float, int) or at == inf:
        return None
    offset = clock_offset(field(field(task, "_runner"), "clock"))
    return inf if offset is None else at - offset - perf_counter() + monotonic()


def clock_offset(clock: object) -> float | None:
    """What trio's ordinary clock adds to ``perf_counter()``; None for any other clock."""
    if type(clock) is not loaded_class(RUN, "SystemClock"):
        return None
    offset = field(clock, "offset")
    return float(offset) if type(offset) in (float, int) else None
