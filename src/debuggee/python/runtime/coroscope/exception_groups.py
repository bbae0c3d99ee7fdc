"""What an exception holds, read from where ``BaseException`` itself keeps it: members, cause, context, arguments, notes.

A class of the program's may override any of these names; nothing of that is run.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final

from .looking import MISSING, find, instance_dict, is_a, plain

MOST_MEMBERS: Final = 10_000
"""Members of a group, nested ones included, beyond which it is not searched."""

_MOST_NOTES: Final = 20

_args = BaseException.__dict__["args"].__get__
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_suppressed = BaseException.__dict__["__suppress_context__"].__get__
_traceback = BaseException.__dict__["__traceback__"].__get__
_exceptions = BaseExceptionGroup.__dict__["exceptions"].__get__


def arguments(exception: BaseException) -> tuple[Any, ...]:
    return _args(exception)


def traceback_of(exception: BaseException) -> TracebackType | None:
    return _traceback(exception)


def cause_of(exception: BaseException) -> BaseException | None:
    """What it was raised ``from``."""
    return _cause(exception)


def context_of(exception: BaseException) -> BaseException | None:
    """What was being handled when it was raised; None where a traceback would not show it (``from None``)."""
    return None if _suppressed(exception) else _context(exception)


def is_group(exception: BaseException) -> bool:
    return is_a(exception, BaseExceptionGroup)


def members(exception: BaseException) -> tuple[BaseException, ...]:
    """The exceptions directly in a group; none for any other exception."""
    return _exceptions(exception) if is_group(exception) else ()


def with_members(exception: BaseException) -> list[BaseException]:
    """The exception and, of a group, all it holds at any depth."""
    found: list[BaseException] = []
    pending = [exception]
    while pending and len(found) < MOST_MEMBERS:
        current = pending.pop()
        found.append(current)
        pending.extend(reversed(members(current)))
    return found


def leaves(exception: BaseException) -> list[BaseException]:
    """The exceptions that a group holds and that are no groups, at any depth; for any other exception, itself."""
    return [each for each in with_members(exception) if not is_group(each)]


def notes(exception: BaseException) -> list[str]:
    """What ``add_note`` has added (PEP 678), as far as it is text."""
    attributes = instance_dict(exception)
    found: Any = MISSING if attributes is None else find(attributes, "__notes__")
    if type(found) is not list:
        return []
    texts: list[Any] = found[:_MOST_NOTES]  # pyright: ignore[reportUnknownVariableType]
    return [plain(each) for each in texts if is_a(each, str)]
