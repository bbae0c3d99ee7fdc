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

from . import console_names, loops, tasks
from .clocks import Clocks
from .looking import class_attribute, class_of
from .pausing import World
from .protocol import CommandError
from .running_loop import RunningLoop, context_for_task, find_running_loop, outside_of_turn
from .stacks import Shown, Stacks
from .task_context import TaskContexts
from .threads import Threads
from .time_limit import CutOff, TimeLimit

_GRACE = 1.0
"""Seconds that what was cut off has for its cleaning up. Nothing depends on it but how long a stubborn one is waited for."""


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
        here = find_running_loop(self._world.in_background)
        context = self._contexts.of(shown)
        with console_names.of(code, shown, is_expression) as (global_names, local_names), self._program_runs():
            return self._run(here, context, seconds, lambda: eval(code, global_names, local_names))

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
            limit.gentle = awaiting.cut_off
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
            self._limit.cancelled = True
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


class Awaiting:
    """One coroutine that is awaited on a loop from the outside."""

    def __init__(self, here: RunningLoop, context: Any, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._loop = here.loop
        self._run_once = here.run_once
        self._coroutine: Any = coroutine
        self._steps = False
        self._tether: Any = None
        self._was_cut = False
        self._abandoned = False
        self._grace: Any = None
        # Kept, so that none of them can go and leave its address to a task that is made meanwhile.
        self._others: list[Any] = list(loops.asyncio_part("tasks", "all_tasks")(self._loop))
        self._task: Any = loops.asyncio_part("tasks", "Task")(
            self._main(), loop=self._loop, name="debug console", context=context
        )

    def until_done(self) -> Any:
        """Turns the loop until the coroutine is done: its value, or what it raised."""
        ending: BaseException | None = None
        try:
            while not self._task.done() and not self._abandoned:
                try:
                    self._run_once(self._loop)
                except (KeyboardInterrupt, SystemExit) as error:
                    if not self._is_own(error):
                        ending = error
                        self.cut_off_now()
                except CutOff:
                    self.cut_off_now()
                if self._loop._stopping and not self._task.done():
                    self.cut_off_now()
            return self._outcome(ending)
        finally:
            if self._grace is not None:
                self._grace.cancel()
            if ending is not None:
                self._loop.call_soon(_raise, ending)
            self._task = self._coroutine = self._tether = ending = None
            self._others.clear()

    def _outcome(self, ending: BaseException | None) -> Any:
        if ending is not None:
            raise CommandError(
                "cancelled",
                f"A callback of the program has raised {type(ending).__name__} meanwhile, which ends the event loop.",
                "Let the program run on to see that.",
            )
        if self._loop._stopping and self._was_cut:
            raise CommandError(
                "cancelled",
                "The event loop was asked to stop meanwhile (its main task is done), so the evaluation was cut off.",
                "Let the program run on to see that.",
            )
        if self._abandoned:
            raise CommandError(
                "timeout",
                "The evaluation was cut off, but what it awaits ignores its cancellation and goes on with the program.",
            )
        if self._was_cut:
            if not self._task.cancelled():
                self._task.exception()  # looked at, so that asyncio does not report it as lost
            raise CutOff
        return self._task.result()

    def _is_own(self, error: BaseException) -> bool:
        task = self._task
        return task.done() and not task.cancelled() and task.exception() is error

    # --- the coroutine, step by step -----------------------------------------------------------------------------

    async def _main(self) -> Any:
        return await self

    def __await__(self) -> Generator[Any, None, Any]:
        """Steps the coroutine as ``await`` would. What it waits for is tied to a tether, see there."""
        coroutine = self._coroutine
        tether_class = tether()
        thrown: BaseException | None = None
        while True:
            self._steps = True
            try:
                waited = coroutine.send(None) if thrown is None else coroutine.throw(thrown)
            except StopIteration as end:
                return end.value
            finally:
                self._steps = False
            thrown = None
            try:
                if _is_future(waited, self._loop) and waited is not self._task:
                    self._tether = tether_class(waited, self._loop)
                    yield self._tether
                else:
                    yield waited
            except GeneratorExit:
                coroutine.close()
                raise
            except BaseException as error:
                thrown = error
            finally:
                self._tether = None

    # --- cutting off ---------------------------------------------------------------------------------------------

    def cut_off(self) -> bool:
        """Ends the wait, from any thread or from a signal handler. False while the coroutine itself is at work: then
        only an exception can end it."""
        if self._steps:
            return False
        try:
            self._loop.call_soon_threadsafe(self.cut_off_now)
        except RuntimeError:
            return False
        return True

    def cut_off_now(self) -> None:
        task, tether = self._task, self._tether
        if task is None or task.done() or self._was_cut:
            return
        self._was_cut = True
        self._grace = self._loop.call_later(_GRACE, self._abandon)
        if tether is None or tether.done() or self._is_made_here(tether.inner):
            task.cancel()
        else:
            tether.cut()

    def _is_made_here(self, future: Any) -> bool:
        """Whether all the tasks behind a future were made by what is awaited, and so are its own to cancel."""
        children = loops.attribute(future, "_children")
        if loops.is_list(children):
            return all(map(self._is_made_here, children))
        return tasks.is_task(future, tasks.task_types()) and not any(future is each for each in self._others)

    def _abandon(self) -> None:
        self._abandoned = True


def _is_future(waited: Any, loop: Any) -> bool:
    """Whether it is what a task can wait for (``asyncio.isfuture``, and a future of this loop that ``await`` has given)."""
    if class_attribute(class_of(waited), "_asyncio_future_blocking") is None:
        return False
    return waited._asyncio_future_blocking is True and loops.asyncio_part("futures", "_get_loop")(waited) is loop


def _raise(error: BaseException) -> None:
    raise error


_tether: Any = None


def tether() -> Any:
    """The class of the futures that a task of the console waits for in the place of the program's.

    Cancelling a task cancels the future that it waits for, which is right when the program does so. When a debugger cuts
    off ``await job``, the program's ``job`` is to go on: then the tether is cut, and only what was typed is cancelled.
    """
    global _tether
    if _tether is not None:
        return _tether
    future_class: type[Any] = loops.asyncio_part("futures", "Future")

    class Tether(future_class):  # type: ignore[misc, unused-ignore]
        def __init__(self, inner: Any, loop: Any) -> None:
            future_class.__init__(self, loop=loop)
            self.inner = inner
            inner._asyncio_future_blocking = False
            self._asyncio_future_blocking = True
            inner.add_done_callback(self._release)

        def _release(self, inner: Any) -> None:
            if not self.done():
                self.set_result(None)

        def cancel(self, msg: Any = None) -> bool:
            return self.inner.cancel(msg=msg)

        def cut(self) -> None:
            self.inner.remove_done_callback(self._release)
            future_class.cancel(self)

    _tether = Tether
    return Tether
