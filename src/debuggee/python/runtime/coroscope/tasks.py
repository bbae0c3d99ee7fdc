"""The tasks of the program, whichever scheduler they belong to. A program without any has none, and nothing is imported."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from contextvars import Context
from itertools import compress
from types import CodeType
from typing import Any, Final

from .asyncio_scheduler import AsyncioScheduler
from .deadlocks import Need
from .interpreter import Coroutine
from .library_objects import family, instances
from .looking import class_of, mro
from .schedulers import Parent, Pending, Scheduler, TaskFact
from .snapshots import Sifted, sifted
from .trio_scheduler import TrioScheduler
from .waits import Kind, Wait

SCHEDULERS: Final[tuple[Scheduler, ...]] = (TrioScheduler(), AsyncioScheduler())
"""trio first: it can be a guest of another's loop, and its tasks then run inside that one's callbacks."""


def task_types() -> tuple[type, ...]:
    """The classes of tasks, of the schedulers that the program has imported."""
    return tuple(each for scheduler in SCHEDULERS for each in scheduler.task_types())


def is_task(value: object, types: tuple[type, ...]) -> bool:
    """Whether the class of a value is a task class; the value itself is not asked, nor is a metaclass."""
    return any(base is each for base in mro(type(value)) for each in types)


def _scheduler_of(task: object) -> Scheduler:
    return next(scheduler for scheduler in SCHEDULERS if is_task(task, scheduler.task_types()))


def describe(task: object, types: tuple[type, ...]) -> TaskFact:
    return _scheduler_of(task).describe(task)


def coroutines_and_tasks() -> Sifted:
    """Every coroutine and every task of the program, done or not: one look at each of its objects."""
    return sifted(gc.get_objects(), family(*task_types()))


def all_tasks() -> list[TaskFact]:
    """Every task that is not done, in whatever thread."""
    return [fact for task in instances(*task_types()) if (fact := pending(task)) is not None]


class TasksByRoot:
    """The tasks that are not done, by their root coroutines. There may be a million: each is described when asked for."""

    def __init__(self, found: Sifted) -> None:
        """``found``: that of ``coroutines_and_tasks``."""
        self.parts: list[tuple[Scheduler, Pending, list[Coroutine]]] = []
        """Of each class that has any, the tasks beside their root coroutines."""
        self._known: set[Coroutine] | None = None
        for members in by_class(found.others):
            scheduler = next((each for each in SCHEDULERS if is_task(members[0], each.task_types())), None)
            if scheduler is not None:
                pending_, roots = scheduler.pending_roots(members)
                if roots:
                    self.parts.append((scheduler, pending_, roots))

    def __contains__(self, root: Coroutine) -> bool:
        if self._known is None:
            self._known = {each for _, _, roots in self.parts for each in roots}
        return root in self._known

    def get(self, root: Coroutine) -> TaskFact | None:
        return self.among([root]).get(root)

    def among(self, wanted: Iterable[Coroutine]) -> dict[Coroutine, TaskFact]:
        """The tasks of some coroutines, each described. One pass over all roots, which is quick, for all that are wanted."""
        one_of = frozenset(wanted).__contains__
        found: dict[Coroutine, TaskFact] = {}
        for scheduler, pending_, roots in self.parts:
            which = list(map(one_of, roots))
            for root, task in zip(compress(roots, which), compress(pending_, which), strict=True):
                found[root] = scheduler.describe(task)
        return found


def by_class(values: list[Any]) -> list[list[Any]]:
    """The same, those of each class by themselves."""
    addresses = list(map(id, map(class_of, values)))
    different = set(addresses)
    if len(different) == 1:
        return [values]
    return [[value for value, at in zip(values, addresses, strict=True) if at == each] for each in different]


def rooted_in(coroutines: list[Coroutine]) -> dict[Coroutine, TaskFact]:
    """The tasks, not done, of some coroutines: one pass of the garbage collector over all objects, in C."""
    types = task_types()
    referrers = gc.get_referrers(*coroutines) if types and coroutines else []
    facts = [fact for each in referrers if is_task(each, types) and (fact := pending(each)) is not None]
    return {
        fact.coroutine: fact for fact in facts if any(fact.coroutine is each for each in coroutines) and fact.coroutine
    }


def any_scheduler() -> bool:
    """Whether the program has imported one at all."""
    return any(scheduler.task_types() for scheduler in SCHEDULERS)


def current_task() -> TaskFact | None:
    """The task that runs in this thread."""
    for scheduler in SCHEDULERS:
        task = scheduler.current_task()
        if task is not None:
            return scheduler.describe(task)
    return None


def await_refusal() -> tuple[str, str] | None:
    """Why the debug console cannot await anything in the task that runs in this thread, and what to do; None if it can."""
    return next((each.await_refusal() for each in SCHEDULERS if each.current_task() is not None), None)


def waiter_of(fact: TaskFact) -> object | None:
    """An object that stands for the wait a task is in: as long as it is the same one, the task has not moved."""
    return _scheduler_of(fact.task).waiter_of(fact.task)


def context_of(task: object) -> Context | None:
    """The context that a task runs in."""
    return _scheduler_of(task).context_of(task)


def outcome(task: object, types: tuple[type, ...]) -> str:
    """``pending``, ``finished`` or ``cancelled``."""
    return _scheduler_of(task).outcome(task)


def parts_of(task: object) -> list[tuple[str, object]]:
    """What else there is to see in a task."""
    return _scheduler_of(task).parts_of(task)


def pending(task: object) -> TaskFact | None:
    """As ``describe``; None for a task that is done, or one of the scheduler's own."""
    scheduler = _scheduler_of(task)
    return None if scheduler.is_done(task) or scheduler.is_internal(task) else scheduler.describe(task)


