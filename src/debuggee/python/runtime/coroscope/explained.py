"""The shape of an explained error, and of the cases that explain one.

A case knows the interpreter's (or asyncio's) exact message; what it adds is which coroutine it is about, where that one
stands, and what to do. Nothing of the program is run to find out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from . import interpreter
from .interpreter import Coroutine
from .looking import plain
from .positions import line_location, location, position_at, suspension_at
from .protocol import Json, LocationDict
from .raised_at import RaisedAt


class Place(NamedTuple):
    """A location worth a link, and what is there: ``stands here``, ``StopIteration left it here``."""

    label: str
    location: LocationDict


class Explanation(NamedTuple):
    """``what`` happened and what to ``do``: one sentence each."""

    what: str
    do: str
    coroutine: Coroutine | None = None
    places: tuple[Place, ...] = ()

    def to_wire(self, id_of: Callable[[Coroutine], int]) -> Json:
        result: Json = {
            "what": self.what,
            "whatToDo": self.do,
            "places": [{"label": place.label, "location": place.location} for place in self.places],
        }
        if self.coroutine is not None:
            result["coroutine"] = id_of(self.coroutine)
        return result

    def links(self) -> str:
        """The places as lines that the debug console makes links of, each with what is there."""
        lines: list[str] = []
        for label, place in self.places:
            column = f":{place['column']}" if "column" in place else ""
            lines.append(f"\n{place.get('path', place['name'])}:{place['line']}{column} · {label}")
        return "".join(lines)


type Explain = Callable[[RaisedAt, re.Match[str]], Explanation | None]


class Case(NamedTuple):
    """``explain`` is asked for exceptions of one of the ``types`` whose whole message fits ``pattern``."""

    types: tuple[type[BaseException], ...]
    pattern: re.Pattern[str]
    explain: Explain


class Cases(list[Case]):
    """A table that its cases enter themselves into."""

    def of(self, *types: type[BaseException], message: str) -> Callable[[Explain], Explain]:
        pattern = re.compile(message, re.DOTALL)

        def enter(explain: Explain) -> Explain:
            self.append(Case(types, pattern, explain))
            return explain

        return enter


def places(*found: Place | None) -> tuple[Place, ...]:
    """Those that are known, each location once."""
    known: list[Place] = []
    for place in found:
        if place is not None and all(place.location != other.location for other in known):
            known.append(place)
    return tuple(known)


def at(place: Place | None, before: str = " at ") -> str:
    """`` at talk.py:12`` for the middle of a sentence; nothing where the place is not known."""
    return f"{before}{place.location['name']}:{place.location['line']}" if place is not None else ""


class Subject(NamedTuple):
    """The coroutine an error is about; ``coroutine`` is None where the source does not name it."""

    coroutine: Coroutine | None
    kind: str
    text: str
    """The expression that names it in the program, or a letter to speak of it."""
    origin: str = ""
    """The call that made it, ``fetch(…)``, where it has no name."""

    @property
    def name(self) -> str:
        """``the generator 'averager'``, ``the generator``."""
        if self.coroutine is not None:
            return f"the {self.kind} '{self.function}'"
        return f"the {self.kind} from '{self.origin}'" if self.origin else f"the {self.kind}"

    @property
    def function(self) -> str:
        """The name of its function, or an empty text."""
        return short(plain(self.coroutine.__qualname__)) if self.coroutine is not None else ""

    @property
    def again(self) -> str:
        """What to call for another one: ``'fetch(…)'``, ``its function``."""
        return f"'{self.function}(…)'" if self.coroutine is not None else "its function"

    @property
    def stands(self) -> Place | None:
        """Where it is suspended or runs; None when it has not begun or is over."""
        frame = interpreter.frame_of(self.coroutine) if self.coroutine is not None else None
        if frame is None or self.coroutine is None:
            return None
        code = frame.f_code
        if interpreter.is_suspended(self.coroutine):
            point = suspension_at(code, frame.f_lasti)
            kind = f"'{point.kind}' " if point is not None else ""
            return Place(f"{kind}where it is suspended", location(code, position_at(code, frame.f_lasti)))
        if interpreter.is_running(self.coroutine):
            return Place("where it runs", line_location(code.co_filename, frame.f_lineno))
        return None

    @property
    def defined(self) -> Place | None:
        if self.coroutine is None:
            return None
        code = interpreter.code_of(self.coroutine)
        return Place("its function", line_location(code.co_filename, code.co_firstlineno))


def subject(raised: RaisedAt, kind: str) -> Subject:
    found = raised.concerned(kind)
    letter = {"generator": "g", "coroutine": "c"}.get(kind, "a")
    return Subject(None, kind, letter) if found is None else Subject(found[0], kind, found[1])


def short(qualname: str) -> str:
    """A qualified name without the functions that it is local to."""
    return qualname.rpartition("<locals>.")[2]


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]
