"""``await`` in the debug console, on the event loop that the program itself runs.

The thread stands in a callback of its loop. What was typed becomes a task of that loop, and the loop is turned by hand
until the task is done; the program's other tasks run meanwhile, as they would during any ``await``. Breakpoints and steps
are off, because this thread is in a monitoring callback, and time goes by for the timers. Then the loop is put back to
where it stood, and the program goes on from there.
"""

from __future__ import annotations

import signal
from _thread import get_ident
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from . import console_names
from .awaiting import Awaiting
from .clocks import Clocks
from .idle_loop import find_idle_loop
from .pausing import World
from .protocol import CommandError
from .running_loop import RunningLoop, context_for_task, find_running_loop, outside_of_turn
from .stacks import Shown, Stacks
from .task_context import TaskContexts
from .threads import Threads
from .time_limit import CutOff, TimeLimit


class ConsoleAwait:
    def __init__(
        self, world: World, threads: Threads, stacks: Stacks, contexts: TaskContexts, limit: TimeLimit, clocks: Clocks
    ) -> None:
        self._world = world
        self._threads = threads
        self._stacks = stacks
        self._contexts = contexts
        self._limit = limit
        self._clocks = clocks

    def evaluate(self, code: CodeType, shown: Shown | None, is_expression: bool, seconds: float) -> Any:
        """Runs code that was compiled with top-level await. Raises CommandError where there is no loop for it, CutOff,
        and whatever the code raises."""
        if self._world.in_background:
            raise self._idle_loop(shown)
        here = find_running_loop()
        context = self._contexts.of(shown)
        with console_names.of(code, shown, is_expression) as (global_names, local_names), self._program_runs():
            return self._run(here, context, seconds, lambda: eval(code, global_names, local_names))

    def _idle_loop(self, shown: Shown | None) -> CommandError:
        """For the reader, which has no loop: the one to await on."""
        fact = None if shown is None or shown.root is None else self._stacks.task_of(shown.root)
        stop = self._world.stop
        preferred = shown.ident if shown is not None and shown.ident else stop.ident if stop is not None else 0
        return find_idle_loop(self._world, preferred, None if fact is None else fact.task)

    @contextmanager
    def _program_runs(self) -> Generator[None]:
        """Time counts, and threads that the loop wakes (an executor's) do not stop at their next line."""
        self._clocks.thaw()
        self._world.others_run = True
        try:
            yield
        finally:
            self._world.others_run = False
            self._clocks.freeze()
            self._stacks.forget_tasks()

    def _run(
        self, here: RunningLoop, context: Any, seconds: float, make: Callable[[], Coroutine[Any, Any, Any]]
    ) -> Any:
        with outside_of_turn(here):
            awaiting = Awaiting(here, context_for_task(context, here), make())
            limit = self._limit
            timer = None if limit.threads_available else here.loop.call_later(seconds, awaiting.cut_off_now)
            limit.gentle = awaiting
            try:
                with self._interruptible(awaiting):
                    return awaiting.until_done()
            finally:
                limit.gentle = None
                if timer is not None:
                    timer.cancel()

    @contextmanager
    def _interruptible(self, awaiting: Awaiting) -> Generator[None]:
        """Ctrl+C cuts off what is awaited here; the program's own handler (asyncio's cancels its main task) is not run."""

        def interrupted(signum: int, frame: object) -> None:
            self._limit.mark_cancelled()
            if not awaiting.cut_off():
                raise CutOff

        handler = signal.getsignal(signal.SIGINT) if get_ident() == self._threads.main else None
        if handler is None:
            yield
            return
        signal.signal(signal.SIGINT, interrupted)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
