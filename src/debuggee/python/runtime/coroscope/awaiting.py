"""One coroutine that is awaited on the program's loop from the outside, and cut off without harm to what it awaits."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from contextvars import Context
from typing import Any

from . import asyncio_tasks, loops
from .looking import class_attribute, class_of
from .protocol import CommandError
from .running_loop import RunningLoop
from .tether import is_gathering, tether_class
from .time_limit import CutOff

_GRACE = 1.0
"""Seconds that what was cut off has for its cleaning up. Nothing depends on it but how long a stubborn one is waited for."""


class Awaiting:
    """One coroutine that is awaited on a loop from the outside."""

    def __init__(self, here: RunningLoop, context: Context | None, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._loop = here.loop
        self._run_once = here.run_once
        self._coroutine: Any = coroutine
        self.at_work = False
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
                "Let the program run on until it is done.",
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
        make_tether = tether_class()
        thrown: BaseException | None = None
        while True:
            self.at_work = True
            try:
                waited = coroutine.send(None) if thrown is None else coroutine.throw(thrown)
            except StopIteration as end:
                return end.value
            finally:
                self.at_work = False
            thrown = None
            try:
                if _is_future(waited, self._loop) and waited is not self._task:
                    self._tether = make_tether(waited, self._loop)
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
        if self.at_work:
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
        if is_gathering(future):
            return all(map(self._is_made_here, future._children))
        return asyncio_tasks.is_task(future, asyncio_tasks.task_types()) and not any(
            future is each for each in self._others
        )

    def _abandon(self) -> None:
        self._abandoned = True


def _is_future(waited: Any, loop: Any) -> bool:
    """Whether it is what a task can wait for (``asyncio.isfuture``, and a future of this loop that ``await`` has given)."""
    if class_attribute(class_of(waited), "_asyncio_future_blocking") is None:
        return False
    return waited._asyncio_future_blocking is True and loops.asyncio_part("futures", "_get_loop")(waited) is loop


def _raise(error: BaseException) -> None:
    raise error
