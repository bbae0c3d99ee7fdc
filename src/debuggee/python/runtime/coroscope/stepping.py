"""Steps: where the program stops next, on the events of a tool of their own.

A step belongs to one *subject*: a coroutine object, or the frame of a plain function. Ten tasks in the same function do
not steal it, because every event is compared with the subject and not with a line. It ends

- at a new statement of the subject (``LINE``),
- in code entered below the subject (``PY_START``, ``PY_RESUME``) when stepping in, or in a task that it awaits,
- at the next instruction of the frame in which a value arrives (``INSTRUCTION``).

When the subject is left (``PY_RETURN``, ``PY_UNWIND``) the step is handed on to whoever takes over (``taking_over``),
which is the subject from then on. While the subject is suspended, the code that took its value stands in for it: when
that returns, or sees that the subject is closed or gone, the step ends there. So a step is never lost and never becomes
Continue. Any stop ends it.
"""

from __future__ import annotations

import sys
import weakref
from types import CodeType, FrameType
from typing import Any

from . import evaluation_stack, faults, interpreter, syntax, tasks
from .awaited_tasks import awaited_coroutines
from .checkpoints import Checkpoints
from .comprehensions import is_in_body, loop_at
from .interpreter import SUSPENDS, Coroutine
from .monitoring import DISABLE, Tool, events
from .pausing import Stop, World
from .positions import begins_handler, cleans_up_loop, repeats_line_after_throw, suspension_at, suspension_points
from .protocol import Action, CommandError
from .step_targets import StepTarget
from .steps import Statement, Step, Subject
from .taking_over import Succession, is_delegate
from .user_code import UserCode, display_path

_SUBJECT = events.LINE | events.PY_START | events.PY_RETURN | events.PY_YIELD | events.PY_RESUME


