"""asyncio's own coroutines, by module and name, and what each of them waits for: its locals hold it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from . import frame_locals, interpreter, tasks, values
from .asyncio_objects import completion_of, field, is_instance, members
from .coroutines import Chain
from .waits import Kind, Wait, counted

type Names = Mapping[str, Any]
type Known = Callable[[Names, object | None], Wait | None]


def _sleep(names: Names, future: object | None) -> Wait | None:
    handle = names.get("h")
    return None if handle is None else Wait("timer", "sleep", handle, timers=(handle,))


def _next_round(names: Names, future: object | None) -> Wait:
    return Wait("ready", "the loop's next round")


def _wait(names: Names, future: object | None) -> Wait | None:
    waited: Any = names.get("fs")
    if type(waited) is not set:
        return None
    futures: list[object] = list(waited)  # pyright: ignore[reportUnknownArgumentType]
    any_of = names.get("return_when") != "ALL_COMPLETED"
    name = counted("wait for the first" if any_of else "wait", futures, members(futures))
    timer = (names.get("timeout_handle"),)
    return Wait("tasks", name, future, tuple(members(futures)), any_of, "wait", timer)


def _cancel_and_wait(names: Names, future: object | None) -> Wait:
    inner: list[object] = [names.get("fut")]
    return Wait("tasks", counted("wait_for", inner, members(inner)), future, tuple(members(inner)), through="wait_for")


def _as_completed(names: Names, future: object | None) -> Wait | None:
    iterator = names.get("self")
    return _first_of(field(iterator, "_todo"), field(iterator, "_timeout_handle"))


def _as_completed_of_3_12(names: Names, future: object | None) -> Wait:
    return Wait("other", "as_completed", names.get("done"))


def as_completed_by_callbacks(done: object, everyone: list[tasks.TaskFact]) -> Wait | None:
    for fact in everyone:
        found = completion_of(fact.task, done)
        if found is not None:
            return _first_of(*found)
    return None


def _first_of(todo: object | None, timer: object | None) -> Wait | None:
    if type(todo) is not set:
        return None
    pending: list[object] = list(todo)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    name = counted("as_completed", pending, members(pending))
    return Wait("tasks", name, None, tuple(members(pending)), True, "as_completed", (timer,))


def _task_group(names: Names, future: object | None) -> Wait | None:
    group = names.get("self")
    inside = _group_tasks(group)
    return Wait(
        "tasks", counted("TaskGroup", inside, members(inside)), group, tuple(members(inside)), False, "TaskGroup"
    )


def _group_tasks(group: object) -> list[object]:
    """The tasks in a ``TaskGroup`` that are not done."""
    found: Any = field(group, "_tasks") if is_instance(group, "asyncio.taskgroups", "TaskGroup") else None
    return list(found) if type(found) is set else []  # pyright: ignore[reportUnknownArgumentType]


def _of_self(kind: Kind, describe: Callable[[object], str], through: str | None = None) -> Known:
    def known(names: Names, future: object | None) -> Wait | None:
        thing = names.get("self")
        return None if thing is None else Wait(kind, describe(thing), thing, through=through)

    return known


def _class_name(thing: object) -> str:
    return values.type_name(thing).rpartition(".")[2]


def _semaphore(thing: object) -> str:
    return f"{_class_name(thing)} ({field(thing, '_value')} left)"


def _queue(action: str) -> Callable[[object], str]:
    def describe(thing: object) -> str:
        held = field(thing, "_queue")
        size = len(held) if type(held) is deque or type(held) is list else "?"  # pyright: ignore[reportUnknownArgumentType]
        limit = field(thing, "_maxsize")
        if action == "join":
            return f"Queue.join ({field(thing, '_unfinished_tasks')} unfinished)"
        return (
            f"{_class_name(thing)}.{action} ({size} of {limit})" if limit else f"{_class_name(thing)}.{action} ({size})"
        )

    return describe


def _queue_wait(action: str) -> Known:
    return _of_self("queue", _queue(action), action)


def lock_text(lock: object) -> str:
    return _semaphore(lock) if is_instance(lock, "asyncio.locks", "Semaphore") else _class_name(lock)


def _barrier(thing: object) -> str:
    return f"Barrier ({field(thing, '_count')} of {field(thing, '_parties')})"


def _to_thread(names: Names, future: object | None) -> Wait:
    return Wait("thread", f"a thread that runs {values.text(names.get('func'), 60)}", future)


def _process(names: Names, future: object | None) -> Wait:
    process = names.get("self")
    return Wait("process", f"process {field(process, 'pid')}", process)


_LOCK = _of_self("lock", _class_name)
_CONDITION = _of_self("condition", _class_name)
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
    ("asyncio.locks", "Semaphore.acquire"): _of_self("semaphore", _semaphore),
    ("asyncio.locks", "Event.wait"): _of_self("event", _class_name),
    ("asyncio.locks", "Barrier.wait"): _of_self("barrier", _barrier),
    ("asyncio.queues", "Queue.get"): _queue_wait("get"),
    ("asyncio.queues", "Queue.put"): _queue_wait("put"),
    ("asyncio.queues", "Queue.join"): _queue_wait("join"),
    ("asyncio.streams", "StreamReader._wait_for_data"): _of_self("io", lambda thing: "data on a StreamReader"),
    ("asyncio.streams", "StreamWriter.drain"): _of_self("io", lambda thing: "room in a StreamWriter"),
    ("asyncio.streams", "StreamWriter.wait_closed"): _of_self("io", lambda thing: "the end of a StreamWriter"),
    ("asyncio.base_events", "Server.serve_forever"): _of_self("io", lambda thing: "connections of a Server"),
    ("asyncio.threads", "to_thread"): _to_thread,
    ("asyncio.subprocess", "Process.wait"): _process,
}


def library_frames(chain: Chain) -> list[tuple[Names, Known]]:
    """asyncio's coroutines of a chain that are known, the outermost first."""
    found: list[tuple[Names, Known]] = []
    notified = False
    for coroutine in chain.coroutines:
        frame = interpreter.frame_of(coroutine)
        module = _module_of(frame)
        if frame is None or not module.startswith("asyncio."):
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
        notified = notified or known is _CONDITION
        found.append((frame_locals.names_of(frame), known))
    return found


def _socket(action: str) -> Known:
    return lambda names, future: Wait("io", f"socket {action}", names.get("sock"))


def _module_of(frame: FrameType | None) -> str:
    name = frame.f_globals.get("__name__") if frame is not None else None
    return name if type(name) is str else ""
