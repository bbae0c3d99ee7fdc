"""Cutting off what is evaluated: it took too long, or somebody asked for that."""

from __future__ import annotations

from _thread import allocate_lock, get_ident, start_new_thread
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, Protocol

from .protocol import CommandError
from .threads import Threads

_AGAIN_AFTER = 0.2
"""Seconds after which one that asks again is taken to mean that the program caught the exception."""


_NONE = -1
"""The command while nothing is evaluated."""


class CutOff(BaseException):
    """Raised inside an evaluation that took too long or was cancelled. Not an Exception, so programs let it pass."""


class Gentle(Protocol):
    """Another way to end the evaluation at hand, as long as it only waits. Whether it does may change at any moment."""

    at_work: bool
    """Code of the evaluation runs: only an exception can end it. While it waits, none would: nothing wakes it up."""

    def cut_off(self) -> bool:
        """From any thread, or from a signal handler. False while it is at work."""
        ...


class TimeLimit:
    """Cuts off what runs in one thread, from another one.

    The thread that is cut off takes no lock: an exception that is raised in it from outside may come right after a lock
    was taken, before ``with`` has begun, and nobody would give that lock back. In place of one, ``_command`` says whether
    a cut may be posted. It is looked at and the cut is posted, and it is put back and what was posted is taken back,
    without a point between at which the interpreter changes threads or raises such exceptions (it does so after calls
    and at jumps backwards).
    """

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._ident = 0
        self._command = _NONE
        self._cancelled: set[int] = set()
        """Commands that were to be cancelled, some before they began: their thread may still be waking up."""
        self._cutting = allocate_lock()
        self._post: Callable[[], Any] = _nothing
        self._posted = False
        self._posted_at = 0.0
        self.threads_available = True
        self.gentle: Gentle | None = None
        """Kinder to the program than an exception out of nowhere, so it is tried first."""

    def run(self, command: int, seconds: float, work: Callable[[], Any]) -> Any:
        """Runs ``work``. Raises CommandError ``timeout`` or ``cancelled`` when it was cut off.

        Commands have ascending numbers.
        """
        self._ident = get_ident()
        self._posted = False
        self._post, take_back = _posting(self._ident) if self.threads_available else (_nothing, _nothing)
        over = allocate_lock()
        over.acquire()
        result: Any = None
        failure: BaseException | None = None
        done = False
        try:
            self._command = command
            if command in self._cancelled:
                raise CutOff
            if self.threads_available:
                start_new_thread(self._watch, (over, command, seconds))
            result = work()
            done = True
            self._command = _NONE
            take_back()
        except CutOff:
            self._command = _NONE
            take_back()
        except BaseException as error:
            self._command = _NONE
            take_back()
            failure = error
        over.release()
        cancelled = command in self._cancelled
        for each in tuple(self._cancelled):
            if each <= command:
                self._cancelled.discard(each)
        if failure is not None:
            try:
                raise failure
            finally:
                failure = None
        if done:
            return result
        if cancelled:
            raise CommandError("cancelled", "The evaluation was cancelled.")
        raise CommandError(
            "timeout",
            f"The evaluation was cut off after {seconds:g} seconds.",
            "If it waits for another thread or task, let the program run until that one is done.",
        )

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for the end of what is evaluated now."""
        return self._command in self._cancelled

    def mark_cancelled(self) -> None:
        """Has what is evaluated now end as one that somebody asked for the end of."""
        self._cancelled.add(self._command)

    def _watch(self, over: Any, command: int, seconds: float) -> None:
        self._threads.hide_current()
        try:
            if not over.acquire(timeout=seconds):
                self._cut(command)
        finally:
            self._threads.hidden.discard(get_ident())

    def cancel(self, command: int) -> None:
        """Cuts off a command, or has it end as it begins. One that is over stays so."""
        self._cancelled.add(command)
        self._cut(command)

    def cancel_any(self) -> None:
        """Cuts off what is evaluated now, if anything is."""
        command = self._command
        if command != _NONE:
            self.cancel(command)

    def _cut(self, command: int) -> None:
        if self._command != command:
            return
        if self._ident == get_ident():  # in a signal handler on the evaluating thread itself
            if self.gentle is None or not self.gentle.cut_off():
                raise CutOff
            return
        with self._cutting:
            gentle, post = self.gentle, self._post
            for is_last_try in (False, True):
                if self._command != command or (gentle is not None and gentle.cut_off()):
                    return
                if self._posted and monotonic() < self._posted_at + _AGAIN_AFTER:
                    return  # it is on its way
                self._posted_at = monotonic()
                if self._command == command and (is_last_try or gentle is None or gentle.at_work):
                    self._posted = True
                    post()
                    return


def _posting(ident: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Has CutOff raised in another thread, soon; takes back one that was not raised yet. Both without a frame."""
    import ctypes

    post = ctypes.pythonapi.PyThreadState_SetAsyncExc
    thread = ctypes.c_ulong(ident)
    return partial(post, thread, ctypes.py_object(CutOff)), partial(post, thread, None)


def _nothing() -> None:
    pass
