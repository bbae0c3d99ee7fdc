"""Who waits for a task, in whatever loop and thread."""

from __future__ import annotations

from . import tasks, waiting
from .asyncio_objects import one_look
from .coroutines import chain_of
from .schedulers import Everyone, TaskFact
from .waits import Wait


def awaiters(task: object, everyone: Everyone) -> list[TaskFact]:
    """The tasks that wait for a task, directly or through gather, wait, shield, groups and the like.

    One that only stands in the body of a task group, and will wait for its tasks at its end, comes last.
    """
    if tasks.pending(task) is None:
        return []
    found: list[TaskFact] = []
    with one_look():
        for each in tasks.possible_awaiters(task):
            fact = tasks.pending(each)
            wait = wait_of_task(fact, everyone) if fact is not None else None
            if fact is not None and wait is not None and any(awaited is task for awaited in wait.futures):
                found.append(fact)
    parent = tasks.parent_of(task)
    if parent is not None and not any(fact.task is parent.task for fact in found):
        by = tasks.pending(parent.task) if tasks.is_task(parent.task, tasks.task_types()) else None
        if by is not None:
            found.append(by)
    return found


def wait_of_task(fact: TaskFact, everyone: Everyone) -> Wait | None:
    """What a task waits for; None while it runs or its coroutine is of no known kind."""
    if fact.coroutine is None:
        return None
    waiter = tasks.waiter_of(fact)
    return waiting.wait_of(chain_of(fact.coroutine), waiter, everyone)
