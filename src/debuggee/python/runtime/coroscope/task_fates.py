"""Who gets an exception that leaves a task, told from whom the task calls back when it is done.

A task takes every exception in C, whatever the code around the loop catches. It is raised again where the task is
awaited, alone or as the member of a group. Nothing of the program is run, and only the callbacks of the tasks on the way
are read: the cost does not grow with the number of tasks.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FrameType, FunctionType, MethodType
from typing import Literal

from . import asyncio_tasks, interpreter, tasks
from .asyncio_objects import captured, is_future
from .catching import Flight, catches
from .coroutines import chain_of
from .library_objects import field, is_instance, module_of
from .looking import class_name, is_a, mro
from .schedulers import of_a_library

type TaskFate = Literal["caught", "awaited", "unawaited", "runs the program"]
"""``caught`` by one that awaits it; ``awaited``, and nobody there catches; ``unawaited``; or it is the task that
``asyncio.run`` waits for, whose exception goes on to who called that."""

_OUTER = {
    ("asyncio.tasks", "gather.<locals>._done_callback"): "outer",
    ("asyncio.tasks", "shield.<locals>._inner_done_callback"): "outer",
}
_WAITING = {
    ("asyncio.tasks", "_wait.<locals>._on_completion"),
    ("asyncio.tasks", "as_completed.<locals>._on_completion"),
}
_RUNNERS = {("asyncio.base_events", "_run_until_complete_cb"), ("uvloop.loop", "run_until_complete.<locals>.done_cb")}


def running_root(frame: FrameType) -> object | None:
    """The task that runs in this thread, if ``frame`` is its outermost one."""
    current = tasks.current_task()
    if current is None or current.coroutine is None:
        return None
    return current.task if interpreter.frame_of(current.coroutine) is frame else None


def is_asyncios(task: object) -> bool:
    return asyncio_tasks.is_task(task, asyncio_tasks.task_types())


def is_asked_to_end() -> bool:
    """Whether the task that runs in this thread was cancelled itself (``Task.cancelling``): by ``cancel()``, a timeout, its
    group or Ctrl+C. What runs its tasks otherwise than asyncio does is not asked, and its cancellations are its own."""
    current = tasks.current_task()
    if current is None:
        return False
    if not is_asyncios(current.task):
        return True
    return bool(asyncio_tasks.base_of(current.task).cancelling(current.task) > 0)


def is_interrupted(frame: FrameType | None) -> bool:
    """Whether a frame is run by an ``asyncio.run`` that Ctrl+C has reached: it raises KeyboardInterrupt in place of the
    cancellation that it asked its main task for."""
    while frame is not None:
        if frame.f_code.co_qualname == "Runner.run" and module_of(frame) == "asyncio.runners":
            count = field(frame.f_locals.get("self"), "_interrupt_count")
            return type(count) is int and count > 0
        frame = frame.f_back
    return False


def fate(task: object, exception: BaseException) -> tuple[TaskFate, BaseException]:
    """What becomes of an exception that leaves ``task``, and as what it arrives where ``asyncio.run`` was called.

    ``caught`` if any one of those that get it catches it.
    """
    pending: list[tuple[object, BaseException]] = [(task, exception)]
    seen: set[int] = set()
    result: tuple[TaskFate, BaseException] = "unawaited", exception
    while pending:
        future, on_its_way = pending.pop()
        if id(future) in seen:
            continue
        seen.add(id(future))
        for kind, holder in _takers(future):
            if kind == "runner":
                result = "runs the program", on_its_way
                continue
            if result[0] == "unawaited":
                result = "awaited", on_its_way
            if kind == "swallower":
                return "caught", on_its_way
            flight = Flight(on_its_way)
            if kind == "group":
                flight.gathered()
            if kind == "future":
                pending.append((holder, on_its_way))
            elif kind in ("task", "group"):
                if _catches_on_its_chain(holder, flight):
                    return "caught", flight.exception
                pending.append((holder, flight.exception))
    return result


def called_back_by(future: object) -> list[object]:
    stored: object = field(future, "_callbacks")
    entries: list[object] = list(stored) if type(stored) is list else []  # pyright: ignore[reportUnknownArgumentType]
    return [entry[0] if type(entry) is tuple and entry else entry for entry in entries]  # pyright: ignore


def _takers(future: object) -> list[tuple[str, object]]:
    """Who gets what a task or future raises: a ``task`` or ``group`` that awaits it, a ``future`` it is passed on to, ..."""
    types = tasks.task_types()
    parent = tasks.parent_of(future) if tasks.is_task(future, types) else None
    if parent is not None and not tasks.is_internal(parent.task):
        return [("group", parent.task)]
    if not is_future(future):
        return [("runner", None)]  # trio's main task: there is no other without a nursery
    return [taker for callback in called_back_by(future) if (taker := _taker(callback)) is not None]


def _taker(callback: object) -> tuple[str, object] | None:
    if type(callback) is BuiltinFunctionType or type(callback) is MethodType:
        holder: object = callback.__self__
        if tasks.is_task(holder, tasks.task_types()):
            return "task", holder
        return ("waiter", None) if is_instance(holder, "asyncio.tasks", "_AsCompletedIterator") else None
    if type(callback) is FunctionType:
        name = (callback.__module__, callback.__code__.co_qualname)
        if name in _RUNNERS:
            return "runner", None
        if name in _WAITING:
            return "waiter", None
        outer = captured(callback, _OUTER[name]) if name in _OUTER else None
        if outer is None or not is_future(outer):
            return None
        return ("swallower", None) if captured(callback, "return_exceptions") is True else ("future", outer)
    # uvloop's own are written in Cython; the only one that it adds belongs to run_until_complete.
    return ("runner", None) if type(callback).__name__ == "cython_function_or_method" else None


def _catches_on_its_chain(task: object, flight: Flight) -> bool:
    coroutine = tasks.describe(task, tasks.task_types()).coroutine
    if coroutine is None:
        return False
    frames = [interpreter.frame_of(each) for each in reversed(chain_of(coroutine).coroutines)]
    return any(frame is not None and not of_a_scheduler(frame) and catches(frame, flight) for frame in frames)


def work_of(exception: BaseException) -> str | None:
    """``iteration``, ``close`` or ``cancel``: what exceptions of this class usually do the work of."""
    if is_a(exception, StopIteration) or is_a(exception, StopAsyncIteration):
        return "iteration"
    if is_a(exception, GeneratorExit):
        return "close"
    if any(class_name(base) == "CancelledError" for base in mro(type(exception))) or is_instance(
        exception, "trio._core._exceptions", "Cancelled"
    ):
        return "cancel"
    return None


def of_a_scheduler(frame: FrameType) -> bool:
    """Whether a frame is one of asyncio's or the like: it catches its own signals and lets the program's exceptions pass,
    as its source says, which the embedded interpreter has not got."""
    return of_a_library(module_of(frame))
