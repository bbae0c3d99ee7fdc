"""Pause, entry, ``breakpoint()`` and parking: stops that are nobody's step, on the events of the tool for steps."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FrameType

from .monitoring import Tool, events
from .pausing import Stop, World
from .threads import Threads
from .user_code import UserCode

_PARKING = events.LINE | events.PY_START | events.PY_RESUME | events.JUMP


class Checkpoints:
    """``changed`` is called when other events are needed than before (``mask``)."""

    def __init__(self, tool: Tool, world: World, threads: Threads, user_code: UserCode) -> None:
        self._tool = tool
        self._world = world
        self._threads = threads
        self._user_code = user_code
        self._pause: Callable[[], None] | None = None
        self._entry = False
        self._breakpoint_call: FrameType | None = None
        # A LINE event that another tool already stopped at reaches this tool next; it is not a new line.
        self._swallow: tuple[FrameType, int] | None = None
        self.changed: Callable[[], None] = lambda: None

    # --- what the user asks for ----------------------------------------------------------------------------------

    def stop_on_entry(self) -> None:
        self._entry = True
        self.changed()

    def pause(self, taken: Callable[[], None]) -> None:
        """Stops at the next line of any thread; ``taken`` is called when one did."""
        self._pause = taken
        self.changed()

    @property
    def is_pause_due(self) -> bool:
        return self._pause is not None

    def withdraw_pause(self) -> bool:
        """Takes a pause back; False when it was already answered."""
        if self._pause is None:
            return False
        self._pause = None
        self.changed()
        return True

    def stop_after_call(self, frame: FrameType) -> None:
        """Stops in ``frame`` as soon as the call it is in returns: for ``breakpoint()``."""
        self._breakpoint_call = frame
        self._tool.add_local(frame.f_code, events.INSTRUCTION)

    # --- for callbacks -------------------------------------------------------------------------------------------

    def mask(self) -> int:
        mask = 0
        if self._world.stop is not None or self._pause is not None:
            mask |= _PARKING
        if self._entry:
            mask |= events.LINE
        return mask

    def before_stop(self, stop: Stop) -> None:
        if stop.reason in ("breakpoint", "function breakpoint") and not stop.passing:
            watched = (self._tool.global_events | self._tool.local(stop.frame.f_code)) & events.LINE
            self._swallow = (stop.frame, stop.frame.f_lineno) if watched else None
        self._entry = False
        pause, self._pause = self._pause, None
        if pause is not None:
            pause()

    def runs_the_runtime(self, code: CodeType) -> bool:
        return self._threads.is_at_work() or self._user_code.is_runtime(code.co_filename)

    def passes(self, frame: FrameType) -> bool:
        """Parks while another thread is stopped, and answers a pause. True when this event is used up by that."""
        if self._world.parking:
            self._world.park(frame)
        if self._pause is not None and self._world.stop is None:
            self._world.halt(Stop("pause", frame, whole_line=True))
            return True
        return False

    def takes_line(self, frame: FrameType, line: int) -> bool:
        """Whether this new line is no step's business."""
        if self._world.stop is None:  # while one stands, the lines are those of other threads
            swallow, self._swallow = self._swallow, None
            if swallow is not None and swallow[0] is frame and swallow[1] == line:
                return True
        if self.passes(frame):
            return True
        if self._entry and self._user_code.is_user(frame.f_code):
            self._world.halt(Stop("entry", frame, whole_line=True))
            return True
        return False

    def takes_instruction(self, frame: FrameType) -> bool:
        if self._breakpoint_call is not frame:
            return False
        self._breakpoint_call = None
        self._world.halt(Stop("breakpoint call", frame))
        return True
