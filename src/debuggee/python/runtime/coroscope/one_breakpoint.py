"""One breakpoint as it was asked for: its condition, hit count and log message, and whether a visit of it counts."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType

from . import expressions, interpreter, values
from .positions import line_location
from .protocol import Args, BreakpointMode, Json
from .quick_conditions import PASSED


class Breakpoint:
    """One breakpoint as the user set it, with what it compiled to and how often it was hit."""

    def __init__(self, identity: int, mode: BreakpointMode, args: Args) -> None:
        self.id = identity
        self.mode: BreakpointMode = mode
        condition = args.optional_text("condition")
        hits = args.optional_text("hitCondition")
        log = args.optional_text("logMessage")
        self.condition = expressions.compile_expression(condition, "condition") if condition else None
        self.condition_text = condition
        self.hit_condition = expressions.HitCondition(hits) if hits else None
        self.log = expressions.LogMessage(log) if log else None
        self.hits = 0
        self.due = 1 if self.hit_condition is None else self.hit_condition.next(0)
        """The next count of hits that it is to be asked at: at those before nothing happens. 0: never again."""
        self.failed = False
        self._asked = (mode, condition, hits, log)

    def goes_on_from(self, before: Breakpoint | None) -> None:
        """Another one of the file was changed, and this one set again as it was: its count goes on."""
        if before is not None and before._asked == self._asked:
            self.hits = before.hits
            self.due = before.due
            self.failed = before.failed

    def counts(
        self,
        frame: FrameType,
        passing: dict[str, object],
        send_fact: Callable[[str, Json], None],
        holds: bool | None = None,
    ) -> bool:
        """Whether the program is to stop: its condition holds, and it is the visit to stop at. Writes its log message.

        ``passing``: the value that passes here, by the name that conditions know it by. ``holds``: what came of the
        condition, if that was found out already. One that raises is said once, and the program goes on.
        """
        if self.condition is not None and not holds:
            try:
                if not expressions.evaluate_in(self.condition, frame, _names(frame, passing)):
                    return False
            except Exception as error:
                self._condition_failed(frame, error, send_fact)
                return False
        self.hits = hits = self.hits + 1
        if self.hit_condition is None:
            self.due = hits + 1
        else:
            self.due = self.hit_condition.next(hits)
            if not self.hit_condition.holds(hits):
                return False
        if self.log is not None:
            text = self.log.render(frame, _names(frame, passing)) + "\n"
            where = line_location(frame.f_code.co_filename, frame.f_lineno)
            send_fact("output", {"category": "console", "text": text, "location": where})
            return False
        return True

    def _condition_failed(self, frame: FrameType, error: Exception, send_fact: Callable[[str, Json], None]) -> None:
        if self.failed:
            return
        self.failed = True
        text = (
            f"The condition of the breakpoint at line {frame.f_lineno} raised {values.text(error)}, so the program did "
            "not stop there. This is said once; change the condition to be told again.\n"
        )
        where = line_location(frame.f_code.co_filename, frame.f_lineno)
        send_fact("output", {"category": "important", "text": text, "location": where})


def _names(frame: FrameType, passing: dict[str, object]) -> dict[str, object]:
    """What conditions and log messages may name beside the program's own names.

    What does not pass here is None, unless the program itself has something by that name: that is what is meant then.
    """
    code = frame.f_code
    own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars, *code.co_names}
    extra = {name: None for name in PASSED if name not in own and name not in frame.f_globals}
    if passing or not ("self_coroutine" in own or "self_coroutine" in frame.f_globals):
        return {**extra, **passing, "self_coroutine": interpreter.coroutine_of(frame)}
    return {**extra, **passing}
