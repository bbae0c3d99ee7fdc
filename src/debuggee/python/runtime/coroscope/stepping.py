"""Steps, pause and entry: where the program stops next, on the events of a tool of their own.

A step belongs to one *subject*: a coroutine object, or the frame of a plain function. Ten tasks in the same function do
not steal it, because every event is compared with the subject and not with a line. A step is a set of watches, each a
place where it may end:

- a new statement of the subject (``LINE``),
- code entered below the subject (``PY_START``, ``PY_RESUME``) when stepping in,
- the frame that takes over when the subject returns, raises or (stepping in or out) yields: the next instruction of it
  (``INSTRUCTION``), which is where the value arrives,
- when the subject suspends and the code that took its value returns without resuming it, closes it, or forgets it:
  the code that took over,

so a step is never lost and never becomes Continue. Any stop ends it.
"""

from __future__ import annotations

import sys
import weakref
from _thread import get_ident
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from . import faults, interpreter, syntax
from .interpreter import SUSPENDS, Coroutine
from .monitoring import DISABLE, Tool, events
from .pausing import Stop, World
from .positions import delegates_at, repeats_line_after_throw, suspension_points
from .protocol import Action, StopReason
from .threads import Threads
from .user_code import UserCode, display_path

_PARKING = events.LINE | events.PY_START | events.PY_RESUME | events.JUMP
_SUBJECT = events.LINE | events.PY_RETURN | events.PY_YIELD | events.PY_RESUME


class Subject:
    """What a step belongs to: a coroutine object (held weakly) or a frame (let go as soon as it is left)."""

    def __init__(self, frame: FrameType | None, coroutine: Coroutine | None, gone: Callable[[], None]) -> None:
        self.frame = frame if coroutine is None else None
        self.reference = None if coroutine is None else weakref.ref(coroutine, lambda reference: gone())

    def coroutine(self) -> Coroutine | None:
        return self.reference() if self.reference is not None else None

    def owns(self, frame: FrameType) -> bool:
        if self.reference is None:
            return frame is self.frame
        if not frame.f_code.co_flags & SUSPENDS:
            return False
        coroutine = interpreter.coroutine_of(frame)
        return coroutine is not None and coroutine is self.reference()


class Step:
    """A step under way and the places where it may end."""

    def __init__(self, action: Action, subject: Subject, ident: int, start: tuple[str, int, int]) -> None:
        self.action: Action = action
        self.subject = subject
        self.ident = ident
        self.start = start
        # Frames whose next instruction, or next line, ends the step.
        self.arrive: FrameType | None = None
        self.lines: list[Subject] = []
        # The frame that took the value of a suspended subject, and whether it drives the subject itself.
        self.taker: FrameType | None = None
        self.taker_drives = False
        self.any_user_line = False
        self.entered: FrameType | None = None
        self.until_resumed = False
        # An exception thrown in is followed by a LINE event of the very line that the subject was suspended on.
        self.thrown_into = False


