"""Cutting off what is evaluated: it took too long, or somebody asked for that."""

from __future__ import annotations

from _thread import allocate_lock, get_ident, start_new_thread
from collections.abc import Callable
from typing import Any

from .protocol import CommandError
from .threads import Threads


class CutOff(BaseException):
    """Raised inside an evaluation that took too long or was cancelled. Not an Exception, so programs let it pass."""


class TimeLimit:
    """Cuts off what runs in one thread, from another one."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._ident = 0
        self._command = -1
        self._lock = allocate_lock()
        self.cancelled = False
        self.threads_available = True
        self.gentle: Callable[[], bool] | None = None
        """A way to end the evaluation at hand that is kinder to the program than an exception out of nowhere. It is
        tried first, from any thread, and returns False when only the exception helps."""

    def run(self, command: int, seconds: float, work: Callable[[], Any]) -> Any:
        """Runs ``work``. Raises CommandError ``timeout`` or ``cancelled`` when it was cut off."""
        self._ident = get_ident()
        self._command = command
        self.cancelled = False
        over = allocate_lock()
        over.acquire()
        if self.threads_available:
            start_new_thread(self._watch, (over, command, seconds))
        try:
            return work()
        except CutOff:
            if self.cancelled:
                raise CommandError("cancelled", "The evaluation was cancelled.") from None
            raise CommandError(
                "timeout",
                f"The evaluation was cut off after {seconds:g} seconds.",
                "If it waits for another thread or task, let the program run until that one is done.",
            ) from None
        finally:
            with self._lock:
                self._command = -1
            over.release()

    def _watch(self, over: Any, command: int, seconds: float) -> None:
        self._threads.hide_current()
        try:
            if not over.acquire(timeout=seconds):
                self._cut(command)
        finally:
            self._threads.hidden.discard(get_ident())

    def cancel(self, command: int) -> None:
        self.cancelled = True
        self._cut(command)

    def cancel_any(self) -> None:
        """Cuts off what is evaluated now, if anything is."""
        if self._command >= 0:
            self.cancel(self._command)

    def _cut(self, command: int) -> None:
        with self._lock:
            if self._command != command:
                return
            if self.gentle is not None and self.gentle():
                return
            if self._ident == get_ident():
                raise CutOff  # in a signal handler on the evaluating thread itself
            import ctypes

            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._ident), ctypes.py_object(CutOff))
