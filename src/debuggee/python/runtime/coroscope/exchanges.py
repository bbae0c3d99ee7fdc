"""One end of an exchange: as the recorder keeps it, and as everybody else reads it.

Kept is a plain tuple, because a hot program makes millions of them a second: what can be worked out later (lines, small
thread ids, who drove whom) is left until somebody looks. Its fields, in this order:

0. ``seq``: counts every event of the session from 1
1. the monotonic clock in nanoseconds
2. the coroutine, as ``Known`` or ``Life``
3. the thread, by the system's identifier
4. what: ``send`` (which covers ``next``: the value is then None), ``throw``, ``close``, ``yield``, ``return``, ``raise``
5. the value: an atom as it is, ``Text`` of everything else, or ``NOTHING``
6. the offset of the instruction in the coroutine's own code
7. (in only) the code and
8. the offset of the instruction that drove it
"""

from __future__ import annotations

from types import CodeType
from typing import Any, NamedTuple

from . import interpreter, values
from .interpreter import SUSPENDS
from .positions import delegates_at, line_at

VALUE_LIMIT = 200
"""Characters kept of a value's text."""

SHORT = 200
"""Characters of a text that is kept as it is."""

type Raw = tuple[Any, ...]


class Text(str):
    """The text of a value that was not kept."""

    __slots__ = ()


NOTHING: Any = type("Nothing", (), {"__slots__": ()})()


class Event(NamedTuple):
    """One end of an exchange. ``time`` is in nanoseconds, ``value`` an atom kept as it is, ``Text`` or ``NOTHING``."""

    seq: int
    time: int
    thread: int
    what: str
    value: object
    line: int
    by: tuple[CodeType, int] | None
    """The code and line that drove it; None for an end, and where an outer coroutine merely passed it on."""


_futures: dict[str, Text] = {}
"""By their state."""


def kept(value: object) -> object:
    """What is kept of a value: nothing of the program stays alive by it."""
    if value is None:
        return None
    if id(type(value)) in values.FUTURES:
        # What an event loop sees at nearly every wait.
        text = _futures.get(value._state)  # type: ignore[attr-defined]  # pyright: ignore
        if text is None:
            text = _futures[value._state] = Text(values.text(value, VALUE_LIMIT))  # type: ignore[attr-defined]  # pyright: ignore
        return text
    value = interpreter.unwrap_yielded(value)[0]
    return value if value is NOTHING or values.is_immutable_atom(value) else Text(values.text(value, VALUE_LIMIT))


def value_text(value: object) -> str | None:
    if value is NOTHING:
        return None
    return str(value) if type(value) is Text else values.text(value, VALUE_LIMIT)


def read(raw: Raw) -> Event:
    """An event as it is read, but for its thread, which is still the system's identifier."""
    seq, time, known, thread, what, value, offset = raw[:7]
    by = driver(raw[7], raw[8]) if len(raw) > 7 else None
    if what == "send" and (value is None or value is NOTHING):
        what, value = "next", NOTHING
    return Event(seq, time, thread, what, value, line_at(known.code, offset), by)


def driver(code: CodeType, offset: int) -> tuple[CodeType, int] | None:
    """The code and line that drove an exchange; None when an outer coroutine merely passed it on."""
    if code.co_filename == "<sys>":
        return None  # nobody's code: the interpreter itself, at a deallocation or at its end
    if code.co_flags & SUSPENDS and delegates_at(code, offset):
        return None
    return code, line_at(code, offset)
