"""Lets the reader's thread have the interpreter when it has waited long enough.

A program that lets go of the interpreter for a moment, again and again (a loop of asyncio does when it asks for events
that are already there), hardly ever lets another thread have it: each time it takes it back before the other has woken
up, and a wait that is disturbed so never lasts the switch interval after which CPython would insist (``take_gil`` in
ceval_gil.c). The other is woken ten thousand times a second for nothing, which costs the program a tenth of its time.

So a loop looks at the clock whenever it turns, and where the reader must be waiting by now, it waits for the reader.
"""

from __future__ import annotations

import _thread
from collections.abc import Callable
from math import inf
from time import monotonic

__all__ = ["Handover"]

_MARGIN = 0.001
"""Seconds. ``poll`` counts in milliseconds, and may come back as much later."""

_LOOK = 0.025
"""Seconds after which a loop looks whether a command has come, as somebody waits for what that does."""

_MOST = 0.005
"""Seconds that a loop waits for the reader: as long as CPython would let it compute on before it insists."""


class Handover:
    __slots__ = ("_gate", "_given", "_has_come", "_until", "due")

    def __init__(self, has_come: Callable[[], bool]) -> None:
        """``has_come``: whether there is something to read, so that the reader has woken up."""
        self._has_come = has_come
        self.due = self._until = inf
        """When to give, on the monotonic clock in seconds; infinite if nobody need wait for the reader."""
        self._given = False
        self._gate = _thread.allocate_lock()
        self._gate.acquire()

    def waits(self, seconds: float) -> None:
        """The reader is going to wait for so long: whoever let it run goes on."""
        now = monotonic()
        self._until = now + seconds + _MARGIN
        self.due = min(self._until, now + _LOOK)
        self._release()

    def woke(self) -> None:
        """The reader runs. Whatever it sends lets go of the interpreter, and it has to get that back."""
        self.due = self._until = monotonic() + _MARGIN

    def ends(self) -> None:
        """There is no reader any more."""
        self.due = self._until = inf
        self._release()

    def give(self) -> None:
        """In a thread of the program's, once it is due."""
        now = monotonic()
        if now < self._until and not self._has_come():
            self.due = min(self._until, now + _LOOK)
            return
        self.due = now + 2 * _MOST  # the program's share, should the reader have so much to do
        self._given = True
        self._gate.acquire(True, _MOST)

    def _release(self) -> None:
        if self._given:
            self._given = False
            self._gate.release()
