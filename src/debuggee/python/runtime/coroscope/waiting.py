"""What a suspended coroutine waits for in the end: the lock, queue, timer, tasks or thread behind its delegation chain.

asyncio's own coroutines stand near the leaf; which of them it is says what is waited for, and their locals hold it. The
outermost one that is known counts (a ``Queue.join`` waits in an ``Event.wait``); ``wait_for``, ``timeout`` and the like
are seen through. What is not known is waited for as the plain future it is.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from types import FrameType
from typing import Any, Literal, NamedTuple

from . import frame_locals, interpreter, tasks, values
from .asyncio_objects import (
    completion_of,
    due,
    field,
    is_concurrent_future,
    is_done,
    is_future,
    is_instance,
    members,
    stands_for,
)
from .coroutines import Chain

type Kind = Literal[
    "tasks", "lock", "semaphore", "condition", "event", "queue", "barrier", "timer", "io", "thread", "process",
    "future", "ready", "other",
]  # fmt: skip
type Names = Mapping[str, Any]


class Wait(NamedTuple):
    """What is waited for. ``thing`` is the lock, queue or future itself; ``futures`` are tasks and futures whose end it takes."""

    kind: Kind
    name: str
    thing: object | None = None
    futures: tuple[object, ...] = ()
    any_of: bool = False
    """The first of ``futures`` is enough."""
    through: str | None = None
    """What combines them: ``gather``, ``wait``, ``TaskGroup``, ..."""
    timers: tuple[object, ...] = ()
    """Timers that end the wait whatever it waits for."""
    future: object | None = None
    """The future that the leaf waits for, whatever stands behind it."""

    def text(self, now: float) -> str:
        """For a person, with the time left: ``sleep, due in 3.2 s``."""
        deadline = deadline_of(self.timers)
        if deadline is None:
            return self.name
        if deadline == math.inf:
            return f"{self.name}, due at a time that only its loop knows" if self.kind == "timer" else self.name
        left = max(0.0, deadline - now)
        return f"{self.name}, {'due in' if self.kind == 'timer' else 'at most'} {_seconds(left)}"


def deadline_of(timers: Iterable[object]) -> float | None:
    """When the first of some timers fires, on the monotonic clock; infinity where one runs whose clock is not known."""
    running = [each for each in timers if each is not None and not field(each, "_cancelled")]
    return min((when if (when := due(each)) is not None else math.inf for each in running), default=None)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def wait_of(chain: Chain, waiter: object | None = None, everyone: list[tasks.TaskFact] | None = None) -> Wait | None:
    """What the leaf of a chain waits for; None at a plain ``yield``. ``waiter`` is the future its task waits for, if known.

    ``everyone``, all tasks, serves only to find those behind ``as_completed`` on 3.12.
    """
    future = waiter if waiter is not None else _leaf_future(chain)
    if future is not None and is_done(future):
        return Wait("ready", "ready to run", future, future=future)
    standing = _library_frames(chain)
    found = next((wait for names, known in standing if (wait := known(names, future)) is not None), None)
    if found is not None and found.kind == "other" and everyone is not None:
        found = _as_completed_by_callbacks(found.thing, everyone) or found
    if found is None and future is not None:
        found = _of_future(future)
    if found is None and chain.leaf is not None:
        found = Wait("other", values.text(chain.leaf, 100), chain.leaf)
    return None if found is None else found._replace(future=future)


def _leaf_future(chain: Chain) -> object | None:
    if chain.leaf is not None:
        found = tasks.future_of_iterator(chain.leaf)
        return found if found is not None else chain.leaf if is_future(chain.leaf) else None
    last = chain.coroutines[-1]
    # Futures written in Python wait in a generator of theirs.
    if interpreter.code_of(last).co_qualname == "Future.__await__":
        frame = interpreter.frame_of(last)
        found = frame_locals.names_of(frame).get("self") if frame is not None else None
        return found if is_future(found) else None
    return None


def _of_future(future: object) -> Wait:
    types = tasks.task_types()
    if tasks.is_task(future, types):
        return Wait("tasks", tasks.describe(future, types).name, future, (future,))
    behind = stands_for(future)
    if behind is None:
        thread = is_concurrent_future(future)
        return Wait("thread" if thread else "future", values.text(future, 100), future, (future,))
    inner, through = behind
    pending = members(inner)
    if through == "another thread" and not any(tasks.is_task(each, types) for each in pending):
        return Wait("thread", "a call in another thread", inner[0])
    return Wait("tasks", _counted(through, inner, pending), future, tuple(pending), through=through)


def future_text(future: object) -> str:
    return values.text(future, 100)


def _counted(through: str, everyone: list[object], pending: list[object]) -> str:
    if len(everyone) == 1 and pending:
        types = tasks.task_types()
        named = tasks.describe(pending[0], types).name if tasks.is_task(pending[0], types) else "1 future"
        return f"{through} of {named}"
    done = sum(1 for each in everyone if is_done(each))
    return f"{through} of {len(everyone)}" + (f", {done} done" if done else "")


# --- asyncio's coroutines ------------------------------------------------------------------------------------------

type _Known = Callable[[Names, object | None], Wait | None]


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
    name = _counted("wait for the first" if any_of else "wait", futures, members(futures))
    timer = (names.get("timeout_handle"),)
    return Wait("tasks", name, future, tuple(members(futures)), any_of, "wait", timer)


def _cancel_and_wait(names: Names, future: object | None) -> Wait:
    inner: list[object] = [names.get("fut")]
    return Wait("tasks", _counted("wait_for", inner, members(inner)), future, tuple(members(inner)), through="wait_for")


def _as_completed(names: Names, future: object | None) -> Wait | None:
    iterator = names.get("self")
    return _first_of(field(iterator, "_todo"), field(iterator, "_timeout_handle"))


def _as_completed_of_3_12(names: Names, future: object | None) -> Wait:
    return Wait("other", "as_completed", names.get("done"))


def _as_completed_by_callbacks(done: object, everyone: list[tasks.TaskFact]) -> Wait | None:
    for fact in everyone:
        found = completion_of(fact.task, done)
        if found is not None:
            return _first_of(*found)
    return None


def _first_of(todo: object | None, timer: object | None) -> Wait | None:
    if type(todo) is not set:
        return None
    pending: list[object] = list(todo)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    name = _counted("as_completed", pending, members(pending))
    return Wait("tasks", name, None, tuple(members(pending)), True, "as_completed", (timer,))


def _task_group(names: Names, future: object | None) -> Wait | None:
    group = names.get("self")
    inside = group_tasks(group)
    return Wait(
        "tasks", _counted("TaskGroup", inside, members(inside)), group, tuple(members(inside)), False, "TaskGroup"
    )


def group_tasks(group: object) -> list[object]:
    """The tasks in a ``TaskGroup`` that are not done."""
    found: Any = field(group, "_tasks") if is_instance(group, "asyncio.taskgroups", "TaskGroup") else None
    return list(found) if type(found) is set else []  # pyright: ignore[reportUnknownArgumentType]


def _of_self(kind: Kind, describe: Callable[[object], str], through: str | None = None) -> _Known:
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


def _queue_wait(action: str) -> _Known:
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
_KNOWN: dict[tuple[str, str], _Known] = {
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


def _library_frames(chain: Chain) -> list[tuple[Names, _Known]]:
    """asyncio's coroutines of a chain that are known, the outermost first."""
    found: list[tuple[Names, _Known]] = []
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


def _socket(action: str) -> _Known:
    return lambda names, future: Wait("io", f"socket {action}", names.get("sock"))


def _module_of(frame: FrameType | None) -> str:
    name = frame.f_globals.get("__name__") if frame is not None else None
    return name if type(name) is str else ""
