"""Where the coroutines of a delegation chain stand, as small numbers: equal chains are equal tuples of them."""

from __future__ import annotations

import os
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType
from typing import Any, NamedTuple

from . import interpreter
from .coroutines import chain_of
from .interpreter import Coroutine, is_coroutine
from .looking import class_of
from .positions import line_location, position_at
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
        path = display_path(self.code.co_filename)
        return f"{self.code.co_qualname} {os.path.basename(path) if path else self.code.co_filename}:{self.line}"

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


class ChainPlaces:
    """Numbers places as it meets them. It keeps their code alive, so it must not outlive the look it was made for."""

    def __init__(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._by_instruction: dict[int, dict[int, int]] = {}
        self._by_line: dict[tuple[int, int], int] = {}
        self._shown: dict[Chain, int] = {}
        self._left: dict[tuple[str, ...], dict[Chain, tuple[str, ...]]] = {}
        self.places: list[Place] = []

    def chain(self, root: Coroutine) -> Chain:
        """There may be a million roots, so the way down is gone here, without the objects that ``chain_of`` makes."""
        numbers: list[int] = []
        known = self._by_instruction
        leaving = interpreter.leaving()
        current: Any = root
        while len(numbers) < _PLAIN:
            kind = class_of(current)
            if kind is CoroutineType and current.cr_suspended:
                code, frame, delegate = current.cr_code, current.cr_frame, current.cr_await
            elif kind is GeneratorType and current.gi_suspended:
                code, frame, delegate = current.gi_code, current.gi_frame, current.gi_yieldfrom
            elif kind is AsyncGeneratorType and current.ag_suspended:
                code, frame, delegate = current.ag_code, current.ag_frame, current.ag_await
            elif numbers and not is_coroutine(current):
                return tuple(numbers)
            else:
                break
            if current is leaving:
                break
            by_offset = known.get(id(code))
            number = by_offset.get(frame.f_lasti) if by_offset is not None else None
            numbers.append(self._number(current) if number is None else number)
            if delegate is None:
                return tuple(numbers)
            kind = class_of(delegate)
            is_plain = kind is CoroutineType or kind is GeneratorType
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

    def _number(self, coroutine: Coroutine) -> int:
        code = interpreter.code_of(coroutine)
        frame = interpreter.frame_of(coroutine)
        by_offset = self._by_instruction.setdefault(id(code), {})
        offset = -1 if frame is None else frame.f_lasti
        number = by_offset.get(offset)
        if number is None:
            line = code.co_firstlineno
            if frame is not None:
                suspended = interpreter.is_suspended(coroutine)
                line = position_at(code, frame.f_lasti).line if suspended else frame.f_lineno or line
            number = self._by_line.setdefault((id(code), line), len(self.places))
            if number == len(self.places):
                self.places.append(Place(code, line, self._user_code.is_user(code)))
            by_offset[offset] = number
        return number


def _is_in(word: str, places: list[Place], text: str) -> bool:
    path, colon, line = word.rpartition(":")
    if colon and line.isdecimal():
        # `a.py:4` is a line of a file: neither line 40 of it nor a line of `data.py`.
        return any(place.is_at(path, line) for place in places)
    return word in text
