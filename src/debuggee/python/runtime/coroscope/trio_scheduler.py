"""trio as a scheduler. (Its parts: ``trio_objects``, ``trio_waits``, ``trio_clocks``.)"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from types import CodeType, FrameType
from typing import Any

from . import interpreter, trio_objects, trio_waits
from .anyio_waits import borrowers, limiter_need
from .coroutines import Chain
from .deadlocks import Need
from .interpreter import Coroutine
from .library_objects import field, is_instance
from .monitoring import events
from .schedulers import Everyone, Parent, Pending, TaskFact
from .trio_clocks import TrioClocks
from .trio_objects import SYNC, coroutine_of
from .waits import Kind, Wait, deadline_of


class TrioScheduler:
    def __init__(self) -> None:
        self._clocks = TrioClocks()

    def await_refusal(self) -> tuple[str, str] | None:
        why = "trio runs this task, and its run loop cannot be entered a second time from inside of a task, so nothing can be awaited here."
        what_to_do = "Await it in the program, or start a task with 'nursery.start_soon(...)', which runs when the program goes on."
        return why, what_to_do

    def task_types(self) -> tuple[type, ...]:
        return trio_objects.task_types()

    def describe(self, task: Any) -> TaskFact:
        return TaskFact(task, coroutine_of(task), trio_objects.name_of)

    def name_of(self, task: Any) -> str:
        return trio_objects.name_of(task)

    def pending_roots(self, tasks: list[Any]) -> tuple[Pending, list[Coroutine]]:
        pending, roots = Pending(), list[Coroutine]()
        for task in tasks:
            root = None if self.is_done(task) or self.is_internal(task) else coroutine_of(task)
            if root is not None:
                pending.append(task)
                roots.append(root)
        return pending, roots

    def may_be_stuck(self, tasks: list[Any], roots: list[Coroutine]) -> list[bool]:
        return [True] * len(tasks)

    def is_done(self, task: Any) -> bool:
        coroutine = coroutine_of(task)
        return coroutine is None or interpreter.frame_of(coroutine) is None

    def is_internal(self, task: Any) -> bool:
        return trio_objects.is_internal(task)

    def outcome(self, task: Any) -> str:
        """A task of trio's does not keep how it ended: its nursery knows."""
        return "finished" if self.is_done(task) else "pending"

    def current_task(self) -> Any:
        return trio_objects.current_task()

    def context_of(self, task: Any) -> Context | None:
        context = field(task, "context")
        return context if type(context) is Context else None

    def parts_of(self, task: Any) -> list[tuple[str, object]]:
        named = [("nursery", field(task, "_parent_nursery")), ("nurseries", field(task, "_child_nurseries") or None)]
        return [(name, value) for name, value in named if value is not None]

    def waiter_of(self, task: Any) -> object | None:
        """Every wait hands in a function that can abort it, made for that one time."""
        return field(task, "_abort_func") if field(task, "_next_send_fn") is None else None

    def wait_of(self, chain: Chain, waiter: object | None, everyone: Everyone | None) -> Wait | None:
        return trio_waits.wait_of(chain, waiter)

    def behind_leaf(self, leaf: object) -> object:
        return leaf

    def possible_awaiters(self, task: Any) -> list[Any]:
        """A task of trio's is waited for at the end of its nursery only."""
        parent = trio_objects.parent_task(task)
        return [] if parent is None else [parent]

    def parent_of(self, task: Any) -> Parent | None:
        parent = trio_objects.parent_task(task)
        return None if parent is None else Parent(parent, "nursery")

    def deadline_around(self, task: Any, wait: Wait | None) -> float | None:
        own = wait.thing if wait is not None and wait.kind == "timer" else None
        scopes = [each for each in trio_objects.scopes_around(task) if each is not own]
        return deadline_of(at for each in scopes if (at := trio_objects.deadline_of(each, task)) is not None)

    def lock_of(self, manager: object) -> object | None:
        lock = field(manager, "_lock") if is_instance(manager, SYNC, "Condition") else manager
        return None if trio_waits.lock_text(lock) is None else lock

    def lock_text(self, lock: object) -> tuple[Kind, str] | None:
        return trio_waits.lock_text(lock)

    def given_back(self, coroutine: Coroutine) -> object | None:
        return None  # its locks tell who has them

    def holders_of(self, lock: object) -> list[object] | None:
        if is_instance(lock, SYNC, "CapacityLimiter"):
            return borrowers(lock)
        if not is_instance(lock, SYNC, "_LockImpl"):
            return None
        owner = field(lock, "_owner")
        return [] if owner is None else [owner]

    def need_of_lock(self, lock: object, holders: tuple[int, ...]) -> Need | None:
        if is_instance(lock, SYNC, "CapacityLimiter"):
            return limiter_need(lock, holders)
        if is_instance(lock, SYNC, "Semaphore"):
            # Only a bounded one says how many may hold it; another may be released by whoever never acquired it.
            bound = field(lock, "_max_value")
            all_known = field(lock, "_value") == 0 and type(bound) is int and len(holders) == bound
            return Need(holders, True) if all_known else None
        return Need(holders) if holders and is_instance(lock, SYNC, "_LockImpl") else None

    def timers_of(self, manager: object) -> tuple[float, ...]:
        return ()  # they are counted with those of its parents, in ``deadline_around``

    def driver(self, code: CodeType) -> str | None:
        return (
            "trio's run loop" if code.co_qualname == "unrolled_run" and code.co_filename.endswith("_run.py") else None
        )

    def shows_created(self, code: CodeType) -> int:
        is_it = code.co_qualname == "Runner.spawn_impl" and code.co_filename.endswith("_run.py")
        return events.PY_RETURN if is_it else 0  # it makes the coroutine itself

    def created(self, frame: FrameType, result: object) -> object | None:
        return coroutine_of(result) if trio_objects.is_task(result) else None

    def counter_of(self, code: CodeType) -> Callable[[], None] | None:
        return self._clocks.counter_of(code)

    def turns(self, code: CodeType) -> bool:
        # What asks the system for events, for each of the systems; the loop itself is a generator that begins once.
        return code.co_name == "get_events" and "trio/_core/_io_" in code.co_filename.replace("\\", "/")

    def shift_clocks(self, since: float) -> list[str]:
        return self._clocks.shift(since)
