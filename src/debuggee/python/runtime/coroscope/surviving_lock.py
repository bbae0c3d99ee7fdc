"""A lock that outlives the threads the interpreter ends.

At its end CPython ends every daemon thread as soon as that wants to go on, wherever it is, and nobody opens what it had
locked. The main thread still runs code then (finalizers, exit handlers of C modules), and would wait for ever.
"""

from __future__ import annotations

from _thread import RLock
from sys import is_finalizing

__all__ = ["SurvivingLock"]


class SurvivingLock:
    """Re-entrant. ``with`` gives whether it had to be taken from a thread that is gone, which so left things half done."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = RLock()

    def __enter__(self) -> bool:
        # While the interpreter ends there is no other thread that could give it back.
        if self._lock.acquire(not is_finalizing()):
            return False
        self._lock = RLock()
        self._lock.acquire()
        return True

    def tried(self) -> bool:
        """Takes it if that can be done at once; then it is to be given back by ``release``."""
        return self._lock.acquire(False)

    def release(self) -> None:
        self._lock.release()

    def __exit__(self, *_exception: object) -> None:
        self._lock.release()
