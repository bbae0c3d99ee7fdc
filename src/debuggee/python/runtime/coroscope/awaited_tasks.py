"""Into which coroutines a step goes at an ``await`` of tasks: those that the waiting task waits for.

Through ``gather``, ``wait``, ``shield``, a task group's end and the like; the first one that runs is stepped into.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from . import awaited_by, interpreter, tasks
from .coroutines import chain_of
from .interpreter import Coroutine


def awaited_coroutines(task: object, is_of_interest: Callable[[CodeType], bool]) -> list[Coroutine] | None:
    """Where the tasks that ``task`` waits for stand: the innermost coroutine of interest of each. None while it runs still."""
    types = tasks.task_types()
    fact = tasks.describe(task, types)
    if fact.coroutine is None or not interpreter.is_suspended(fact.coroutine):
        return None
    wait = awaited_by.wait_of_task(fact, tasks.all_tasks)
    found: list[Coroutine] = []
    for future in wait.futures if wait is not None else ():
        root = tasks.describe(future, types).coroutine if tasks.is_task(future, types) else None
        if root is not None:
            chain = chain_of(root).coroutines
            own = [each for each in chain if is_of_interest(interpreter.code_of(each))]
            found.append((own or [root])[-1])
    return found
