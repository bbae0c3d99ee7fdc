"""For how long the program kept a thread of the runtime's from running, because it computed and held the interpreter.

A call in C that lets nobody else run shows in no frame while it lasts: the thread that would look runs again only when it
is over. What tells is the processor time that passed meanwhile; the time alone would also count a machine that was busy
with other things.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class HeldUp:
    """Measures since it was made, or since the last `restart`, in the thread that made it."""

    __slots__ = ("_idle", "_own", "_process", "_wall")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._wall = time.monotonic()
        self._process = time.process_time()
        self._own = _thread_time()
        self._idle = 0.0

    def waits(self, seconds: float) -> None:
        """This thread is going to wait by itself, which does not count."""
        self._idle += seconds

    def seconds(self) -> float:
        others = time.process_time() - self._process - (_thread_time() - self._own)
        return max(0.0, min(time.monotonic() - self._wall, others) - self._idle)


_thread_time: Callable[[], float] = getattr(time, "thread_time", lambda: 0.0)
"""Not on every system."""
