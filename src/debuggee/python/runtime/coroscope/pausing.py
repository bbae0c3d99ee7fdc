"""Stopping the world and letting it go on.

One thread at a time is the *stopper*: it sends ``stopped`` and works on commands, in its own thread, until one of them
lets the program go on. Every other thread parks at its next line; one that waits in C code stays there, which is as
good, and parks when it comes back. A thread that hits a breakpoint while another one is the stopper parks first and
becomes the stopper afterwards, so no stop is lost.

While a thread is in a monitoring callback the interpreter sends it no events, so what a command evaluates on the
stopper runs at full speed and hits nothing.
"""

from __future__ import annotations

import sys
from _queue import SimpleQueue
from _thread import LockType, allocate_lock, get_ident
from collections.abc import Callable
from time import monotonic
from types import FrameType
from typing import NamedTuple

from .protocol import Json, StopReason
from .surviving_lock import SurvivingLock
from .threads import Threads


class Stop:
    """One stop: why, where, and what is passing at that moment."""

    def __init__(
        self,
        reason: StopReason,
        frame: FrameType,
        *,
        breakpoints: list[int] | None = None,
        text: str | None = None,
        exception: BaseException | None = None,
        break_mode: str = "always",
        passing: dict[str, object] | None = None,
        whole_line: bool = False,
    ) -> None:
        self.reason: StopReason = reason
        self.frame = frame
        self.breakpoints = breakpoints or []
        self.text = text
        self.exception = exception
        self.break_mode = break_mode
        # `yielded`, `sent` or `thrown`: the value on its way through the suspension point the program stopped at.
        self.passing = passing or {}
        # Stopped before a line: its first instruction may stand anywhere on it.
        self.whole_line = whole_line
        self.ident = get_ident()
        # Time stands still for whoever looks: what is due is counted from here.
        self.at = monotonic()


class Parked(NamedTuple):
    """A thread that waits for the stop of another one to end: where, and the lock that it waits for."""

    frame: FrameType
    wakes: LockType


type Work = Callable[[], bool]
"""A command, ready to run; true when the program is to go on."""


