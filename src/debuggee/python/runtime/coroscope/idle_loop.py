"""A loop that had nothing to do when the program was paused: its thread waits in C code and runs no line.

Such a stop is declared by the reader's thread, which has no loop. To await something, the loop is woken as any thread
may wake it (``call_soon_threadsafe``), and its own thread takes the stop over inside that callback: from there on it
works on the commands, as if it had stopped at a line. It does so in a monitoring callback, so that what is evaluated
hits no breakpoint and is not recorded.
"""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

from . import asyncio_tasks, faults, loops, tasks
from .monitoring import NoToolLeftError, Tool, events
from .pausing import Work, World
from .protocol import CommandError
from .running_loop import turn_of

_HINT = "Set a breakpoint in a coroutine, and await it there."


class LoopIsIdleError(CommandError):
    """Not worked on here: the loop's thread can do it. The words are for when it turns out that it cannot."""

    def __init__(self, world: World, loop: Any, ident: int) -> None:
        super().__init__("unsupported", "The event loop was closed meanwhile, so nothing can be awaited.", _HINT)
        self._world = world
        self._loop = loop
        self._ident = ident

    def hand_over(self, work: Work) -> bool:
        """Has the loop's thread take the stop over and begin with ``work``. False when the loop is gone."""
        try:
            self._loop.call_soon_threadsafe(_Arrival(self._world).arrive)
        except RuntimeError:
            return False
        return self._world.hand_over(self._ident, work)


def find_idle_loop(world: World, preferred: int, task: Any) -> CommandError:
    """``LoopIsIdleError`` for the loop of a task, else of the preferred thread, else for the only one that runs; another
    CommandError where nothing can be awaited."""
    base = loops.asyncio_part("base_events", "BaseEventLoop")
    running = {} if base is None else {loops.thread_of(each): each for each in loops.instances(base)}
    running.pop(None, None)
    is_asyncios = task is not None and tasks.is_task(task, asyncio_tasks.task_types())
    own = asyncio_tasks.base_of(task).get_loop(task) if is_asyncios else None
    ident = next((key for key, each in running.items() if each is own), None)
    if ident is None:
        ident = preferred if preferred in running else next(iter(running)) if len(running) == 1 else None
    if ident is None:
        message = "The program waits in a call that is not Python's, and no asyncio loop, so nothing can be awaited."
        return CommandError("unsupported", message, _HINT)
    try:
        turn = turn_of(running[ident])
    except CommandError as error:
        return error
    if not _stands_between_callbacks(world.frame_of_thread(ident), turn.__code__):
        message = "The event loop is in the middle of a callback that waits in a call, so nothing can be awaited."
        return CommandError("unsupported", message, _HINT)
    return LoopIsIdleError(world, running[ident], ident)


def _stands_between_callbacks(frame: FrameType | None, turn: CodeType) -> bool:
    """Whether a thread stands in a turn of its loop and in none of the callbacks."""
    run = loops.asyncio_part("events", "Handle")._run.__code__
    while frame is not None and frame.f_code is not turn:
        if frame.f_code is run:
            return False
        frame = frame.f_back
    return frame is not None


class _Arrival:
    """The callback that the loop is woken with."""

    def __init__(self, world: World) -> None:
        self._world = world

    def arrive(self) -> None:
        try:
            tool = Tool("coroscope console", 5)
        except NoToolLeftError:
            self._take_over()
            return
        try:
            tool.on(events.PY_START, self._on_start)
            tool.set_local(_in_callback.__code__, events.PY_START)
            _in_callback()
        finally:
            tool.on(events.PY_START, None)
            tool.free()

    def _on_start(self, code: CodeType, offset: int) -> None:
        self._take_over()

    def _take_over(self) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_globals.get("__package__") == __package__:
            frame = frame.f_back
        if frame is None:
            faults.report(RuntimeError("the loop's callback was called by nobody"))
        else:
            self._world.take_over(frame)


def _in_callback() -> None:
    """Its start is the event in whose callback the stop is taken over."""
