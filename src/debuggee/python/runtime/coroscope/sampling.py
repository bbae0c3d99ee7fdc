"""What watching may take of the run, which decides what ``record: auto`` samples only.

The time of every callback is taken, as what an event costs depends on what passes (the text of an object takes ten times
as long as a number) and on how much of the machine's memory the program walks through between two of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any, Final

from .interpreter import SUSPENDS
from .monitoring import DISABLE

__all__ = ["BUDGET_NS", "LEAST_EVENTS", "WINDOW_NS", "Share"]

WINDOW_NS: Final = 50_000_000
BUDGET_NS: Final = WINDOW_NS // 40
"""Code is hot once watching has taken more than this within a window. Less than the twentieth of the run that is promised,
as the program also slows down by what is not measured: its memory is used by others between its steps."""

LEAST_EVENTS: Final = 1_000
"""So many pass in any case: a program that has only begun (on the embedded host its first steps are its slowest) is not hot."""

_MOST_NS: Final = 100_000
"""Counted of one event: what takes longer was done for the first time, or another thread had its turn."""

type Callback = Callable[..., object]


class Share:
    """Meters callbacks, and has them answer DISABLE when they have used up their share of a window."""

    def __init__(
        self, let_go: Callable[[CodeType, FrameType], None], clock: Callable[[], int] = perf_counter_ns
    ) -> None:
        self._let_go = let_go
        self._clock = clock
        self._window = 0
        self._left = BUDGET_NS
        self._free = LEAST_EVENTS

    def metered(self, act: Callback) -> Callback:
        """The callback for ``act``, which finds the program's frame two calls up, for there is one more between."""
        clock = self._clock

        def act_and_pay(code: CodeType, offset: int, *value: Any) -> Any:
            begun = clock()
            act(code, offset, *value)
            taken = clock() - begun
            # What lies around the two readings, here and in the interpreter, is about half of it.
            self._left = left = self._left - min(taken + taken // 2, _MOST_NS)
            self._free -= 1
            return None if left >= 0 else self._answer(code, begun)

        return act_and_pay

    def metered_everywhere(self, act: Callback, watched: Callable[[CodeType], int]) -> Callback:
        """The same for an event of all code, which nothing disables: where the share is used up, it is not looked at.

        ``watched``: whether a code object is recorded.
        """
        clock = self._clock

        def act_or_pass_and_pay(code: CodeType, offset: int, value: Any) -> None:
            if not watched(code):
                return
            begun = clock()
            if self._left < 0 and self._answer(code, begun) is DISABLE:
                return
            act(code, offset, value)
            taken = clock() - begun
            self._left -= min(taken + taken // 2, _MOST_NS)
            self._free -= 1

        return act_or_pass_and_pay

    def renew(self) -> None:
        """Code that was let go is about to be taken up again: a window begins."""
        self._window = self._clock()
        self._left = BUDGET_NS

    def _answer(self, code: CodeType, now: int) -> Any:
        if now - self._window > WINDOW_NS:
            self._window = now
            self._left = BUDGET_NS
            return None
        # Functions that are no coroutine's are watched for the tasks that they create, each of which counts.
        if self._free > 0 or not code.co_flags & SUSPENDS:
            return None
        self._let_go(code, sys._getframe(2))
        return DISABLE
