"""Where in a turn of its event loop this thread stands, and how to step out of that turn for a while and back into it.

asyncio's loop is not made to be entered twice, but a turn of it (``BaseEventLoop._run_once``) keeps little: it has
counted the callbacks that were ready, runs them one by one, each in its context, and a task that is being stepped is
registered as the current one. So to let the loop turn from inside a callback it is enough to leave the current task and
the callback's context, and to hand back as many callbacks as were ready: ``_run_once`` skips those that are cancelled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import Context
from types import FrameType, FunctionType
from typing import Any, NamedTuple

from . import frame_locals, loops, tasks, values
from .looking import is_a
from .protocol import CommandError
from .task_context import can_be_entered

_HINT = "Await it in the program, or stop at a line of a coroutine and await it there."


class RunningLoop(NamedTuple):
    """The loop that this thread stands in a callback of."""

    loop: Any
    run_once: Callable[[Any], None]
    context: Context | None
    """Of the callback; None at a place between callbacks."""


def find_running_loop() -> RunningLoop:
    """Raises CommandError ``unsupported``: there is no loop here, or it cannot be turned from where it stands."""
    refusal = tasks.await_refusal()
    if refusal is not None:
        raise CommandError("unsupported", *refusal)
    loop = loops.running_here()
    if loop is None:
        raise _no_loop()
    own = turn_of(loop)
    if loops.attribute(loop, "_stopping") is True:
        raise CommandError("unsupported", "The event loop is about to stop, so nothing can be awaited any more.", _HINT)
    called: FrameType | None = None
    handle: object = None
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code is not own.__code__:
        if frame.f_code.co_name == "_run":
            handle = _handle_run_by(frame) or handle
        called, frame = frame, frame.f_back
    if handle is not None and frame is not None:
        return RunningLoop(loop, own, loops.asyncio_part("events", "Handle")._context.__get__(handle))
    if frame is not None and called is not None and called.f_globals.get("__name__") == "coroscope.embedded_loop":
        return RunningLoop(loop, own, None)  # paused while the embedded loop had nothing to do
    raise CommandError("unsupported", "The program stands inside the event loop itself, which cannot go on now.", _HINT)


def turn_of(loop: object) -> FunctionType:
    """The function that is one turn of a loop. Raises CommandError ``unsupported`` for one that is not asyncio's own."""
    own = loops.method(loop, "_run_once") if loops.is_asyncios_own(loop) else None
    if own is None:
        raise CommandError(
            "unsupported",
            f"The event loop {values.type_name(loop)} cannot be run from the debug console, as asyncio's own can.",
            "Await it in the program, or run the program with asyncio's own event loop.",
        )
    return own


def _no_loop() -> CommandError:
    if loops.running_elsewhere():
        message = "The event loop runs in another thread than the one that is stopped, so nothing can be awaited here."
        return CommandError("unsupported", message, "Stop in a coroutine that the loop runs, and await it there.")
    return CommandError(
        "unsupported",
        "No asyncio event loop runs in this thread, so nothing can be awaited.",
        "Stop in a coroutine that a loop runs, or give the coroutine to 'asyncio.run(...)' here.",
    )


def _handle_run_by(frame: FrameType) -> object | None:
    handle_class = loops.asyncio_part("events", "Handle")
    handle = frame_locals.names_of(frame).get("self") if frame_locals.is_function(frame) else None
    return handle if handle_class is not None and is_a(handle, handle_class) else None


@contextmanager
def outside_of_turn(here: RunningLoop) -> Generator[None]:
    """As if the callback that stands on this thread's stack were none of the loop's; on leaving all is as it was."""
    loop = here.loop
    # One that the loop runs while it turns would take away: it is a part of asyncio's debug mode.
    handle = loops.attribute(loop, "_current_handle")
    ready = len(loop._ready)
    has_left = here.context is not None and _exchange_context("PyContext_Exit", here.context)
    # From 3.14 tasks that are written in Python (as some libraries want them) are registered apart.
    current = [(prefix, _leave_task(loop, prefix)) for prefix in ("_c", "_py")]
    try:
        yield
    finally:
        for prefix, task in current:
            if task is not None:
                loops.asyncio_part("tasks", f"{prefix}_enter_task")(loop, task)
        if has_left:
            _exchange_context("PyContext_Enter", here.context)
        loop._current_handle = handle
        _pad(loop, ready)


def _leave_task(loop: Any, prefix: str) -> Any:
    """Leaves the current task and returns it; None if there is none."""
    current = loops.asyncio_part("tasks", f"{prefix}_current_task")
    task = None if current is None else current(loop)
    if task is not None:
        loops.asyncio_part("tasks", f"{prefix}_leave_task")(loop, task)
    return task


def _exchange_context(function: str, context: Context | None) -> bool:
    """Leaves or enters a context. False where that is impossible: the program has entered one more above it.

    A context can be entered once at a time. If the callback's were not left, tasks that share it (``create_task`` with
    a ``context``) could not run meanwhile, and what is awaited here could not set the variables of its task.
    """
    try:
        import ctypes

        getattr(ctypes.pythonapi, function)(ctypes.py_object(context))
    except (ImportError, AttributeError, RuntimeError):
        return False
    return True


def _pad(loop: Any, length: int) -> None:
    if len(loop._ready) >= length:
        return
    handle = loops.asyncio_part("events", "Handle")(int, (), loop)
    handle.cancel()
    while len(loop._ready) < length:
        loop._ready.append(handle)


def context_for_task(wanted: Context | None, here: RunningLoop) -> Context | None:
    """The context that a task may run in while the loop turns outside of its callback: the one wanted, or a copy of it.

    None (of the callback, between callbacks) is asyncio's own default.
    """
    context = here.context if wanted is None else wanted
    return context if context is None or can_be_entered(context) else context.copy()
