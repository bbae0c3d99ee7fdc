"""Pause and Ctrl+C: reaching a program that runs, also where it waits in C code and runs no line."""

from __future__ import annotations

import sys
from _thread import allocate_lock, get_ident
from types import FrameType

from .checkpoints import Checkpoints
from .pausing import Stop, World
from .threads import Threads
from .time_limit import TimeLimit
from .user_code import UserCode

_BLOCKED_AFTER = 0.1
"""Seconds after which a program that runs no line is taken to wait in C code. Nothing depends on it being right."""


class Interrupter:
    def __init__(
        self, world: World, threads: Threads, checkpoints: Checkpoints, user_code: UserCode, time_limit: TimeLimit
    ) -> None:
        self._world = world
        self._threads = threads
        self._checkpoints = checkpoints
        self._user_code = user_code
        self._time_limit = time_limit
        self._interrupted_at: tuple[int, int] | None = None
        self._pause_was_due = False

    def pause(self) -> None:
        """Asks for a stop at the next line. A program that waits in C code is stopped where it waits."""
        if self._world.stop is not None:
            return
        if not self._time_limit.threads_available:
            frame = self._program_frame(sys._getframe(1))
            if frame is not None:
                self._world.stop_without_event(Stop("pause", frame))
                return
        taken = allocate_lock()
        taken.acquire()
        self._checkpoints.pause(taken.release)
        if get_ident() not in self._threads.hidden:
            return  # it came as a stop ended: the thread that was stopped is about to run on, so the reader waits (``tick``)
        if not taken.acquire(timeout=_BLOCKED_AFTER):
            self._stop_where_it_waits()

    def _stop_where_it_waits(self) -> None:
        frame = self._program_frame(sys._current_frames().get(self._threads.main))
        if frame is not None and self._checkpoints.withdraw_pause():
            stop = Stop("pause", frame)
            stop.ident = self._threads.main
            self._world.stop_in_background(stop)

    def _program_frame(self, frame: FrameType | None) -> FrameType | None:
        while frame is not None and self._user_code.is_runtime(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def interrupt(self) -> None:
        """What Ctrl+C does: KeyboardInterrupt (or the program's own handler) in the main thread."""
        world, stop = self._world, self._world.stop
        if stop is not None and world.between_lines:
            # Once nothing is evaluated any more, or the evaluation would take it for itself.
            world.offer(self._interrupt_and_go_on)
        elif stop is not None and stop.ident == self._threads.main and not world.in_background:
            world.raise_in_program(KeyboardInterrupt())
        else:
            world.resume_from_outside()
            self._signal()
        # Last: without threads this may end in an exception here.
        self._time_limit.cancel_any()

    def _interrupt_and_go_on(self) -> bool:
        self._signal()
        return True

    def _signal(self) -> None:
        import signal

        if self._time_limit.threads_available and hasattr(signal, "pthread_kill"):
            # A real signal also ends a wait in C code.
            signal.pthread_kill(self._threads.main, signal.SIGINT)
            self._interrupted_at = self._main_position()
        elif self._time_limit.threads_available:
            import _thread

            _thread.interrupt_main()
        else:
            signal.raise_signal(signal.SIGINT)

    def tick(self) -> None:
        """A few times a second while the program runs, in the reader's thread."""
        self._insist()
        if self._pause_was_due and self._checkpoints.is_pause_due:
            self._stop_where_it_waits()
        self._pause_was_due = self._checkpoints.is_pause_due

    def _insist(self) -> None:
        """Sends an interrupt again that came a moment before the main thread went to wait in C code, which so missed it.

        Until its handler has run a signal is a mark and no count, so once more does no harm.
        """
        if self._interrupted_at is None:
            return
        if self._main_position() != self._interrupted_at:
            self._interrupted_at = None
            return
        import signal

        signal.pthread_kill(self._threads.main, signal.SIGINT)

    def _main_position(self) -> tuple[int, int] | None:
        """Which frame of the main thread stands at which instruction."""
        frame = sys._current_frames().get(self._threads.main)
        return None if frame is None else (id(frame), frame.f_lasti)