class Stepper:
    def __init__(self, tool: Tool, world: World, checkpoints: Checkpoints, user_code: UserCode) -> None:
        self._tool = tool
        self._world = world
        self._checkpoints = checkpoints
        self._user_code = user_code
        self.just_my_code = True
        self._step: Step | None = None
        self.succession = Succession(self._interested)
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
        checkpoints.changed = self._refresh

    # --- what the user asks for ----------------------------------------------------------------------------------

    def begin(self, action: Action, frame: FrameType, target: StepTarget | None = None) -> None:
        """Arms a step from a frame that runs (the innermost of a thread, or one further out).

        Raises CommandError when a run to a suspension or a resumption is asked for and no frame further out is a
        coroutine's.
        """
        if action in ("runToSuspension", "runUntilResumed"):
            frame = _coroutine_frame(frame, self._interested)
        step = self._arm(action, Subject.of(frame, self._gone, closed=self._is_closed(frame)), frame)
        step.target = target
        step.out_at_yield = not is_delegate(frame) or _yields_at(frame.f_code, step.start)
        self._look_for_comprehension(step, frame)
        self._refresh()

    def begin_suspended(self, action: Action, coroutine: Coroutine) -> None:
        """Arms a step of a suspended coroutine: the program runs until that one is resumed."""
        frame = interpreter.frame_of(coroutine)
        if frame is None:
            raise CommandError("stale", "This coroutine has ended; it will not run any more.", "Step another one.")
        step = self._arm(action, Subject(frame, coroutine, self._gone), frame)
        step.until_resumed = action in ("stepIn", "runUntilResumed")
        stop = self._world.stop
        self._watch_for_close(stop.frame if stop is not None else None)
        self._refresh()

    def cancel(self) -> None:
        self._step = None
        self._tool.clear_local()
        self._refresh()

    def _arm(self, action: Action, subject: Subject, frame: FrameType) -> Step:
        self._tool.clear_local()
        code = frame.f_code
        first, last = _statement(code, frame.f_lineno)
        step = self._step = Step(action, subject, Statement(code.co_filename, first, last))
        stop = self._world.stop
        if stop is not None and "thrown" in stop.passing:
            step.thrown_into = _line_to_repeat(stop.frame)
        self._tool.add_local(code, _SUBJECT)
        return step

    def _is_closed(self, frame: FrameType) -> bool:
        """Whether a frame runs because GeneratorExit was thrown into it: perhaps in its own deallocation."""
        stop = self._world.stop
        thrown = stop.passing.get("thrown") if stop is not None and stop.frame is frame else None
        return type(thrown) is GeneratorExit or type(sys.exception()) is GeneratorExit

    def _look_for_comprehension(self, step: Step, frame: FrameType) -> None:
        assert step.start is not None
        code, offset = frame.f_code, frame.f_lasti
        _, first, last = step.start
        into = step.action == "stepIn" and step.target is None
        if into or (step.action == "stepOut" and is_in_body(code, offset, first, last)):
            step.loop = loop_at(code, offset, first, last)
        if step.loop is not None:
            self._tool.add_local(code, events.INSTRUCTION)

    # --- events --------------------------------------------------------------------------------------------------

    def _before_stop(self, stop: Stop) -> None:
        self._checkpoints.before_stop(stop)
        self._step = None
        self._tool.clear_local()

    def _refresh(self) -> None:
        """Sets the global events to just what is needed now."""
        mask = self._checkpoints.mask()
        step = self._step
        if step is not None:
            mask |= events.PY_UNWIND | events.PY_THROW
            if step.goes_in:
                mask |= events.PY_START | events.PY_RESUME
            if step.anywhere:
                mask |= events.LINE
        self._tool.set_global(mask)

    def _interested(self, code: CodeType) -> bool:
        if self.just_my_code:
            return self._user_code.is_user(code)
        return not self._user_code.is_runtime(code.co_filename)

    def _halt(self, frame: FrameType, passing: dict[str, object] | None = None, whole_line: bool = False) -> None:
        step = self._step
        text = None
        if step is not None and step.target is not None and step.subject.owns(frame) and passing is None:
            text = (
                f"Paused behind '{step.target.label}': there was no code of yours to step into"
                if self.just_my_code
                else f"Paused behind '{step.target.label}': there was no Python code to step into"
            )
        self._world.halt(Stop("step", frame, passing=passing, whole_line=whole_line, text=text))

    def _on_line(self, code: CodeType, line: int) -> Any:
        if self._checkpoints.runs_the_runtime(code):
            return DISABLE if self._user_code.is_runtime(code.co_filename) else None
        frame = sys._getframe(1)
        if self._checkpoints.takes_line(frame, line):
            return None
        step = self._step
        if step is not None and self._line_ends(step, frame, code, line):
            self._halt(frame, whole_line=True)
        return None

    def _line_ends(self, step: Step, frame: FrameType, code: CodeType, line: int) -> bool:
        thrown_into, step.thrown_into = step.thrown_into, None
        if thrown_into == (id(frame), line):
            return False
        if step.entered is frame:
            return True
        if step.anywhere and self._interested(code):
            return True
        if step.besides is not None and step.besides.owns(frame):
            return True
        if step.taker is not None and step.taker_outside and step.taker.owns(frame):
            return True
        if (step.subject.ended or (step.taker is not None and step.taker.ended)) and self._interested(code):
            return True
        if not step.lines or not step.subject.owns(frame):
            return False
        start = step.start
        if start is None or step.until_resumed or not start.holds(code.co_filename, line):
            return True
        # Back at the first line of the statement: a loop came round, unless it only spans several lines.
        return line == start.first == start.last

    def _on_jump(self, code: CodeType, offset: int, destination: int) -> Any:
        if not self._checkpoints.runs_the_runtime(code):
            self._checkpoints.passes(sys._getframe(1))

    def _on_start(self, code: CodeType, offset: int) -> Any:
        if self._checkpoints.runs_the_runtime(code):
            return
        frame = sys._getframe(1)
        if self._checkpoints.passes(frame):
            return
        step = self._step
        if step is None:
            return
        begins = step.subject.owns(frame) and step.until_resumed
        if begins or self._steps_into(step, frame, code):
            step.entered = frame
            self._tool.add_local(code, events.LINE)

    def _on_resume(self, code: CodeType, offset: int) -> Any:
        if self._checkpoints.runs_the_runtime(code):
            return
        frame = sys._getframe(1)
        if self._checkpoints.passes(frame):
            return
        step = self._step
        if step is not None and self._resumption_ends(step, frame, code):
            coroutine = interpreter.coroutine_of(frame)
            sent = {} if coroutine is None else {"sent": evaluation_stack.sent_value(coroutine, code, offset)}
            self._halt(frame, sent)

    def _on_throw(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if self._checkpoints.runs_the_runtime(code):
            return
        frame = sys._getframe(1)
        step = self._step
        if step is None:
            return
        # Also in one that is collected, which is nobody's any more: its weak reference is dead before it is closed.
        watched = (self._tool.local(code) | self._tool.global_events) & events.LINE
        step.thrown_into = _line_to_repeat(frame) if watched else None
        if self._resumption_ends(step, frame, code):
            self._halt(frame, {"thrown": exception})

    def _resumption_ends(self, step: Step, frame: FrameType, code: CodeType) -> bool:
        if step.subject.owns(frame):
            step.resumed()
            self._refresh()
            return step.until_resumed
        return self._steps_into(step, frame, code)

    def _steps_into(self, step: Step, frame: FrameType, code: CodeType) -> bool:
        if not step.goes_in:
            return False
        # The loop's own code is the first to run after the task has suspended, and the awaited ones stand still then.
        self._find_entrances(step)
        if not self._interested(code):
            return False
        outer: FrameType | None = frame
        while outer is not None:
            if any(entrance.owns(outer) for entrance in step.entrances):
                return True
            if outer is not frame and step.subject.owns(outer):
                return step.target is None or step.target.is_at(outer.f_code, outer.f_lasti)
            outer = outer.f_back
        return False

    def _find_entrances(self, step: Step) -> None:
        """Once the task that the subject is in is suspended: which coroutines does it wait for?"""
        task = step.waiting() if step.waiting is not None else None
        if task is None:
            return
        coroutines = awaited_coroutines(task, self._interested)
        if coroutines is not None:
            step.waiting = None
            step.entrances = [Subject(None, each, None) for each in coroutines]

    def _on_yield(self, code: CodeType, offset: int, value: object) -> Any:
        step = self._step
        if step is None:
            return
        frame = sys._getframe(1)
        if not step.subject.owns(frame):
            return
        value, own_yield = interpreter.unwrap_yielded(value)
        if step.action == "runToSuspension" and not step.is_handed_on:
            self._halt(frame, {"yielded": value})
            return
        point = suspension_at(code, offset)
        plain = point is not None and point.kind == "yield"
        taker = self.succession.taker(frame, own_yield)
        by_hand = taker.drives and taker.frame is frame.f_back
        if taker.frame is not None and not taker.through_loop and step.start is not None and step.target is None:
            if (plain and step.goes_in) or ((plain or by_hand) and step.action == "stepOut" and step.out_at_yield):
                self._arrive_in(step, taker.frame)
                return
        self._wait(step, taker.frame, taker.through_loop)
        if step.goes_in and taker.through_loop:
            if plain:
                self._stop_anywhere(step)
            elif step.target is None or step.target.is_at(code, offset):
                current = tasks.current_task()
                step.waiting = weakref.ref(current.task) if current is not None else None

    def _arrive_in(self, step: Step, taker: FrameType) -> None:
        """A step into or out of a ``yield``: the value arrives in the resumer."""
        yielding = step.subject if step.action == "stepIn" else None
        step.hand_on(Subject.of(taker, self._gone), arrives=True)
        step.besides = yielding
        self._tool.add_local(taker.f_code, _SUBJECT | events.INSTRUCTION)

    def _wait(self, step: Step, taker: FrameType | None, outside: bool) -> None:
        """The subject suspends: the code that took its value stands in for it."""
        step.taker = Subject.of(taker, self._gone) if taker is not None else None
        step.taker_outside = outside
        if taker is not None:
            instructions = events.INSTRUCTION if outside else 0
            self._tool.add_local(taker.f_code, events.LINE | events.PY_RETURN | instructions)
        self._watch_for_close(taker)

    def _watch_for_close(self, frame: FrameType | None) -> None:
        for code in self.succession.onlookers(frame):
            self._tool.add_local(code, events.LINE)

    def _on_return(self, code: CodeType, offset: int, value: object) -> Any:
        step = self._step
        if step is None:
            return
        frame = sys._getframe(1)
        if step.subject.owns(frame) or (step.taker is not None and step.taker.owns(frame)):
            self._hand_on(step, frame, raised=False)

    def _on_unwind(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        step = self._step
        if step is None or self._checkpoints.runs_the_runtime(code):
            return
        frame = sys._getframe(1)
        if step.subject.owns(frame) or (step.taker is not None and step.taker.owns(frame)):
            self._hand_on(step, frame, raised=True)

    def _on_instruction(self, code: CodeType, offset: int) -> Any:
        frame = sys._getframe(1)
        if self._checkpoints.takes_instruction(frame):
            return
        step = self._step
        if step is None:
            return
        if step.taker is not None and step.taker_outside and step.taker.owns(frame):
            if not begins_handler(code, offset):
                self._halt(frame)
        elif not step.subject.owns(frame):
            return
        elif step.arriving:
            if begins_handler(code, offset):
                step.arriving = False  # an exception arrives: its handler begins with a line
            elif not cleans_up_loop(code, offset) and frame.f_lineno is not None:  # pyright: ignore[reportUnnecessaryComparison]
                self._halt(frame)
        elif step.loop is not None:
            ends = step.loop.ends_into if step.action == "stepIn" else step.loop.ends_out
            if ends(code, offset):
                self._halt(frame)

    # --- who takes over ------------------------------------------------------------------------------------------

    def _hand_on(self, step: Step, frame: FrameType, *, raised: bool) -> None:
        """The subject, or the code that stands in for it, is left: the step is whoever's who goes on."""
        heir = self.succession.after(frame)
        if heir.awaiter is not None:
            step.hand_on(Subject(None, heir.awaiter, self._gone), arrives=False)
            self._tool.add_local(interpreter.code_of(heir.awaiter), _SUBJECT)
            self._wait(step, heir.outside, outside=True)
        elif heir.frame is not None:
            behind = raised or (heir.delegated and step.action == "stepOut")
            step.hand_on(Subject.of(heir.frame, self._gone), arrives=not behind)
            self._tool.add_local(heir.frame.f_code, _SUBJECT | (0 if behind else events.INSTRUCTION))
        else:
            step.subject.let_go()
            self._wait(step, heir.outside, outside=True)
            self._stop_anywhere(step)
        self._refresh()

    def _stop_anywhere(self, step: Step) -> None:
        step.anywhere = True
        self._refresh()

    def _gone(self, subject: Subject) -> None:
        """A coroutine was collected while suspended. Called from its weak reference, so nothing may escape."""
        try:
            step = self._step
            if step is not None and (subject is step.subject or subject is step.taker):
                self._stop_anywhere(step)
        except Exception as error:
            faults.report(error)


def _line_to_repeat(frame: FrameType) -> tuple[int, int] | None:
    """The LINE event to come that is no new line, of a frame that an exception is being thrown into."""
    return (id(frame), frame.f_lineno) if repeats_line_after_throw(frame.f_code, frame.f_lasti) else None


def _coroutine_frame(frame: FrameType, interested: Any) -> FrameType:
    """The innermost frame of a coroutine at or above ``frame``, one of interest if there is any."""
    found: list[FrameType] = []
    outer: FrameType | None = frame
    while outer is not None:
        if outer.f_code.co_flags & SUSPENDS:
            found.append(outer)
        outer = outer.f_back
    own = [each for each in found if interested(each.f_code)]
    if not found:
        raise CommandError(
            "badArgument",
            "This thread runs no generator or coroutine, so there is nothing that could suspend or be resumed.",
            "Select a frame or a thread that belongs to one.",
        )
    return (own or found)[0]


def _yields_at(code: CodeType, statement: Statement | None) -> bool:
    return statement is not None and any(
        point.kind == "yield" and statement.holds(code.co_filename, point.position.line)
        for point in suspension_points(code)
    )


def _statement(code: CodeType, line: int) -> tuple[int, int]:
    path = display_path(code.co_filename)
    return syntax.source_file(path).statement(line) if path else (line, line)
