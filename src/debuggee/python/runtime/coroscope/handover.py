"""When the reader's thread runs: not while a loop turns as it should, and at once when it has waited long enough.

A program that lets go of the interpreter for a moment, again and again (a loop of asyncio does when it asks for events
that are already there), hardly ever lets another thread have it: each time it takes it back before the other has woken
up, and a wait that is disturbed so never lasts the switch interval after which CPython would insist (``take_gil`` in
ceval_gil.c). The other is woken ten thousand times a second for nothing, which costs the program a tenth of its time.
So a loop looks at the clock whenever it turns, and where the reader must be waiting by now, it waits for the reader.

And a reader that wakes up costs a busy program a change of threads and back, so one that would only see whether a step
takes too long (``blocked_steps``) had better sleep on while the loop turns. Where the system has an alarm that can be
put off while somebody waits for it (``os.timerfd_create``, Linux, from 3.13 on), the loop puts it off as it turns. One
loop only: of several, one that turns could hide another one that is blocked.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from collections.abc import Callable, Iterable
from math import inf
from time import monotonic

__all__ = ["Handover"]

_MARGIN = 0.001
"""Seconds. ``poll`` counts in milliseconds, and may come back as much later."""

_LOOK = 0.025
"""Seconds after which a loop looks whether a command has come, as somebody waits for what that does."""

_MOST = 0.005
"""Seconds that a loop waits for the reader: as long as CPython would let it compute on before it insists."""

_NOBODY = -1


class Handover:
    __slots__ = ("_gate", "_given", "_has_come", "_latest", "_seconds", "_thread", "_until", "alarm", "due")

    def __init__(self, has_come: Callable[[], bool]) -> None:
        """``has_come``: whether there is something to read, so that the reader has woken up."""
        self._has_come = has_come
        self.due = self._until = inf
        """When to give, on the monotonic clock in seconds; infinite if nobody need wait for the reader."""
        self._given = False
        self._gate = _thread.allocate_lock()
        self._gate.acquire()
        self.alarm: int | None = None
        """A descriptor that can be read once the reader is to wake up; None if it wakes up by itself."""
        self._seconds = 0.0
        self._latest = 0.0
        """The alarm is put off by so many seconds, and not beyond that time."""
        self._thread = 0
        """The one with the loop that turns; 0 as long as there is none, _NOBODY once it may not put the alarm off."""

    def set_alarm(self) -> None:
        """From the next wait on a loop that turns lets the reader sleep on, where the system has what that takes."""
        if sys.platform == "linux" and sys.version_info >= (3, 13) and self.alarm is None and self._thread == 0:
            try:
                self.alarm = os.timerfd_create(time.CLOCK_MONOTONIC)
            except OSError:  # no descriptor is left, or a sandbox forbids it
                return

    def stop_alarm(self) -> None:
        """In the reader's thread, or where there is none."""
        alarm, self.alarm = self.alarm, None
        self._thread = _NOBODY
        if alarm is not None and sys.platform == "linux" and sys.version_info >= (3, 13):
            try:
                os.timerfd_gettime(alarm)
                os.close(alarm)
            except OSError:
                return  # The program closes what it does not know, and may have opened a file there since.

    def steps_in(self, threads: Iterable[int]) -> None:
        """In the reader's thread: where steps run. One of another thread is not to be hidden by the loop that turns."""
        if self._thread and any(thread != self._thread for thread in threads):
            self.stop_alarm()

    def waits(self, seconds: float, longest: float = 0.0) -> float:
        """The reader is going to wait for so long: whoever let it run goes on.

        Answers with the most that it is to wait: up to ``longest``, if the alarm may be put off.
        """
        now = monotonic()
        if self._thread == _NOBODY:
            self.stop_alarm()
        if self.alarm is not None:
            self._seconds = seconds
            self._latest = now + longest
            if not _set(self.alarm, seconds):
                self.stop_alarm()
        self._until = now + seconds + _MARGIN
        self._look_by(now)
        self._release()
        return seconds if self.alarm is None else max(seconds, longest)

    def woke(self) -> float:
        """The reader runs; answers since when it ought to.

        Whatever it sends lets go of the interpreter, and it has to get that back.
        """
        until = self._until
        self.due = self._until = monotonic() + _MARGIN
        return until - _MARGIN

    def ends(self) -> None:
        """There is no reader any more."""
        self.due = self._until = inf
        self._release()

    def give(self) -> None:
        """In a thread of the program's, once it is due."""
        now = monotonic()
        if now < self._until and not self._has_come():
            if self.alarm is not None:
                self._put_off(self.alarm, now)
            self._look_by(now)
            return
        self.due = now + 2 * _MOST  # the program's share, should the reader have so much to do
        self._given = True
        self._gate.acquire(True, _MOST)

    def _look_by(self, now: float) -> None:
        often = _LOOK if self.alarm is None else min(_LOOK, self._seconds / 2)
        self.due = min(self._until, now + often)

    def _put_off(self, alarm: int, now: float) -> None:
        thread = _thread.get_ident()
        if self._thread == 0:
            self._thread = thread
        if self._thread != thread:
            self._thread = _NOBODY
            return
        seconds = min(self._seconds, self._latest - now)
        if seconds > 0:
            if _set(alarm, seconds):
                self._until = now + seconds + _MARGIN
            else:
                self._thread = _NOBODY

    def _release(self) -> None:
        if self._given:
            self._given = False
            self._gate.release()


def _set(alarm: int, seconds: float) -> bool:
    if sys.platform == "linux" and sys.version_info >= (3, 13):
        try:
            os.timerfd_settime(alarm, initial=seconds)
        except OSError:
            return False
        return True
    return False