class Stepper:
    def __init__(self, tool: Tool, world: World, threads: Threads, user_code: UserCode) -> None:
        self._tool = tool
        self._world = world
        self._threads = threads
        self._user_code = user_code
        self.just_my_code = True
        self._step: Step | None = None
        self._pause: Callable[[], None] | None = None
        self._entry = False
        self._breakpoint_call: FrameType | None = None
        # A LINE event that another tool already stopped at reaches this tool next; it is not a new line.
        self._swallow: tuple[FrameType, int] | None = None
        self.logical_awaiter: Callable[[Coroutine], Coroutine | None] = lambda coroutine: None
        for event, callback in (
            (events.LINE, self._on_line),
            (events.PY_START, self._on_start),
            (events.PY_RESUME, self._on_resume),
            (events.PY_YIELD, self._on_yield),
            (events.PY_RETURN, self._on_return),
            (events.PY_UNWIND, self._on_unwind),
            (events.PY_THROW, self._on_throw),
            (events.INSTRUCTION, self._on_instruction),
            (events.JUMP, self._on_jump),
        ):
            tool.on(event, callback)
        world.before_stop.append(self._before_stop)
        world.parking_changed = lambda on: self._refresh()

    # --- what the user asks for ----------------------------------------------------------------------------------

    def stop_on_entry(self) -> None:
        self._entry = True
        self._refresh()

    def pause(self, taken: Callable[[], None]) -> None:
        """Stops at the next line of any thread; ``taken`` is called when one did."""
        self._pause = taken
        self._refresh()

    def withdraw_pause(self) -> bool:
        """Takes a pause back; False when it was already answered."""
        if self._pause is None:
            return False
        self._pause = None
        self._refresh()
        return True

    def stop_after_call(self, frame: FrameType) -> None:
        """Stops in ``frame`` as soon as the call it is in returns: for ``breakpoint()``."""
        self._breakpoint_call = frame
        self._tool.add_local(frame.f_code, events.INSTRUCTION)

    def begin(self, action: Action, ident: int, frame: FrameType) -> None:
        """Arms a step from a frame that runs (the innermost of a thread, or one further out)."""
        coroutine = interpreter.coroutine_of(frame) if frame.f_code.co_flags & SUSPENDS else None
        self._arm(action, ident, frame, coroutine)
        self._refresh()

    def begin_suspended(self, action: Action, coroutine: Coroutine) -> None:
        """Arms a step of a suspended coroutine: the program runs until that one is resumed."""
        frame = interpreter.frame_of(coroutine)
        if frame is None:
            return
        step = self._arm(action, 0, frame, coroutine)
        step.until_resumed = action == "stepIn"
        self._refresh()

    def cancel(self) -> None:
        self._step = None
        self._tool.clear_local()
        self._refresh()

    def _arm(self, action: Action, ident: int, frame: FrameType, coroutine: Coroutine | None) -> Step:
        self._tool.clear_local()
        code = frame.f_code
        first, last = self._statement(code, frame.f_lineno)
        subject = Subject(frame, coroutine, self._subject_gone)
        step = Step(action, subject, ident, (code.co_filename, first, last))
        if action != "stepOut":
            step.lines.append(subject)
        self._tool.add_local(code, _SUBJECT)
        self._step = step
        return step

    # --- events --------------------------------------------------------------------------------------------------

    def _before_stop(self, stop: Stop) -> None:
        if stop.reason in ("breakpoint", "function breakpoint") and not stop.passing:
            watched = (self._tool.global_events | self._tool.local(stop.frame.f_code)) & events.LINE
            self._swallow = (stop.frame, stop.frame.f_lineno) if watched else None
        self._step = None
        self._entry = False
        self._tool.clear_local()
        pause, self._pause = self._pause, None
        if pause is not None:
            pause()

    def _refresh(self) -> None:
        """Sets the global events to just what is needed now."""
        mask = 0
        step = self._step
        if self._world.stop is not None or self._pause is not None:
            mask |= _PARKING
        if self._entry:
            mask |= events.LINE
        if step is not None:
            mask |= events.PY_UNWIND | events.PY_THROW
            if step.action == "stepIn" and not step.until_resumed:
                mask |= events.PY_START | events.PY_RESUME
            if step.any_user_line:
                mask |= events.LINE
        self._tool.set_global(mask)

    def _runs_the_runtime(self, code: CodeType) -> bool:
        return get_ident() in self._threads.hidden or self._user_code.is_runtime(code.co_filename)

    def _interested(self, code: CodeType) -> bool:
        return not self.just_my_code or self._user_code.is_user(code)

    def _halt(
        self, reason: StopReason, frame: FrameType, passing: dict[str, object] | None = None, whole_line: bool = False
    ) -> None:
        self._world.halt(Stop(reason, frame, passing=passing, whole_line=whole_line))

    def _checkpoint(self, frame: FrameType) -> bool:
        """Parks while another thread is stopped, and answers a pause. True when this event is used up by that."""
        if self._world.parking:
            self._world.park(frame)
        if self._pause is not None and self._world.stop is None:
            self._halt("pause", frame, whole_line=True)
            return True
        return False

    def _on_line(self, code: CodeType, line: int) -> Any:
        if self._runs_the_runtime(code):
            return DISABLE if self._user_code.is_runtime(code.co_filename) else None
        frame = sys._getframe(1)
        if self._world.stop is None:  # while one stands, the lines are those of other threads
            swallow, self._swallow = self._swallow, None
            if swallow is not None and swallow[0] is frame and swallow[1] == line:
                return None
        if self._checkpoint(frame):
            return None
        if self._entry and self._user_code.is_user(code):
            self._halt("entry", frame, whole_line=True)
            return None
        step = self._step
        if step is not None and self._line_ends(step, frame, code, line):
            self._halt("step", frame, whole_line=True)
        return None

    def _line_ends(self, step: Step, frame: FrameType, code: CodeType, line: int) -> bool:
        if step.entered is frame:
            return True
        if step.any_user_line and self._interested(code):
            return True
        taker = step.taker
        if taker is not None and frame is taker:
            coroutine = step.subject.coroutine()
            if not step.taker_drives or coroutine is None or interpreter.frame_of(coroutine) is None:
                return True
        for subject in step.lines:
            if subject.owns(frame):
                if step.until_resumed:
                    return True
                same = code.co_filename == step.start[0] and step.start[1] <= line <= step.start[2]
                if subject is not step.subject or not same:
                    return True
                if step.thrown_into:
                    step.thrown_into = False
                    return False
                # Back at the first line of the statement: a loop came round, unless it only spans several lines.
                return line == step.start[1] and step.start[1] == step.start[2]
        return False

    def _on_jump(self, code: CodeType, offset: int, destination: int) -> Any:
        if not self._runs_the_runtime(code):
            self._checkpoint(sys._getframe(1))

    def _on_start(self, code: CodeType, offset: int) -> Any:
        if self._runs_the_runtime(code):
            return None
        frame = sys._getframe(1)
        if self._checkpoint(frame):
            return None
        step = self._step
        if step is not None and self._steps_into(step, frame, code):
            step.entered = frame
            self._tool.add_local(code, events.LINE)
        return None

    def _on_resume(self, code: CodeType, offset: int) -> Any:
        if self._runs_the_runtime(code):
            return None
        frame = sys._getframe(1)
        if self._checkpoint(frame):
            return None
        step = self._step
        if step is None:
            return None
        if step.subject.owns(frame):
            self._subject_resumed(step)
            if step.until_resumed:
                self._halt("step", frame, self._sent(frame, offset))
        elif self._steps_into(step, frame, code):
            self._halt("step", frame, self._sent(frame, offset))
        return None

    def _sent(self, frame: FrameType, offset: int) -> dict[str, object]:
        coroutine = interpreter.coroutine_of(frame)
        return {} if coroutine is None else {"sent": interpreter.sent_value(coroutine, frame.f_code, offset)}

    def _on_throw(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if self._runs_the_runtime(code):
            return
        frame = sys._getframe(1)
        step = self._step
        if step is not None and step.subject.owns(frame):
            self._subject_resumed(step)
            step.thrown_into = repeats_line_after_throw(code, offset)
            if step.until_resumed:
                self._halt("step", frame, {"thrown": exception})
        elif step is not None and step.action == "stepIn" and self._steps_into(step, frame, code):
            self._halt("step", frame, {"thrown": exception})

    def _steps_into(self, step: Step, frame: FrameType, code: CodeType) -> bool:
        if step.action != "stepIn" or step.until_resumed or step.ident not in (0, get_ident()):
            return False
        if not self._interested(code):
            return False
        outer = frame.f_back
        while outer is not None:
            if step.subject.owns(outer):
                return True
            outer = outer.f_back
        return False

    def _on_yield(self, code: CodeType, offset: int, value: object) -> Any:
        step = self._step
        if step is None:
            return None
        frame = sys._getframe(1)
        if not step.subject.owns(frame):
            return None
        taker = self._taker(frame)
        plain = next((p.kind == "yield" for p in suspension_points(code) if offset in (p.offset, p.resume)), False)
        leaves = plain or (step.action == "stepOut" and self._driven_by_hand(frame))
        if leaves and step.action != "next":
            if taker is not None and taker is self._driver(frame):
                self._arrive_in(step, taker)
                return None
            if step.action == "stepIn":
                self._watch_any_user_line(step)
        step.taker = taker
        if taker is not None:
            step.taker_drives = taker is self._driver(frame)
            self._tool.add_local(taker.f_code, events.LINE | events.PY_RETURN)
        return None

    def _on_return(self, code: CodeType, offset: int, value: object) -> Any:
        step = self._step
        if step is None:
            return None
        frame = sys._getframe(1)
        if step.subject.owns(frame):
            self._subject_left(step, frame)
        elif step.taker is frame:
            self._took_over(step, frame)
        return None

    def _on_unwind(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        step = self._step
        if step is None or get_ident() in self._threads.hidden:
            return
        frame = sys._getframe(1)
        watched = step.taker is frame or any(subject.frame is frame for subject in step.lines)
        if watched or step.subject.owns(frame):
            self._subject_raised(step, frame)

    def _on_instruction(self, code: CodeType, offset: int) -> Any:
        frame = sys._getframe(1)
        if self._breakpoint_call is frame:
            self._breakpoint_call = None
            self._halt("breakpoint call", frame)
            return None
        step = self._step
        if step is not None and step.arrive is frame:
            step.arrive = None
            self._halt("step", frame)
        return None

    # --- who takes over ------------------------------------------------------------------------------------------

    def _driver(self, frame: FrameType) -> FrameType | None:
        """The frame that drives a coroutine, those that merely delegate to it left out."""
        outer = frame.f_back
        while outer is not None and outer.f_code.co_flags & SUSPENDS and delegates_at(outer.f_code, outer.f_lasti):
            outer = outer.f_back
        return outer

    def _taker(self, frame: FrameType) -> FrameType | None:
        """The nearest frame of interest at or above the driver."""
        outer = self._driver(frame)
        while outer is not None and not self._interested(outer.f_code):
            outer = outer.f_back
        return outer

    def _driven_by_hand(self, frame: FrameType) -> bool:
        driver = self._driver(frame)
        return driver is frame.f_back and driver is not None and self._interested(driver.f_code)

    def _arrive_in(self, step: Step, frame: FrameType) -> None:
        step.arrive = frame
        self._tool.add_local(frame.f_code, events.INSTRUCTION)

    def _watch_any_user_line(self, step: Step) -> None:
        step.any_user_line = True
        self._refresh()

    def _subject_resumed(self, step: Step) -> None:
        step.taker = None
        step.any_user_line = False
        self._refresh()

    def _subject_left(self, step: Step, frame: FrameType) -> None:
        """The subject returned: the value arrives in whoever drove it, or in whoever awaits its task."""
        outer = frame.f_back
        awaiter = self._logical_awaiter(frame)
        if awaiter is not None:
            self._watch_coroutine_line(step, awaiter)
        elif outer is not None and self._interested(outer.f_code):
            if (
                step.action == "stepOut"
                and outer.f_code.co_flags & SUSPENDS
                and delegates_at(outer.f_code, outer.f_lasti)
            ):
                self._watch_frame_line(step, outer)
            else:
                self._arrive_in(step, outer)
        else:
            taker = self._taker(frame)
            if taker is not None and not (frame.f_code.co_flags & SUSPENDS):
                self._arrive_in(step, taker)
            elif taker is not None:
                self._watch_any_user_line(step)
        step.subject.frame = None
        step.lines = [subject for subject in step.lines if subject is not step.subject]

    def _subject_raised(self, step: Step, frame: FrameType) -> None:
        """An exception leaves the subject: the step ends at the first line of any frame further out that goes on."""
        awaiter = self._logical_awaiter(frame)
        if awaiter is not None:
            self._watch_coroutine_line(step, awaiter)
        outer = frame.f_back
        step.lines = [subject for subject in step.lines if subject.frame is not frame and subject is not step.subject]
        step.subject.frame = None
        step.arrive = None
        while outer is not None:
            if self._interested(outer.f_code):
                self._watch_frame_line(step, outer)
            outer = outer.f_back

    def _took_over(self, step: Step, frame: FrameType) -> None:
        """The code that took the subject's value returns without having resumed it."""
        step.taker = None
        outer = frame.f_back
        while outer is not None and not self._interested(outer.f_code):
            outer = outer.f_back
        if outer is not None:
            self._arrive_in(step, outer)

    def _subject_gone(self) -> None:
        """The subject was collected while suspended. Called from its weak reference, so nothing may escape."""
        try:
            step = self._step
            if step is not None and step.arrive is None and (step.taker is not None or step.ident == 0):
                self._watch_any_user_line(step)
        except Exception as error:
            faults.report(error)

    def _logical_awaiter(self, frame: FrameType) -> Coroutine | None:
        driver = frame.f_back
        if driver is not None and self._interested(driver.f_code):
            return None
        coroutine = interpreter.coroutine_of(frame) if frame.f_code.co_flags & SUSPENDS else None
        return self.logical_awaiter(coroutine) if coroutine is not None else None

    def _watch_frame_line(self, step: Step, frame: FrameType) -> None:
        coroutine = interpreter.coroutine_of(frame) if frame.f_code.co_flags & SUSPENDS else None
        step.lines.append(Subject(frame, coroutine, lambda: None))
        self._tool.add_local(frame.f_code, events.LINE)
        self._refresh()

    def _watch_coroutine_line(self, step: Step, coroutine: Coroutine) -> None:
        frame = interpreter.frame_of(coroutine)
        if frame is not None:
            step.lines.append(Subject(frame, coroutine, lambda: None))
            self._tool.add_local(frame.f_code, events.LINE)

    def _statement(self, code: CodeType, line: int) -> tuple[int, int]:
        path = display_path(code.co_filename)
        return syntax.source_file(path).statement(line) if path else (line, line)
