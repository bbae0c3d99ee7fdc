"""asyncio as a scheduler. (Its parts: ``asyncio_tasks``, ``asyncio_waiting``, ``asyncio_objects``, ``asyncio_clocks``.)"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from itertools import filterfalse
from types import CodeType, FrameType
from typing import Any

from . import (
    anyio_waits,
    asyncio_awaiters,
    asyncio_suspicion,
    asyncio_tasks,
    asyncio_waiting,
    asyncio_waits,
    frame_locals,
    interpreter,
)
from .asyncio_clocks import AsyncioClocks
from .asyncio_objects import ANYIO, group_parent, running, timer_of
from .coroutines import Chain
from .deadlocks import Need
from .interpreter import Coroutine, is_coroutine
from .library_objects import field, is_instance, module_of
from .monitoring import events
from .schedulers import Everyone, Parent, Pending, TaskFact
from .waits import Kind, Wait

_LOCKS = "asyncio.locks"


class AsyncioScheduler:
    def __init__(self) -> None:
        self._clocks = AsyncioClocks()

    def await_refusal(self) -> tuple[str, str] | None:
        return None

    def task_types(self) -> tuple[type, ...]:
        return asyncio_tasks.task_types()

    def describe(self, task: Any) -> TaskFact:
        coroutine = asyncio_tasks.base_of(task).get_coro(task)
        return TaskFact(task, coroutine if is_coroutine(coroutine) else None, asyncio_tasks.name_of)

    def name_of(self, task: Any) -> str:
        return asyncio_tasks.name_of(task)

    def pending_roots(self, tasks: list[Any]) -> tuple[Pending, list[Coroutine]]:
        base = asyncio_tasks.base_of(tasks[0])
        pending = Pending(filterfalse(base.done, tasks))
        roots: list[Any] = list(map(base.get_coro, pending))
        if interpreter.are_coroutines(roots):
            return pending, roots
        both = [(task, root) for task, root in zip(pending, roots, strict=True) if is_coroutine(root)]
        return Pending(task for task, _ in both), [root for _, root in both]

    def may_be_stuck(self, tasks: list[Any], roots: list[Coroutine]) -> list[bool]:
        suspicion = asyncio_suspicion.Suspicion()
        return [
            suspicion.falls_on(root, waiter)
            for root, waiter in zip(roots, asyncio_tasks.waiters_of(tasks), strict=True)
        ]

    def is_done(self, task: Any) -> bool:
        return asyncio_tasks.base_of(task).done(task)

    def is_internal(self, task: Any) -> bool:
        return False

    def outcome(self, task: Any) -> str:
        base = asyncio_tasks.base_of(task)
        if not base.done(task):
            return "pending"
        return "cancelled" if base.cancelled(task) else "finished"

    def current_task(self) -> Any:
        return asyncio_tasks.current_task()

    def context_of(self, task: Any) -> Context | None:
        return asyncio_tasks.base_of(task).get_context(task)

    def parts_of(self, task: Any) -> list[tuple[str, object]]:
        return []

    def waiter_of(self, task: Any) -> object | None:
        return asyncio_tasks.waiter_of(task)

    def wait_of(self, chain: Chain, waiter: object | None, everyone: Everyone | None) -> Wait | None:
        return asyncio_waiting.wait_of(chain, waiter, everyone)

    def behind_leaf(self, leaf: object) -> object:
        future = asyncio_tasks.future_of_iterator(leaf)
        return leaf if future is None else future

    def possible_awaiters(self, task: Any) -> list[Any]:
        return asyncio_awaiters.possible_awaiters(task)

    def parent_of(self, task: Any) -> Parent | None:
        parent = group_parent(task)
        return None if parent is None else Parent(parent, "TaskGroup")

    def deadline_around(self, task: Any, wait: Wait | None) -> float | None:
        return None  # its timeouts are blocks of the task's own

    def lock_of(self, manager: object) -> object | None:
        lock = field(manager, "_lock") if is_instance(manager, _LOCKS, "Condition") else manager
        return None if asyncio_waits.lock_text(lock) is None else lock

    def lock_text(self, lock: object) -> tuple[Kind, str] | None:
        return asyncio_waits.lock_text(lock)

    def given_back(self, coroutine: Coroutine) -> object | None:
        if interpreter.code_of(coroutine).co_qualname != "Condition.wait":
            return None
        frame = interpreter.frame_of(coroutine)
        if frame is None or module_of(frame) != _LOCKS:
            return None
        return field(frame_locals.names_of(frame).get("self"), "_lock")

    def holders_of(self, lock: object) -> list[object] | None:
        """asyncio's own do not tell; anyio's do."""
        if is_instance(lock, ANYIO, "CapacityLimiter"):
            return anyio_waits.borrowers(lock)
        if not is_instance(lock, ANYIO, "Lock"):
            return None
        owner = field(lock, "_owner_task")
        return [] if owner is None else [owner]

    def need_of_lock(self, lock: object, holders: tuple[int, ...]) -> Need | None:
        """A lock of asyncio's own without a ``with`` block may be let go by anybody."""
        if is_instance(lock, ANYIO, "CapacityLimiter"):
            return anyio_waits.limiter_need(lock, holders)
        if is_instance(lock, _LOCKS, "Semaphore"):
            # Only a bounded one says how many may hold it; another may be released by whoever never acquired it.
            bound = field(lock, "_bound_value")
            all_known = field(lock, "_value") == 0 and type(bound) is int and len(holders) == bound
            return Need(holders, True) if all_known else None
        taken = (
            field(lock, "_locked") is True if is_instance(lock, _LOCKS, "Lock") else is_instance(lock, ANYIO, "Lock")
        )
        return Need(holders) if holders and taken else None

    def timers_of(self, manager: object) -> tuple[float, ...]:
        return running(timer_of(manager))

    def driver(self, code: CodeType) -> str | None:
        runs_handles = code.co_qualname == "Handle._run" and code.co_filename.endswith("events.py")
        return "the asyncio event loop" if runs_handles else None

    def shows_created(self, code: CodeType) -> int:
        # An eager task runs before it is returned; what it is called shows in the task alone.
        return events.PY_START | events.PY_RETURN if code.co_qualname == "BaseEventLoop.create_task" else 0

    def created(self, frame: FrameType, result: object) -> object | None:
        return frame.f_locals.get("coro") if frame.f_code.co_qualname == "BaseEventLoop.create_task" else None

    def counter_of(self, code: CodeType) -> Callable[[], None] | None:
        return self._clocks.counter_of(code)

    def turns(self, code: CodeType) -> bool:
        return code.co_qualname == "BaseEventLoop._run_once" and code.co_filename.endswith("base_events.py")

    def shift_clocks(self, since: float) -> list[str]:
        return self._clocks.shift(since)
