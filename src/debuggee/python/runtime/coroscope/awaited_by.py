"""Who waits for which task, over all loops in all threads."""

from __future__ import annotations

from . import tasks, waiting
from .asyncio_objects import one_look
from .coroutines import chain_of
from .schedulers import TaskFact
from .waits import Wait


def awaiters(everyone: list[TaskFact]) -> dict[int, list[TaskFact]]:
    """From ``id(task)`` to the tasks that wait for it, directly or through gather, wait, shield, groups and the like.

    Those that only stand in the body of a task group, and will wait for its tasks at its end, come last.
    """
    by_task = {id(fact.task): fact for fact in everyone}
    result: dict[int, list[TaskFact]] = {}
    known: set[tuple[int, int]] = set()

    def add(awaited: object, by: TaskFact) -> None:
        pair = id(awaited), id(by.task)
        if id(awaited) in by_task and pair not in known:
            known.add(pair)
            result.setdefault(id(awaited), []).append(by)

    with one_look():
        for fact in everyone:
            wait = wait_of_task(fact, everyone)
            for awaited in wait.futures if wait is not None else ():
                add(awaited, fact)
    for fact in everyone:
        parent = tasks.parent_of(fact.task)
        by = by_task.get(id(parent.task)) if parent is not None else None
        if by is not None:
            add(fact.task, by)
    return result


def wait_of_task(fact: TaskFact, everyone: list[TaskFact]) -> Wait | None:
    """What a task waits for; None while it runs or its coroutine is of no known kind."""
    if fact.coroutine is None:
        return None
    waiter = tasks.waiter_of(fact)
    return waiting.wait_of(chain_of(fact.coroutine), waiter, everyone)
