"""The callback of LINE events for breakpoints, made for speed: a condition on a hot line is where a program spends its time.

Most often one code object of the program has a breakpoint in a line of a given number, so the number alone finds it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from .monitoring import DISABLE
from .quick_conditions import Visit

type Hit = Callable[[list[Any], FrameType, bool | None], None]
"""Is told of the breakpoints, the frame, and whether their condition holds, if that was found out."""


class LineVisits:
    """The lines with breakpoints, by code object and number."""

    def __init__(self, hit: Hit) -> None:
        self._hit = hit
        self._by_code: dict[int, dict[int, Visit]] = {}
        self._latest: dict[int, tuple[CodeType | None, Visit | None]] = {}
        """By number alone, the code object that was last given a breakpoint there; None if it has lost it and others have
        one. What is not in here is nowhere."""
        self.thrown_into: tuple[int, int] | None = None
        """The line that an exception was thrown into, by the id of its frame: the next LINE event of it is no new visit."""

    def set(self, code: CodeType, visits: dict[int, Visit]) -> None:
        """Replaces the breakpoints of one code object."""
        for line in self._by_code.pop(id(code), ()):
            if any(line in others for others in self._by_code.values()):
                self._latest[line] = (None, None)
            else:
                del self._latest[line]
        if visits:
            self._by_code[id(code)] = visits
            self._latest.update((line, (code, visit)) for line, visit in visits.items())

    def has(self, code: CodeType) -> bool:
        return id(code) in self._by_code

    def callback(self) -> Callable[[CodeType, int], Any]:
        latest, by_code, hit = self._latest, self._by_code, self._hit
        frame_at = sys._getframe

        def on_line(code: CodeType, line: int) -> Any:
            try:
                its_code, visit = latest[line]
                if its_code is not code or visit is None:
                    visit = by_code[id(code)][line]
            except KeyError:
                return DISABLE
            frame = frame_at(1)
            if self.thrown_into is not None:
                thrown_into, self.thrown_into = self.thrown_into, None
                if thrown_into == (id(frame), line):
                    return None
            counted = visit.counted
            quick = visit.quick
            if counted is not None and visit.unconditional:
                # As ``only_counts`` does it, without the cost of a call.
                hits = counted.hits + 1
                if hits != counted.due:
                    counted.hits = hits
                    return None if counted.due else DISABLE
                holds = None
            elif quick is None:
                holds = visit.holds(frame, None)
            else:
                # As ``holds`` does it, without the cost of a call.
                try:
                    if not quick(frame.f_locals, None):
                        return None
                    holds = True
                except Exception:
                    holds = None
            if holds is not False and not (counted is not None and visit.only_counts(holds)):
                hit(visit.breakpoints, frame, holds)
            return None

        return on_line
