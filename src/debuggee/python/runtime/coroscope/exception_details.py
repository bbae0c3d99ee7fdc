"""What ``exceptionInfo`` tells: an exception with its traceback, and the same of those behind it and in it."""

from __future__ import annotations

from typing import Final, Literal

from . import values
from .exception_groups import arguments, cause_of, context_of, members, notes, traceback_of
from .protocol import Json

type Relation = Literal["member", "cause", "context"]

MOST: Final = 200
"""Exceptions in one answer; of what is left out, ``left`` says how many members there are."""

_DEEPEST: Final = 50
_MOST_FRAMES: Final = 50
"""Frames of the traceback of an inner exception: the last ones, which tell where it was raised."""


def exception_info(exception: BaseException, mode: str, explanation: Json | None = None) -> Json:
    """For ``exceptionInfo``: type, message, traceback, causes and members, and what it means if that is known."""
    return {
        **({} if explanation is None else {"explanation": explanation}),
        **_Describer().describe(exception, None, 0),
        "breakMode": mode,
    }


def message_of(exception: BaseException) -> str:
    """What the exception says, from its arguments and notes: ``__str__`` may be the program's."""
    given = arguments(exception)
    if members(exception):
        given = given[:1]
    alone = len(given) == 1 and type(given[0]) is str
    said = given[0] if alone else ", ".join(values.text(each) for each in given)
    return "\n".join([said, *notes(exception)])


class _Describer:
    """Describes each exception once, and no more of them than an answer should hold."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def describe(self, exception: BaseException, relation: Relation | None, depth: int) -> Json:
        import traceback

        self._seen.add(id(exception))
        frames = traceback.format_tb(traceback_of(exception), None if depth == 0 else -_MOST_FRAMES)
        inner: list[Json] = []
        left = 0
        for other, how in _behind(exception):
            if id(other) in self._seen:
                continue
            if depth >= _DEEPEST or len(self._seen) >= MOST:
                left += 1
                continue
            inner.append(self.describe(other, how, depth + 1))
        return {
            **({} if relation is None else {"relation": relation}),
            "typeName": type(exception).__qualname__,
            "fullTypeName": values.type_name(exception),
            "message": message_of(exception),
            "stackTrace": "".join(frames),
            "inner": inner,
            **({"left": left} if left else {}),
        }


def _behind(exception: BaseException) -> list[tuple[BaseException, Relation]]:
    found: list[tuple[BaseException, Relation]] = [(each, "member") for each in members(exception)]
    cause = cause_of(exception)
    context = context_of(exception)
    if cause is not None:
        found.append((cause, "cause"))
    elif context is not None:
        found.append((context, "context"))
    return found
