"""What the errors that coroutines are feared for mean, and what to do about each.

One table for what the interpreter says, one for what comes of mistaking one thing for another, one for asyncio. An error
that none of them knows has no explanation: nothing is guessed.
"""

from __future__ import annotations

from types import FrameType
from typing import Final

from . import explanations_asyncio, explanations_coroutines, explanations_misuse, faults
from .explained import Case, Explanation
from .looking import is_a
from .raised_at import RaisedAt

__all__ = ["Explanation", "explain"]

_LONGEST: Final = 20_000
"""Characters. A longer message is not one of the interpreter's own."""

_CASES: Final[tuple[Case, ...]] = (
    *explanations_coroutines.CASES,
    *explanations_misuse.CASES,
    *explanations_asyncio.CASES,
)


def explain(exception: BaseException, frame: FrameType | None, console: str | None = None) -> Explanation | None:
    """The explanation of an exception that is passing through ``frame``; None for one that is not of this subject.

    ``frame`` must be alive (the one stopped in); ``console`` is the text typed into the debug console, if that raised.
    Runs no code of the program and never fails.
    """
    try:
        raised = RaisedAt(exception, frame, console)
        message = raised.message
        if len(message) > _LONGEST:
            return None
        for case in _CASES:
            if any(is_a(exception, kind) for kind in case.types):
                match = case.pattern.fullmatch(message)
                if match is not None:
                    found = case.explain(raised, match)
                    if found is not None:
                        return found
    except Exception as error:
        faults.report(error)
    return None
