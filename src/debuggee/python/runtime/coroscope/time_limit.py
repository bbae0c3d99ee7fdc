"""Cutting off what is evaluated: it took too long, or somebody asked for that."""

from __future__ import annotations

from _thread import allocate_lock, get_ident, start_new_thread
from collections.abc import Callable
from time import monotonic
from typing import Any

from .protocol import CommandError
from .threads import Threads

_AGAIN_AFTER = 0.2
"""Seconds after which one that asks again is taken to mean that the program caught the exception."""


class CutOff(BaseException):
    """Raised inside an evaluation that took too long or was cancelled. Not an Exception, so programs let it pass."""


class TimeLimit:
    """Cuts off what runs in one thread, from another one."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._ident = 0
        self._command = -1
        self._lock = allocate_lock()
        self._posted = False
        self._posted_at = 0.0
        self.cancelled = False
        self.threads_available = True
        self.gentle: Callable[[], bool] | None = None
        """A way to end the evaluation at hand that is kinder to the program than an exception out of nowhere. It is
        tried first, from any thread, and returns False when only the exception helps."""

    def run(self, command: int, seconds: float, work: Callable[[], Any]) -> Any:
        """Runs ``work``. Raises CommandError ``timeout`` or ``cancelled`` when it was cut off."""
        self._ident = get_ident()
        self.cancelled = False
        self._posted = False
        over = allocate_lock()
        over.acquire()
        result: Any = None
        failure: BaseException | None = None
        begun = done = False
        # A cut that is on its way when the work is done arrives in here, and not in the program.
        while True:
            try:
                if not begun:
                    begun = True
                    self._command = command
                    if self.threads_available:
                        start_new_thread(self._watch, (over, command, seconds))
                    result = work()
                    done = True
                with self._lock:
                    self._command = -1
                    if self._posted:
                        _post(self._ident, None)
                break
            except CutOff:
                continue
            except BaseException as error:
                failure = error
        over.release()
        if failure is not None:
            try:
                raise failure
            finally:
                failure = None
        if done:
            return result
        if self.cancelled:
            raise CommandError("cancelled", "The evaluation was cancelled.")
        raise CommandError(
            "timeout",
            f"The evaluation was cut off after {seconds:g} seconds.",
            "If it waits for another thread or task, let the program run until that one is done.",
        )

    def _watch(self, over: Any, command: int, seconds: float) -> None:
        self._threads.hide_current()
        try:
            if not over.acquire(timeout=seconds):
                self._cut(command)
        finally:
            self._threads.hidden.discard(get_ident())

    def cancel(self, command: int) -> None:
        self._cut(command, asked=True)

    def cancel_any(self) -> None:
        """Cuts off what is evaluated now, if anything is."""
        if self._command >= 0:
            self.cancel(self._command)

    def _cut(self, command: int, *, asked: bool = False) -> None:
        with self._lock:
            if self._command != command:
                return  # it is over, and what runs now is another one
            if asked:
                self.cancelled = True
            if self.gentle is not None and self.gentle():
                return
            if self._ident == get_ident():
                raise CutOff  # in a signal handler on the evaluating thread itself
            if self._posted and monotonic() < self._posted_at + _AGAIN_AFTER:
                return  # it is on its way
            self._posted, self._posted_at = True, monotonic()
            _post(self._ident, CutOff)


def _post(ident: int, exception: type[BaseException] | None) -> None:
    """Has an exception raised in another thread, soon; None takes back one that was not raised yet."""
    import ctypes

    what = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), what)
