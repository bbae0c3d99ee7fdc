"""Where the coroutines of a delegation chain stand, as small numbers: equal chains are equal tuples of them."""

from __future__ import annotations

import os
from types import CodeType
from typing import NamedTuple

from . import interpreter
from .coroutines import chain_of
from .interpreter import Coroutine
from .positions import line_location, position_at
from .protocol import Json
from .user_code import UserCode, display_path

type Chain = tuple[int, ...]
"""Numbers of places, the root's first."""


class Place(NamedTuple):
    code: CodeType
    line: int
    user: bool

    @property
    def text(self) -> str:
        path = display_path(self.code.co_filename)
        return f"{self.code.co_qualname} {os.path.basename(path) if path else self.code.co_filename}:{self.line}"

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
        self._by_instruction: dict[tuple[int, int], int] = {}
        self._by_line: dict[tuple[int, int], int] = {}
        self._shown: dict[Chain, int] = {}
        self._texts: dict[Chain, str] = {}
        self.places: list[Place] = []

    def chain(self, root: Coroutine) -> Chain:
        if interpreter.raw_delegate(root) is None:
            return (self._number(root),)
        return tuple([self._number(each) for each in chain_of(root).coroutines])

    def shown(self, chain: Chain) -> int:
        """The place of a chain that stands for it: the innermost of the user's."""
        found = self._shown.get(chain)
        if found is None:
            own = (number for number in reversed(chain) if self.places[number].user)
            found = self._shown[chain] = next(own, chain[0])
        return found

    def text(self, chain: Chain) -> str:
        """What a filter looks at, in small letters."""
        found = self._texts.get(chain)
        if found is None:
            words = (self.places[number].text for number in dict.fromkeys(chain))
            found = self._texts[chain] = "\n".join(words).casefold()
        return found

    def _number(self, coroutine: Coroutine) -> int:
        code = interpreter.code_of(coroutine)
        frame = interpreter.frame_of(coroutine)
        instruction = id(code), -1 if frame is None else frame.f_lasti
        number = self._by_instruction.get(instruction)
        if number is None:
            line = code.co_firstlineno
            if frame is not None:
                suspended = interpreter.is_suspended(coroutine)
                line = position_at(code, frame.f_lasti).line if suspended else frame.f_lineno or line
            number = self._by_line.setdefault((id(code), line), len(self.places))
            if number == len(self.places):
                self.places.append(Place(code, line, self._user_code.is_user(code)))
            self._by_instruction[instruction] = number
        return number