def possible_awaiters(task: object) -> list[object]:
    """Tasks of which each may wait for this one, and none of the others does (``parent_of`` aside)."""
    return _scheduler_of(task).possible_awaiters(task)


def parent_of(task: object) -> Parent | None:
    """The task that waits for this one at the end of a task group or nursery, and what leads there."""
    return _scheduler_of(task).parent_of(task)


def is_internal(task: object) -> bool:
    """Whether it is one of the scheduler's own, which the program did not start."""
    return _scheduler_of(task).is_internal(task)


def deadline_around(task: object, wait: Wait | None) -> float | None:
    """When a timeout outside of the task's own blocks ends its wait."""
    return _scheduler_of(task).deadline_around(task, wait)


def behind_leaf(leaf: object) -> object:
    """What is awaited, where a chain ends with an iterator that only passes it on."""
    for scheduler in SCHEDULERS:
        found = scheduler.behind_leaf(leaf)
        if found is not leaf:
            return found
    return leaf


def lock_of(manager: object) -> object | None:
    """What a ``with`` block over this object holds: a lock, a semaphore, a condition's lock; None if it is none of those."""
    return next((lock for each in SCHEDULERS if (lock := each.lock_of(manager)) is not None), None)


def lock_text(lock: object) -> tuple[Kind, str] | None:
    """``lock`` or ``semaphore``, and how to call it."""
    return next((text for each in SCHEDULERS if (text := each.lock_text(lock)) is not None), None)


def given_back(coroutine: Coroutine) -> object | None:
    """The lock that a library's coroutine has let go for as long as it waits."""
    return next((lock for each in SCHEDULERS if (lock := each.given_back(coroutine)) is not None), None)


def holders_of(lock: object) -> list[object] | None:
    """The tasks that have a lock, where the lock itself tells; None where only their ``with`` blocks do."""
    return next((holders for each in SCHEDULERS if (holders := each.holders_of(lock)) is not None), None)


def need_of_lock(lock: object, holders: tuple[int, ...]) -> Need | None:
    """What must go on before a lock is free; None if that is not known, or it is free. ``holders``: those known to have it."""
    return next((need for each in SCHEDULERS if (need := each.need_of_lock(lock, holders)) is not None), None)


def timers_of(manager: object) -> tuple[float, ...]:
    """When a ``with`` block over this object times out, by the monotonic clock."""
    return tuple(at for each in SCHEDULERS for at in each.timers_of(manager))


def driver(code: CodeType) -> str | None:
    """What to call the run loop, if this is the code that resumes tasks."""
    return next((name for each in SCHEDULERS if (name := each.driver(code)) is not None), None)


def shows_created(code: CodeType) -> int:
    """If this is where a scheduler makes its tasks: the events (``PY_START``, ``PY_RETURN``) at which one shows; else 0."""
    return next((at for each in SCHEDULERS if (at := each.shows_created(code))), 0)


def counter_of(code: CodeType) -> Callable[[], None] | None:
    """What to call at each start of this function, in which something is made that keeps time; None for any other."""
    return next((counter for each in SCHEDULERS if (counter := each.counter_of(code)) is not None), None)


def turns(code: CodeType) -> bool:
    """Whether this function is called once for each turn of a run loop."""
    return any(each.turns(code) for each in SCHEDULERS)


def maker_of(code: CodeType) -> Scheduler | None:
    """The scheduler that makes its tasks in this function."""
    return next((each for each in SCHEDULERS if each.shows_created(code)), None)