class World:
    def __init__(self, threads: Threads, send_fact: Callable[[str, Json], None]) -> None:
        self._threads = threads
        self._send_fact = send_fact
        self._lock = SurvivingLock()
        self._work: SimpleQueue[Work] = SimpleQueue()
        self._parked: dict[int, Parked] = {}
        self._stopper = 0
        self._taken_over_at: FrameType | None = None
        self._interrupted: BaseException | None = None
        self.stop: Stop | None = None
        self.next_work: Callable[[], Work] = self._work.get
        """Waits for the next command while stopped; the embedded host, which has no reader thread, replaces it."""
        self.before_stop: list[Callable[[Stop], None]] = []
        self.after_stop: list[Callable[[Stop], None]] = []
        self.parking_changed: Callable[[bool], None] = lambda on: None
        self.ended = False
        self.is_to_end = False
        """Somebody asked for the program's end: nothing stops it any more on its way there, but a pause that is asked for."""
        self.in_background = False
        self.between_lines = False
        """The stopper waits where the program waited, and not at a line of it, where an exception could be raised."""
        self.others_run = False
        """While the stopper waits for what another thread does: those that wake up do not park."""

    # --- for the reader ------------------------------------------------------------------------------------------

    def offer(self, work: Work) -> bool:
        """Hands a command to the stopper. False when the program runs: then the caller works on it itself."""
        with self._lock:
            if self.stop is None or self.in_background:
                return False
            self._work.put(work)
            return True

    def take_offered(self) -> Work | None:
        """A command that was handed over and not begun, for a stopper without a reader thread."""
        return None if self._work.empty() else self._work.get()

    def raise_in_program(self, error: BaseException) -> None:
        """Lets a paused program go on with ``error`` raised where it stands."""
        self._interrupted = error
        self.offer(lambda: True)

    def resume_from_outside(self) -> None:
        """Lets a stopped program go on, whoever is the stopper."""
        if not self.resume_in_background():
            self.offer(lambda: True)

    def stop_in_background(self, stop: Stop) -> None:
        """Declares a stop for a program whose threads all wait in C code; the reader goes on working on commands."""
        if self._begin(stop, True):
            self._announce(stop)

    def resume_in_background(self) -> bool:
        """Ends a stop in the background. False when there is none."""
        stop = self.stop
        if stop is None or not self.in_background:
            return False
        self._end(stop)
        return True

    def hand_over(self, ident: int, work: Work) -> bool:
        """Makes a thread, on its way to ``take_over``, the stopper of a stop in the background. False when there is none."""
        with self._lock:
            if self.stop is None or not self.in_background:
                return False
            self.in_background = False
            self.between_lines = True
            self._stopper = ident
            self._work.put(work)
            parked = self._parked.pop(ident, None)
        if parked is not None:
            parked.wakes.release()
        return True

    def stop_without_event(self, stop: Stop) -> None:
        """Declares a stop from outside, for a program whose threads all wait in C code, and works on its commands."""
        self.between_lines = True
        self._be_stopper(stop)
        self._raise_interrupted()

    # --- for callbacks -------------------------------------------------------------------------------------------

    def halt(self, stop: Stop) -> None:
        """Stops the world in this thread and returns when it goes on. Raises what Ctrl+C raised meanwhile."""
        if self.ended or (self.stop is not None and not self.parking):
            return  # what a command evaluates on the stopper's thread does not stop again
        while not (self.is_to_end and stop.reason != "pause") and not self._be_stopper(stop):
            self.park(stop.frame)
        self._raise_interrupted()

    def take_over(self, frame: FrameType) -> None:
        """Works on the commands of a stop that is handed to this thread, until the program goes on."""
        self.park(frame)
        stop = self.stop
        if stop is None or self.in_background or self._stopper != get_ident():
            return  # the program went on before it came to that
        self._taken_over_at = frame
        try:
            self._work_until_resumed()
        finally:
            self._end(stop)
        self._raise_interrupted()

    def park(self, frame: FrameType) -> None:
        """Waits while another thread is the stopper."""
        ident = get_ident()
        parked = Parked(frame, allocate_lock())
        parked.wakes.acquire()
        with self._lock:
            if not self.parking:
                return
            self._parked[ident] = parked
        try:
            parked.wakes.acquire()
        finally:
            self._parked.pop(ident, None)

    def _raise_interrupted(self) -> None:
        interrupted, self._interrupted = self._interrupted, None
        if interrupted is not None:
            raise interrupted

    @property
    def parking(self) -> bool:
        stop = self.stop
        return stop is not None and not self.others_run and (self.in_background or self._stopper != get_ident())

    def is_parked(self, ident: int) -> bool:
        stop = self.stop
        return stop is not None and (ident in (stop.ident, self._stopper) or ident in self._parked)

    def frame_of_thread(self, ident: int) -> FrameType | None:
        """The innermost frame of the program on a thread (not the runtime's own, which lie above it)."""
        stop = self.stop
        if self._taken_over_at is not None and ident == self._stopper:
            return self._taken_over_at
        if stop is not None and stop.ident == ident and not self.in_background:
            return stop.frame
        parked = self._parked.get(ident)
        if parked is not None:
            return parked.frame
        return sys._current_frames().get(ident)

    def _be_stopper(self, stop: Stop) -> bool:
        if not self._begin(stop, False):
            return False
        try:
            self._announce(stop)
            self._work_until_resumed()
        finally:
            self._end(stop)
        return True

    def _begin(self, stop: Stop, in_background: bool) -> bool:
        with self._lock:
            if self.stop is not None or self.ended:
                return self.ended
            self.is_to_end = False
            self.in_background = in_background
            self._stopper = stop.ident
            self.stop = stop
        return True

    def _announce(self, stop: Stop) -> None:
        for prepare in self.before_stop:
            prepare(stop)
        self.parking_changed(True)
        fact: Json = {
            "reason": stop.reason,
            "thread": self._threads.id_of(stop.ident),
            "breakpoints": stop.breakpoints,
        }
        if stop.text:
            fact["text"] = stop.text
        self._send_fact("stopped", fact)

    def _end(self, stop: Stop) -> None:
        if self.stop is not stop:
            return
        for clean in self.after_stop:
            clean(stop)
        self._send_fact("continued", {})
        with self._lock:
            self.stop = None
            self.in_background = False
            self.between_lines = False
            self._taken_over_at = None
            waiting = list(self._parked.values())
            self._parked.clear()
            left: list[Work] = []
            while not self._work.empty():
                left.append(self._work.get())
        self.parking_changed(False)
        for parked in waiting:
            parked.wakes.release()
        for work in left:
            work()

    def _work_until_resumed(self) -> None:
        while not self.ended:
            try:
                if self.next_work()():
                    return
            except EOFError:
                self.ended = True
            except BaseException as error:  # a signal handler of the program's, run while this thread waited
                self._interrupted = error
                if isinstance(error, KeyboardInterrupt):
                    return
