"""What the runtime asks of a library that runs tasks: asyncio, trio. The rest of the runtime knows tasks by this only.

An implementation reads what its library stores and runs none of the program's code; it never imports the library, but
looks whether the program has. anyio is none of them: its tasks are those of the one it runs on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from types import CodeType, FrameType
from typing import Any, NamedTuple, Protocol

from .coroutines import Chain
from .deadlocks import Need
from .interpreter import Coroutine
from .waits import Kind, Wait

LIBRARIES = frozenset(("asyncio", "trio", "outcome", "anyio", "uvloop"))
"""The packages that run tasks, with what they are made of: their frames stand between a task and the code that made it,
awaits it or runs the loop, and they let the program's exceptions pass."""


def of_a_library(module: object) -> bool:
    """Whether a module of that name (``__name__``, which may be anything) is one of them, or inside of one."""
    return type(module) is str and module.partition(".")[0] in LIBRARIES


class TaskFact:
    """A task, of which there may be a million: what it is called is read when somebody asks."""

    __slots__ = ("_name_of", "coroutine", "task")

    def __init__(self, task: Any, coroutine: Coroutine | None, name_of: Callable[[Any], str]) -> None:
        self.task = task
        self.coroutine = coroutine
        """The task's root coroutine."""
        self._name_of = name_of

    @property
    def name(self) -> str:
        return self._name_of(self.task)


class Pending(list[Any]):
    """Tasks that are not done: a class of its own, by which ``unkept_tasks`` knows who has them."""


type Everyone = Callable[[], list[TaskFact]]
"""All tasks, for the few cases that need them."""


class Parent(NamedTuple):
    """The task that opened the group a task is in, and waits for it at the group's end; what such a group is called."""

    task: object
    through: str


class Scheduler(Protocol):
    def await_refusal(self) -> tuple[str, str] | None:
        """Why the debug console cannot await anything inside of its tasks, and what to do instead; None where it can."""
        ...

    def task_types(self) -> tuple[type, ...]:
        """The classes of its tasks; empty while the program has not imported the library."""
        ...

    def describe(self, task: Any) -> TaskFact: ...

    def name_of(self, task: Any) -> str: ...

    def pending_roots(self, tasks: list[Any]) -> tuple[Pending, list[Coroutine]]:
        """Of some tasks, at least one and all of one class: those that are neither done nor internal nor of something that
        is no coroutine, and the root coroutine of each. Asked of every task of a program."""
        ...

    def may_be_stuck(self, tasks: list[Any], roots: list[Coroutine]) -> list[bool]:
        """Which of some pending tasks, all of one class and given with their root coroutines, may be waiting for a task or
        a lock. The others certainly do not. A quick look, for it is asked of every task of a program."""
        ...

    def is_done(self, task: Any) -> bool: ...

    def is_internal(self, task: Any) -> bool:
        """Whether the library made it for itself, in every program."""
        ...

    def outcome(self, task: Any) -> str:
        """``pending``, ``finished`` or ``cancelled``."""
        ...

    def current_task(self) -> Any:
        """The task that runs in this thread; None outside of tasks."""
        ...

    def context_of(self, task: Any) -> Context | None: ...

    def parts_of(self, task: Any) -> list[tuple[str, object]]:
        """What else there is to see in a task, for the variables view."""
        ...

    # --- who waits for what --------------------------------------------------------------------------------------

    def waiter_of(self, task: Any) -> object | None:
        """An object that is made for one wait of the task and stays its own to the end of it; None if it does not wait."""
        ...

    def wait_of(self, chain: Chain, waiter: object | None, everyone: Everyone | None) -> Wait | None:
        """What the leaf of a suspended chain waits for; None if the chain does not wait for anything of this library's."""
        ...

    def behind_leaf(self, leaf: object) -> object:
        """What is awaited, where a chain ends with an iterator that only passes it on."""
        ...

    def possible_awaiters(self, task: Any) -> list[Any]:
        """Tasks of which each may wait for this one, and none of the others does (``parent_of`` aside)."""
        ...

    def parent_of(self, task: Any) -> Parent | None: ...

    def deadline_around(self, task: Any, wait: Wait | None) -> float | None:
        """When a timeout that is no block of the task's own ends its wait: a time of the monotonic clock."""
        ...

    def lock_of(self, manager: object) -> object | None:
        """What a ``with`` block over this object holds, if it is of this library: a lock, a semaphore, a condition's lock."""
        ...

    def lock_text(self, lock: object) -> tuple[Kind, str] | None:
        """``lock`` or ``semaphore``, and how to call one of this library's."""
        ...

    def given_back(self, coroutine: Coroutine) -> object | None:
        """The lock that one of the library's own coroutines has let go for as long as it waits."""
        ...

    def holders_of(self, lock: object) -> list[object] | None:
        """The tasks that have a lock, where the lock itself tells; None where only their ``with`` blocks do."""
        ...

    def need_of_lock(self, lock: object, holders: tuple[int, ...]) -> Need | None:
        """What must go on before a lock is free; None if that is not known, or it is free.

        ``holders``: those known to have it.
        """
        ...

    def timers_of(self, manager: object) -> tuple[float, ...]:
        """When a ``with`` block over this object times out, by the monotonic clock."""
        ...

    # --- its machinery -------------------------------------------------------------------------------------------

    def driver(self, code: CodeType) -> str | None:
        """What to call the run loop, if this is the code of it that resumes tasks."""
        ...

    def shows_created(self, code: CodeType) -> int:
        """If this is the function that makes every task: the events at which the task's coroutine, or the task, shows; else 0.

        ``PY_START``, ``PY_RETURN`` or both.
        """
        ...

    def created(self, frame: FrameType, result: object) -> object | None:
        """The root coroutine of the task that is made in this call of that function, whose result is known at its return."""
        ...

    def counter_of(self, code: CodeType) -> Callable[[], None] | None:
        """If something that keeps time (a loop, a deadline) is made in this function: what to call at each of its starts."""
        ...

    def turns(self, code: CodeType) -> bool:
        """Whether this function is called once for each turn of a run loop."""
        ...

    def shift_clocks(self, since: float) -> list[str]:
        """Takes the time since then (of the monotonic clock) back from every clock or timer; says what it cannot reach."""
        ...
