"""What feeds the findings: the events of one ``sys.monitoring`` tool, handed to the part that understands each of them.

Only single code objects get events: those of the user's (CALL, once for each call site) and a few functions of the
libraries'. Without a tool that is left, or switched off, nothing is watched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from types import CodeType, FrameType
from typing import Any

from . import faults, tasks
from .asyncio_reports import HANDLERS, AsyncioReports
from .blocked_steps import BlockedSteps, StepEvents
from .creations import Creations
from .findings import Finding, FindingLog
from .handover import Handover
from .held_up import HeldUp
from .monitoring import DISABLE, NoToolLeftError, Tool, events
from .user_code import UserCode

_UNAWAITED = "_warn_unawaited_coroutine"

WATCHED = frozenset({"_run", _UNAWAITED, *(each.rpartition(".")[2] for each in HANDLERS)})
"""Names of functions of the library's that are of interest when they are first called."""


class Watcher:
    def __init__(
        self,
        user_code: UserCode,
        creations: Creations,
        reports: AsyncioReports,
        steps: BlockedSteps,
        log: FindingLog,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._user_code = user_code
        self._creations = creations
        self._reports = reports
        self._steps = steps
        self._log = log
        self._is_stopped = is_stopped
        self._tool: Tool | None = None
        self._fresh: CodeType | None = None
        self._step_events: StepEvents | None = StepEvents(steps)
        self._steps_found: Callable[[], None] = lambda: None
        self._handover: Handover | None = None
        self._turning: dict[int, CodeType] = {}
        """Functions that are called at each turn of a run loop, by address."""
        steps.watch_end = self._watch_end

    def look_at_steps(self, found: Callable[[], None], handover: Handover) -> None:
        """From now on a thread looks at the steps of loops; ``found`` is told once there are such steps."""
        self._step_events = None
        self._steps_found = found
        self._handover = handover

    def look(self, held_up: HeldUp) -> None:
        """From the reader's thread: sees which steps take long."""
        self._steps.look(held_up)
        if self._handover is not None:
            self._handover.steps_in(self._steps.threads())

    def configure(self, on: bool, blocked_ms: float, codes: list[CodeType]) -> list[str]:
        """Answers with what is not to be had, each in a line for a person."""
        self._steps.limit = blocked_ms / 1000
        if not on:
            self.stop()
        elif self._tool is None:
            try:
                self._tool = Tool("coroscope findings", 5)
            except NoToolLeftError:
                return ["All sys.monitoring tools are in use, so there are few findings: nothing is watched for them."]
            self._tool.on(events.CALL, self._on_call)
            if self._step_events is None:
                self._tool.on(events.PY_RETURN, self._steps.ended)
            else:
                self._tool.on(events.C_RETURN, self._on_return)
                self._tool.on(events.C_RAISE, self._on_return)
            self._tool.on(events.PY_START, self._start_callback())
        for code in codes:
            self.found(code)
        return []

    def stop(self) -> None:
        """Takes every instrument out."""
        if self._tool is not None:
            self._tool.free()
            self._tool = None

    def found(self, code: CodeType) -> None:
        """Takes in code that is about to run for the first time."""
        tool = self._tool
        if tool is None:
            return
        if self._user_code.is_user(code):
            tool.set_local(code, events.CALL)
        elif _runs_steps(code):
            if self._steps.limit:
                self._steps.run = code
                self._steps_found()
                if self._step_events is not None:
                    tool.set_local(code, events.CALL)
        elif tasks.turns(code):
            if self._handover is not None:
                self._turning[id(code)] = code
                tool.set_local(code, events.PY_START)
        elif _tells(code) and not tool.local(code):
            tool.set_local(code, events.PY_START)
            self._fresh = code

    def started(self, frame: FrameType) -> None:
        """Takes the start of code that was found by that very event, and so was not watched yet."""
        fresh, self._fresh = self._fresh, None
        if fresh is frame.f_code:
            self._tell(frame)

    # --- events --------------------------------------------------------------------------------------------------

    def _on_call(self, code: CodeType, offset: int, function: object, first: object) -> Any:
        if self._step_events is not None and code is self._steps.run:
            self._step_events.begin(first)
            return None
        try:
            self._creations.called(code, offset, function)
        except Exception as error:
            faults.report(error)
        return DISABLE

    def _on_return(self, code: CodeType, offset: int, function: object, first: object) -> Any:
        if self._step_events is not None and code is self._steps.run:
            try:
                self._step_events.end()
            except Exception as error:
                faults.report(error)

    def _watch_end(self) -> None:
        """From the reader's thread. Set anew, an event is there again where its callback had switched it off."""
        tool, code = self._tool, self._steps.run
        if tool is not None and code is not None:
            tool.set_local(code, 0)
            tool.set_local(code, events.PY_RETURN)

    def _start_callback(self) -> Callable[[CodeType, int], Any]:
        """Loops turn often, so what is done at a turn has to be little."""
        handover, turning = self._handover, self._turning
        clock = monotonic

        def on_start(code: CodeType, offset: int) -> Any:
            if id(code) in turning:
                if handover is not None and clock() >= handover.due:
                    handover.give()
            else:
                self._tell(sys._getframe(1))

        return on_start

    def _tell(self, frame: FrameType) -> None:
        if self._is_stopped():
            return  # of what somebody evaluates
        try:
            found: list[Finding | None] = []
            if frame.f_code.co_name == _UNAWAITED:
                found.append(self._creations.died(frame))
            else:
                found += self._reports.started(frame)
            for finding in found:
                if finding is not None:
                    self._log.add(finding)
        except Exception as error:
            faults.report(error)


def _runs_steps(code: CodeType) -> bool:
    """Whether code is where asyncio's loops run the steps of tasks, and other callbacks."""
    return code.co_qualname == "Handle._run" and code.co_filename.endswith("events.py")


def _tells(code: CodeType) -> bool:
    if code.co_name == _UNAWAITED:
        return code.co_filename.endswith("warnings.py") or code.co_filename.startswith("<frozen ")
    return code.co_qualname in HANDLERS and code.co_filename.endswith("base_events.py")
