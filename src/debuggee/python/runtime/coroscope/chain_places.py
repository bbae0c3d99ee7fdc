"""Where the coroutines of a delegation chain stand, as small numbers: equal chains are equal tuples of them."""

from __future__ import annotations

import os
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType
from typing import Any, NamedTuple

from . import interpreter
from .coroutines import chain_of
from .interpreter import Coroutine, is_coroutine
from .positions import line_location, position_at, sole_suspensions
from .protocol import Json
from .user_code import UserCode, display_path

type Chain = tuple[int, ...]
"""Numbers of places, the root's first."""

_PLAIN = 1000
"""A chain that is longer may be a cycle, which ``chain_of`` looks out for."""


class Place(NamedTuple):
    code: CodeType
    line: int
    user: bool

    @property
    def text(self) -> str:
        return f"{_text_of(self.code)}{self.line}"

    def is_at(self, path: str, line: str) -> bool:
        """Whether it is in that line of that file: ``path``, in small letters, may begin at any folder, or be empty."""
        if line != str(self.line) or not path:
            return line == str(self.line)
        own = (display_path(self.code.co_filename) or self.code.co_filename).casefold().replace(os.sep, "/")
        path = path.replace(os.sep, "/")
        # A filter is cut into words at spaces, so of a path with one only the end is there.
        return own.endswith(path) and own[: len(own) - len(path)][-1:] in ("", "/", " ")

    def to_wire(self) -> Json:
        return {
            "name": self.code.co_qualname,
            "location": line_location(self.code.co_filename, self.line),
            "user": self.user,
        }


class _Function:
    """The places of one code object, by number."""

    __slots__ = ("by_offset", "code", "delegating", "yielding")

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.by_offset: dict[int, int] = {}
        self.yielding: int | None = None
        """Where it must stand while it delegates to nothing, if there is one place only (``sole_suspensions``)."""
        self.delegating: int | None = None


class ChainPlaces:
    """Numbers places as it meets them. It keeps their code alive, so it must not outlive the look it was made for."""

    def __init__(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._functions: dict[int, _Function] = {}
        self._by_line: dict[tuple[int, int], int] = {}
        self._shown: dict[Chain, int] = {}
        self._left: dict[tuple[str, ...], dict[Chain, tuple[str, ...]]] = {}
        self.places: list[Place] = []

    def chain(self, root: Coroutine) -> Chain:
        """There may be a million roots, so the way down is gone here, without the objects that ``chain_of`` makes, and
        without a frame, which is an object that is made when it is asked for, where the place is plain without it."""
        numbers: list[int] = []
        known = self._functions
        leaving = interpreter.leaving()
        coroutine, generator = CoroutineType, GeneratorType
        current: Any = root
        kind: object
        delegate: object
        while len(numbers) < _PLAIN:
            kind = type(current)  # pyright: ignore[reportUnknownVariableType]
            if kind is coroutine and current.cr_suspended:
                code, delegate = current.cr_code, current.cr_await
            elif kind is generator and current.gi_suspended:
                code, delegate = current.gi_code, current.gi_yieldfrom
            elif kind is AsyncGeneratorType and current.ag_suspended:
                code, delegate = current.ag_code, current.ag_await
            elif numbers and not is_coroutine(current):
                return tuple(numbers)
            else:
                break
            if current is leaving:
                break
            function = known.get(id(code)) or self._function(code)
            if delegate is None:
                number = function.yielding
                numbers.append(self._number(current) if number is None else number)
                return tuple(numbers)
            number = function.delegating
            numbers.append(self._number(current) if number is None else number)
            kind = type(delegate)
            is_plain = kind is coroutine or kind is generator
            current = delegate if is_plain else interpreter.unwrap_awaitable(delegate)
        # One that does not stand still, a cycle, or a chain longer than anybody's.
        return tuple([self._number(each) for each in chain_of(root).coroutines])

    def shown(self, chain: Chain) -> int:
        """The place of a chain that stands for it: the innermost of the user's."""
        found = self._shown.get(chain)
        if found is None:
            own = (number for number in reversed(chain) if self.places[number].user)
            found = self._shown[chain] = next(own, chain[0])
        return found

    def words_left(self, chain: Chain, words: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these words, in small letters, are not in what a filter looks at of a chain."""
        known = self._left.setdefault(words, {})
        found = known.get(chain)
        if found is None:
            places = [self.places[number] for number in dict.fromkeys(chain)]
            text = "\n".join(place.text for place in places).casefold()
            found = known[chain] = tuple(word for word in words if not _is_in(word, places, text))
        return found

    def words_left_in(self, code: CodeType, words: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these words would have to be somewhere else in a chain that has this code."""
        text = _text_of(code).casefold()
        return tuple(word for word in words if _line_of(word) or word not in text)

    def _function(self, code: CodeType) -> _Function:
        found = self._functions[id(code)] = _Function(code)
        yielding, delegating = sole_suspensions(code)
        found.yielding = None if yielding is None else self._number_of_line(code, yielding)
        found.delegating = None if delegating is None else self._number_of_line(code, delegating)
        return found

    def _number(self, coroutine: Coroutine) -> int:
        code = interpreter.code_of(coroutine)
        frame = interpreter.frame_of(coroutine)
        function = self._functions.get(id(code)) or self._function(code)
        offset = -1 if frame is None else frame.f_lasti
        number = function.by_offset.get(offset)
        if number is None:
            line = code.co_firstlineno
            if frame is not None:
                suspended = interpreter.is_suspended(coroutine)
                line = position_at(code, frame.f_lasti).line if suspended else frame.f_lineno or line
            number = function.by_offset[offset] = self._number_of_line(code, line)
        return number

    def _number_of_line(self, code: CodeType, line: int) -> int:
        number = self._by_line.setdefault((id(code), line), len(self.places))
        if number == len(self.places):
            self.places.append(Place(code, line, self._user_code.is_user(code)))
        return number


def _text_of(code: CodeType) -> str:
    """What a filter looks at of a place, up to its line."""
    path = display_path(code.co_filename)
    return f"{code.co_qualname} {os.path.basename(path) if path else code.co_filename}:"


def _line_of(word: str) -> str:
    """`4` of `a.py:4`, which is a line of a file: neither line 40 of it nor a line of `data.py`. Empty for another word."""
    _, colon, line = word.rpartition(":")
    return line if colon and line.isdecimal() else ""


def _is_in(word: str, places: list[Place], text: str) -> bool:
    line = _line_of(word)
    if line:
        return any(place.is_at(word[: -len(line) - 1], line) for place in places)
    return word in text
