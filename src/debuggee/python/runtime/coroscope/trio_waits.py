"""trio's own coroutines, by module and name, and what each of them waits for: its locals hold it.

Every wait of trio's ends in the generator ``_real_async_yield``. Seen through are trio's own context managers and anyio.
"""

from __future__ import annotations

from . import frame_locals, interpreter, values
from .anyio_waits import KNOWN as ANYIO
from .anyio_waits import both_ends, limiter_text
from .coroutines import Chain, iterating_and_inside
from .interpreter import Coroutine, is_coroutine
from .library_objects import field, is_instance, module_of
from .trio_objects import RUN, SYNC, children, deadline_of, is_task, name_of, task_in
from .waits import Kind, Known, Names, Wait, class_name, counted, of_self


def wait_of(chain: Chain, waiter: object | None) -> Wait | None:
    """What a chain waits for whose task waits with ``waiter``; None for a chain that is not trio's."""
    if not _is_trios(chain):
        return None
    if waiter is None:
        return Wait("ready", "ready to run")
    for coroutine, known in _known_frames(chain):
        found = known(_names(coroutine), coroutine)
        if found is not None:
            return _once_notified(found, chain) if found.kind == "condition" else found
    return Wait("other", "to be rescheduled")


def _is_trios(chain: Chain) -> bool:
    last = chain.coroutines[-1]
    if interpreter.code_of(last).co_qualname != "_real_async_yield":
        return False
    return module_of(interpreter.frame_of(last)) == "trio._core._traps"


def _names(coroutine: Coroutine) -> Names:
    frame = interpreter.frame_of(coroutine)
    return {} if frame is None else frame_locals.names_of(frame)


def _known_frames(chain: Chain) -> list[tuple[Coroutine, Known]]:
    """The coroutines of a chain that are known, the outermost first."""
    found: list[tuple[Coroutine, Known]] = []
    for coroutine in chain.coroutines:
        frame = interpreter.frame_of(coroutine)
        module = module_of(frame)
        if frame is None or not module.startswith(("trio.", "anyio.")):
            continue
        name = frame.f_code.co_qualname
        known = _KNOWN.get((module, name))
        if known is None and module.startswith("trio._core._io_"):
            known = _io(name.rpartition(".")[2])
        if known is None:
            continue
        if known is _LIMITER or (known is _LOCK and any(before is _CONDITION for _, before in found)):
            # A thread that is not to begin yet waits for its limiter; after a notification, a condition for its lock.
            return [(coroutine, known)]
        found.append((coroutine, known))
    return found


def _sleep(names: Names, coroutine: object | None) -> Wait:
    """A sleep is a cancel scope with a deadline, and nothing else to wait for in it."""
    inside = iterating_and_inside(coroutine)[1] if is_coroutine(coroutine) else []
    scope = inside[-1].manager if inside else None
    due = deadline_of(scope, task_in(scope))
    return Wait("timer", "sleep", scope, timers=() if due is None else (due,))


def _once_notified(wait: Wait, chain: Chain) -> Wait:
    """``Condition.notify`` moves a task to the queue of the lock, where it goes on waiting in the same call."""
    lock = field(wait.thing, "_lock")
    queue = field(lock, "_lot")
    for coroutine in chain.coroutines:
        if interpreter.code_of(coroutine).co_qualname == "ParkingLot.park" and queue is not None:
            if field(_names(coroutine).get("task"), "custom_sleep_data") is queue:
                return Wait("lock", class_name(lock), lock)
    return wait


def lock_text(lock: object) -> tuple[Kind, str] | None:
    """``lock`` or ``semaphore``, and how to call it; None if it is none of trio's."""
    if is_instance(lock, SYNC, "CapacityLimiter"):
        return "semaphore", limiter_text(lock)
    if is_instance(lock, SYNC, "Semaphore"):
        return "semaphore", _semaphore(lock)
    return ("lock", class_name(lock)) if is_instance(lock, SYNC, "_LockImpl") else None


def _semaphore(thing: object) -> str:
    return f"{class_name(thing)} ({field(thing, '_value')} left)"


def _nursery(names: Names, future: object | None) -> Wait | None:
    nursery = names.get("self")
    inside = [each for each in children(nursery) if is_task(each)]
    named = counted("nursery", [name_of(each) for each in inside], len(inside))
    return Wait("tasks", named, nursery, tuple(inside), False, "nursery")


def _thread(names: Names, future: object | None) -> Wait:
    return Wait("thread", f"a thread that runs {values.text(names.get('sync_fn'), 60)}")


def _process(names: Names, future: object | None) -> Wait:
    process = names.get("self")
    return Wait("process", f"process {field(process, 'pid')}", process)


def _io(action: str) -> Known | None:
    what = {"wait_readable": "data on", "wait_writable": "room in"}.get(action)
    if what is None:
        return None

    def known(names: Names, future: object | None) -> Wait:
        thing: object = names.get("fd", names.get("sock"))
        name = f"file descriptor {thing}" if type(thing) is int else f"a {class_name(thing)}"
        return Wait("io", f"{what} {name}", None if type(thing) is int else thing)

    return known


def _blocked(names: Names, future: object | None) -> Wait:
    return Wait("other", "all other tasks to be blocked")


def _forever(names: Names, future: object | None) -> Wait:
    return Wait("other", "its cancellation")


_LOCK = of_self("lock", class_name)
_LIMITER = of_self("semaphore", limiter_text)
_CONDITION = of_self("condition", class_name)
_KNOWN: dict[tuple[str, str], Known] = {
    ("trio._timeouts", "sleep_until"): _sleep,
    ("trio._timeouts", "sleep_forever"): _forever,
    (SYNC, "Event.wait"): of_self("event", class_name),
    (SYNC, "_LockImpl.acquire"): _LOCK,
    (SYNC, "Semaphore.acquire"): of_self("semaphore", _semaphore),
    (SYNC, "CapacityLimiter.acquire_on_behalf_of"): _LIMITER,
    (SYNC, "Condition.wait"): _CONDITION,
    ("trio._channel", "MemorySendChannel.send"): both_ends("send", "data"),
    ("trio._channel", "MemoryReceiveChannel.receive"): both_ends("receive", "data"),
    ("trio._threads", "to_thread_run_sync"): _thread,
    ("trio._subprocess", "Process.wait"): _process,
    (RUN, "Nursery._nested_child_finished"): _nursery,
    (RUN, "Runner.wait_all_tasks_blocked"): _blocked,
    **ANYIO,
}
