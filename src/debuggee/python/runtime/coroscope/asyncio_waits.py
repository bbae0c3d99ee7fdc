"""asyncio's own coroutines, by module and name, and what each of them waits for: its locals hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import anyio_waits, asyncio_tasks, frame_locals, interpreter, values, waits
from .asyncio_objects import ANYIO, completion_of, group_tasks, is_done, members, running
from .coroutines import Chain
from .interpreter import Coroutine
from .library_objects import field, is_instance, module_of
from .schedulers import Everyone
from .waits import Kind, Known, Names, Wait, class_name, filled, of_self


def counted(through: str, everyone: list[object], pending: list[object]) -> str:
    types = asyncio_tasks.task_types()
    if len(everyone) == 1 and pending:
        first = pending[0]
        return waits.counted(
            through, [asyncio_tasks.name_of(first) if asyncio_tasks.is_task(first, types) else "1 future"], 1
        )
    return waits.counted(through, [""] * sum(1 for each in everyone if not is_done(each)), len(everyone))


def _sleep(names: Names, future: object | None) -> Wait | None:
    handle = names.get("h")
    return None if handle is None else Wait("timer", "sleep", handle, timers=running(handle))


def _next_round(names: Names, future: object | None) -> Wait:
    return Wait("ready", "the loop's next round")


def _wait(names: Names, future: object | None) -> Wait | None:
    waited: Any = names.get("fs")
    if type(waited) is not set:
        return None
    futures: list[object] = list(waited)  # pyright: ignore[reportUnknownArgumentType]
    any_of = names.get("return_when") != "ALL_COMPLETED"
    name = counted("wait for the first" if any_of else "wait", futures, members(futures))
    timer = running(names.get("timeout_handle"))
    return Wait("tasks", name, future, tuple(members(futures)), any_of, "wait", timer)


def _cancel_and_wait(names: Names, future: object | None) -> Wait:
    inner: list[object] = [names.get("fut")]
    return Wait("tasks", counted("wait_for", inner, members(inner)), future, tuple(members(inner)), through="wait_for")


def _as_completed(names: Names, future: object | None) -> Wait | None:
    iterator = names.get("self")
    return _first_of(field(iterator, "_todo"), field(iterator, "_timeout_handle"))


def _as_completed_of_3_12(names: Names, future: object | None) -> Wait:
    return Wait("other", "as_completed", names.get("done"))


def as_completed_by_callbacks(done: object, everyone: Everyone) -> Wait | None:
    for fact in everyone():
        found = completion_of(fact.task, done)
        if found is not None:
            return _first_of(*found)
    return None


def _first_of(todo: object | None, timer: object | None) -> Wait | None:
    if type(todo) is not set:
        return None
    pending: list[object] = list(todo)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    name = counted("as_completed", pending, members(pending))
    return Wait("tasks", name, None, tuple(members(pending)), True, "as_completed", running(timer))


def _task_group(names: Names, future: object | None) -> Wait | None:
    group = names.get("self")
    inside = group_tasks(group)
    return Wait(
        "tasks", counted("TaskGroup", inside, members(inside)), group, tuple(members(inside)), False, "TaskGroup"
    )


def _semaphore(thing: object) -> str:
    return f"{class_name(thing)} ({field(thing, '_value')} left)"


def _queue(action: str) -> Callable[[object], str]:
    def describe(thing: object) -> str:
        if action == "join":
            return f"Queue.join ({field(thing, '_unfinished_tasks')} unfinished)"
        return filled(f"{class_name(thing)}.{action}", field(thing, "_queue"), field(thing, "_maxsize"))

    return describe


def _queue_wait(action: str) -> Known:
    return of_self("queue", _queue(action), action)


def lock_text(lock: object) -> tuple[Kind, str] | None:
    """``lock`` or ``semaphore``, and how to call it; None if it is neither of asyncio's nor of anyio's on it."""
    for module in ("asyncio.locks", ANYIO):
        if is_instance(lock, module, "Semaphore"):
            return "semaphore", _semaphore(lock)
        if is_instance(lock, module, "Lock"):
            return "lock", class_name(lock)
    return ("semaphore", anyio_waits.limiter_text(lock)) if is_instance(lock, ANYIO, "CapacityLimiter") else None


def _barrier(thing: object) -> str:
    return f"Barrier ({field(thing, '_count')} of {field(thing, '_parties')})"


def _to_thread(names: Names, future: object | None) -> Wait:
    return Wait("thread", f"a thread that runs {values.text(names.get('func'), 60)}", future)


def _process(names: Names, future: object | None) -> Wait:
    process = names.get("self")
    return Wait("process", f"process {field(process, 'pid')}", process)


_LOCK = of_self("lock", class_name)
_CONDITION = of_self("condition", class_name)
_KNOWN: dict[tuple[str, str], Known] = {
    ("asyncio.tasks", "sleep"): _sleep,
    ("asyncio.tasks", "__sleep0"): _next_round,
    ("asyncio.tasks", "_wait"): _wait,
    ("asyncio.tasks", "_cancel_and_wait"): _cancel_and_wait,
    ("asyncio.tasks", "_AsCompletedIterator._wait_for_one"): _as_completed,
    ("asyncio.tasks", "as_completed.<locals>._wait_for_one"): _as_completed_of_3_12,
    ("asyncio.taskgroups", "TaskGroup.__aexit__"): _task_group,
    ("asyncio.locks", "Lock.acquire"): _LOCK,
    ("asyncio.locks", "Condition.wait"): _CONDITION,
    ("asyncio.locks", "Semaphore.acquire"): of_self("semaphore", _semaphore),
    ("asyncio.locks", "Event.wait"): of_self("event", class_name),
    ("asyncio.locks", "Barrier.wait"): of_self("barrier", _barrier),
    ("asyncio.queues", "Queue.get"): _queue_wait("get"),
    ("asyncio.queues", "Queue.put"): _queue_wait("put"),
    ("asyncio.queues", "Queue.join"): _queue_wait("join"),
    ("asyncio.streams", "StreamReader._wait_for_data"): of_self("io", lambda thing: "data on a StreamReader"),
    ("asyncio.streams", "StreamWriter.drain"): of_self("io", lambda thing: "room in a StreamWriter"),
    ("asyncio.streams", "StreamWriter.wait_closed"): of_self("io", lambda thing: "the end of a StreamWriter"),
    ("asyncio.base_events", "Server.serve_forever"): of_self("io", lambda thing: "connections of a Server"),
    ("asyncio.threads", "to_thread"): _to_thread,
    ("asyncio.subprocess", "Process.wait"): _process,
    (ANYIO, "TaskGroup.__aexit__"): _task_group,
    (ANYIO, "Lock.acquire"): _LOCK,
    (ANYIO, "Semaphore.acquire"): of_self("semaphore", _semaphore),
    (ANYIO, "CapacityLimiter.acquire_on_behalf_of"): of_self("semaphore", anyio_waits.limiter_text),
    (ANYIO, "AsyncIOBackend.run_sync_in_worker_thread"): _to_thread,
    **anyio_waits.KNOWN,
}


_ALONE = {
    ("asyncio.tasks", "sleep"),
    ("asyncio.tasks", "__sleep0"),
    ("asyncio.locks", "Condition.wait"),
    ("asyncio.locks", "Event.wait"),
    ("asyncio.locks", "Barrier.wait"),
    ("asyncio.queues", "Queue.get"),
    ("asyncio.queues", "Queue.put"),
    ("asyncio.queues", "Queue.join"),
    ("asyncio.streams", "StreamReader._wait_for_data"),
    ("asyncio.streams", "StreamWriter.drain"),
    ("asyncio.streams", "StreamWriter.wait_closed"),
    ("asyncio.base_events", "Server.serve_forever"),
    ("asyncio.threads", "to_thread"),
    ("asyncio.subprocess", "Process.wait"),
}
"""Those of ``_KNOWN`` that tell in any case, and never of a task or a lock."""


def waits_alone(coroutine: Coroutine) -> bool | None:
    """Whether this is one of asyncio's coroutines that are known, and neither a task nor a lock is what it waits for.

    None for one that tells nothing of what is waited for. The same for all coroutines of one function.
    """
    frame = interpreter.frame_of(coroutine)
    module = module_of(frame)
    if frame is None or not module.startswith(("asyncio.", "anyio.")):
        return None
    name = frame.f_code.co_qualname
    if (module, name) not in _KNOWN:
        return True if ".sock_" in name else None
    return (module, name) in _ALONE


def library_frames(chain: Chain) -> list[tuple[Names, Known]]:
    """asyncio's coroutines of a chain that are known, the outermost first."""
    found: list[tuple[Names, Known]] = []
    notified = False
    for coroutine in chain.coroutines:
        frame = interpreter.frame_of(coroutine)
        module = module_of(frame)
        if frame is None or not module.startswith(("asyncio.", "anyio.")):
            continue
        name = frame.f_code.co_qualname
        known = _KNOWN.get((module, name))
        if known is None and ".sock_" in name:
            known = _socket(name.partition(".sock_")[2])
        if known is None:
            continue
        if known is _LOCK and notified:
            # Notified already: what a Condition.wait still waits for is its lock.
            return [(frame_locals.names_of(frame), known)]
        if known is _next_round:
            # anyio lets the others have a turn before it looks whether there is anything to wait for.
            return [(frame_locals.names_of(frame), known)]
        notified = notified or known is _CONDITION or known is anyio_waits.CONDITION
        found.append((frame_locals.names_of(frame), known))
    return found


def _socket(action: str) -> Known:
    return lambda names, future: Wait("io", f"socket {action}", names.get("sock"))
